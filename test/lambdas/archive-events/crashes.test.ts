import fc from 'fast-check';
import { expectSame } from '../../fixtures/expect-same.ts';
import { emptyCloud, refusal } from '../fixtures/fake-aws.ts';
import type { FakeCloud } from '../fixtures/fake-aws.ts';
import { sequenceOf, streamOf } from '../fixtures/kinesis.ts';
import type { StreamRecord } from '../fixtures/kinesis.ts';
import { ARRIVAL, parcelScan, parcelScanWith, scan } from '../fixtures/parcel-scan.ts';
import { BRONZE, deliver, keysIn, ledgerRows, linesIn, originalOf, QUARANTINE, quarantineEntries, whereabouts } from './archive-world.ts';

const RUNS = Number(process.env['RUNS'] ?? 200);
const MARKER = 'WBM1{"markerId":"m","contract":"parcel-scan","day":"2026-03-01","putAt":"2026-03-02T00:20:00Z"}';

/** A stream record of each kind; `judgedLater` is refused by today's validator and taken by the next release. */
const KINDS = {
  good: (position: number) => scan({ scanId: `e${position}` }),
  broken: (position: number) => `{"cut ${position}`,
  binary: (position: number) => Buffer.from([0xff, position]),
  judgedLater: (position: number) => scan({ scanId: `l${position}`, parcelId: 7 }),
  marker: () => MARKER,
} as const;
type Kind = keyof typeof KINDS;

const kind = fc.constantFrom<Kind>('good', 'good', 'good', 'broken', 'binary', 'judgedLater', 'marker');
const nextRelease = parcelScanWith([{ validate: () => [] }]);

function makeStream(kinds: readonly Kind[]): StreamRecord[] {
  return streamOf(kinds.map((name, position) => KINDS[name](position)), { start: ARRIVAL });
}

/** Everything the platform promises of what lies in the cloud, at any moment. */
function expectConsistent(cloud: FakeCloud, put: readonly StreamRecord[]): void {
  const bySequence = new Map(put.map((record) => [sequenceOf(record.position), record]));
  const isAsPut = (line: string): boolean => line.includes(`"e":${bySequence.get((JSON.parse(line) as { k: string }).k)?.data.toString() ?? 'a record that was put'}}`);
  expectSame(linesIn(cloud, BRONZE).filter((line) => !isAsPut(line)), []);
  for (const entry of quarantineEntries(cloud)) expectSame(originalOf(entry), bySequence.get(entry.k)?.data);
  const objects = new Set([...keysIn(cloud, BRONZE), ...keysIn(cloud, QUARANTINE)]);
  const rows = ledgerRows(cloud);
  // Every object has its row, whatever was killed; every row but an announced one has its object.
  const known = new Set(rows.map(({ key }) => key));
  expectSame([...objects].filter((key) => !known.has(key)), []);
  expectSame(rows.filter(({ key, kind: row, state }) => row !== 'marker' && state !== 'announced' && !objects.has(key)), []);
}

/** … and once the checkpoint has passed all records. */
function expectComplete(cloud: FakeCloud, put: readonly StreamRecord[]): void {
  expectConsistent(cloud, put);
  expect([...whereabouts(cloud).keys()].sort()).toEqual(put.map(({ position }) => sequenceOf(position)).sort());
}

describe('A kill at any point', () => {
  /** Two announcements, two objects, two rows and a marker's row. */
  const PLACES = 14;
  const records = makeStream(['good', 'broken', 'marker', 'good', 'judgedLater', 'good']);

  it.each(Array.from({ length: PLACES }, (_, point) => point))('number %i leaves every object with its row, and what a repeat of the same batch completes', async (killAt) => {
    const cloud = emptyCloud();
    const first = await deliver(cloud, records, { killAt });
    expect(first.outcome).toBe('killed');
    expectConsistent(cloud, records);

    const second = await deliver(cloud, records);

    expect(second.outcome).toEqual({ batchItemFailures: [] });
    expectComplete(cloud, records);
    expect(ledgerRows(cloud).filter(({ state }) => state !== 'new')).toEqual([]);
  });

  it('is tried at each place of such a batch: before and after each write', async () => {
    const { process } = await deliver(emptyCloud(), records);

    expect(process.points()).toBe(PLACES);
  });
});

interface Step {
  /** Records in the batch. */
  readonly size: number;
  readonly end: 'done' | 'killed' | 'refused';
  /** Where it is killed, or which call is refused. */
  readonly at: number;
  readonly release: 'today' | 'next';
}

const step: fc.Arbitrary<Step> = fc.record({
  size: fc.integer({ min: 1, max: 6 }),
  end: fc.constantFrom('done', 'killed', 'killed', 'refused'),
  at: fc.integer({ min: 0, max: 15 }),
  release: fc.constantFrom('today', 'next'),
});

/** One invocation; true when the event source would move its checkpoint. */
async function play(cloud: FakeCloud, batch: readonly StreamRecord[], { end, at, release }: Step): Promise<boolean> {
  let calls = 0;
  const { outcome } = await deliver(cloud, batch, {
    contract: release === 'today' ? parcelScan : nextRelease,
    ...(end === 'killed' ? { killAt: at } : {}),
    ...(end === 'refused' ? { refuse: () => (calls++ === at ? refusal('InternalError', 500) : undefined) } : {}),
  });
  return outcome !== 'killed' && outcome.batchItemFailures.length === 0;
}

describe('Any stream, cut anyhow, with kills, refusals and releases between', () => {
  it('has a row for every object at any moment, and ends with every identity in bronze, in quarantine or in a marker row, its bytes as sent', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(kind, { minLength: 1, maxLength: 12 }), fc.array(step, { maxLength: 12 }), async (kinds, steps) => {
        const cloud = emptyCloud();
        const put = makeStream(kinds);
        let checkpoint = 0;
        for (const next of [...steps, ...put.map((): Step => ({ size: 5, end: 'done', at: 0, release: 'today' }))]) {
          const batch = put.slice(checkpoint, checkpoint + next.size);
          if (await play(cloud, batch, next)) checkpoint += batch.length;
          expectConsistent(cloud, put);
        }
        expect(checkpoint).toBe(put.length);
        expectComplete(cloud, put);
      }),
      { numRuns: RUNS },
    );
  });
});
