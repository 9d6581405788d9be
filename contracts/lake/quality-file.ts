/** `contracts/<name>/quality.json`: what must be true of a contract's rows in silver, how bad it is when it is not, and whose it is. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogContract } from '../catalog.ts';
import { readJson } from '../catalog.ts';
import type { FileMistake } from '../descriptor.ts';
import { ContractFileError } from '../descriptor.ts';
import { isObject } from '../json-object.ts';
import type { Sentinels } from '../model.ts';
import { expressionProblem } from './expression.ts';
import type { FieldCheck, Fields } from './mistakes.ts';
import { isListOf, isNumber, isOneOf, isText, mistakesOf, twice } from './mistakes.ts';
import { REFERENCE_KEYS } from './reference-keys.ts';

export const KINDS = ['completeness', 'accuracy', 'consistency', 'timeliness', 'uniqueness', 'volume', 'freshness', 'referential', 'reconciliation'] as const;
export const SEVERITIES = ['halt', 'quarantine', 'warn'] as const;

export type QualityCheck =
  /** Every column has a value. */
  | { readonly is: 'notNull'; readonly columns: readonly string[] }
  | { readonly is: 'inSet'; readonly columns: readonly string[]; readonly values: readonly (string | number | boolean)[] }
  /** Numbers, both ends included; one may be left out. */
  | { readonly is: 'range'; readonly columns: readonly string[]; readonly min?: number; readonly max?: number }
  /** Matches from begin to end. */
  | { readonly is: 'regex'; readonly columns: readonly string[]; readonly pattern: string }
  /** No two rows with the same values in these columns. */
  | { readonly is: 'unique'; readonly columns: readonly string[] }
  /** The value stands in a column of a reference file, or of another table in silver. */
  | { readonly is: 'references'; readonly columns: readonly string[]; readonly table: string; readonly column: string }
  /** The day has at least this share of the median of the same weekday in the weeks before. */
  | { readonly is: 'minRows'; readonly ofWeekdayMedian: number; readonly weeks: number }
  /** The newest row arrived at most so long before the run. */
  | { readonly is: 'fresh'; readonly minutes: number }
  /** True, or unknown, for every row. */
  | { readonly is: 'sql'; readonly true: string }
  /** Distinct identities in bronze = rows in silver + conflicts + duplicates + parked. */
  | { readonly is: 'reconciles' };

export interface QualityRule {
  /** kebab-case, within the file. */
  readonly id: string;
  readonly kind: (typeof KINDS)[number];
  /** `halt`: the day is not published. `quarantine`: the row counts as a bad record; above 5 % of them the day is not published. `warn`: it is counted. */
  readonly severity: (typeof SEVERITIES)[number];
  readonly check: QualityCheck;
  /** SQL: the rule looks at these rows only. */
  readonly where?: string;
  /** Share of rows that may break it, 0 to 1. @default 0 */
  readonly threshold?: number;
  /** @default - the owner of the file */
  readonly owner?: string;
  /** In a sentence, for reports. */
  readonly says: string;
}

export interface QualityFile {
  readonly owner: string;
  /** Texts that mean "no value", by source; `*` for all. Silver reads them as null. */
  readonly sentinels?: Readonly<Record<string, readonly string[]>>;
  readonly rules: readonly QualityRule[];
}

const columnsCheck: FieldCheck = { allowed: 'a list of columns of the table', example: ['event_time'], accepts: isListOf(isText) };
const is: FieldCheck = { allowed: 'the name of a check', example: 'notNull', accepts: isText };
const number = (least: number, most: number, example: number): FieldCheck => ({ allowed: `a number from ${least} to ${most}`, example, accepts: (value) => isNumber(value, least, most) });
const anyNumber: FieldCheck = { allowed: 'a number', example: 0, optional: true, accepts: (value) => typeof value === 'number' };

const CHECKS: Readonly<Record<QualityCheck['is'], { readonly fields: Readonly<Record<string, FieldCheck>>; readonly ofRows: boolean }>> = {
  notNull: { fields: { is, columns: columnsCheck }, ofRows: true },
  inSet: { fields: { is, columns: columnsCheck, values: { allowed: 'a list of values', example: ['ACTUAL'], accepts: isListOf((value) => ['string', 'number', 'boolean'].includes(typeof value)) } }, ofRows: true },
  range: { fields: { is, columns: columnsCheck, min: anyNumber, max: anyNumber }, ofRows: true },
  regex: { fields: { is, columns: columnsCheck, pattern: { allowed: 'a regular expression', example: '^[A-Z]{5}$', accepts: isPattern } }, ofRows: true },
  unique: { fields: { is, columns: columnsCheck }, ofRows: false },
  references: { fields: { is, columns: columnsCheck, table: { allowed: `a reference file (${Object.keys(REFERENCE_KEYS).join(', ')}) or silver.<table>`, example: 'locations', accepts: (value) => isText(value) && (REFERENCE_KEYS[value] !== undefined || /^silver\.[a-z]\w*$/.test(value)) }, column: { allowed: 'a column of it', example: 'unlocode', accepts: isText } }, ofRows: true },
  minRows: { fields: { is, ofWeekdayMedian: number(0, 1, 0.5), weeks: number(1, 12, 4) }, ofRows: false },
  fresh: { fields: { is, minutes: number(1, 10_080, 60) }, ofRows: false },
  sql: { fields: { is, true: { allowed: 'an expression over columns of the table', example: 'published_time >= event_time', accepts: isText } }, ofRows: true },
  reconciles: { fields: { is }, ofRows: false },
};

function isPattern(value: unknown): boolean {
  try {
    return isText(value) && new RegExp(value).source !== '';
  } catch {
    return false;
  }
}

const RULE: Readonly<Record<string, FieldCheck>> = {
  id: { allowed: 'kebab-case', example: 'shipment-known', accepts: (value) => isText(value) && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(value) },
  kind: { allowed: KINDS.join(', '), example: 'completeness', accepts: isOneOf(KINDS) },
  severity: { allowed: SEVERITIES.join(', '), example: 'warn', accepts: isOneOf(SEVERITIES) },
  check: { allowed: `an object with "is": ${Object.keys(CHECKS).join(', ')}`, example: { is: 'notNull', columns: ['event_time'] }, accepts: (value) => isObject(value) && isOneOf(Object.keys(CHECKS))(value['is']) },
  where: { allowed: 'an expression over columns of the table', example: "event_classifier = 'ACTUAL'", optional: true, accepts: isText },
  threshold: { ...number(0, 1, 0.01), optional: true },
  owner: { allowed: 'a team', example: 'logistics-platform', optional: true, accepts: isText },
  says: { allowed: 'a sentence', example: 'Every event names its shipment.', accepts: isText },
};

const FILE: Readonly<Record<string, FieldCheck>> = {
  owner: { allowed: 'the owning team', example: 'logistics-platform', accepts: isText },
  sentinels: { allowed: 'lists of texts by source, "*" for all', example: { '*': ['N/A'] }, optional: true, accepts: (value) => isObject(value) && Object.values(value).every(isListOf((text) => typeof text === 'string')) },
  rules: { allowed: 'a list of rules', example: [], accepts: Array.isArray },
};

/** undefined when the contract has no quality.json. @param columns names of the table's columns, the platform's included. @throws ContractFileError, SchemaError */
export function readQuality(contract: CatalogContract, columns: ReadonlySet<string>): QualityFile | undefined {
  const file = join(contract.directory, 'quality.json');
  return existsSync(file) ? parseQuality(readJson(file), { file, columns }) : undefined;
}

/** Texts of a contract that mean "no value"; undefined when it lists none. A file with mistakes is refused where it is read whole. */
export function sentinelsIn(directory: string): Sentinels | undefined {
  const file = join(directory, 'quality.json');
  const found = existsSync(file) ? (readJson(file) as Partial<QualityFile> | null)?.sentinels : undefined;
  return found === undefined || Object.keys(found).length === 0 ? undefined : found;
}

/** @throws ContractFileError with every mistake */
export function parseQuality(value: unknown, { file, columns }: { readonly file: string; readonly columns: ReadonlySet<string> }): QualityFile {
  const rules = isObject(value) && Array.isArray(value['rules']) ? (value['rules'] as readonly unknown[]) : [];
  const mistakes = [...mistakesOf(value, FILE, ''), ...twice(rules, 'id', 'rules'), ...rules.flatMap((rule, index) => ruleMistakes(rule, `rules[${index}]`, columns))];
  if (mistakes.length > 0) throw new ContractFileError(file, mistakes);
  return value as QualityFile;
}

function ruleMistakes(rule: unknown, at: string, columns: ReadonlySet<string>): FileMistake[] {
  const own = mistakesOf(rule, RULE, at);
  if (!isObject(rule) || !isObject(rule['check'])) return own;
  const check: Fields = rule['check'];
  const known = CHECKS[check['is'] as QualityCheck['is']] as (typeof CHECKS)['sql'] | undefined;
  if (known === undefined) return own;
  const named = Array.isArray(check['columns']) ? check['columns'].filter(isText) : [];
  const stray = named.filter((column) => !columns.has(column)).map((column) => ({ field: `${at}.check.columns`, got: column, allowed: `columns of the table: ${[...columns].join(', ')}`, example: 'event_time' }));
  const misused = rule['severity'] === 'quarantine' && !known.ofRows ? [{ field: `${at}.severity`, got: 'quarantine', allowed: `halt or warn: ${String(check['is'])} judges the whole table, there is no single row to put aside`, example: 'warn' }] : [];
  const early = rule['severity'] === 'quarantine' && isText(check['table']) && check['table'].startsWith('silver.') ? [{ field: `${at}.severity`, got: 'quarantine', allowed: `halt or warn: a row is put aside as it is loaded, and ${check['table']} may be loaded after it`, example: 'warn' }] : [];
  return [...own, ...mistakesOf(check, known.fields, `${at}.check`), ...stray, ...misused, ...early, ...expressionMistakes(rule['where'], `${at}.where`, columns), ...expressionMistakes(check['true'], `${at}.check.true`, columns)];
}

export function expressionMistakes(text: unknown, field: string, columns: ReadonlySet<string>): FileMistake[] {
  const problem = isText(text) ? expressionProblem(text, columns) : undefined;
  return problem === undefined ? [] : [{ field, got: text, allowed: problem, example: 'event_time <= arrival_time' }];
}
