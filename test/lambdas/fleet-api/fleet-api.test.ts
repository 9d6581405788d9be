import type { VehicleCell, VehicleDetail, VehicleList, VehicleSummary } from '../../../contracts/api/answers.ts';
import { S } from '../../../lambdas/_shared/marshall.ts';
import { DELAYED_LIFE_MS, DELAYED_REFRESH_MS } from '../../../lambdas/fleet-api/delayed-shipments.ts';
import { createFakeAws, throttled } from '../track-shipments/fake-aws.ts';
import type { FakeAws } from '../track-shipments/fake-aws.ts';
import { at, createTracker, kinesisEvent, NOW, TABLE, wireFix } from '../track-vehicles/tracker.ts';
import { ACCESS, BOUND_MS, createFleetApi, REFRESH_MS, SHIPMENTS } from './api.ts';
import type { Answer, Ask } from './api.ts';
import { until } from '../../until.ts';

const list = ({ body }: Answer): VehicleList => body as unknown as VehicleList;
const ids = (answer: Answer): string[] => list(answer).vehicles.map(({ vehicleId }) => vehicleId).sort();
const PARTNER = { sub: 'partner-1', 'cognito:groups': '[partners]' };

/** Rotterdam, London, Suva and Taveuni on either side of the antimeridian. */
const FIXES = [
  wireFix({ vehicleId: 'RTM', lat: 51.95, lon: 4.14, shipmentIds: ['SHP-1', 'SHP-2'] }),
  wireFix({ vehicleId: 'LON', lat: 51.5, lon: -0.12, speedKmh: 0, shipmentIds: ['SHP-3'] }),
  wireFix({ vehicleId: 'SUV', lat: -18.1, lon: 178.4, eventTime: at(-1_200) }),
  wireFix({ vehicleId: 'TVU', lat: -16.9, lon: -179.9 }),
];

async function world(): Promise<{ aws: FakeAws; ask: Ask }> {
  const aws = createFakeAws();
  await createTracker(aws).send(...FIXES);
  return { aws, ask: createFleetApi(aws) };
}

describe('GET /v1/vehicles', () => {
  it('answers every vehicle with its place, motion, flags and cargo, and says when that was true', async () => {
    const { ask } = await world();
    const answer = await ask('/v1/vehicles');
    expect(answer.body).toMatchObject({ as_of: new Date(NOW).toISOString(), source: 'live', count: 4, cells: [], resolution: null });
    expect(list(answer).vehicles.find(({ vehicleId }) => vehicleId === 'RTM')).toEqual({
      vehicleId: 'RTM', lat: 51.95, lon: 4.14, eventTime: '2026-11-20T11:59:50.000Z', speedKmh: 60, headingDeg: 90, motion: 'moving', flags: [], shipmentIds: ['SHP-1', 'SHP-2'],
    } satisfies VehicleSummary);
    expect(list(answer).vehicles.map(({ vehicleId, motion }) => `${vehicleId} ${motion}`).sort()).toEqual(['LON idle', 'RTM moving', 'SUV silent', 'TVU moving']);
  });

  it.each([
    [{ bbox: '3,51,5,53' }, ['RTM']],
    [{ bbox: '178,-20,-179,-10' }, ['SUV', 'TVU']],
    [{ near: '-17.5,179.3,250' }, ['SUV', 'TVU']],
    [{ near: '51.5,-0.12,0' }, ['LON']],
    [{ region: 'benelux' }, ['RTM']],
    [{ region: 'british-isles' }, ['LON']],
    [{ shipment: 'SHP-2' }, ['RTM']],
    [{ shipment: 'SHP-9' }, []],
  ])('%j finds %j', async (query, expected) => {
    const { ask } = await world();
    expect(ids(await ask('/v1/vehicles', query as Record<string, string>))).toEqual(expected);
  });

  it('groups by cell when asked, and a cell leads back to its vehicles', async () => {
    const { ask } = await world();
    const answer = list(await ask('/v1/vehicles', { group: 'cell', resolution: '5' }));
    expect(answer).toMatchObject({ count: 4, vehicles: [], resolution: 5 });
    expect(answer.cells.length).toBe(4);
    const sum = (of: 'vehicles' | 'moving' | 'silent'): number => answer.cells.reduce((all, one) => all + one[of], 0);
    expect([sum('vehicles'), sum('moving'), sum('silent')]).toEqual([4, 2, 1]);
    const found = await Promise.all(answer.cells.map(async ({ cell }: VehicleCell) => ids(await ask('/v1/vehicles', { cell }))));
    expect(found.flat().sort()).toEqual(['LON', 'RTM', 'SUV', 'TVU']);
    expect(answer.cells[0]?.ring.length).toBeGreaterThanOrEqual(5);
  });

  it('counts a region by cell as the whole fleet is counted: of its own vehicles, at the resolution asked for', async () => {
    const { ask } = await world();
    const counts = async (query: Record<string, string>): Promise<unknown> => {
      const { count, resolution, cells } = list(await ask('/v1/vehicles', { group: 'cell', ...query }));
      return [count, resolution, cells.reduce((sum, { vehicles }) => sum + vehicles, 0)];
    };
    expect(await counts({ region: 'benelux', resolution: '3' })).toEqual([1, 3, 1]);
    expect(await counts({ region: 'british-isles', resolution: '3' })).toEqual([1, 3, 1]);
    expect(await counts({ resolution: '3' })).toEqual([4, 3, 4]);
    expect(await counts({ region: 'benelux', resolution: '4' })).toEqual([1, 4, 1]);
    expect(list(await ask('/v1/vehicles', { region: 'benelux', group: 'cell', resolution: '3' })).cells).not.toEqual(list(await ask('/v1/vehicles', { region: 'british-isles', group: 'cell', resolution: '3' })).cells);
  });

  it('counts by cell when there are more than five thousand, and joins cells until they are few', async () => {
    const aws = createFakeAws();
    await createTracker(aws, { buckets: 40 }).send(...Array.from({ length: 5_001 }, (_, index) => wireFix({ vehicleId: `T-${index}`, lat: 35 + (index % 71) / 3, lon: -9 + Math.floor(index / 71) / 2 })));
    const ask = createFleetApi(aws);
    const all = list(await ask('/v1/vehicles', { resolution: '7' }));
    expect([all.count, all.vehicles.length]).toEqual([5_001, 0]);
    expect(all.resolution).toBeLessThan(7);
    expect(all.cells.length).toBeLessThanOrEqual(2_000);
    expect(all.cells.reduce((sum, { vehicles }) => sum + vehicles, 0)).toBe(5_001);
    const half = list(await ask('/v1/vehicles', { bbox: '-10,34,20,60' }));
    expect(half.vehicles.length).toBe(half.count);
    expect(half.count).toBeGreaterThan(2_000);
  });

  it.each([
    [{ bbox: '1,2,3' }, 'bbox'],
    [{ bbox: '3,53,5,51' }, 'bbox'],
    [{ near: '91,0,5' }, 'near'],
    [{ region: 'atlantis' }, 'region'],
    [{ cell: '8a1fb46622dffff' }, 'cell'],
    [{ resolution: '8' }, 'resolution'],
    [{ bbox: '3,51,5,53', region: 'benelux' }, 'region'],
    [{ where: 'here' }, 'where'],
  ])('%j is refused by name', async (query, parameter) => {
    const { ask } = await world();
    const { status, body } = await ask('/v1/vehicles', query);
    expect([status, (body['mistakes'] as { parameter: string }[])[0]?.parameter]).toEqual([400, parameter]);
  });
});

describe('GET /v1/vehicles/{id}', () => {
  it('answers the vehicle with its last hour, over a split of its shard, and nothing older', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    await tracker.handle(kinesisEvent([-3_700, -1_800, -1_790, -900].map((second) => ({ fix: wireFix({ eventTime: at(second) }), arrivalTime: NOW + second * 1_000 })), { shard: 'shardId-000000000000' }));
    await tracker.handle(kinesisEvent([{ fix: wireFix({ eventTime: at(-30), lat: 52.2 }) }], { shard: 'shardId-000000000002' }));
    const answer = (await createFleetApi(aws)('/v1/vehicles/TRK-0101')).body as unknown as VehicleDetail;
    expect(answer.vehicle).toMatchObject({ vehicleId: 'TRK-0101', lat: 52.2 });
    expect(answer.trail.map(({ eventTime }) => (Date.parse(eventTime) - NOW) / 1_000)).toEqual([-1_800, -900, -30]);
  });

  it('says that there is none, and answers without a trail when that cannot be read', async () => {
    const { aws, ask } = await world();
    expect((await ask('/v1/vehicles/NONE')).status).toBe(404);
    aws.hooks = { before: ({ operation, input }) => { if (operation === 'Query' && JSON.stringify(input).includes('BETWEEN')) throw throttled(operation); } };
    expect((await ask('/v1/vehicles/RTM')).body).toMatchObject({ source: 'snapshot', vehicle: { vehicleId: 'RTM' }, trail: [] });
  });
});

describe('a partner', () => {
  it('sees only vehicles that carry its customers\' shipments, and of those only its own shipments', async () => {
    const { aws, ask } = await world();
    aws.put(ACCESS, { pk: S('caller#partner-1'), sk: S('customer#CUST-1') });
    aws.put(SHIPMENTS, { pk: S('SHP-1'), sk: S('S'), customerKey: S('CUST-1') });
    aws.put(SHIPMENTS, { pk: S('SHP-3'), sk: S('S'), customerKey: S('CUST-2') });
    const answer = await ask('/v1/vehicles', {}, PARTNER);
    expect(list(answer).vehicles.map(({ vehicleId, shipmentIds }) => [vehicleId, shipmentIds])).toEqual([['RTM', ['SHP-1']]]);
    expect(list(await ask('/v1/vehicles', { bbox: '-10,40,10,60' }, PARTNER)).count).toBe(1);
    expect(list(await ask('/v1/vehicles', { group: 'cell' }, PARTNER)).count).toBe(1);
    expect(list(await ask('/v1/vehicles', { shipment: 'SHP-3' }, PARTNER)).count).toBe(0);
    expect([(await ask('/v1/vehicles/RTM', {}, PARTNER)).status, (await ask('/v1/vehicles/LON', {}, PARTNER)).status]).toEqual([200, 404]);
  });

  it('without customers sees nothing', async () => {
    const { ask } = await world();
    expect((await ask('/v1/vehicles', {}, PARTNER)).body).toMatchObject({ count: 0, vehicles: [] });
  });
});

describe('delayed vehicles of a cell', () => {
  const shipment = (aws: FakeAws, id: string, key: string): void => aws.put(SHIPMENTS, { pk: S(id), sk: S('S'), lateKey: S(key), customerKey: S(id === 'SHP-3' ? 'CUST-2' : 'CUST-1') });
  const delayedAt = async (ask: Ask, claims?: Readonly<Record<string, unknown>>): Promise<(number | null)[]> =>
    list(await ask('/v1/vehicles', { group: 'cell', resolution: '5' }, claims)).cells.map(({ delayed }) => delayed).sort();

  it('are those that carry a delayed shipment, each once, from every partition of the index', async () => {
    const { aws, ask } = await world();
    for (const [id, key] of [['SHP-1', 'LATE#0'], ['SHP-2', 'LATE#3'], ['SHP-3', 'TIMELY#1'], ['SHP-9', 'LATE#2']] as const) shipment(aws, id, key);
    expect(await delayedAt(ask)).toEqual([0, 0, 0, 1]);
    const [cell] = list(await ask('/v1/vehicles', { near: '51.95,4.14,1', group: 'cell' })).cells;
    expect(cell).toMatchObject({ vehicles: 1, delayed: 1 });
  });

  it('are counted anew a minute later, and reading them is not repeated before', async () => {
    const { aws } = await world();
    let now = NOW;
    const ask = createFleetApi(aws, { now: () => now });
    const reads = (): number => aws.calls.filter(({ operation, input }) => operation === 'Query' && JSON.stringify(input).includes('by-delayed')).length;
    expect([await delayedAt(ask), reads()]).toEqual([[0, 0, 0, 0], 4]);
    shipment(aws, 'SHP-3', 'LATE#1');
    now += DELAYED_REFRESH_MS - 1;
    expect([await delayedAt(ask), reads()]).toEqual([[0, 0, 0, 0], 4]);
    now += BOUND_MS + 1;
    expect([await delayedAt(ask), reads()]).toEqual([[0, 0, 0, 1], 8]);
  });

  it('are read to the last page of a partition', async () => {
    const { aws, ask } = await world();
    aws.pageSize = 1;
    for (const id of ['SHP-0', 'SHP-1', 'SHP-3']) shipment(aws, id, 'LATE#0');
    expect(await delayedAt(ask)).toEqual([0, 0, 1, 1]);
  });

  it('go by the cargo of the newest fix, whichever page knows an older one', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    await tracker.handle(kinesisEvent([{ fix: wireFix({ eventTime: at(-60), shipmentIds: ['SHP-1'] }) }], { shard: 'shardId-000000000000' }));
    await tracker.handle(kinesisEvent([{ fix: wireFix({ eventTime: at(-30), shipmentIds: ['SHP-7'] }) }], { shard: 'shardId-000000000002' }));
    shipment(aws, 'SHP-1', 'LATE#0');
    expect(await delayedAt(createFleetApi(aws))).toEqual([0]);
    shipment(aws, 'SHP-7', 'LATE#1');
    expect(await delayedAt(createFleetApi(aws))).toEqual([1]);
  });

  it('are told to a partner only for its own shipments', async () => {
    const { aws, ask } = await world();
    aws.put(ACCESS, { pk: S('caller#partner-1'), sk: S('customer#CUST-1') });
    shipment(aws, 'SHP-1', 'TIMELY#0');
    shipment(aws, 'SHP-2', 'LATE#0');
    aws.put(SHIPMENTS, { pk: S('SHP-2'), sk: S('S'), lateKey: S('LATE#0'), customerKey: S('CUST-2') });
    expect([await delayedAt(ask, PARTNER), await delayedAt(ask)]).toEqual([[0], [0, 0, 0, 1]]);
    shipment(aws, 'SHP-2', 'LATE#0');
    const later = createFleetApi(aws);
    expect(await delayedAt(later, PARTNER)).toEqual([1]);
  });

  it('are unknown, not none, while nobody can say; a list that was read is used for ten minutes', async () => {
    const { aws } = await world();
    let now = NOW;
    const ask = createFleetApi(aws, { now: () => now });
    const refuseIndex: FakeAws['hooks'] = { before: ({ operation, input }) => { if (JSON.stringify(input).includes('by-delayed')) throw throttled(operation); } };
    aws.hooks = refuseIndex;
    expect(await delayedAt(ask)).toEqual([null, null, null, null]);
    aws.hooks = {};
    shipment(aws, 'SHP-3', 'LATE#0');
    now += BOUND_MS + 1;
    expect(await delayedAt(ask)).toEqual([0, 0, 0, 1]);
    aws.hooks = refuseIndex;
    now += DELAYED_LIFE_MS;
    expect(await delayedAt(ask)).toEqual([0, 0, 0, 1]);
    now += BOUND_MS + 1;
    expect(await delayedAt(ask)).toEqual([null, null, null, null]);
  });
});

describe('memory', () => {
  const reads = (aws: FakeAws): number => aws.calls.filter(({ operation, input }) => operation === 'BatchGetItem' && JSON.stringify(input).includes(TABLE)).length;
  const settled = async (): Promise<void> => { for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate); };

  it('answers from what it holds, reads again behind the answer, and waits from the bound on', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    await tracker.send(wireFix({ eventTime: at(-60), lat: 1 }));
    let now = NOW;
    const ask = createFleetApi(aws, { now: () => now });
    const lat = async (): Promise<number | undefined> => list(await ask('/v1/vehicles')).vehicles[0]?.lat;
    expect(await lat()).toBe(1);
    const first = reads(aws);
    await tracker.send(wireFix({ eventTime: at(-50), lat: 2 }));
    now += REFRESH_MS;
    expect([await lat(), reads(aws)]).toEqual([1, first]);
    now += 1;
    // Old enough: this answer is still the held one, and the reading goes on behind it.
    expect(await lat()).toBe(1);
    // A reading for which nobody waits rests by the real clock once it has worked for long, as on a slow machine.
    await until(async () => (await lat()) === 2, 'the new place is answered');
    await tracker.send(wireFix({ eventTime: at(-40), lat: 3 }));
    now += BOUND_MS + 1;
    const answer = await ask('/v1/vehicles');
    expect(answer.body).toMatchObject({ source: 'live', as_of: new Date(now).toISOString(), vehicles: [{ lat: 3 }] });
  });

  it('unpacks only pages that have changed, and reads sets aboard only when a page names an unknown one', async () => {
    const { aws } = await world();
    let now = NOW;
    const ask = createFleetApi(aws, { now: () => now });
    await ask('/v1/vehicles');
    const before = aws.calls.length;
    now += BOUND_MS + 1;
    await ask('/v1/vehicles');
    expect(aws.calls.slice(before).map(({ operation }) => operation)).toEqual(['Query', 'BatchGetItem']);
  });

  it('counts a vehicle that has moved in its new cell, and those beside it on the page where they were', async () => {
    const { aws } = await world();
    let now = NOW;
    const ask = createFleetApi(aws, { now: () => now });
    const cells = async (): Promise<string[]> => list(await ask('/v1/vehicles', { group: 'cell', resolution: '7' })).cells.map(({ cell }) => cell).sort();
    const placed = async (...fixes: Parameters<ReturnType<typeof createTracker>['send']>): Promise<string[]> => {
      await createTracker(aws).send(...fixes);
      now += BOUND_MS + 1;
      return cells();
    };
    const before = await cells();
    const moved = await placed(wireFix({ vehicleId: 'LON', lat: 53.48, lon: -2.24, eventTime: at(-1) }), wireFix({ vehicleId: 'AAA', lat: 40, lon: 3 }));
    const anew = createFleetApi(aws, { now: () => now });
    expect(moved).toEqual(list(await anew('/v1/vehicles', { group: 'cell', resolution: '7' })).cells.map(({ cell }) => cell).sort());
    expect(moved.filter((cell) => before.includes(cell)).length).toBe(3);
  });

  it('answers with the same tag after a reading that found nothing new, whichever page came first', async () => {
    const aws = createFakeAws();
    await createTracker(aws, { buckets: 250 }).send(...Array.from({ length: 300 }, (_, index) => wireFix({ vehicleId: `T-${index}` })));
    let now = NOW;
    const ask = createFleetApi(aws, { now: () => now });
    const order = async (): Promise<string[]> => list(await ask('/v1/vehicles')).vehicles.map(({ vehicleId }) => vehicleId);
    const before = await order();
    let calls = 0;
    aws.hooks = { before: async ({ operation }) => { if (operation === 'BatchGetItem' && (calls += 1) === 1) await new Promise((resolve) => setTimeout(resolve, 20)); } };
    now += BOUND_MS + 1;
    expect(await order()).toEqual(before);
    expect([before.length, calls]).toEqual([300, 5]);
  });

  it('reads no further when some pages cannot be read', async () => {
    const aws = createFakeAws();
    await createTracker(aws, { buckets: 1_000 }).send(wireFix({ vehicleId: 'ONE' }));
    const ask = createFleetApi(aws);
    let tries = 0;
    aws.hooks = { before: ({ operation }) => { if (operation === 'BatchGetItem' && (tries += 1) === 1) throw throttled(operation); } };
    expect((await ask('/v1/vehicles')).status).toBe(503);
    await settled();
    expect(tries).toBeLessThanOrEqual(4);
  });

  it('answers as a snapshot while the table cannot be read, at once, and is live again after it can', async () => {
    const { aws } = await world();
    let now = NOW;
    const ask = createFleetApi(aws, { now: () => now });
    await ask('/v1/vehicles');
    const cells = await ask('/v1/vehicles', { group: 'cell' });
    expect(cells.body).toMatchObject({ source: 'live', count: 4 });
    aws.hooks = { before: ({ operation }) => { throw throttled(operation); } };
    now += BOUND_MS + 1;
    expect((await ask('/v1/vehicles', { group: 'cell' })).body).toMatchObject({ ...cells.body, source: 'snapshot' });
    expect((await ask('/v1/vehicles')).body).toMatchObject({ source: 'snapshot', as_of: new Date(NOW).toISOString(), count: 4 });
    const tries = aws.calls.length;
    expect((await ask('/v1/vehicles')).body).toMatchObject({ source: 'snapshot', count: 4 });
    expect(aws.calls.length).toBe(tries);
    aws.hooks = {};
    now += 3_000;
    expect((await ask('/v1/vehicles')).body).toMatchObject({ source: 'live', count: 4 });
  });

  it('that holds nothing yet says that it cannot answer', async () => {
    const { aws, ask } = await world();
    aws.hooks = { before: ({ operation }) => { throw throttled(operation); } };
    expect((await ask('/v1/vehicles')).status).toBe(503);
    aws.hooks = {};
    expect((await ask('/v1/vehicles')).status).toBe(200);
  });
});
