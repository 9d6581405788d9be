import type { VehicleCell, VehicleSummary } from '../../contracts/api/answers.ts';
import { cellOfKey, coarserKey, ringOf } from '../../domain/geo/index.ts';
import { degrees, flagsOf, motionOf } from '../../domain/vehicle/index.ts';
import type { Motion } from '../../domain/vehicle/index.ts';
import type { Breather } from './breather.ts';
import type { Fleet } from './fleet.ts';
import { shipmentIdsAboard } from './held-page.ts';
import type { HeldVehicle } from './held-page.ts';

export interface Clock {
  readonly now: number;
  readonly silentAfterMs: number;
}

const [HOUR_MS, MINUTE_MS, SECOND_MS] = [3_600_000, 60_000, 1_000] as const;
const DAY_MS = 24 * HOUR_MS;
const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
let known = { day: NaN, text: '' };

/** As `toISOString`, which costs a tenth of an answer of thousands of vehicles: most are of one day. @param time whole ms since 1970 */
export function instant(time: number): string {
  const day = Math.floor(time / DAY_MS);
  if (day !== known.day) known = { day, text: new Date(day * DAY_MS).toISOString().slice(0, -'00:00:00.000Z'.length) };
  const rest = time - day * DAY_MS;
  const [hour, minute, second] = [Math.floor(rest / HOUR_MS), Math.floor(rest / MINUTE_MS) % 60, Math.floor(rest / SECOND_MS) % 60];
  return `${known.text}${TWO_DIGITS[hour]}:${TWO_DIGITS[minute]}:${TWO_DIGITS[second]}.${String(rest % SECOND_MS).padStart(3, '0')}Z`;
}

/** @param mayKnow shipments that the caller may see; undefined = all */
export function vehicleBody(vehicle: HeldVehicle, clock: Clock, mayKnow: ReadonlySet<string> | undefined): VehicleSummary {
  const { id, state } = vehicle;
  const { newest } = state;
  const aboard = shipmentIdsAboard(vehicle);
  return {
    vehicleId: id,
    ...degrees(newest),
    eventTime: instant(newest.eventTime),
    speedKmh: newest.speed < 0 ? null : newest.speed / 10,
    headingDeg: newest.heading < 0 ? null : newest.heading,
    motion: motionOf(state, clock),
    flags: flagsOf(state),
    shipmentIds: mayKnow === undefined ? aboard : aboard.filter((shipment) => mayKnow.has(shipment)),
  };
}

/** Cells of one answer at most: finer ones are joined until they fit. */
export const MOST_CELLS = 2_000;

export interface CellQuestion {
  readonly wished: number;
  readonly clock: Clock;
  /** Shipments that the caller may know of; undefined = all. */
  readonly mayKnow: ReadonlySet<string> | undefined;
  /** Lets others work between pieces of the count. */
  readonly breathe?: Breather | undefined;
}

/** Counts by cell, the cell with the most vehicles first. */
export async function cellBodies(fleet: Fleet, numbers: readonly number[], { wished, ...question }: CellQuestion): Promise<{ resolution: number; cells: VehicleCell[] }> {
  for (let resolution = wished; ; resolution -= 1) {
    const counts = await countCells(fleet, numbers, { resolution, ...question });
    if (counts.size > MOST_CELLS && resolution > 0) continue;
    const cells = [...counts].map(([key, count]): VehicleCell => {
      const cell = cellOfKey(key, resolution);
      return { cell, ring: rememberedRing(cell), ...count };
    });
    return { resolution, cells: cells.sort((a, b) => b.vehicles - a.vehicles || (a.cell < b.cell ? -1 : 1)) };
  }
}

interface CellCount {
  vehicles: number;
  moving: number;
  silent: number;
  /** null: nobody knows which shipments are delayed. */
  delayed: number | null;
}

/** Vehicles counted before others may work. */
const PIECE = 1_000;

async function countCells(fleet: Fleet, numbers: readonly number[], { resolution, clock, mayKnow, breathe }: Omit<CellQuestion, 'wished'> & { readonly resolution: number }): Promise<Map<number, CellCount>> {
  const counts = new Map<number, CellCount>();
  for (let at = 0; at < numbers.length; at += 1) {
    if (at % PIECE === 0) await breathe?.();
    const number = numbers[at] ?? -1;
    const vehicle = fleet.vehicles[number];
    if (vehicle === undefined) continue;
    const key = coarserKey(vehicle.cell, resolution);
    let count = counts.get(key);
    if (count === undefined) counts.set(key, (count = { vehicles: 0, moving: 0, silent: 0, delayed: 0 }));
    const motion: Motion = motionOf(vehicle.state, clock);
    count.vehicles += 1;
    if (motion === 'moving') count.moving += 1;
    if (motion === 'silent') count.silent += 1;
    const isDelayed = fleet.isDelayed(number, mayKnow);
    if (isDelayed === null) count.delayed = null;
    else if (isDelayed && count.delayed !== null) count.delayed += 1;
  }
  return counts;
}

/** Rings never change; a hundred bytes each. */
const RINGS_REMEMBERED = 50_000;
const rings = new Map<string, VehicleCell['ring']>();

function rememberedRing(cell: string): VehicleCell['ring'] {
  const known = rings.get(cell);
  if (known !== undefined) return known;
  const ring = ringOf(cell);
  if (rings.size >= RINGS_REMEMBERED) rings.clear();
  rings.set(cell, ring);
  return ring;
}
