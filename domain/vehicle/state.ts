/**
 * What live state knows of a vehicle: a summary of the set of its fixes that can be joined. The two newest fixes that
 * differ in time or place, all of the newest, and when it was last seen moving: all three follow from the set alone, so
 * order, repeats and the number of writers do not matter.
 */
import { distanceKm } from '../geo/distance.ts';
import { compareFixes, comparePlaces, saysMoving, UNITS_PER_DEGREE } from './fix.ts';
import type { Fix, Place } from './fix.ts';

export interface VehicleState {
  readonly newest: Fix;
  /** The newest that is of another moment or place. */
  readonly previous: Place | undefined;
  /** Ms since 1970 of the last fix, not stale, at which it drove; 0 when none did. */
  readonly movedAt: number;
}

export const stateOf = (fix: Fix): VehicleState => ({ newest: fix, previous: undefined, movedAt: saysMoving(fix) ? fix.eventTime : 0 });

/** Commutative, associative, idempotent. Answers `a` itself when `b` adds nothing to it. */
export function joinStates(a: VehicleState, b: VehicleState): VehicleState {
  const newest = compareFixes(b.newest, a.newest) > 0 ? b.newest : a.newest;
  const previous = secondOf(newest, [a.newest, b.newest, a.previous, b.previous]);
  const movedAt = Math.max(a.movedAt, b.movedAt);
  const isOld = newest === a.newest && movedAt === a.movedAt && isSamePlace(previous, a.previous);
  return isOld ? a : { newest, previous, movedAt };
}

export const isSameState = (a: VehicleState, b: VehicleState): boolean => a.movedAt === b.movedAt && compareFixes(a.newest, b.newest) === 0 && isSamePlace(a.previous, b.previous);

function secondOf(newest: Place, candidates: readonly (Place | undefined)[]): Place | undefined {
  let second: Place | undefined;
  for (const place of candidates) {
    if (place === undefined || comparePlaces(place, newest) === 0) continue;
    if (second === undefined || comparePlaces(place, second) > 0) second = place;
  }
  return second === undefined ? undefined : { eventTime: second.eventTime, lat: second.lat, lon: second.lon };
}

const isSamePlace = (a: Place | undefined, b: Place | undefined): boolean => (a === undefined || b === undefined ? a === b : comparePlaces(a, b) === 0);

/** Faster than this between two fixes is no driving. */
export const TELEPORT_KMH = 200;
/** Times of devices are good to about a second: two fixes of one moment are judged as if one lay between them. */
const SHORTEST_MS = 1_000;
const MS_PER_HOUR = 3_600_000;

/** Speed, km/h, that the way between two fixes asks for. */
export function impliedKmh(a: Place, b: Place): number {
  return (distanceKm(degrees(a), degrees(b)) * MS_PER_HOUR) / Math.max(SHORTEST_MS, Math.abs(b.eventTime - a.eventTime));
}

export const degrees = ({ lat, lon }: Pick<Place, 'lat' | 'lon'>): { lat: number; lon: number } => ({ lat: lat / UNITS_PER_DEGREE, lon: lon / UNITS_PER_DEGREE });

export type VehicleFlag = 'STALE' | 'TELEPORT';

export const isTeleport = ({ newest, previous }: Pick<VehicleState, 'newest' | 'previous'>): boolean => previous !== undefined && impliedKmh(previous, newest) > TELEPORT_KMH;

/** What a reader should know before trusting the position. It is the position nevertheless. */
export function flagsOf(state: VehicleState): VehicleFlag[] {
  return [...(state.newest.isStale ? (['STALE'] as const) : []), ...(isTeleport(state) ? (['TELEPORT'] as const) : [])];
}

export type Motion = 'moving' | 'idle' | 'silent';

/** Halts at lights and gates are part of driving. */
const STILL_MOVING_MS = 2 * 60_000;
const STANDING_KMH = 3;
/** Between fixes further apart a mean speed says little. */
const LONGEST_GAP_MS = 10 * 60_000;

/** `silent`: no news for `silentAfterMs`; `moving`: drove at its newest fix or shortly before; else `idle`. */
export function motionOf({ newest, previous, movedAt }: VehicleState, { now, silentAfterMs }: { readonly now: number; readonly silentAfterMs: number }): Motion {
  if (now - newest.eventTime > silentAfterMs) return 'silent';
  if (movedAt > 0 && newest.eventTime - movedAt <= STILL_MOVING_MS) return 'moving';
  const isMoving = newest.speed < 0 && !newest.isStale && previous !== undefined && newest.eventTime - previous.eventTime <= LONGEST_GAP_MS && impliedKmh(previous, newest) > STANDING_KMH;
  return isMoving ? 'moving' : 'idle';
}
