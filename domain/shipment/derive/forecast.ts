/** What comes next, how late the shipment is, and when it will be there. */
import { typeName } from '../codes.ts';
import type { EventType } from '../codes.ts';
import { lastNamed } from './facts.ts';
import type { Facts } from './facts.ts';
import type { Milestone } from './milestones.ts';
import { RULES } from './rules.ts';
import type { DeriveContext } from './rules.ts';

export interface NextEvent {
  readonly type: EventType;
  readonly place: string;
  /** Overdue from here on (the grace is included); ms since 1970. */
  readonly due: number;
}

export interface Eta {
  /** Ms since 1970. */
  readonly time: number;
  readonly basis: 'ACTUAL' | 'ESTIMATED' | 'LANE_MEDIAN' | 'PLANNED';
}

export function nextEvent(open: readonly Milestone[], graceOf: (milestone: Milestone) => number): NextEvent | undefined {
  const [next] = open;
  const expected = next?.estimated ?? next?.planned;
  if (next === undefined || expected === undefined) return undefined;
  return { type: next.type, place: next.place, due: expected + graceOf(next) };
}

/** (actual, else the later of estimate and now) − planned, in ms; 0 when early or not planned. */
export function lateness({ planned, estimated, actual }: Milestone, now: number): number {
  if (planned === undefined) return 0;
  return Math.max(0, (actual ?? Math.max(estimated ?? planned, now)) - planned);
}

/** Of the next step; after the last one, how late the journey ended. */
export function delayOf(open: readonly Milestone[], end: Milestone | undefined, now: number): number {
  const [next] = open;
  if (next !== undefined) return lateness(next, now);
  return end?.actual === undefined ? 0 : lateness(end, now);
}

export interface EtaInput {
  /** The last step that can end the journey. */
  readonly end: Milestone | undefined;
  readonly milestones: readonly Milestone[];
  readonly facts: Pick<Facts, 'actuals' | 'now'>;
  readonly destination: string;
  readonly context: DeriveContext;
}

/** The actual time; else a young estimate; else the last event + the lane's median; else the plan. */
export function etaOf({ end, milestones, facts, destination, context }: EtaInput): Eta | undefined {
  if (end === undefined) return undefined;
  if (end.actual !== undefined) return { time: end.actual, basis: 'ACTUAL' };
  if (end.estimated !== undefined && estimateExpiry(end) > facts.now) return { time: end.estimated, basis: 'ESTIMATED' };
  const median = context.laneMedianFrom === undefined ? undefined : laneMedianEta({ end, milestones, facts, destination, context });
  if (median !== undefined) return { time: median, basis: 'LANE_MEDIAN' };
  return end.planned === undefined ? undefined : { time: end.planned, basis: 'PLANNED' };
}

/** From when on the estimate is too old to give the ETA; ms since 1970. */
export const estimateExpiry = (milestone: Milestone): number => (milestone.estimatedAt ?? 0) + RULES.estimateLifeMs;

function laneMedianEta({ end, milestones, facts, destination, context }: EtaInput): number | undefined {
  const last = lastNamed(facts.actuals);
  if (last === undefined) return undefined;
  const { eventTime, place } = last;
  const type = typeName(last.typeCode);
  const planned = milestones.find((milestone) => milestone.type === type && milestone.actual === eventTime)?.planned;
  const plannedRest = planned === undefined || end?.planned === undefined ? undefined : end.planned - planned;
  const median = context.laneMedianFrom?.({ type, place, eventTime, destination, ...(plannedRest !== undefined && { plannedRest, plannedEnd: end?.planned ?? 0 }) });
  return median === undefined ? undefined : eventTime + median;
}
