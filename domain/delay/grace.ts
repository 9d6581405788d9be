/**
 * How long the platform waits before it calls a step late, and a shipment silent: one table, by kind of step and service
 * level. A release changes it; environments do not, because two readers that disagree would show two truths.
 */
import type { EventType } from '../shipment/index.ts';

/** The levels of contracts/reference/service-levels.csv. */
export const SERVICE_LEVELS = ['ECONOMY', 'STANDARD', 'EXPRESS'] as const;
export type ServiceLevel = (typeof SERVICE_LEVELS)[number];

/** What counts for a shipment whose order names no level, or one that is not in the list. */
export const USUAL_LEVEL: ServiceLevel = 'STANDARD';

export interface GraceRow {
  readonly types: readonly EventType[];
  readonly minutes: Readonly<Record<ServiceLevel, number>>;
  /** Where the numbers come from. */
  readonly source: string;
}

export const GRACE: readonly GraceRow[] = [
  {
    types: ['OUT_FOR_DELIVERY', 'AVAILABLE_FOR_PICKUP', 'DELIVERY_ATTEMPTED', 'DELIVERED', 'RETURNED'],
    minutes: { ECONOMY: 240, STANDARD: 60, EXPRESS: 15 },
    source: 'contracts/reference/service-levels.csv, grace_minutes: what the customer was promised, so that live state and gold call the same delivery late',
  },
  {
    types: ['ARRIVED_PICKUP', 'PICKED_UP', 'PACKED'],
    minutes: { ECONOMY: 60, STANDARD: 30, EXPRESS: 15 },
    source: 'half an hour is what a loading dock holds a slot; economy may wait for the next slot, express not beyond its own grace of delivery',
  },
  {
    types: ['GATE_IN', 'LOADED', 'DEPARTED', 'IN_TRANSIT', 'HANDED_OVER'],
    minutes: { ECONOMY: 120, STANDARD: 30, EXPRESS: 15 },
    source: 'a departure counts as punctual within 15 minutes (the usual measure of air traffic); a lorry or a ship that leaves half an hour late can still make its next slot, and economy has two days of buffer',
  },
  {
    types: ['ARRIVED', 'UNLOADED', 'GATE_OUT', 'UNPACKED'],
    minutes: { ECONOMY: 240, STANDARD: 60, EXPRESS: 30 },
    source: 'the grace of the delivery that follows; never below 30 minutes, because terminals report minutes after the fact (positions alone come up to ten minutes late)',
  },
  {
    types: ['CUSTOMS_SUBMITTED', 'CUSTOMS_HOLD', 'CUSTOMS_RELEASED', 'INSPECTED', 'HELD'],
    minutes: { ECONOMY: 240, STANDARD: 240, EXPRESS: 120 },
    source: 'an authority works by the half day, whatever was promised to the customer; express consignments have lanes of their own',
  },
  {
    types: ['CREATED', 'BOOKED', 'CANCELLED', 'REFUSED', 'DELAYED', 'DAMAGED', 'LOST', 'UNKNOWN'],
    minutes: { ECONOMY: 240, STANDARD: 60, EXPRESS: 60 },
    source: 'paper steps that move no goods: nobody has to act within minutes',
  },
];

/** Hours without any news past the due time of the next step. */
export const SILENCE_HOURS: Readonly<Record<ServiceLevel, number>> = {
  // A fifth of real facts becomes known after their day: a day of silence is the first that says something.
  ECONOMY: 24,
  // Half of it: a shift passes without a word.
  STANDARD: 12,
  // Half a working day: its whole journey is one or two.
  EXPRESS: 4,
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** By type and level, ms: asked for each open step of nearly every shipment. */
const GRACE_MS: ReadonlyMap<EventType, Readonly<Record<ServiceLevel, number>>> = new Map(
  GRACE.flatMap(({ types, minutes }) => {
    const times = { ECONOMY: minutes.ECONOMY * MINUTE, STANDARD: minutes.STANDARD * MINUTE, EXPRESS: minutes.EXPRESS * MINUTE };
    return types.map((type) => [type, times] as const);
  }),
);

const USUAL_GRACE_MS = 60 * MINUTE;

/** Whatever an order says, a level of the list. */
export function levelOf(serviceLevel: string): ServiceLevel {
  return serviceLevel === 'EXPRESS' || serviceLevel === 'ECONOMY' ? serviceLevel : USUAL_LEVEL;
}

/** Ms. */
export const graceFor = (type: EventType, serviceLevel: string): number => GRACE_MS.get(type)?.[levelOf(serviceLevel)] ?? USUAL_GRACE_MS;

/** Ms. */
export const silenceFor = (serviceLevel: string): number => SILENCE_HOURS[levelOf(serviceLevel)] * HOUR;
