/**
 * When a schedule is due: `cron(…)`, `rate(…)`, `at(…)`. As on AWS, a local time that the clocks skip in spring is skipped, and one
 * that they show twice in autumn is due once, the first time.
 */
import { wallTimes } from './cron-expression.ts';
import { isTimeZone, momentOf, wallOf } from './local-time.ts';
import { ScheduleError } from './schedule-error.ts';

export interface Recurrence {
  /** The first due moment after `after`, in milliseconds since 1970; undefined when there is none. */
  next(after: number): number | undefined;
  /** True for `at(…)`. */
  readonly once: boolean;
}

export interface RecurrenceOptions {
  /** IANA name. */
  readonly timeZone: string;
  /** Where a rate begins: the schedule's start date, or else its creation. */
  readonly base: number;
}

const HOUR_MS = 3_600_000;
const UNITS: Readonly<Record<string, number>> = { minute: 60_000, minutes: 60_000, hour: HOUR_MS, hours: HOUR_MS, day: 24 * HOUR_MS, days: 24 * HOUR_MS };
/** Clocks are put back by at most a few hours. */
const DOUBLED_MS = 3 * HOUR_MS;
/** Nobody asks for more skipped or doubled times in a row. */
const MAX_TRIES = 1000;

/** @throws ScheduleError */
export function readRecurrence(expression: string, { timeZone, base }: RecurrenceOptions): Recurrence {
  if (!isTimeZone(timeZone)) throw new ScheduleError(`'${timeZone}' is no time zone; an example is Europe/Berlin`);
  const [, kind, value = ''] = /^(cron|rate|at)\((.*)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'cron') return cron(value, timeZone);
  if (kind === 'rate') return rate(value, base);
  if (kind === 'at') return at(value, timeZone);
  throw new ScheduleError(`'${expression}' is no schedule expression; allowed: cron(15 2 * * ? *), rate(15 minutes), at(2026-12-24T18:00:00)`);
}

function cron(fields: string, timeZone: string): Recurrence {
  const times = wallTimes(fields);
  return {
    once: false,
    next(after) {
      let wall: Date | null = new Date(wallOf(after, timeZone) - DOUBLED_MS);
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        wall = times.nextRun(wall);
        if (wall === null) return undefined;
        const moment = momentOf(wall.getTime(), timeZone);
        if (moment !== undefined && moment > after) return moment;
      }
      return undefined;
    },
  };
}

function rate(text: string, base: number): Recurrence {
  const [, count = '0', unit = ''] = /^\s*(\d+)\s+(\w+)\s*$/.exec(text) ?? [];
  const every = Number(count) * (UNITS[unit] ?? 0);
  if (every <= 0) throw new ScheduleError(`rate(${text}) is no rate; an example is rate(15 minutes), units are minutes, hours, days`);
  return { once: false, next: (after) => (after < base ? base : base + (Math.floor((after - base) / every) + 1) * every) };
}

function at(text: string, timeZone: string): Recurrence {
  const wall = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text) ? Date.parse(`${text}Z`) : NaN;
  if (Number.isNaN(wall)) throw new ScheduleError(`at(${text}) is no time; an example is at(2026-12-24T18:00:00)`);
  const moment = momentOf(wall, timeZone);
  return { once: true, next: (after) => (moment !== undefined && moment > after ? moment : undefined) };
}
