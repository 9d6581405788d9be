/** A deployed schedule, as the control plane keeps it, checked and ready to fire. */
import { asObject, isObject, type JsonObject, textOf } from '../../json.ts';
import { readRecurrence, type Recurrence } from './recurrence.ts';
import { ScheduleError } from './schedule-error.ts';
import { readTarget, type Target } from './target.ts';

export interface Schedule {
  readonly arn: string;
  readonly name: string;
  readonly group: string;
  readonly enabled: boolean;
  readonly recurrence: Recurrence;
  readonly target: Target;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly startAt: number;
  readonly endAt: number;
  readonly deleteAfterCompletion: boolean;
}

/** @throws ScheduleError with what cannot be, or cannot be here */
export function readSchedule(raw: JsonObject): Schedule {
  const created = momentIn(raw['CreationDate'], 'CreationDate') ?? 0;
  const start = momentIn(raw['StartDate'], 'StartDate');
  const state = textOf(raw['State'], 'ENABLED');
  if (state !== 'ENABLED' && state !== 'DISABLED') throw new ScheduleError(`State is '${state}', allowed: ENABLED, DISABLED`);
  if (!isObject(raw['Target'])) throw new ScheduleError('a schedule needs a Target');
  return {
    arn: textOf(raw['Arn']),
    name: textOf(raw['Name']),
    group: textOf(raw['GroupName'], 'default'),
    enabled: state === 'ENABLED',
    recurrence: readRecurrence(textOf(raw['ScheduleExpression']), { timeZone: textOf(raw['ScheduleExpressionTimezone'], 'UTC'), base: start ?? created }),
    target: readTarget(asObject(raw['Target'])),
    createdAt: created,
    startAt: start ?? -Infinity,
    endAt: momentIn(raw['EndDate'], 'EndDate') ?? Infinity,
    deleteAfterCompletion: raw['ActionAfterCompletion'] === 'DELETE',
  };
}

/** The next firing after a moment, within the schedule's dates; a single one ignores them, as on AWS. */
export function nextFiring({ recurrence, startAt, endAt }: Schedule, after: number): number | undefined {
  if (recurrence.once) return recurrence.next(after);
  const next = recurrence.next(Math.max(after, startAt - 1));
  return next === undefined || next > endAt ? undefined : next;
}

/** The wire counts seconds, templates write ISO 8601. */
function momentIn(value: unknown, field: string): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const moment = typeof value === 'number' ? value * 1000 : Date.parse(textOf(value));
  if (Number.isNaN(moment)) throw new ScheduleError(`${field} is ${JSON.stringify(value)}, expected a time such as 2026-12-24T18:00:00Z`);
  return moment;
}
