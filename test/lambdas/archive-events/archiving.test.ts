import { contract as shipmentEvent } from '../../../contracts/generated/shipment-event/runtime.ts';
import { emptyCloud, refusal, text } from '../fixtures/fake-aws.ts';
import type { Call } from '../fixtures/fake-aws.ts';
import { sequenceOf, SHARD, streamOf } from '../fixtures/kinesis.ts';
import { ARRIVAL, parcelScan, parcelScanWith, scan } from '../fixtures/parcel-scan.ts';
import { BRONZE, bronzeEntries, deliver, keysIn, ledgerRows, linesIn, originalOf, QUARANTINE, quarantineEntries, whereabouts } from './archive-world.ts';

const MARKER = 'WBM1{"markerId":"m-7","contract":"parcel-scan","day":"2026-03-01","putAt":"2026-03-02T00:20:00Z"}';
const stream = (...contents: (string | Buffer)[]) => streamOf(contents, { start: ARRIVAL });
const DONE = { batchItemFailures: [] };
const HELD = { batchItemFailures: [{ itemIdentifier: sequenceOf(0) }] };

describe('A batch of good events', () => {
  it('becomes one bronze object of one line per event, with identity, arrival and version around it', async () => {
    const cloud = emptyCloud();
    const records = stream(scan({ scanId: 'a' }), scan({ scanId: 'b' }));

    const { outcome } = await deliver(cloud, records);

    expect(outcome).toEqual(DONE);
    expect(linesIn(cloud, BRONZE)).toEqual([
      `{"k":"${sequenceOf(0)}","i":0,"t":${ARRIVAL},"v":"1.0","e":${scan({ scanId: 'a' })}}`,
      `{"k":"${sequenceOf(1)}","i":0,"t":${ARRIVAL + 1000},"v":"1.0","e":${scan({ scanId: 'b' })}}`,
    ]);
    expect(keysIn(cloud, QUARANTINE)).toEqual([]);
  });

  it('is named after shard, first and last sequence, count and content, in the arrival hour of its first record', async () => {
    const cloud = emptyCloud();

    await deliver(cloud, streamOf([scan(), scan(), scan()], { start: ARRIVAL, step: 3_000 }));

    const [key] = keysIn(cloud, BRONZE);
    expect(key).toMatch(new RegExp(`^parcel-scan/arrival_date=2026-03-01/arrival_hour=10/${SHARD}-${sequenceOf(0)}-${sequenceOf(2)}-3-[0-9a-f]{8}\\.ndjson\\.gz$`));
  });

  it('has one ledger row per object, new and open', async () => {
    const cloud = emptyCloud();

    await deliver(cloud, stream(scan(), 'not json', scan()));

    const rows = [...cloud.rows.values()];
    expect(rows).toHaveLength(2);
    const bronze = rows.find((row) => text(row['kind']) === 'bronze');
    expect(bronze).toMatchObject({
      pk: { S: `object#parcel-scan#${SHARD}` },
      key: { S: keysIn(cloud, BRONZE)[0] },
      n: { N: '2' },
      majorVersion: { N: '1' },
      arrival: { N: String(ARRIVAL) },
      state: { S: 'new' },
      open: { S: expect.stringMatching(/^parcel-scan#[0-7]$/) as string },
    });
    expect(text(bronze?.['sk'])).toMatch(new RegExp(`^0{4}${sequenceOf(0)}#0{4}${sequenceOf(2)}#2#[0-9a-f]{8}$`));
    expect(rows.find((row) => text(row['kind']) === 'quarantine')).toMatchObject({ key: { S: keysIn(cloud, QUARANTINE)[0] }, n: { N: '1' } });
  });

  it('keeps the bytes of an event as they were sent, but for line breaks between tokens', async () => {
    const cloud = emptyCloud();
    const odd = '{"schemaVersion":"1.0", "scanId":"\\u00e9\\/","source":"TEST:hand","source":"TEST:hand","parcelId":"Łódź 🚚","scannedAt":"2026-03-01T10:59:50.000+00:00","n":1.50e2,"__proto__":{"x":1},"s":"\\ud800"}';
    const unix = JSON.stringify(JSON.parse(scan()), null, 2);
    const windows = unix.replaceAll('\n', '\r\n');

    await deliver(cloud, stream(odd, unix, windows));

    const lines = linesIn(cloud, BRONZE);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain(`"e":${odd}}`);
    expect(lines[1]).toContain(`"e":${unix.replaceAll('\n', ' ')}}`);
    expect(lines[2]).toContain(`"e":${windows.replaceAll('\r\n', '  ')}}`);
  });

  it('writes nothing and answers done when it is empty', async () => {
    const { outcome, process, metrics } = await deliver(emptyCloud(), []);

    expect(outcome).toEqual(DONE);
    expect(process.calls).toEqual([]);
    expect(metrics).toEqual([]);
  });
});

describe('The order of writing', () => {
  it('is announcements, quarantine, bronze, ledger rows', async () => {
    const { process } = await deliver(emptyCloud(), stream(scan(), 'bad', MARKER));

    expect(process.calls.map(({ operation, target }) => `${operation} ${target.split('/')[0]?.split('#')[0]}`)).toEqual([
      'PutItem object',
      'PutItem object',
      'PutObject quarantine',
      'PutObject bronze',
      'PutItem object',
      'PutItem object',
      'PutItem object',
    ]);
  });
});

describe('Metrics', () => {
  it('are one record per batch, of the contract, with all counts', async () => {
    const { metrics } = await deliver(emptyCloud(), stream(scan(), scan({ note: 'longer than twenty characters' }), 'bad', MARKER));

    expect(metrics).toHaveLength(1);
    const record = JSON.parse(metrics[0] ?? '') as Record<string, unknown>;
    expect(record).toMatchObject({ Contract: 'parcel-scan', RecordsReceived: 4, RecordsArchived: 2, RecordsQuarantined: 1, MarkersReceived: 1, RecordsWithWarnings: 1 });
    expect(record['BronzeBytes']).toBeGreaterThan(50);
    expect(record['EventToArrival']).toEqual([8_123, 9_123]);
    expect(record['_aws']).toMatchObject({ Timestamp: 1_772_000_000_000, CloudWatchMetrics: [{ Namespace: 'Waybill/test', Dimensions: [['Contract']] }] });
  });

  it('leave out the delay when no event lies in the past, and never hold more values than CloudWatch takes', async () => {
    const planned = await deliver(emptyCloud(), stream(scan({ scannedAt: '2026-04-01T00:00:00Z' })));
    const many = await deliver(emptyCloud(), streamOf(Array.from({ length: 250 }, () => scan()), { start: ARRIVAL }));

    expect(planned.metrics[0]).not.toContain('EventToArrival');
    expect((JSON.parse(many.metrics[0] ?? '') as { EventToArrival: number[] }).EventToArrival).toHaveLength(100);
  });
});

describe('A marker', () => {
  it('has a ledger row of its own, also where no event came, and no line anywhere', async () => {
    const cloud = emptyCloud();

    const { outcome, metrics } = await deliver(cloud, stream(MARKER));

    expect(outcome).toEqual(DONE);
    expect(cloud.objects.size).toBe(0);
    expect([...cloud.rows.values()]).toMatchObject([{ kind: { S: 'marker' }, markerId: { S: 'm-7' }, day: { S: '2026-03-01' }, putAt: { S: '2026-03-02T00:20:00Z' }, state: { S: 'new' } }]);
    expect(metrics[0]).toContain('"MarkersReceived":1');
  });

  it('is never validated and never among the events', async () => {
    const cloud = emptyCloud();

    await deliver(cloud, stream(scan(), MARKER, scan()));

    expect(bronzeEntries(cloud).map(({ k }) => k)).toEqual([sequenceOf(0), sequenceOf(2)]);
    expect(quarantineEntries(cloud)).toEqual([]);
  });

  it.each(['WBM1', 'WBM1{"markerId":1}', 'WBM1null', 'WBM1{"markerId":"m","contract":"c","day":""}'])('that is none goes to quarantine: %s', async (broken) => {
    const cloud = emptyCloud();

    await deliver(cloud, stream(broken));

    expect(quarantineEntries(cloud)).toMatchObject([{ reasons: [{ rule: 'BAD_MARKER' }], data: broken }]);
  });
});

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

describe('A record that crashes the function', () => {
  const crash = parcelScanWith([
    {
      validate: (event) => {
        if ((event as { scanId: string }).scanId === 'boom') throw new Error('defect in a validator');
        return parcelScan.versions[0]?.validate(event) ?? [];
      },
    },
  ]);
  const poison = scan({ scanId: 'boom' });
  const skipRow = { pk: { S: 'skip#parcel-scan' }, sk: { S: `${SHARD}#0000${sequenceOf(1)}` } };

  it('throws, before anything of its batch is written, so that Lambda bisects to it', async () => {
    const cloud = emptyCloud();

    await expect(deliver(cloud, stream(scan(), poison), { contract: crash })).rejects.toThrow('defect in a validator');

    expect(cloud.objects.size + cloud.rows.size).toBe(0);
  });

  it('is quarantined as it is, unseen, once a person ordered to skip it', async () => {
    const cloud = emptyCloud();
    cloud.rows.set(`${skipRow.pk.S}|${skipRow.sk.S}`, skipRow);
    const [, record] = stream(scan(), poison);

    const { outcome } = await deliver(cloud, record === undefined ? [] : [record], { contract: crash });

    expect(outcome).toEqual(DONE);
    const [entry] = quarantineEntries(cloud);
    expect(entry).toMatchObject({ k: sequenceOf(1), reasons: [{ rule: 'SKIPPED' }], encoding: 'utf8' });
    expect(entry && originalOf(entry)).toEqual(Buffer.from(poison));
    expect(keysIn(cloud, BRONZE)).toEqual([]);
  });

  it('costs a look at the skip list only where a record stands alone', async () => {
    const many = await deliver(emptyCloud(), stream(scan(), scan()));
    const alone = await deliver(emptyCloud(), stream(scan()));

    expect(many.process.calls.filter(({ operation }) => operation === 'GetItem')).toEqual([]);
    expect(alone.process.calls[0]?.operation).toBe('GetItem');
  });

  it('is not skipped by the row of another record', async () => {
    const cloud = emptyCloud();
    cloud.rows.set(`${skipRow.pk.S}|${skipRow.sk.S}`, skipRow);

    await deliver(cloud, stream(scan()));

    expect([...whereabouts(cloud).values()]).toEqual(['bronze']);
  });
});

describe('A batch of a contract with a decoder', () => {
  const shipment = (fields: object = {}): string =>
    JSON.stringify({ schemaVersion: '1.0', eventId: 'e', source: 'DCSA:MAEU', sourceEventCode: 'X', shipmentId: 'S', eventType: 'LOADED', eventClassifier: 'ACTUAL', eventTime: '2026-03-01T10:59:50Z', ...fields });
  const inLines = shipment().replaceAll(',', ',\r\n');
  const contents = [
    shipment({ schemaVersion: '1.12' }),
    shipment(),
    'not json',
    shipment({ schemaVersion: '1.3', location: { city: 'Łódź' } }),
    MARKER,
    inLines.replace('"1.0"', '"1.1234"'),
    shipment({ eventClassifier: 'FINAL' }),
    inLines,
    shipment({ schemaVersion: '1.12', eventTime: '2026-03-01T10:59:00+00:00' }),
  ];

  it('has the same lines as without it, whatever version and form each event has, batch after batch', async () => {
    const { versions, ...contract } = shipmentEvent;
    const [cloud, plain] = [emptyCloud(), emptyCloud()];
    const later = streamOf([...contents, ...contents].reverse(), { start: ARRIVAL + 60_000 });

    const metrics = (await deliver(cloud, stream(...contents), { contract: shipmentEvent })).metrics[0] ?? '';
    const plainMetrics = (await deliver(plain, stream(...contents), { contract: { ...contract, versions: versions.map(({ decoder: _, ...version }) => version) } })).metrics[0] ?? '';
    for (const [target, content] of cloud.objects) expect([target, content]).toEqual([target, plain.objects.get(target)]);
    await deliver(cloud, later, { contract: shipmentEvent });

    const texts = bronzeEntries(cloud).map(({ k, v, e }) => [k, v, (e as { schemaVersion: string }).schemaVersion]);
    expect(texts.map(([, v]) => v)).toEqual(texts.map(([, , stated]) => stated));
    expect(linesIn(cloud, BRONZE).slice(0, 3)).toEqual([0, 1, 3].map((at) => `{"k":"${sequenceOf(at)}","i":0,"t":${ARRIVAL + at * 1000},"v":"${/1\.\d+/.exec(String(contents[at]))?.[0]}","e":${contents[at]}}`));
    expect(linesIn(cloud, BRONZE)).toHaveLength(18);
    expect(JSON.parse(metrics)).toMatchObject({ RecordsReceived: 9, RecordsArchived: 6, DecoderFallback: 50 });
    expect(JSON.parse(plainMetrics)).toMatchObject({ RecordsArchived: 6, DecoderFallback: 100 });
  });
});
