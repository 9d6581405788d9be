/**
 * The simulated world: `createWorld`, its past (`history`), its life (`live`), and what is true of it (`createTruth`).
 *
 *   const world = createWorld({ seed: 7, now: Date.now() });
 *   for (const record of history(world)) …            // 35 days that end now, by time
 *   for (const record of live(world, from, to)) …      // what reaches the streams at from ≤ t < to
 */
import { liveCorruption, Schedule, type SimulatedRecord } from './schedule.ts';
import { HOUR } from './settings.ts';
import { partsOf, type SimulatedWorld, type WorldParts } from './world.ts';

export { createWorld, FEATURED_ID, type SimulatedWorld, type WorldOptions } from './world.ts';
export { DEFAULT_SHARES, NO_DISTURBANCE, type Shares } from './settings.ts';
export { createTruth, type ShipmentTruth, type Truth, type TruthReport } from './truth.ts';
export type { CurrentRow, OrdersTruth, RowVersion } from './orders/truth.ts';
export type { RecordKind } from './shipment-events.ts';
export type { SimulatedRecord } from './schedule.ts';

/** Shipment events, and changes of the orders database when the world has one, of the whole past, by the time at which they are put; made while they are read. */
export function* history(world: SimulatedWorld): Generator<SimulatedRecord> {
  const parts = partsOf(world);
  yield* new Schedule(parts).shipmentRecords(parts.start, world.settings.now);
}

interface Life {
  readonly parts: WorldParts;
  readonly schedule: Schedule;
}

const lives = new WeakMap<SimulatedWorld, Life>();

export interface LiveOptions {
  /** Positions before this moment are left out: those of a long absence interest nobody. Default: one hour before `to`. */
  readonly positionsFrom?: number;
}

/**
 * All records with from ≤ at < to, by time, made hour by hour while they are read. How the time is cut into calls makes no difference (but
 * for positions of calls over more than an hour). The first call makes the shipments that are under way, a moment's work; later ones go on.
 */
export function* live(world: SimulatedWorld, from: number, to: number, { positionsFrom = to - HOUR }: LiveOptions = {}): Generator<SimulatedRecord> {
  const { parts, schedule } = lifeAt(world, from);
  for (let start = from; start < to; ) {
    const end = Math.min(to, (Math.floor(start / HOUR) + 1) * HOUR);
    const records = [...schedule.shipmentRecords(start, end), ...liveCorruption(parts, start, end), ...schedule.positionRecords(Math.max(start, positionsFrom), end)];
    yield* records.sort((a, b) => a.at - b.at);
    start = end;
  }
}

function lifeAt(world: SimulatedWorld, from: number): Life {
  const known = lives.get(world);
  if (known?.schedule.reaches(from) === true) return known;
  const parts = known?.parts ?? partsOf(world);
  const life = { parts, schedule: new Schedule(parts, from) };
  lives.set(world, life);
  return life;
}
