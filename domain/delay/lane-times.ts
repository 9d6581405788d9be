/**
 * How long the rest of a journey takes: the port through which an ETA is better than the plan. The first source is the
 * standard time of lanes (contracts/reference/lanes.csv) and the usual hours from arrival to delivery; a learned model takes
 * its place behind the same function (`DeriveContext.laneMedianFrom`).
 */
import type { DeriveContext, EventType, LastEvent } from '../shipment/index.ts';

export interface Lane {
  /** UN/LOCODE. */
  readonly origin: string;
  readonly destination: string;
  readonly mode: string;
  /** From departure to arrival. */
  readonly hours: number;
}

const HOUR = 3_600_000;

/** Hours from such an event at the destination to the delivery: the medians of the reference world's last legs. */
const HOURS_TO_DELIVERY: Readonly<Partial<Record<EventType, number>>> = { ARRIVED: 18, UNLOADED: 12, CUSTOMS_SUBMITTED: 16, CUSTOMS_RELEASED: 10, AVAILABLE_FOR_PICKUP: 8, GATE_OUT: 9, OUT_FOR_DELIVERY: 4 };

/** Events after which the main leg begins at once. */
const UNDER_WAY: ReadonlySet<EventType> = new Set(['DEPARTED', 'IN_TRANSIT']);

/** The plan's own rest, from when the last step really happened: what is late stays late, what was early is not promised early. */
export const plannedRest: NonNullable<DeriveContext['laneMedianFrom']> = ({ eventTime, plannedRest: rest, plannedEnd = 0 }) =>
  rest === undefined ? undefined : Math.max(rest, plannedEnd - eventTime);

/** Of lanes with one mode only: live state does not know by which mode a shipment goes. */
export function laneTimes(lanes: readonly Lane[]): NonNullable<DeriveContext['laneMedianFrom']> {
  const byLane = new Map<string, number | undefined>();
  for (const { origin, destination, hours } of lanes) {
    const key = `${origin} ${destination}`;
    byLane.set(key, byLane.has(key) ? undefined : hours);
  }
  return (last) => remaining(last, byLane);
}

function remaining({ type, place, destination }: LastEvent, byLane: ReadonlyMap<string, number | undefined>): number | undefined {
  const toDelivery = HOURS_TO_DELIVERY[type];
  if (place === destination) return toDelivery === undefined ? undefined : toDelivery * HOUR;
  const transit = UNDER_WAY.has(type) ? byLane.get(`${place} ${destination}`) : undefined;
  return transit === undefined ? undefined : (transit + (HOURS_TO_DELIVERY.ARRIVED ?? 0)) * HOUR;
}
