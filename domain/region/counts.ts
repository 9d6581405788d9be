/** What is counted per region, and how: pure, and the same in whatever order shipments come. */
import { STATUSES } from '../shipment/index.ts';
import type { Flag, ShipmentStatus } from '../shipment/index.ts';
import { UNKNOWN_REGION } from './index.ts';

/** Of one shipment, what counts. */
export interface CountedShipment {
  readonly region: string;
  readonly carrier: string;
  readonly status: string;
  readonly flags: readonly string[];
  /** Minutes of delay that its senders have stated. */
  readonly statedMinutes: number;
  /** Plan of its next step, ms since 1970: from there its delay grows with the clock. */
  readonly planned: number | undefined;
}

/** Shipments on their way. Delay in ms at the moment of the count; `growing` of the delayed are late by the clock, so it grows by that many ms per ms. */
export interface Tally {
  active: number;
  delayed: number;
  exceptions: number;
  delayMs: number;
  growing: number;
}

export interface VehicleTally {
  moving: number;
  idle: number;
  silent: number;
}

export interface RegionCount {
  readonly total: Tally;
  /** By carrier; only what is on its way. */
  readonly carriers: Record<string, Tally>;
  /** By status, the ended ones too, as long as live state holds them. */
  readonly statuses: Record<string, number>;
  readonly vehicles: VehicleTally;
}

export interface RegionCounts {
  /** Ms since 1970. */
  readonly countedAt: number;
  readonly regions: Record<string, RegionCount>;
}

const ENDED: ReadonlySet<string> = new Set<ShipmentStatus>(['DELIVERED', 'RETURNED', 'CANCELLED', 'LOST']);
const EXCEPTIONS: ReadonlySet<string> = new Set<Flag>(['EXCEPTION', 'CUSTOMS_HOLD', 'SENSOR_ALARM']);
const KNOWN_STATUSES: ReadonlySet<string> = new Set(STATUSES);

export const emptyTally = (): Tally => ({ active: 0, delayed: 0, exceptions: 0, delayMs: 0, growing: 0 });
export const emptyCount = (): RegionCount => ({ total: emptyTally(), carriers: {}, statuses: {}, vehicles: { moving: 0, idle: 0, silent: 0 } });
export const emptyCounts = (countedAt: number): RegionCounts => ({ countedAt, regions: {} });

/** Adds one shipment; one without a status (nothing but retractions) counts nowhere. */
export function addShipment(counts: RegionCounts, shipment: CountedShipment): void {
  if (!KNOWN_STATUSES.has(shipment.status)) return;
  const region = (counts.regions[shipment.region] ??= emptyCount());
  region.statuses[shipment.status] = (region.statuses[shipment.status] ?? 0) + 1;
  if (ENDED.has(shipment.status)) return;
  for (const tally of [region.total, (region.carriers[shipment.carrier] ??= emptyTally())]) addActive(tally, shipment, counts.countedAt);
}

function addActive(tally: Tally, { flags, statedMinutes, planned }: CountedShipment, now: number): void {
  tally.active += 1;
  if (flags.some((flag) => EXCEPTIONS.has(flag))) tally.exceptions += 1;
  if (!flags.includes('DELAYED' satisfies Flag)) return;
  tally.delayed += 1;
  const stated = statedMinutes * MINUTE;
  const sincePlan = planned === undefined ? 0 : now - planned;
  tally.delayMs += Math.max(stated, sincePlan);
  if (planned !== undefined && sincePlan >= stated) tally.growing += 1;
}

const MINUTE = 60_000;

export function addVehicle(counts: RegionCounts, { region, motion }: { region: string; motion: keyof VehicleTally }): void {
  (counts.regions[region] ??= emptyCount()).vehicles[motion] += 1;
}

/** Minutes of delay at a later moment: nothing is written for it to grow. */
export const delayMinutesAt = ({ delayMs, growing }: Pick<Tally, 'delayMs' | 'growing'>, { now, countedAt }: { now: number; countedAt: number }): number =>
  Math.round((delayMs + growing * Math.max(0, now - countedAt)) / MINUTE);

export function addTally(sum: Tally, tally: Tally): void {
  for (const name of Object.keys(sum) as (keyof Tally)[]) sum[name] += tally[name];
}

/** Names of carriers come from senders: a list of them must not grow without end. */
export const MOST_CARRIERS = 50;

/** The region with at most 50 carriers, those with most on their way; all others together as `other`. */
export function withFewCarriers(count: RegionCount): RegionCount {
  const sorted = Object.entries(count.carriers).sort(([nameA, a], [nameB, b]) => b.active - a.active || (nameA < nameB ? -1 : 1));
  if (sorted.length <= MOST_CARRIERS) return count;
  const others = emptyTally();
  for (const [, tally] of sorted.slice(MOST_CARRIERS)) addTally(others, tally);
  return { ...count, carriers: { ...Object.fromEntries(sorted.slice(0, MOST_CARRIERS)), other: others } };
}

export const countOf = (counts: RegionCounts, region: string): RegionCount => counts.regions[region] ?? emptyCount();

/** History is kept per five minutes. */
export const SLOT_MS = 5 * MINUTE;
export const slotOf = (time: number): number => Math.floor(time / SLOT_MS) * SLOT_MS;

/** Where a shipment counts that carries no region: it was written before there were any. */
export const regionOrUnknown = (region: string | undefined): string => region ?? UNKNOWN_REGION;
