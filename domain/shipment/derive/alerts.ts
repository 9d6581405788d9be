/** What is wrong at the moment. An alert is named by what is wrong (kind, subject), never by when. */
import { typeName } from '../codes.ts';
import type { EventType } from '../codes.ts';
import type { Entry } from '../entry.ts';
import { isOfType } from './facts.ts';
import { lateness } from './forecast.ts';
import type { Milestone } from './milestones.ts';
import { RULES } from './rules.ts';
import type { Stall } from './stalls.ts';

export const ALERT_KINDS = ['LATE', 'MISSED', 'SILENT', 'HOLD', 'EXCEPTION', 'SENSOR'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

export interface Alert {
  readonly kind: AlertKind;
  /** `type|place`; a sensor alarm concerns the shipment as a whole: `SENSOR|`. */
  readonly subject: string;
  /** From 1 (open) upwards. */
  readonly level: number;
  /** Id hashes of the events that opened this episode, sorted; empty where no event but the clock opens it. */
  readonly members: readonly string[];
  /** When it came to this level, ms since 1970: by the clock, by an estimate, or the time of the first member. */
  readonly since: number;
  /** Of the step that is late, missed or silent, as stated; ms since 1970. */
  readonly planned?: number;
  readonly estimated?: number;
}

const EXCEPTIONS: ReadonlySet<EventType> = new Set(['DAMAGED', 'LOST', 'REFUSED']);

export interface AlertInput {
  /** Empty once the journey has ended. */
  readonly open: readonly Milestone[];
  /** Effective ACTUAL entries by time. */
  readonly actuals: readonly Entry[];
  /** Steps passed over or without news, also those whose time has not come. */
  readonly stalls: readonly Stall[];
  readonly now: number;
  readonly graceOf: (milestone: Milestone) => number;
}

/** All open alerts, one for each (kind, subject), sorted. */
export function alertsOf(input: AlertInput): readonly Alert[] {
  const { actuals } = input;
  const alerts = lateAlerts(input);
  for (const stall of input.stalls) if (stall.from <= input.now) alerts.push(stepAlert(stall, 1, stall.from));
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
    let reached = 0;
    for (const step of lateSteps(graceOf(milestone))) {
      if (late < step) break;
      level += 1;
      reached = step;
    }
    if (level > 0) alerts.push(stepAlert({ kind: 'LATE', milestone }, level, lateSince(milestone, reached)));
  }
  return alerts;
}

/** When the clock reached that lateness, or an estimate foretold it. */
function lateSince({ planned = 0, estimated = planned, estimatedAt = 0 }: Milestone, lateness: number): number {
  const byClock = planned + lateness;
  return estimated >= byClock && estimatedAt > 0 ? Math.min(estimatedAt, byClock) : byClock;
}

function stepAlert({ kind, milestone }: { kind: AlertKind; milestone: Milestone }, level: number, since: number): Alert {
  const { type, place, planned, estimated } = milestone;
  return { kind, subject: `${type}|${place}`, level, members: NO_MEMBERS, since, ...(planned !== undefined && { planned }), ...(estimated !== undefined && { estimated }) };
}

const NO_MEMBERS: Alert['members'] = [];

const stepsOf = (grace: number): readonly number[] => [Math.max(grace, 1), ...RULES.worseLateMs.filter((step) => step > grace)];

/** Asked for each open milestone of nearly every shipment, and there are as few graces as the table of them has numbers. */
const STEPS = new Map<number, readonly number[]>();
const MOST_STEPS = 100;

/** Lateness in ms at which the level rises by one, ascending. */
export function lateSteps(grace: number): readonly number[] {
  const known = STEPS.get(grace);
  if (known !== undefined) return known;
  const steps = stepsOf(grace);
  if (STEPS.size < MOST_STEPS) STEPS.set(grace, steps);
  return steps;
}

/** A hold lasts until a release at its place; where either names no place, any release ends it. */
function holdAlerts(actuals: readonly Entry[]): Alert[] {
  const episodes = new Map<string, Entry[]>();
  for (const entry of actuals) {
    if (isOfType(entry, 'CUSTOMS_HOLD')) episodes.set(entry.place, [...(episodes.get(entry.place) ?? []), entry]);
    if (isOfType(entry, 'CUSTOMS_RELEASED')) release(episodes, entry.place);
  }
  return [...episodes].map(([place, members]) => episode('HOLD', `CUSTOMS_HOLD|${place}`, members));
}

function release(episodes: Map<string, Entry[]>, place: string): void {
  for (const held of [...episodes.keys()]) {
    if (place === '' || held === '' || held === place) episodes.delete(held);
  }
}

/** Nothing ends these but a retraction. */
function exceptionAlerts(actuals: readonly Entry[]): Alert[] {
  const exceptions = actuals.filter((entry) => EXCEPTIONS.has(typeName(entry.typeCode)));
  if (exceptions.length === 0) return [];
  const members = Map.groupBy(exceptions, (entry) => `${typeName(entry.typeCode)}|${entry.place}`);
  return [...members].map(([subject, entries]) => episode('EXCEPTION', subject, entries));
}

/** From a reading with an alarm until the next reading without one. */
function sensorAlerts(actuals: readonly Entry[]): Alert[] {
  const readings = actuals.filter(({ sensor }) => sensor.present);
  const lastGood = readings.findLastIndex(({ sensor }) => !sensor.alarm);
  const alarms = readings.slice(lastGood + 1);
  return alarms.length === 0 ? [] : [episode('SENSOR', 'SENSOR|', alarms)];
}

/** `opened`: by time, at least one. */
function episode(kind: AlertKind, subject: string, opened: readonly Entry[]): Alert {
  return { kind, subject, level: 1, members: [...new Set(opened.map(({ id }) => id))].sort(), since: opened[0]?.eventTime ?? 0 };
}
