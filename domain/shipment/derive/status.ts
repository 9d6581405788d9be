/** How far the shipment is: the one entry with the greatest (rank, event time) decides. */
import { EVENT_TYPES } from '../codes.ts';
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

interface Step {
  readonly status: ShipmentStatus;
  readonly rank: number;
}

/** One for each status: two that are the same are the same object. */
const STEPS = Object.fromEntries(STATUSES.map((status) => [status, { status, rank: RANKS[status] }])) as Readonly<Record<ShipmentStatus, Step>>;
/** By type code: looked up for each entry of each shipment, and a name costs several times as much as a number. */
const STEP_OF: readonly Step[] = EVENT_TYPES.map((type) => STEPS[STATUS_OF[type] ?? 'NONE']);

export interface StatusFact {
  readonly status: ShipmentStatus;
  /** When it reached this status; ms since 1970. For an end of the journey: the last report. */
  readonly since?: number;
  readonly isFinal: boolean;
}

/** `destination`: the planned one, see `plannedDestination`. */
export function statusOf({ actuals }: Pick<Facts, 'actuals'>, destination: string | undefined): StatusFact {
  let step: Step = STEPS.NONE;
  let [first, last] = [0, 0];
  // By time: of equal ranks the later one decides.
  for (const entry of actuals) {
    const after = stepAfter(entry, destination);
    if (after.rank < step.rank) continue;
    if (after !== step) first = firstTimeOf(after, actuals, destination);
    step = after;
    last = entry.eventTime;
  }
  const { status, rank } = step;
  if (status === 'NONE') return { status, isFinal: false };
  const isFinal = rank === RANKS.DELIVERED;
  return { status, since: isFinal ? last : first, isFinal };
}

const firstTimeOf = (step: Step, actuals: readonly Entry[], destination: string | undefined): number => actuals.find((entry) => stepAfter(entry, destination) === step)?.eventTime ?? 0;

const stepAfter = (entry: Entry, destination: string | undefined): Step =>
  isOfType(entry, 'ARRIVED') && entry.place === destination ? STEPS.AT_DESTINATION : (STEP_OF[entry.typeCode] ?? STEPS.NONE);

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
