import { hash } from 'node:crypto';
import { contract as shipmentEvent } from '../../../contracts/generated/shipment-event/runtime.ts';
import { emptyCloud, text } from '../fixtures/fake-aws.ts';
import { sequenceOf, SHARD, streamOf } from '../fixtures/kinesis.ts';
import { ARRIVAL, scan } from '../fixtures/parcel-scan.ts';
import { BRONZE, bronzeEntries, deliver, keysIn, linesIn, QUARANTINE, quarantineEntries } from './archive-world.ts';

const MARKER = 'WBM1{"markerId":"m-7","contract":"parcel-scan","day":"2026-03-01","putAt":"2026-03-02T00:20:00Z"}';
const stream = (...contents: (string | Buffer)[]) => streamOf(contents, { start: ARRIVAL });
const DONE = { batchItemFailures: [] };

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

    // load-silver parks an object as torn whose name has another hash than its bytes (waybill_lake/transforms/bronze.py).
    const [[key, stored]] = [...cloud.objects] as [[string, Buffer]];
    const hash8 = hash('sha256', stored, 'hex').slice(0, 8);
    expect(key).toBe(`${BRONZE}/parcel-scan/arrival_date=2026-03-01/arrival_hour=10/${SHARD}-${sequenceOf(0)}-${sequenceOf(2)}-3-${hash8}.ndjson.zst`);
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
