/** Everything that is shown of a shipment: a pure function of its entry set and of `now`. */
import { typeName } from '../codes.ts';
import type { EventType } from '../codes.ts';
import type { Entry } from '../entry.ts';
import type { EntrySet } from '../entry-set.ts';
import type { ShipmentOrder } from '../event.ts';
import type { ShortList } from '../short-list.ts';
import { alertsOf, lateSteps } from './alerts.ts';
import type { Alert } from './alerts.ts';
import { effectiveFrom, factsOf, factsOfList, lastNamed } from './facts.ts';
import type { Facts } from './facts.ts';
import { delayOf, estimateExpiry, etaOf, nextEvent } from './forecast.ts';
import type { Eta, NextEvent } from './forecast.ts';
import { finalMilestone, milestonesOf, openMilestones } from './milestones.ts';
import type { Milestone } from './milestones.ts';
import { RULES } from './rules.ts';
import type { DeriveContext } from './rules.ts';
import { stallsOf } from './stalls.ts';
import type { Stall } from './stalls.ts';
import { plannedDestination, statusOf } from './status.ts';
import type { ShipmentStatus } from './status.ts';

export type Flag = 'CONFLICT' | 'CUSTOMS_HOLD' | 'DELAYED' | 'EXCEPTION' | 'OVERDUE' | 'SENSOR_ALARM';

/** Times in ms since 1970, durations in ms. Optional members are absent when unknown. */
export interface DerivedState {
  readonly status: ShipmentStatus;
  /** When the shipment reached this status. */
  readonly statusSince?: number;
  readonly milestones: readonly Milestone[];
  readonly next?: NextEvent;
  /** Of the next step, or of the journey's end; grows with `now`. */
  readonly delay: number;
  readonly eta?: Eta;
  /** Sorted. */
  readonly flags: readonly Flag[];
  readonly alerts: readonly Alert[];
  /** Place of the last effective event of a known type that names one; '' when none does. */
  readonly lastPlace: string;
  /** The last effective event of a known type. */
  readonly lastEvent?: { readonly type: EventType; readonly eventTime: number; readonly source: string };
  /** Planned end of the journey, else the order's destination; '' when neither is known. */
  readonly destination: string;
  readonly order?: ShipmentOrder;
  /** Id hashes of events whose sender told two contents under one id. */
  readonly conflicts: readonly string[];
  /** The first moment after `now` at which any of the above but `delay` can change without a new event. */
  readonly reviewAt?: number;
}

export const derive = (set: EntrySet, now: number, context: DeriveContext = {}): DerivedState => deriveFrom(factsOf(set, now), context);

/** What `derive` says of the set with the same entries. */
export const deriveList = (list: ShortList, now: number, context: DeriveContext = {}): DerivedState => deriveFrom(factsOfList(list, now), context);

function deriveFrom(facts: Facts, context: DeriveContext): DerivedState {
  const { now } = facts;
  const planned = plannedDestination(facts.statements);
  const { status, since, isFinal } = statusOf(facts, planned);
  const milestones = milestonesOf(facts);
  const open = isFinal ? [] : openMilestones(milestones);
  const end = finalMilestone(milestones);
  const graceOf = graceIn(context, facts.order);
  const destination = planned ?? facts.order?.destination ?? '';
  const next = nextEvent(open, graceOf);
  const eta = etaOf({ end, milestones, facts, destination, context });
  const stalls = isFinal ? NO_STALLS : stallsOf({ milestones, expected: open[0], next, facts, graceOf, silence: context.silenceFor?.(facts.order?.serviceLevel ?? '') ?? RULES.silenceMs });
  const alerts = alertsOf({ open, actuals: facts.actuals, stalls, now, graceOf });
  const delay = delayOf(open, end, now);
  const delayed = open[0] ?? end;
  const reviewAt = nextMoment({ facts, open, end, next, stalls, graceOf });
  const last = lastNamed(facts.actuals);
  const state: Draft<DerivedState> = {
    status,
    milestones,
    delay,
    flags: flagsOf({ alerts, facts, next, isDelayed: delayed !== undefined && delay > 0 && delay >= graceOf(delayed) }),
    alerts,
    lastPlace: lastNamed(facts.actuals, ({ place }) => place !== '')?.place ?? '',
    destination,
    conflicts: facts.conflicts,
  };
  if (since !== undefined) state.statusSince = since;
  if (next !== undefined) state.next = next;
  if (eta !== undefined) state.eta = eta;
  if (last !== undefined) state.lastEvent = lastEventOf(last);
  if (facts.order !== undefined) state.order = facts.order;
  if (reviewAt !== undefined) state.reviewAt = reviewAt;
  return state;
}

const NO_STALLS: readonly Stall[] = [];

/** To fill: what is unknown must not be there at all, and a spread for each costs more than deriving it. */
type Draft<State> = { -readonly [Key in keyof State]: State[Key] };

const lastEventOf = (entry: Entry): { type: EventType; eventTime: number; source: string } => ({ type: typeName(entry.typeCode), eventTime: entry.eventTime, source: entry.source });

function graceIn(context: DeriveContext, order: ShipmentOrder | undefined): (milestone: Milestone) => number {
  const serviceLevel = order?.serviceLevel ?? '';
  return ({ type }) => context.graceFor?.(type, serviceLevel) ?? RULES.graceMs;
}

function flagsOf(input: { alerts: readonly Alert[]; facts: Facts; next: NextEvent | undefined; isDelayed: boolean }): readonly Flag[] {
  const { alerts, facts, next, isDelayed } = input;
  const isOpen = (kind: Alert['kind']): boolean => alerts.some((alert) => alert.kind === kind);
  const flags: Flag[] = [];
  const raise = (flag: Flag, stands: boolean): void => void (stands && flags.push(flag));
  raise('CONFLICT', facts.conflicts.length > 0);
  raise('CUSTOMS_HOLD', isOpen('HOLD'));
  raise('DELAYED', isDelayed);
  raise('EXCEPTION', isOpen('EXCEPTION'));
  raise('OVERDUE', next !== undefined && next.due <= facts.now);
  raise('SENSOR_ALARM', isOpen('SENSOR'));
  return flags;
}

interface MomentInput {
  readonly facts: Facts;
  readonly open: readonly Milestone[];
  readonly end: Milestone | undefined;
  readonly next: NextEvent | undefined;
  readonly stalls: readonly Stall[];
  readonly graceOf: (milestone: Milestone) => number;
}

/** When something changes next without an event: an early ACTUAL, a due time, a stall, a level of lateness, an old estimate. */
function nextMoment({ facts, open, end, next, stalls, graceOf }: MomentInput): number | undefined {
  let first = Infinity;
  const consider = (time: number): void => {
    if (time > facts.now && time < first) first = time;
  };
  for (const entry of facts.ahead) consider(effectiveFrom(entry));
  if (next !== undefined) consider(next.due);
  for (const { from } of stalls) consider(from);
  for (const milestone of open) {
    const { planned, estimated } = milestone;
    if (planned === undefined) continue;
    for (const step of lateSteps(graceOf(milestone))) if (planned + step > (estimated ?? planned)) consider(planned + step);
  }
  if (end !== undefined && end.actual === undefined && end.estimated !== undefined) consider(estimateExpiry(end));
  return first === Infinity ? undefined : first;
}
