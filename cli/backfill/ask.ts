import { LogicTextError, logicText } from '../../contracts/gold-logic.ts';
import { addDays, isDay } from '../../domain/time/business-day.ts';
import { UsageError } from '../errors.ts';

/** The options of `waybill backfill`, as they were typed. */
export interface BackfillOptions {
  readonly from?: string;
  readonly to?: string;
  readonly logic?: string;
  readonly width?: string;
  readonly daysPerRun?: string;
  readonly run?: string;
  /** True: named without a value. */
  readonly compare?: string | true;
  readonly tolerances?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly follow: boolean;
}

/** What is to be built. Undefined: as the environment is configured. */
export interface Asked {
  readonly from: string;
  readonly to: string;
  readonly days: readonly string[];
  readonly tables: readonly string[];
  readonly logic: string | undefined;
  readonly width: number | undefined;
  readonly daysPerRun: number | undefined;
  /** Whether days are compared with what readers have, before each is published or before any is. */
  readonly compare: Compare | undefined;
  /** Names the run: the same name goes on where it was ended. */
  readonly run: string;
}

export const COMPARES = ['each', 'all'] as const;
export type Compare = (typeof COMPARES)[number];

/** A page of the bucket's listing holds so many: more days are two backfills. */
const MOST_DAYS = 1_000;
/** The backfill's Glue job takes so many runs at once (lib/stacks/batch-stack.ts). */
const MOST_WIDE = 20;
const MOST_PER_RUN = 31;
/** A name of an execution has 80 characters; a counter follows. */
const RUN_NAME = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;

/** @throws UsageError that says what was given, what is allowed and an example */
export function readBackfill(tables: readonly string[], options: BackfillOptions): Asked {
  const { from, to } = readRange(options);
  const days = daysBetween(from, to);
  if (days.length > MOST_DAYS) throw new UsageError(`${from} to ${to} are ${days.length} days; at most ${MOST_DAYS} go into one backfill.`, { todo: `Begin with --to ${addDays(from, MOST_DAYS - 1)}` });
  const logic = options.logic === undefined ? undefined : spelled(options.logic);
  const run = options.run ?? ['backfill', from, to, ...(logic === undefined ? [] : [logic.replace(/[^A-Za-z0-9]+/g, '-')]), ...tables.slice(0, 1).map((name) => name.replaceAll('_', '-'))].join('-').slice(0, 64);
  if (!RUN_NAME.test(run)) throw new UsageError(`--run got "${run}"; allowed: up to 64 letters, digits and hyphens. Example: --run cost-fix`);
  return { from, to, days, tables, logic, width: wholeNumber('width', options.width, MOST_WIDE), daysPerRun: wholeNumber('days-per-run', options.daysPerRun, MOST_PER_RUN), compare: compareOf(options), run };
}

/** @throws UsageError */
function compareOf({ compare, tolerances }: BackfillOptions): Compare | undefined {
  if (compare === undefined && tolerances !== undefined) throw new UsageError('--tolerances says how far days may differ, but nothing compares them. Example: --compare each --tolerances lenient.json');
  const found = COMPARES.find((each) => each === (compare === true ? 'each' : compare));
  if (compare !== undefined && found === undefined) throw new UsageError(`--compare got "${String(compare)}"; allowed: ${COMPARES.join(', ')}. Example: --compare all`);
  return found;
}

/** @throws UsageError */
export function spelled(logic: string): string {
  try {
    return logicText(logic);
  } catch (error) {
    if (error instanceof LogicTextError) throw new UsageError(`--logic: ${error.message}. Example: --logic v2`);
    throw error;
  }
}

/** Both days of a range. @throws UsageError */
export function readRange({ from, to }: { readonly from?: string; readonly to?: string }): { readonly from: string; readonly to: string } {
  for (const [name, value] of [['from', from], ['to', to]] as const) {
    if (value === undefined) throw new UsageError(`--${name} is missing. Example: --from 2026-10-01 --to 2026-10-31`);
    if (!isDay(value)) throw new UsageError(`--${name} got "${value}"; allowed: a day of the calendar, YYYY-MM-DD. Example: --${name} 2026-10-01`);
  }
  const range = { from: from ?? '', to: to ?? '' };
  if (range.from > range.to) throw new UsageError(`--from ${range.from} lies after --to ${range.to}.`);
  return range;
}

/** Every day of a range, both ends included. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}

function wholeNumber(option: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most) throw new UsageError(`--${option} got "${text}"; allowed: 1 to ${most}. Example: --${option} 4`);
  return value;
}

/** What the machine is started with. */
export const machineInput = ({ run, from, to, logic, tables, width, daysPerRun, compare }: Asked, tolerancesKey?: string): Readonly<Record<string, unknown>> => ({
  run,
  from,
  to,
  ...(logic === undefined ? {} : { logic }),
  ...(tables.length === 0 ? {} : { tables: tables.join(',') }),
  ...(width === undefined ? {} : { width }),
  ...(daysPerRun === undefined ? {} : { daysPerRun }),
  ...(compare === undefined ? {} : { compare }),
  ...(tolerancesKey === undefined ? {} : { tolerancesKey }),
});
