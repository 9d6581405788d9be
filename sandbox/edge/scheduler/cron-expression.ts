/** AWS's cron expressions, six fields with a year, for the library croner. */
import { Cron } from 'croner';
import { ScheduleError } from './schedule-error.ts';

interface Field {
  readonly name: string;
  readonly last: number;
  /** Names that stand for numbers. */
  readonly words: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const FIELDS: readonly Field[] = [
  { name: 'minutes', last: 59, words: [] },
  { name: 'hours', last: 23, words: [] },
  { name: 'day-of-month', last: 31, words: ['L', 'LW'] },
  { name: 'month', last: 12, words: MONTHS },
  { name: 'day-of-week', last: 7, words: [...DAYS, 'L'] },
  { name: 'year', last: 2199, words: [] },
];
const DAY_OF_MONTH = 2;
const DAY_OF_WEEK = 4;

/** The wall times of an expression, as croner counts them in UTC. @throws ScheduleError */
export function wallTimes(fields: string): Cron {
  const given = fields.trim().split(/\s+/);
  if (given.length !== FIELDS.length) throw new ScheduleError(`cron(${fields}) has ${given.length} fields, AWS's has 6: minutes hours day-of-month month day-of-week year, for example cron(15 2 * * ? *)`);
  const [month, week] = [given[DAY_OF_MONTH], given[DAY_OF_WEEK]];
  if ((month === '?') === (week === '?')) throw new ScheduleError(`cron(${fields}): exactly one of day-of-month and day-of-week must be ?, as AWS demands it, for example cron(15 2 * * ? *)`);
  const pattern = given.map((value, index) => convert(value, index, fields)).join(' ');
  try {
    return new Cron(`0 ${pattern}`, { timezone: 'UTC', mode: '7-part', alternativeWeekdays: true, paused: true });
  } catch (error) {
    throw new ScheduleError(`cron(${fields}) cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function convert(value: string, index: number, all: string): string {
  const field = FIELDS[index];
  if (value === '*' || field === undefined) return value;
  if (value === '?') {
    if (index === DAY_OF_MONTH || index === DAY_OF_WEEK) return '*';
    throw new ScheduleError(`cron(${all}): ? may stand for day-of-month or day-of-week, not for ${field.name}`);
  }
  return value.split(',').map((part) => convertPart(part.toUpperCase(), index, field, all)).join(',');
}

function convertPart(part: string, index: number, field: Field, all: string): string {
  const [range = '', step] = part.split('/');
  const refuse = (): never => {
    throw new ScheduleError(`cron(${all}): '${part}' is nothing that ${field.name} may be`);
  };
  if (step !== undefined) {
    if (!/^\d+$/.test(step) || Number(step) === 0) refuse();
    // AWS counts from a number to the end of the field; croner wants the end.
    const from = range === '' ? (index < DAY_OF_MONTH ? '0' : '1') : range;
    return `${from.includes('-') || from === '*' ? from : `${from}-${field.last}`}/${step}`;
  }
  if (index === DAY_OF_MONTH && /^(L|LW|\d{1,2}W)$/.test(part)) return part;
  if (index === DAY_OF_WEEK && part === 'L') return '7';
  const lastWeekday = index === DAY_OF_WEEK ? /^([1-7]|[A-Z]{3})L$/.exec(part)?.[1] : undefined;
  if (lastWeekday !== undefined) return `${lastWeekday}#L`;
  if (index === DAY_OF_WEEK && /^([1-7]|[A-Z]{3})#[1-5]$/.test(part)) return part;
  const known = part.split('-').every((word) => /^\d+$/.test(word) || field.words.includes(word));
  return known ? part : refuse();
}
