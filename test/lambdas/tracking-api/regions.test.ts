import type { Overview, RegionDetail } from '../../../contracts/api/answers.ts';
import { SLOT_MS } from '../../../domain/region/counts.ts';
import { REGIONS } from '../../../domain/region/index.ts';
import { storeCounts } from '../../../lambdas/count-regions/counts-store.ts';
import { countVehicles } from '../../../lambdas/count-regions/count-vehicles.ts';
import { createHandler as createCounter } from '../../../lambdas/count-regions/create-handler.ts';
import { scanShipments } from '../../../lambdas/count-regions/scan-shipments.ts';
import { B, N, S } from '../../../lambdas/_shared/marshall.ts';
import { createDynamoBatches } from '../../../lambdas/track-shipments/dynamo-batches.ts';
import { packPage, stateOf, UNITS_PER_DEGREE } from '../../../domain/vehicle/index.ts';
import { pagePartition, PAGE_KEY, shardItem } from '../../../lambdas/track-vehicles/vehicle-items.ts';
import { COUNTS_CACHE_MS } from '../../../lambdas/tracking-api/counts-reader.ts';
import { VIEWER } from '../_shared/http/http-event.ts';
import { createFakeAws, throttled } from '../track-shipments/fake-aws.ts';
import type { FakeAws } from '../track-shipments/fake-aws.ts';
import { createTracker, HORIZON_MS, NOW, TABLE, wireEvent } from '../track-shipments/tracker.ts';
import type { WireEvent } from '../track-shipments/tracker.ts';
import { COUNTS, createApi } from './api.ts';

const MINUTE = 60_000;
const PAGES = 'waybill-test-vehicle-pages';

const countAt = (aws: FakeAws, now: number): Promise<void> =>
  createCounter({
    scanShipments: (time, take) => scanShipments({ aws, table: TABLE, now: time, horizonMs: HORIZON_MS }, take),
    addVehicles: (counts) => countVehicles({ aws, batches: createDynamoBatches({ aws, table: PAGES, pause: () => Promise.resolve(), log: { warn: () => undefined } }), table: PAGES, keptMs: 48 * 60 * MINUTE, silentAfterMs: 10 * MINUTE }, counts),
    store: (counts) => storeCounts({ aws, table: COUNTS }, counts),
    metricNamespace: 'Waybill/test',
    print: () => undefined,
    now: () => now,
  })();

const fix = (lat: number, lon: number, { ago, speed }: { ago: number; speed: number }): ReturnType<typeof stateOf> =>
  stateOf({ eventTime: NOW - ago * MINUTE, lat: Math.round(lat * UNITS_PER_DEGREE), lon: Math.round(lon * UNITS_PER_DEGREE), speed, heading: 0, isStale: false, aboard: 0 });

/** Two shards that have the same vehicle in both, as after a split of the stream. */
function putVehicles(aws: FakeAws): void {
  const pages = { 'shard-0': [['V-1', fix(52.1, 5.1, { ago: 9, speed: 50 })], ['V-2', fix(52.2, 5.2, { ago: 30, speed: 0 })]], 'shard-1': [['V-1', fix(48.1, 11.5, { ago: 1, speed: 60 })], ['V-3', fix(48.2, 11.6, { ago: 2, speed: 0 })], ['V-4', fix(48.2, 11.6, { ago: 49 * 60, speed: 0 })]] } as const;
  for (const [shard, vehicles] of Object.entries(pages)) {
    aws.put(PAGES, shardItem({ shard, buckets: 2 }, NOW));
    aws.put(PAGES, { pk: S(pagePartition(shard, 1)), sk: S(PAGE_KEY), version: N(1), data: B(packPage(new Map(vehicles))) });
  }
}

async function world(): Promise<FakeAws> {
  const aws = createFakeAws();
  const plan = (shipmentId: string, hours: number): WireEvent => wireEvent({ shipmentId, eventId: 'P', eventType: 'ARRIVED', eventClassifier: 'PLANNED', eventTime: new Date(NOW - hours * 60 * MINUTE).toISOString(), location: { unLocode: 'USCHI' } });
  await createTracker(aws).send(plan('A', 3), wireEvent({ shipmentId: 'A', eventId: 'D' }), wireEvent({ shipmentId: 'B', eventId: 'D', source: 'IATA:DHLA' }), wireEvent({ shipmentId: 'C', eventId: 'X', eventType: 'DELIVERED', location: { unLocode: 'USCHI' } }));
  putVehicles(aws);
  return aws;
}

describe('GET /v1/overview', () => {
  it('has all regions with their numbers, the sum, and how fresh they are', async () => {
    const aws = await world();
    await countAt(aws, NOW);
    const { status, body } = await createApi(aws, { now: () => NOW + 30_000 })('/v1/overview');
    const overview = body as unknown as Overview;
    expect(status).toBe(200);
    expect(overview).toMatchObject({
      source: 'aggregate', as_of: new Date(NOW + 30_000).toISOString(), countedAt: new Date(NOW).toISOString(),
      total: { active: 2, delayed: 1, exceptions: 0, vehicles: { moving: 1, idle: 1, silent: 1 } },
      statuses: { IN_TRANSIT: 2, DELIVERED: 1 },
      freshness: { shipmentsSeconds: 0, vehiclesSeconds: null, countsSeconds: 30 },
      daily: null,
    });
    expect(overview.regions.map(({ region }) => region)).toEqual(REGIONS);
    expect(overview.regions.find(({ region }) => region === 'benelux')).toEqual({ region: 'benelux', name: 'Benelux', active: 2, delayed: 1, delayMinutes: 181, exceptions: 0, vehicles: { moving: 0, idle: 0, silent: 1 }, trend: [0.5] });
    expect(overview.regions.find(({ region }) => region === 'central-europe')?.vehicles).toEqual({ moving: 1, idle: 1, silent: 0 });
  });

  it('grows in delay between two counts, and shows a trend of two hours', async () => {
    const aws = await world();
    for (let slot = 30; slot >= 0; slot -= 1) await countAt(aws, NOW - slot * SLOT_MS);
    const overview = (await createApi(aws, { now: () => NOW + 60 * MINUTE })('/v1/overview')).body as unknown as Overview;
    expect(overview.total.delayMinutes).toBe(240);
    expect(overview.regions.find(({ region }) => region === 'benelux')?.trend).toEqual(Array.from({ length: 24 }, () => 0.5));
  });

  it('falls back to what it read last when the table does not answer, and says so', async () => {
    const aws = await world();
    await countAt(aws, NOW);
    let now = NOW;
    const call = createApi(aws, { now: () => now });
    expect((await call('/v1/overview')).body).toMatchObject({ source: 'aggregate' });
    aws.hooks = { before: ({ operation }) => { throw throttled(operation); } };
    now += COUNTS_CACHE_MS;
    const { status, body } = await call('/v1/overview');
    expect(status).toBe(200);
    expect(body).toMatchObject({ source: 'snapshot', as_of: new Date(NOW).toISOString(), freshness: { shipmentsSeconds: null, countsSeconds: 5 } });
    expect((await createApi(aws)('/v1/overview')).status).toBe(503);
  });

  it('is 503 before the first count, and 403 for a partner', async () => {
    const aws = await world();
    expect((await createApi(aws)('/v1/overview')).body).toMatchObject({ status: 503, title: 'Not counted yet' });
    await countAt(aws, NOW);
    for (const path of ['/v1/overview', '/v1/regions/benelux']) expect((await createApi(aws)(path, { claims: { ...VIEWER, 'cognito:groups': '[partners]' } })).status).toBe(403);
  });
});

describe('GET /v1/regions/{id}', () => {
  it('has carriers, statuses and the history', async () => {
    const aws = await world();
    for (const slot of [2, 1, 0]) await countAt(aws, NOW - slot * SLOT_MS);
    const { body } = await createApi(aws)('/v1/regions/benelux');
    expect(body as unknown as RegionDetail).toMatchObject({
      source: 'aggregate',
      numbers: { region: 'benelux', active: 2, delayed: 1, delayMinutes: 180 },
      byCarrier: [{ carrier: 'DHLA', active: 1, delayed: 0, delayMinutes: 0 }, { carrier: 'MAEU', active: 1, delayed: 1, delayMinutes: 180 }],
      byStatus: { IN_TRANSIT: 2 },
      history: [2, 1, 0].map((slot) => ({ at: new Date(NOW - slot * SLOT_MS).toISOString(), active: 2, delayed: 1, delayMinutes: 180 - 5 * slot, exceptions: 0 })),
    });
  });

  it('is empty for a region without shipments, and 404 for none', async () => {
    const aws = await world();
    await countAt(aws, NOW);
    expect((await createApi(aws)('/v1/regions/nordics')).body).toMatchObject({ numbers: { active: 0 }, byCarrier: [], byStatus: {}, history: [{ active: 0 }] });
    expect((await createApi(aws)('/v1/regions/atlantis')).body).toMatchObject({ status: 404, type: 'urn:waybill:problem:region-not-found' });
  });
});
