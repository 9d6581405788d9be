/** How far the shipment is: the one entry with the greatest (rank, event time) decides. */
import { typeName } from '../codes.ts';
import type { EventType } from '../codes.ts';
import type { Entry } from '../entry.ts';
import { compareInTime, isOfType } from './facts.ts';
import type { Facts } from './facts.ts';

export const STATUSES = ['NONE', 'CREATED', 'BOOKED', 'PICKED_UP', 'IN_TRANSIT', 'AT_DESTINATION', 'OUT_FOR_DELIVERY', 'DELIVERED', 'RETURNED', 'CANCELLED', 'LOST'] as const;
export type ShipmentStatus = (typeof STATUSES)[number];

/** The four that end a journey share one rank, so that the latest of them wins. */
const RANKS: Readonly<Record<ShipmentStatus, number>> = {
  NONE: 0,
  CREATED: 1,
  BOOKED: 2,
  PICKED_UP: 3,
  IN_TRANSIT: 4,
  AT_DESTINATION: 5,
  OUT_FOR_DELIVERY: 6,
  DELIVERED: 7,
  RETURNED: 7,
  CANCELLED: 7,
  LOST: 7,
};

/** What an event type makes of the shipment; the others say nothing about how far it is. */
const STATUS_OF: Readonly<Partial<Record<EventType, ShipmentStatus>>> = {
  CREATED: 'CREATED',
  BOOKED: 'BOOKED',
  PICKED_UP: 'PICKED_UP',
  DEPARTED: 'IN_TRANSIT',
  ARRIVED: 'IN_TRANSIT',
  IN_TRANSIT: 'IN_TRANSIT',
  HANDED_OVER: 'IN_TRANSIT',
  UNLOADED: 'IN_TRANSIT',
  AVAILABLE_FOR_PICKUP: 'AT_DESTINATION',
  OUT_FOR_DELIVERY: 'OUT_FOR_DELIVERY',
  DELIVERY_ATTEMPTED: 'OUT_FOR_DELIVERY',
  DELIVERED: 'DELIVERED',
  RETURNED: 'RETURNED',
  CANCELLED: 'CANCELLED',
  LOST: 'LOST',
};

export interface StatusFact {
  readonly status: ShipmentStatus;
  /** When it reached this status; ms since 1970. For an end of the journey: the last report. */
  readonly since?: number;
  readonly isFinal: boolean;
}

/** `destination`: the planned one, see `plannedDestination`. */
export function statusOf({ actuals }: Pick<Facts, 'actuals'>, destination: string | undefined): StatusFact {
  let status: ShipmentStatus = 'NONE';
  let [first, last] = [0, 0];
  // By time: of equal ranks the later one decides.
  for (const entry of actuals) {
    const after = statusAfter(entry, destination);
    if (RANKS[after] < RANKS[status]) continue;
    if (after !== status) first = firstTimeOf(after, actuals, destination);
    status = after;
    last = entry.eventTime;
  }
  if (status === 'NONE') return { status, isFinal: false };
  const isFinal = RANKS[status] === RANKS.DELIVERED;
  return { status, since: isFinal ? last : first, isFinal };
}

const firstTimeOf = (status: ShipmentStatus, actuals: readonly Entry[], destination: string | undefined): number =>
  actuals.find((entry) => statusAfter(entry, destination) === status)?.eventTime ?? 0;

function statusAfter(entry: Entry, destination: string | undefined): ShipmentStatus {
  if (isOfType(entry, 'ARRIVED') && entry.place === destination) return 'AT_DESTINATION';
  return STATUS_OF[typeName(entry.typeCode)] ?? 'NONE';
}

/** Place of the last planned delivery, else of the last planned arrival; undefined when none is planned or it has no place. */
export function plannedDestination(statements: readonly Entry[]): string | undefined {
  const end = lastPlan(statements, 'DELIVERED') ?? lastPlan(statements, 'ARRIVED');
  return end?.place === '' ? undefined : end?.place;
}

function lastPlan(statements: readonly Entry[], type: EventType): Entry | undefined {
  let last: Entry | undefined;
  for (const entry of statements) {
    if (entry.classifier !== 'PLANNED' || !isOfType(entry, type)) continue;
    if (last === undefined || compareInTime(entry, last) > 0) last = entry;
  }
  return last;
}
