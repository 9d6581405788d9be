import { emptyCloud, refusal } from '../fixtures/fake-aws.ts';
import type { Call } from '../fixtures/fake-aws.ts';
import { sequenceOf, streamOf } from '../fixtures/kinesis.ts';
import { ARRIVAL, parcelScanWith, scan } from '../fixtures/parcel-scan.ts';
import { BRONZE, bronzeEntries, deliver, keysIn, ledgerRows, QUARANTINE, quarantineEntries, whereabouts } from './archive-world.ts';

const MARKER = 'WBM1{"markerId":"m-7","contract":"parcel-scan","day":"2026-03-01","putAt":"2026-03-02T00:20:00Z"}';
const stream = (...contents: (string | Buffer)[]) => streamOf(contents, { start: ARRIVAL });
const DONE = { batchItemFailures: [] };
const HELD = { batchItemFailures: [{ itemIdentifier: sequenceOf(0) }] };

describe('A refused write', () => {
  it.each<[string, (call: Call) => boolean]>([
    ['the quarantine bucket', ({ target }) => target.startsWith('quarantine/')],
    ['the bronze bucket', ({ target }) => target.startsWith('bronze/')],
    ['the ledger', ({ operation }) => operation === 'PutItem'],
  ])('by %s holds the whole batch: the answer names its first record, and nothing is thrown', async (_, matches) => {
    const { outcome, metrics, logs } = await deliver(emptyCloud(), stream(scan(), 'bad', scan()), { refuse: (call) => (matches(call) ? refusal('InternalError', 500) : undefined) });

    expect(outcome).toEqual(HELD);
    expect(metrics).toEqual([]);
    expect(logs).toHaveLength(1);
    expect(logs[0]).toContain('batch held');
    expect(logs[0]).not.toContain('P-1');
  });

  it.each([
    ['AccessDenied', 403],
    ['NoSuchBucket', 404],
    ['ConditionalRequestConflict', 409],
    ['SlowDown', 503],
    ['NetworkError', 0],
  ])('%s is never a reason to lose the batch', async (code, status) => {
    const { outcome } = await deliver(emptyCloud(), stream(scan()), { refuse: ({ operation }) => (operation === 'PutObject' ? refusal(code, status) : undefined) });

    expect(outcome).toEqual(HELD);
  });

  it('of the skip list holds a single record, too', async () => {
    const { outcome } = await deliver(emptyCloud(), stream(scan()), { refuse: ({ operation }) => (operation === 'GetItem' ? refusal('InternalServerError', 500) : undefined) });

    expect(outcome).toEqual(HELD);
  });

  it('for 30 tries of an outage loses nothing, cuts nothing and leaves nothing to the on-failure destination', async () => {
    const cloud = emptyCloud();
    const records = stream(scan(), 'bad', scan(), MARKER);
    let thrown = 0;
    let tries = 0;
    let outcome: unknown;
    do {
      tries += 1;
      const outage = tries <= 30;
      outcome = await deliver(cloud, records, { refuse: ({ operation }) => (outage && operation === 'PutObject' ? refusal('ServiceUnavailable', 503) : undefined) })
        .then(({ outcome: answer }) => answer)
        // The event source gives a batch to the on-failure destination only after errors: none may come.
        .catch(() => (thrown += 1));
      expect(outcome).toEqual(outage ? HELD : DONE);
    } while (tries < 31);

    expect(thrown).toBe(0);
    expect(whereabouts(cloud).size).toBe(4);
    expect(keysIn(cloud, BRONZE)).toHaveLength(1);
    expect(keysIn(cloud, QUARANTINE)).toHaveLength(1);
  });
});

describe('A repeated batch', () => {
  it('meets its own objects (412) and rows, takes that for success, and changes nothing', async () => {
    const cloud = emptyCloud();
    const records = stream(scan(), 'bad', MARKER);
    await deliver(cloud, records);
    const objects = new Map(cloud.objects);

    const { outcome, metrics } = await deliver(cloud, records);

    expect(outcome).toEqual(DONE);
    expect(metrics).toHaveLength(1);
    expect(cloud.objects).toEqual(objects);
    expect(cloud.rows.size).toBe(3);
  });

  it('does not reopen an object that was loaded meanwhile', async () => {
    const cloud = emptyCloud();
    const records = stream(scan());
    await deliver(cloud, records);
    for (const [key, { open: _, ...row }] of cloud.rows) cloud.rows.set(key, { ...row, state: { S: 'loaded' } });

    await deliver(cloud, records);

    expect([...cloud.rows.values()]).toMatchObject([{ state: { S: 'loaded' } }]);
    expect([...cloud.rows.values()][0]).not.toHaveProperty('open');
  });

  it('with other bounds overlaps, and counts the same by distinct identity', async () => {
    const cloud = emptyCloud();
    const records = stream(scan({ scanId: 'a' }), 'bad', scan({ scanId: 'c' }), scan({ scanId: 'd' }));

    await deliver(cloud, records.slice(0, 3));
    await deliver(cloud, records.slice(1, 4));
    await deliver(cloud, records);

    expect(keysIn(cloud, BRONZE)).toHaveLength(3);
    expect(Object.fromEntries(whereabouts(cloud))).toEqual({ [sequenceOf(0)]: 'bronze', [sequenceOf(1)]: 'quarantine', [sequenceOf(2)]: 'bronze', [sequenceOf(3)]: 'bronze' });
    expect(ledgerRows(cloud).map(({ key }) => key).sort()).toEqual([...keysIn(cloud, BRONZE), ...keysIn(cloud, QUARANTINE)].sort());
  });

  it('whose cut leaves the same events is the same object', async () => {
    const cloud = emptyCloud();
    const records = stream('bad', scan({ scanId: 'b' }), scan({ scanId: 'c' }), MARKER);

    await deliver(cloud, records);
    await deliver(cloud, records.slice(1, 3));

    expect(keysIn(cloud, BRONZE)).toHaveLength(1);
  });

  it('that another release sorts otherwise between the same ends, into as many lines, is another object', async () => {
    const cloud = emptyCloud();
    const records = stream(scan({ scanId: 'a' }), scan({ scanId: 'b' }), scan({ scanId: 'c' }), scan({ scanId: 'd' }));
    const refusing = (scanId: string) => parcelScanWith([{ validate: (event) => ((event as { scanId: string }).scanId === scanId ? [{ path: '/scanId', rule: 'const', message: 'is refused', severity: 'reject' }] : []) }]);

    await deliver(cloud, records, { contract: refusing('b') });
    await deliver(cloud, records, { contract: refusing('c') });

    expect(keysIn(cloud, BRONZE)).toHaveLength(2);
    expect([...whereabouts(cloud).values()]).toEqual(['bronze', 'bronze', 'bronze', 'bronze']);
  });

  it('that a newer validator judges otherwise leaves the identity in both, which counts as bronze', async () => {
    const cloud = emptyCloud();
    const records = stream(scan({ parcelId: 7 }), scan());

    let items = 0;
    const afterBothAnnouncements = (): boolean => ++items > 2;
    const before = await deliver(cloud, records, { refuse: ({ operation }) => (operation === 'PutItem' && afterBothAnnouncements() ? refusal('InternalServerError', 500) : undefined) });
    const after = await deliver(cloud, records, { contract: parcelScanWith([{ validate: () => [] }]) });

    expect(before.outcome).toEqual(HELD);
    expect(after.outcome).toEqual(DONE);
    expect(quarantineEntries(cloud).map(({ k }) => k)).toEqual([sequenceOf(0)]);
    expect(bronzeEntries(cloud).map(({ k }) => k)).toContain(sequenceOf(0));
    expect([...whereabouts(cloud).values()]).toEqual(['bronze', 'bronze']);
  });
});
