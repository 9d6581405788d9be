import { contract } from '../../contracts/generated/shipment-event/runtime.ts';
import { readRepair } from '../../domain/repair/index.ts';
import { arrivalWindow } from '../../cli/lake/arrival-window.ts';
import type { QuarantinedRecord } from '../../cli/lake/quarantine.ts';
import { placeOf } from '../../cli/replay/marks.ts';
import type { Mark } from '../../cli/replay/marks.ts';
import { replay } from '../../cli/replay/replay.ts';
import type { ReplayReport } from '../../cli/replay/replay.ts';
import { waybill } from './cli-harness.ts';

const GOOD = { schemaVersion: '1.0', eventId: 'e1', source: 'SAMPLE:waybill', sourceEventCode: 'x', shipmentId: 'SHP-1', eventType: 'DEPARTED', eventClassifier: 'ACTUAL', eventTime: '2026-11-20T10:00:00Z', publishedTime: '2026-11-20T10:01:00Z', location: { unLocode: 'NLRTM' } };
const REPAIR = readRepair({ name: 'words', steps: [{ replace: '/eventClassifier', values: { FINAL: 'ACTUAL' } }] });

const record = (index: number, data: string): QuarantinedRecord => ({ contract: 'shipment-event', shard: 'shardId-000000000000', sequence: '49', index, arrivedAt: 1, reasons: [], encoding: 'utf8', data, object: 'o' });
const wrong = (id: string): string => JSON.stringify({ ...GOOD, eventId: id, eventClassifier: 'FINAL' });

class World {
  readonly marks = new Map<string, Mark>();
  readonly stream: { key: string; text: string }[] = [];
  /** Refused by the stream, by a word in their text. */
  refuse = 'nothing';
  writes = 0;

  run(records: readonly QuarantinedRecord[], more: { dryRun?: boolean; repair?: typeof REPAIR | undefined } = {}): Promise<ReplayReport> {
    const repair = 'repair' in more ? more.repair : REPAIR;
    const each = async function* (): AsyncGenerator<QuarantinedRecord> { for (const one of records) yield await Promise.resolve(one); };
    return replay(each(), { contract, repair, dryRun: more.dryRun ?? false }, {
      marks: {
        of: (part) => Promise.resolve(new Map(part.flatMap((one) => { const mark = this.marks.get(placeOf(one)); return mark === undefined ? [] : [[placeOf(one), mark] as const]; }))),
        put: (part, mark) => { this.writes += 1; for (const one of part) this.marks.set(placeOf(one), mark); return Promise.resolve(); },
      },
      put: (part) => {
        this.writes += 1;
        const refused = part.filter(({ data }) => Buffer.from(data).toString().includes(this.refuse));
        this.stream.push(...part.filter((one) => !refused.includes(one)).map(({ data, partitionKey }) => ({ key: partitionKey, text: Buffer.from(data).toString() })));
        return Promise.resolve(refused.map((one) => ({ record: one, message: 'Throttled: slow down' })));
      },
      now: () => '2026-11-21T00:00:00.000Z',
    });
  }
}

let world: World;
beforeEach(() => { world = new World(); });

it('puts repaired records under the identity they came with, and marks them', async () => {
  expect(await world.run([record(0, wrong('e1')), record(1, wrong('e2'))])).toEqual({ read: 2, before: 0, replayed: 2, repaired: 2, stay: [], refused: [] });
  expect(world.stream).toEqual(['e1', 'e2'].map((id) => ({ key: 'SHP-1', text: JSON.stringify({ ...GOOD, eventId: id }) })));
  expect([...world.marks.values()]).toEqual(Array(2).fill({ replayedAt: '2026-11-21T00:00:00.000Z', repair: 'words' }));
});

it('changes nothing the second time, also when more came since', async () => {
  await world.run([record(0, wrong('e1'))]);
  const before = world.writes;
  expect(await world.run([record(0, wrong('e1'))])).toMatchObject({ before: 1, replayed: 0 });
  expect(world.writes).toBe(before);
  expect(await world.run([record(0, wrong('e1')), record(1, wrong('e2'))])).toMatchObject({ before: 1, replayed: 1 });
  expect(world.stream).toHaveLength(2);
});

it('writes nothing in a dry run, and says the same', async () => {
  const records = [record(0, wrong('e1')), record(1, '{"eventId":')];
  const said = await world.run(records, { dryRun: true });
  expect(world.writes).toBe(0);
  expect(await world.run(records)).toEqual(said);
});

it('leaves what is not valid after the repair, with every reason, and what no step can reach into', async () => {
  const { stay, replayed } = await world.run([record(0, JSON.stringify({ ...GOOD, eventClassifier: 'FINAL', eventTime: '2026-02-30T10:00:00Z' })), record(1, wrong('e1').slice(0, 50)), record(2, '[]')]);
  expect(replayed).toBe(0);
  expect(stay.map(({ record: { index }, reasons }) => [index, reasons.map(({ path, rule }) => `${path} ${rule}`)])).toEqual([[0, [expect.stringContaining('/eventTime')]], [1, [' NOT_JSON']], [2, [' NOT_OBJECT']]]);
  expect([world.stream, world.writes]).toEqual([[], 0]);
});

it('refuses a repair that makes another event of it', async () => {
  const repair = readRepair({ name: 'ids', steps: [{ set: '/eventId', value: 'other' }] });
  const { stay } = await world.run([record(0, JSON.stringify(GOOD))], { repair });
  expect(stay[0]?.reasons).toEqual([{ path: '/eventId', rule: 'IDENTITY', message: 'was "e1"; a replay keeps the identity of the event', severity: 'reject' }]);
  // An identity that was missing may be given.
  const { source: _source, ...nameless } = GOOD;
  expect(await world.run([record(0, JSON.stringify(nameless))], { repair: readRepair({ name: 'sources', steps: [{ set: '/source', value: 'SAMPLE:waybill' }] }) })).toMatchObject({ replayed: 1 });
});

it('puts the very bytes that came when a newer contract alone makes them valid', async () => {
  const odd = `  ${JSON.stringify(GOOD, undefined, 1)}`;
  expect(await world.run([record(0, odd)], { repair: undefined })).toMatchObject({ replayed: 1, repaired: 0 });
  expect(world.stream[0]?.text).toBe(odd);
});

it('marks only what the stream took: the rest goes with the next run', async () => {
  world.refuse = 'e2';
  const records = [record(0, wrong('e1')), record(1, wrong('e2'))];
  expect(await world.run(records)).toMatchObject({ replayed: 1, refused: [{ record: records[1], message: 'Throttled: slow down' }] });
  world.refuse = 'nothing';
  expect(await world.run(records)).toMatchObject({ before: 1, replayed: 1, refused: [] });
});

describe('the command line', () => {
  it.each([
    [['replay'], '--contract'],
    [['replay', '--contract', 'nothing'], 'There is no contract "nothing"'],
    [['replay', '--contract', 'shipment-event', '--map', 'no-such.json'], 'Repair'],
    [['replay', '--contract', 'shipment-event', '--since', '1h', '--from', '2026-11-01'], 'two ways to say the same'],
    [['quarantine', 'list', '--to', '2026-11-01'], '--to needs --from'],
    [['quarantine', 'list', '--from', '2026-11-31'], '--from got "2026-11-31"'],
    [['quarantine', 'list', '--since', 'soon'], '--since got "soon"'],
  ])('refuses %j before it looks for a platform', async (args, message) => {
    const { code, err } = await waybill(args);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it('reads days as whole days of UTC, up to now', () => {
    const now = Date.parse('2026-11-21T12:00:00Z');
    expect(arrivalWindow({ from: '2026-11-19', to: '2026-11-20' }, now, '1h')).toEqual({ since: Date.parse('2026-11-19T00:00:00Z'), until: Date.parse('2026-11-21T00:00:00Z') - 1, said: 'from 2026-11-19 to 2026-11-20' });
    expect(arrivalWindow({ from: '2026-11-21' }, now, '1h').until).toBe(now);
    expect(arrivalWindow({}, now, '2h')).toEqual({ since: now - 7_200_000, until: now, said: 'in the last 2h' });
  });
});
