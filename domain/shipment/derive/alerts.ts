/** What is wrong at the moment. An alert is named by what is wrong (kind, subject), never by when. */
import { typeName } from '../codes.ts';
import type { EventType } from '../codes.ts';
import type { Entry } from '../entry.ts';
import { isOfType } from './facts.ts';
import { lateness } from './forecast.ts';
import type { Milestone } from './milestones.ts';
import { RULES } from './rules.ts';

export type AlertKind = 'LATE' | 'HOLD' | 'EXCEPTION' | 'SENSOR';

export interface Alert {
  readonly kind: AlertKind;
  /** `type|place`; a sensor alarm concerns the shipment as a whole: `SENSOR|`. */
  readonly subject: string;
  /** From 1 (open) upwards. */
  readonly level: number;
  /** Id hashes of the events that opened this episode, sorted; empty where no event but the clock opens it. */
  readonly members: readonly string[];
}

const EXCEPTIONS: ReadonlySet<EventType> = new Set(['DAMAGED', 'LOST', 'REFUSED']);

export interface AlertInput {
  /** Empty once the journey has ended. */
  readonly open: readonly Milestone[];
  /** Effective ACTUAL entries by time. */
  readonly actuals: readonly Entry[];
  readonly now: number;
  readonly graceOf: (milestone: Milestone) => number;
}

/** All open alerts, one for each (kind, subject), sorted. */
export function alertsOf(input: AlertInput): readonly Alert[] {
  const { actuals } = input;
  const alerts = lateAlerts(input);
  // Nearly no shipment has one of the others.
  if (actuals.some(canAlert)) alerts.push(...holdAlerts(actuals), ...exceptionAlerts(actuals), ...sensorAlerts(actuals));
  return alerts.sort((a, b) => (`${a.kind} ${a.subject}` < `${b.kind} ${b.subject}` ? -1 : 1));
}

const canAlert = (entry: Entry): boolean => entry.sensor.present || isOfType(entry, 'CUSTOMS_HOLD') || EXCEPTIONS.has(typeName(entry.typeCode));

/** Open exactly while the lateness is at or above the grace: no memory, so any order of events gives the same. */
function lateAlerts({ open, now, graceOf }: AlertInput): Alert[] {
  const alerts: Alert[] = [];
  for (const milestone of open) {
    const late = lateness(milestone, now);
    if (late === 0) continue;
    let level = 0;
    for (const step of lateSteps(graceOf(milestone))) if (late >= step) level += 1;
    if (level > 0) alerts.push({ kind: 'LATE', subject: `${milestone.type}|${milestone.place}`, level, members: [] });
  }
  return alerts;
}

const stepsOf = (grace: number): readonly number[] => [Math.max(grace, 1), ...RULES.worseLateMs.filter((step) => step > grace)];

/** Asked for each open milestone of nearly every shipment. */
const USUAL_STEPS = stepsOf(RULES.graceMs);

/** Lateness in ms at which the level rises by one, ascending. */
export const lateSteps = (grace: number): readonly number[] => (grace === RULES.graceMs ? USUAL_STEPS : stepsOf(grace));

/** A hold lasts until a release at its place; where either names no place, any release ends it. */
function holdAlerts(actuals: readonly Entry[]): Alert[] {
  const episodes = new Map<string, string[]>();
  for (const entry of actuals) {
    if (isOfType(entry, 'CUSTOMS_HOLD')) episodes.set(entry.place, [...(episodes.get(entry.place) ?? []), entry.id]);
    if (isOfType(entry, 'CUSTOMS_RELEASED')) release(episodes, entry.place);
  }
  return [...episodes].map(([place, members]) => episode('HOLD', `CUSTOMS_HOLD|${place}`, members));
}

function release(episodes: Map<string, string[]>, place: string): void {
  for (const held of [...episodes.keys()]) {
    if (place === '' || held === '' || held === place) episodes.delete(held);
  }
}

/** Nothing ends these but a retraction. */
function exceptionAlerts(actuals: readonly Entry[]): Alert[] {
  const exceptions = actuals.filter((entry) => EXCEPTIONS.has(typeName(entry.typeCode)));
  if (exceptions.length === 0) return [];
  const members = Map.groupBy(exceptions, (entry) => `${typeName(entry.typeCode)}|${entry.place}`);
  return [...members].map(([subject, entries]) => episode('EXCEPTION', subject, entries.map(({ id }) => id)));
}

/** From a reading with an alarm until the next reading without one. */
function sensorAlerts(actuals: readonly Entry[]): Alert[] {
  const readings = actuals.filter(({ sensor }) => sensor.present);
  const lastGood = readings.findLastIndex(({ sensor }) => !sensor.alarm);
  const alarms = readings.slice(lastGood + 1).map(({ id }) => id);
  return alarms.length === 0 ? [] : [episode('SENSOR', 'SENSOR|', alarms)];
}

function episode(kind: AlertKind, subject: string, members: readonly string[]): Alert {
  return { kind, subject, level: 1, members: [...new Set(members)].sort() };
}
