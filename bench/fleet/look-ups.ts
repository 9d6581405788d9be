/** The fleet function with its pages in memory: reading them, looking vehicles up, whole answers. */
import { setImmediate as breathe } from 'node:timers/promises';
import { boxArea, circleArea } from '../../domain/geo/index.ts';
import { aboardHash, bucketOf, packAboard, packPage, stateOf } from '../../domain/vehicle/index.ts';
import type { AboardSet, VehicleState } from '../../domain/vehicle/index.ts';
import { createLogger } from '../../lambdas/_shared/logger.ts';
import type { HttpApiEvent } from '../../lambdas/_shared/http/event.ts';
import { createCellMemory } from '../../lambdas/fleet-api/cell-memory.ts';
import { createHandler } from '../../lambdas/fleet-api/create-handler.ts';
import { createFleetHolder } from '../../lambdas/fleet-api/fleet-holder.ts';
import type { Fleet } from '../../lambdas/fleet-api/fleet.ts';
import { createPageMemory } from '../../lambdas/fleet-api/page-memory.ts';
import { readFleet } from '../../lambdas/fleet-api/read-fleet.ts';
import { createDynamoBatches } from '../../lambdas/track-shipments/dynamo-batches.ts';
import { ABOARD_KEY, PAGE_KEY, pagePartition, shardItem } from '../../lambdas/track-vehicles/vehicle-items.ts';
import { BilledTable } from './billed-table.ts';
import { boxAt, cargoOf, spot, vehicleId } from './places.ts';

const SHARDS = 10;
const KEPT_MS = 48 * 3_600_000;

export interface Percentiles {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
}

export interface LookUps {
  readonly pages: number;
  readonly readUnits: number;
  /** ms of CPU for reading all pages when all have changed, and when none has. */
  readonly refreshMs: number;
  readonly idleMs: number;
  /** MB. */
  readonly memory: number;
  /** µs. */
  readonly inside: readonly Percentiles[];
  /** ms. */
  readonly answers: readonly Percentiles[];
}

export async function measureLookUps({ vehicles, perPage }: { readonly vehicles: number; readonly perPage: number }): Promise<LookUps> {
  const table = new BilledTable();
  const now = Date.now();
  const buckets = Math.ceil(vehicles / SHARDS / perPage);
  fill(table, { vehicles, buckets, now, version: 1 });
  const log = createLogger({ fields: {}, write: () => undefined });
  const memory = createPageMemory({ aws: table.aws, batches: createDynamoBatches({ aws: table.aws as never, table: 'pages', pause: () => Promise.resolve(), log }), table: 'pages' });
  let fleet: Fleet | undefined;
  // One in ten.
  const delayed = new Set(Array.from({ length: Math.ceil(vehicles / 10) }, (_, index) => cargoOf(index * 10)).flat());
  const cellMemory = createCellMemory();
  const read = async (asOf: number): Promise<Fleet> => (fleet = await readFleet({ memory, delayed: { get: () => Promise.resolve(delayed) }, keptMs: KEPT_MS, cellMemory }, asOf, () => true));
  await read(now);
  const firstUnits = table.readUnits;
  fill(table, { vehicles, buckets, now, version: 2 });
  const refreshMs = await cpuOf(() => read(now));
  const idleMs = await cpuOf(() => read(now));
  if (fleet === undefined) throw new Error('no fleet');
  const { index } = fleet;
  const inside = [
    timed('circle of 10 km', 5_000, (turn) => index.find(circleArea(spot(turn), 10), 5_000)),
    timed('circle of 25 km', 5_000, (turn) => index.find(circleArea(spot(turn), 25), 5_000)),
    timed('box of 0.5° × 0.5°', 5_000, (turn) => index.find(boxArea(boxAt(turn, 0.5)), 5_000)),
    timed('box of 2° × 2°', 5_000, (turn) => index.find(boxArea(boxAt(turn, 2)), 5_000)),
  ];
  const handle = createHandler({ cellMemory, holder: createFleetHolder({ read, now: Date.now, refreshMs: 3_600_000, boundMs: 7_200_000, log }), readTrail: () => Promise.resolve([]), customersOf: () => Promise.resolve(undefined), partnerShipments: { of: () => Promise.resolve(new Set()) }, log, now: Date.now, silentAfterMs: 600_000 });
  const ask = (query: Record<string, string>) => handle({ rawPath: '/v1/vehicles', queryStringParameters: query, headers: { 'accept-encoding': 'gzip' }, requestContext: { http: { method: 'GET' }, authorizer: { jwt: { claims: { sub: 'a', aud: 'b' } } } } } satisfies HttpApiEvent);
  const answers = [
    await timedAnswer('near, 25 km', 1_000, (turn) => ask({ near: `${spot(turn).lat},${spot(turn).lon},25` })),
    await timedAnswer('box of 2° × 2°', 1_000, (turn) => ask({ bbox: boxAt(turn, 2).join(',') })),
    await timedAnswer('box of 5° × 5° (thousands of vehicles)', 100, (turn) => ask({ bbox: boxAt(turn, 5).join(',') })),
    await timedAnswer('the whole fleet by cell', 100, () => ask({ group: 'cell', resolution: '3' })),
    await timedAnswer('a region by cell', 100, () => ask({ region: 'central-europe', group: 'cell' })),
  ];
  global.gc?.();
  return { pages: SHARDS * buckets, readUnits: firstUnits, refreshMs, idleMs, memory: process.memoryUsage().rss / 2 ** 20, inside, answers };
}

function fill(table: BilledTable, { vehicles, buckets, now, version }: { vehicles: number; buckets: number; now: number; version: number }): void {
  const pages = new Map<string, Map<string, VehicleState>>();
  const aboard = new Map<string, Map<string, readonly AboardSet[]>>();
  for (let vehicle = 0; vehicle < vehicles; vehicle += 1) {
    const id = vehicleId(vehicle);
    const pk = pagePartition(`shardId-00000000000${vehicle % SHARDS}`, bucketOf(id, buckets));
    const { lat, lon } = spot(vehicle);
    const fix = { eventTime: now - (vehicle % 10_000) + version, lat: Math.round(lat * 1e5) + version, lon: Math.round(lon * 1e5), speed: 700, heading: vehicle % 360, isStale: false, aboard: aboardHash(cargoOf(vehicle)) };
    pages.set(pk, (pages.get(pk) ?? new Map<string, VehicleState>()).set(id, stateOf(fix)));
    if (fix.aboard !== 0) aboard.set(pk, (aboard.get(pk) ?? new Map<string, readonly AboardSet[]>()).set(id, [{ hash: fix.aboard, seenAt: fix.eventTime, shipmentIds: cargoOf(vehicle) }]));
  }
  for (const [pk, sets] of aboard) table.put({ pk: { S: pk }, sk: { S: ABOARD_KEY }, version: { N: '1' }, data: { B: packAboard(sets).toString('base64') }, expiresAt: { N: '1' } });
  for (const [pk, page] of pages) table.put({ pk: { S: pk }, sk: { S: PAGE_KEY }, version: { N: String(version) }, data: { B: packPage(page).toString('base64') }, expiresAt: { N: '1' } });
  for (let shard = 0; shard < SHARDS; shard += 1) table.put(shardItem({ shard: `shardId-00000000000${shard}`, buckets }, 1) as never);
}

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const used = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(used);
  return (user + system) / 1_000;
}

/** Each look-up counts with the quickest of so many: what else the machine does in those microseconds is not the look-up's. */
const AGAIN = 5;

function timed(name: string, times: number, work: (turn: number) => unknown): Percentiles {
  for (let turn = 0; turn < times / 10; turn += 1) work(turn);
  const spent = Float64Array.from({ length: times }, (_, turn) => {
    let least = Infinity;
    for (let again = 0; again < AGAIN; again += 1) {
      const begun = performance.now();
      work(turn);
      least = Math.min(least, (performance.now() - begun) * 1_000);
    }
    return least;
  }).sort();
  return { name, p50: spent[times >> 1] ?? 0, p99: spent[Math.floor(times * 0.99)] ?? 0 };
}

async function timedAnswer(name: string, times: number, ask: (turn: number) => Promise<unknown>): Promise<Percentiles> {
  const spent: number[] = [];
  for (let turn = -Math.ceil(times / 10); turn < times; turn += 1) {
    const begun = process.hrtime.bigint();
    await ask(turn + times);
    if (turn >= 0) spent.push(Number(process.hrtime.bigint() - begun) / 1e6);
    await breathe();
  }
  spent.sort((a, b) => a - b);
  return { name, p50: spent[times >> 1] ?? 0, p99: spent[Math.floor(times * 0.99)] ?? 0 };
}
