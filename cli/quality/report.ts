/** What a report says, whatever it is written in: scores by table and day, and the rules that did not hold. */
import type { Range, Severity, Verdict } from './verdicts.ts';

export interface DayScore {
  readonly day: string;
  readonly rules: number;
  readonly failed: number;
  /** Rules that keep the day from its readers. */
  readonly halting: number;
  /** Rules that held, percent: as column quality_score of data_quality_daily. */
  readonly score: number;
}

export interface TableScores {
  readonly table: string;
  /** One for each day of the report; undefined where the table was not judged. */
  readonly days: readonly (DayScore | undefined)[];
  readonly newest: DayScore;
  /** Points between the newest day and the judged one before it. */
  readonly change?: number;
}

/** A rule that did not hold, on one day or more. */
export interface Failure {
  readonly newest: Verdict;
  /** Newest first. */
  readonly days: readonly string[];
}

export interface Report extends Range {
  readonly environment: string;
  readonly days: readonly string[];
  readonly tables: readonly TableScores[];
  /** The worst first: by severity, then by the newest day. */
  readonly failures: readonly Failure[];
}

const WORST_FIRST: readonly Severity[] = ['halt', 'quarantine', 'warn'];

export function reportOf(environment: string, range: Range, verdicts: readonly Verdict[]): Report {
  const days = [...new Set(verdicts.map(({ day }) => day))].sort();
  const tables = [...new Set(verdicts.map(({ table }) => table))].sort(silverFirst);
  return {
    environment,
    ...range,
    days,
    tables: tables.map((table) => scoresOf(table, days, verdicts.filter((each) => each.table === table))),
    failures: failuresOf(verdicts),
  };
}

/** Gold is made of silver: a cause stands above what follows from it. */
const silverFirst = (a: string, b: string): number => Number(a.startsWith('gold.')) - Number(b.startsWith('gold.')) || (a < b ? -1 : 1);

function scoresOf(table: string, days: readonly string[], verdicts: readonly Verdict[]): TableScores {
  const scored = days.map((day) => dayScore(day, verdicts.filter((each) => each.day === day)));
  const judged = scored.filter((each) => each !== undefined);
  const [newest, before] = [judged.at(-1), judged.at(-2)];
  if (newest === undefined) throw new Error(`table ${table} has no verdicts`);
  return { table, days: scored, newest, ...(before === undefined ? {} : { change: newest.score - before.score }) };
}

function dayScore(day: string, verdicts: readonly Verdict[]): DayScore | undefined {
  if (verdicts.length === 0) return undefined;
  const failed = verdicts.filter(({ passed }) => !passed);
  return { day, rules: verdicts.length, failed: failed.length, halting: failed.filter(({ severity }) => severity === 'halt').length, score: (100 * (verdicts.length - failed.length)) / verdicts.length };
}

function failuresOf(verdicts: readonly Verdict[]): Failure[] {
  const byRule = new Map<string, Verdict[]>();
  for (const verdict of verdicts.filter(({ passed }) => !passed)) {
    const key = `${verdict.table} ${verdict.rule}`;
    byRule.set(key, [...(byRule.get(key) ?? []), verdict]);
  }
  return [...byRule.values()].map(failureOf).sort((a, b) => worse(a, b) || newer(a, b) || named(a, b));
}

function failureOf(verdicts: readonly Verdict[]): Failure {
  const sorted = verdicts.toSorted((a, b) => (a.day < b.day ? 1 : -1));
  const [newest] = sorted;
  if (newest === undefined) throw new Error('a failure has verdicts');
  return { newest, days: sorted.map(({ day }) => day) };
}

const worse = (a: Failure, b: Failure): number => WORST_FIRST.indexOf(a.newest.severity) - WORST_FIRST.indexOf(b.newest.severity);
const newer = (a: Failure, b: Failure): number => (a.newest.day === b.newest.day ? 0 : a.newest.day < b.newest.day ? 1 : -1);
const named = (a: Failure, b: Failure): number => (`${a.newest.table} ${a.newest.rule}` < `${b.newest.table} ${b.newest.rule}` ? -1 : 1);

export const percent = (score: number): string => `${(Math.floor(score * 10) / 10).toFixed(1)} %`;

/** Points with their sign; "=" where nothing moved. */
export const changeText = (change: number | undefined): string => (change === undefined ? '' : Math.abs(change) < 0.05 ? '=' : `${change > 0 ? '+' : '−'}${Math.abs(change).toFixed(1)}`);

/** `12 of 400 rows (3 %)`, or the number that was measured. */
export function observedText({ observed, rows, broken, rule }: Verdict): string {
  if (observed === undefined) return 'nothing to measure';
  if (rule === 'bad-share') return `${rounded(100 * observed)} % of records`;
  if (broken !== undefined && rows !== undefined) return `${broken.toLocaleString('en-US')} of ${rows.toLocaleString('en-US')} rows (${rounded(100 * observed)} %)`;
  return rounded(observed);
}

const rounded = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) < 1 ? 3 : 1 });

/** `2026-11-21, 2026-11-20 and 5 more days`. */
export function daysText(days: readonly string[]): string {
  const shown = days.slice(0, 2).join(', ');
  return days.length > 2 ? `${shown} and ${days.length - 2} more` : shown;
}

export const summaryText = ({ tables, failures, days }: Report): string => {
  const halting = failures.filter(({ newest }) => newest.severity === 'halt').length;
  const all = failures.length === 0 ? 'every rule held' : `${failures.length} ${failures.length === 1 ? 'rule' : 'rules'} did not hold${halting === 0 ? '' : `, ${halting} of them kept a day from its readers`}`;
  return `${tables.length} ${tables.length === 1 ? 'table' : 'tables'}, ${days.length} ${days.length === 1 ? 'day' : 'days'}: ${all}.`;
};
