/** A fix: where a vehicle was at one moment, as live state keeps it. */
import { parseInstant } from '../shipment/index.ts';
import { aboardHash, aboardIds } from './aboard-set.ts';

/** Places are kept to 1e-5 degrees, 1.1 m: finer than any receiver of a vehicle. */
export const UNITS_PER_DEGREE = 100_000;
/** A fix this much older than the message that brought it is stale: a device without reception repeats its last one. */
export const STALE_AFTER_MS = 60_000;
/** A fix this far ahead of its arrival comes from a wrong clock and would win over all others until then. */
export const FUTURE_AFTER_MS = 5 * 60_000;
/** Tenths of km/h; slower is standing: receivers drift. */
const STANDING_TENTHS = 30;

/** Time and place: what tells two fixes of a vehicle apart. */
export interface Place {
  /** Ms since 1970 at which it was measured. */
  readonly eventTime: number;
  /** 1e-5 degrees. */
  readonly lat: number;
  readonly lon: number;
}

export interface Fix extends Place {
  /** Tenths of km/h; −1 when the device did not say. */
  readonly speed: number;
  /** Whole degrees from north, 0 to 359; −1 when the device did not say. */
  readonly heading: number;
  readonly isStale: boolean;
  /** Names the set of shipments aboard (`aboardHash`); 0 when the sender named none. */
  readonly aboard: number;
}

/** A fix with what it is about. */
export interface VehicleFix {
  readonly vehicleId: string;
  readonly fix: Fix;
  /** Sorted, each once. */
  readonly shipmentIds: readonly string[];
}

/** The fix in a valid event of contract vehicle-position; undefined when the contract let one pass that says no place or time. */
export function fromContract(event: Readonly<Record<string, unknown>>): VehicleFix | undefined {
  const { vehicleId, lat, lon } = event;
  const eventTime = parseInstant(event['eventTime']);
  if (typeof vehicleId !== 'string' || vehicleId === '' || eventTime === undefined || !isDegrees(lat, 90) || !isDegrees(lon, 180)) return undefined;
  const deviceTime = parseInstant(event['deviceTime']);
  const shipmentIds = aboardIds(event['shipmentIds']);
  const fix: Fix = {
    eventTime,
    lat: units(lat),
    lon: units(lon),
    speed: within(event['speedKmh'], 400) === undefined ? -1 : Math.round(Number(event['speedKmh']) * 10),
    heading: within(event['headingDeg'], 360) === undefined ? -1 : Math.round(Number(event['headingDeg'])) % 360,
    isStale: deviceTime !== undefined && deviceTime - eventTime > STALE_AFTER_MS,
    aboard: aboardHash(shipmentIds),
  };
  // Half of a surrogate pair has no bytes: two such ids would become one when they are read back.
  return { vehicleId: vehicleId.toWellFormed(), fix, shipmentIds };
}

/** `ADMIT`; `TOO_OLD`, `FUTURE`: the lake only, counted, never a position. Decided by the record alone. */
export type FixAdmission = 'ADMIT' | 'TOO_OLD' | 'FUTURE';

/** @param keptMs how long a position stays on the map without a newer one */
export function fixAdmission({ eventTime }: Place, { arrivalTime, keptMs }: { readonly arrivalTime: number; readonly keptMs: number }): FixAdmission {
  if (eventTime > arrivalTime + FUTURE_AFTER_MS) return 'FUTURE';
  return eventTime < arrivalTime - keptMs ? 'TOO_OLD' : 'ADMIT';
}

/** A stale fix says where the vehicle was, and nothing about whether it drives. */
export const saysMoving = ({ speed, isStale }: Fix): boolean => !isStale && speed > STANDING_TENTHS;

/** Order of time and place: the later is the greater; of one moment the more northern, then the more eastern. */
export function comparePlaces(a: Place, b: Place): number {
  return a.eventTime - b.eventTime || a.lat - b.lat || a.lon - b.lon;
}

/** Total: 0 only for equal fixes, so that "the newest" is one fix, whatever came first. */
export function compareFixes(a: Fix, b: Fix): number {
  return comparePlaces(a, b) || a.speed - b.speed || a.heading - b.heading || Number(b.isStale) - Number(a.isStale) || a.aboard - b.aboard;
}

/** Never −0, which is equal to 0 and is not the same. */
const units = (value: number): number => Math.round(value * UNITS_PER_DEGREE) + 0;
const isDegrees = (value: unknown, most: number): value is number => typeof value === 'number' && Math.abs(value) <= most;
const within = (value: unknown, below: number): number | undefined => (typeof value === 'number' && value >= 0 && value <= below ? value : undefined);
