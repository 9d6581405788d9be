/** Write units per position: one shard's vehicles for some minutes, through the fold and the page store, against a table that bills. */
import { foldBatch } from '../../lambdas/track-vehicles/fold-batch.ts';
import type { ArrivedFix } from '../../lambdas/track-vehicles/fold-batch.ts';
import { createPageStore } from '../../lambdas/track-vehicles/page-store.ts';
import { createDynamoBatches } from '../../lambdas/track-shipments/dynamo-batches.ts';
import { createLogger } from '../../lambdas/_shared/logger.ts';
import { BilledTable } from './billed-table.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const START = Date.parse('2026-11-21T06:00:00Z');
/** Before counting: pages exist, a trail slot is under way. */
const WARM_MS = 2 * MINUTE;
const COUNTED_MS = 10 * MINUTE;
const KEPT_MS = 48 * 60 * MINUTE;
/** A vehicle loads or unloads about so often. */
const CARGO_MS = 90 * MINUTE;

export interface WriteUnits {
  readonly positions: number;
  /** Per position. */
  readonly pages: number;
  readonly trails: number;
  readonly aboard: number;
  readonly all: number;
  /** µs of CPU per position, fold, join and pack. */
  readonly cpu: number;
}

export async function measureWriteUnits({ vehicles, everyMs, perPage, windowMs }: { readonly vehicles: number; readonly everyMs: number; readonly perPage: number; readonly windowMs: number }): Promise<WriteUnits> {
  const table = new BilledTable();
  const log = createLogger({ fields: {}, write: () => undefined });
  const pause = (): Promise<void> => Promise.resolve();
  const store = createPageStore({ batches: createDynamoBatches({ aws: table.aws as never, table: 'vehicle-pages', pause, log }), table: 'vehicle-pages', keptMs: KEPT_MS, log, pause });
  const rule = { buckets: Math.ceil(vehicles / perPage), keptMs: KEPT_MS };
  let positions = 0;
  let cpu = 0;
  let before: Record<string, number> = {};
  for (let to = START + windowMs; to <= START + WARM_MS + COUNTED_MS; to += windowMs) {
    const batch = arrivals({ vehicles, everyMs, from: to - windowMs, to });
    const used = process.cpuUsage();
    await store.apply('shardId-000000000000', foldBatch(batch, rule).buckets, to);
    const { user, system } = process.cpuUsage(used);
    if (to <= START + WARM_MS) before = { ...table.unitsOf };
    else {
      positions += batch.length;
      cpu += user + system;
    }
  }
  const of = (kind: string): number => ((table.unitsOf[kind] ?? 0) - (before[kind] ?? 0)) / positions;
  return { positions, pages: of('P'), trails: of('T'), aboard: of('A'), all: of('P') + of('T') + of('A'), cpu: cpu / positions };
}

/** What reaches the stream at from ≤ t < to: a fix of each vehicle every so often, 1.5 to 5 s on the way. */
function arrivals({ vehicles, everyMs, from, to }: { vehicles: number; everyMs: number; from: number; to: number }): ArrivedFix[] {
  const found: (ArrivedFix & { readonly at: number })[] = [];
  for (let vehicle = 0; vehicle < vehicles; vehicle += 1) {
    const phase = scattered(vehicle, 1) * everyMs;
    for (let turn = Math.floor((from - phase) / everyMs) - 2; turn * everyMs + phase < to; turn += 1) {
      const eventTime = Math.round(turn * everyMs + phase);
      const at = eventTime + 1_500 + Math.round(scattered(vehicle, turn % 9_973) * 3_500);
      if (at >= from && at < to) found.push({ at, event: fixOf(vehicle, eventTime), arrivalTime: at, sequence: String(at), recordsBefore: 0 });
    }
  }
  return found.sort((a, b) => a.at - b.at);
}

function fixOf(vehicle: number, eventTime: number): Record<string, unknown> {
  const way = (eventTime - START) / 3_600_000;
  const load = Math.floor((eventTime + scattered(vehicle, 5) * CARGO_MS) / CARGO_MS) % 100_000;
  return {
    vehicleId: `TRK-${String(vehicle + 101).padStart(6, '0')}`,
    eventTime: new Date(eventTime).toISOString(),
    lat: Number((38 + scattered(vehicle, 2) * 20 + way * 0.5).toFixed(5)),
    lon: Number((-8 + scattered(vehicle, 3) * 30 + way * 0.6).toFixed(5)),
    speedKmh: Number((55 + scattered(vehicle, eventTime % 9_973) * 35).toFixed(1)),
    headingDeg: Math.floor(scattered(vehicle, 4) * 360),
    shipmentIds: [`SHP-${String((vehicle * 31 + load * 7) % 100_000).padStart(5, '0')}`],
  };
}

/** 0 to 1, the same for the same numbers. */
function scattered(a: number, b: number): number {
  const x = Math.sin(a * 12.9898 + b * 78.233) * 43_758.5453;
  return x - Math.floor(x);
}
