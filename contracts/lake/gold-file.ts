/** `contracts/<name>/gold.json`: tables of daily figures that follow from a contract's events, declared instead of coded. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogContract } from '../catalog.ts';
import { readJson } from '../catalog.ts';
import type { FileMistake } from '../descriptor.ts';
import { ContractFileError } from '../descriptor.ts';
import { isObject } from '../json-object.ts';
import type { FieldCheck, Fields } from './mistakes.ts';
import { isListOf, isNumber, isOneOf, isText, mistakesOf, twice } from './mistakes.ts';
import { expressionMistakes } from './quality-file.ts';
import { REFERENCE_KEYS } from './reference-keys.ts';
import { NAME } from './table-file.ts';

/** Adds the row of a reference file, or nulls where there is none. */
export interface GoldJoin {
  readonly reference: string;
  /** Its columns are called `<as>.<column>` in the other parts. */
  readonly as: string;
  /** Every key column of the reference file, with the expression that it equals. */
  readonly on: Readonly<Record<string, string>>;
}

export interface GoldDimension {
  readonly name: string;
  /** Expression over columns of the events table and of the joins. */
  readonly from: string;
  readonly description: string;
}

export const AGGREGATES = ['count', 'countDistinct', 'sum', 'mean', 'min', 'max', 'percentile', 'ratio'] as const;

export interface GoldMeasure {
  readonly name: string;
  readonly as: (typeof AGGREGATES)[number];
  /** Expression; not for count and ratio. */
  readonly of?: string;
  /** Only rows for which this expression holds. */
  readonly where?: string;
  /** For percentile: 0 to 1, interpolated between the two nearest rows. */
  readonly percentile?: number;
  /** For ratio: names of two other measures. */
  readonly numerator?: string;
  readonly denominator?: string;
  readonly unit?: string;
  readonly description: string;
}

export interface GoldTable {
  /** snake_case: the table's name in the gold database. */
  readonly name: string;
  readonly description: string;
  readonly joins?: readonly GoldJoin[];
  /** Only events for which this expression holds. */
  readonly where?: string;
  /** business_date (event date in the business time zone) is always the first. */
  readonly dimensions: readonly GoldDimension[];
  readonly measures: readonly GoldMeasure[];
}

export interface GoldFile {
  readonly tables: readonly GoldTable[];
}

const name: FieldCheck = { allowed: 'snake_case, at most 63 characters', example: 'vehicle_daily', accepts: (value) => typeof value === 'string' && NAME.test(value) };
const sentence: FieldCheck = { allowed: 'a sentence', example: 'Fixes per vehicle and day.', accepts: isText };
const expression: FieldCheck = { allowed: 'an expression over columns', example: 'vehicle_id', accepts: isText };
const optional = (check: FieldCheck): FieldCheck => ({ ...check, optional: true });
const list = (example: unknown, least = 1): FieldCheck => ({ allowed: `a list${least > 0 ? ' of at least one' : ''}`, example: [example], accepts: isListOf(isObject, least) });

const JOIN: Readonly<Record<string, FieldCheck>> = {
  reference: { allowed: Object.keys(REFERENCE_KEYS).join(', '), example: 'locations', accepts: isOneOf(Object.keys(REFERENCE_KEYS)) },
  as: { ...name, example: 'place' },
  on: { allowed: 'an expression for each key column of the reference file', example: { unlocode: 'location_un_locode' }, accepts: (value) => isObject(value) && Object.values(value).every(isText) },
};
const DIMENSION: Readonly<Record<string, FieldCheck>> = { name, from: expression, description: sentence };
const MEASURE: Readonly<Record<string, FieldCheck>> = {
  name,
  as: { allowed: AGGREGATES.join(', '), example: 'count', accepts: isOneOf(AGGREGATES) },
  of: optional(expression),
  where: optional(expression),
  percentile: { allowed: 'a number from 0 to 1', example: 0.9, optional: true, accepts: (value) => isNumber(value, 0, 1) },
  numerator: optional(name),
  denominator: optional(name),
  unit: { allowed: 'a unit', example: 'km', optional: true, accepts: isText },
  description: sentence,
};
const TABLE: Readonly<Record<string, FieldCheck>> = {
  name,
  description: sentence,
  joins: optional(list({ reference: 'locations', as: 'place', on: { unlocode: 'location_un_locode' } }, 0)),
  where: optional(expression),
  dimensions: list({ name: 'vehicle_id', from: 'vehicle_id', description: 'The vehicle.' }),
  measures: list({ name: 'fixes', as: 'count', description: 'Positions received.' }),
};

/** undefined when the contract has no gold.json. @param columns names of the table's columns, the platform's included. @throws ContractFileError, SchemaError */
export function readGold(contract: CatalogContract, columns: ReadonlySet<string>): GoldFile | undefined {
  const file = join(contract.directory, 'gold.json');
  return existsSync(file) ? parseGold(readJson(file), { file, columns }) : undefined;
}

/** @throws ContractFileError with every mistake */
export function parseGold(value: unknown, { file, columns }: { readonly file: string; readonly columns: ReadonlySet<string> }): GoldFile {
  const tables = entries(value, 'tables');
  const mistakes = [...mistakesOf(value, { tables: list({ name: 'vehicle_daily' }) }, ''), ...twice(tables, 'name', 'tables'), ...tables.flatMap((table, index) => tableMistakes(table, `tables[${index}]`, columns))];
  if (mistakes.length > 0) throw new ContractFileError(file, mistakes);
  return value as GoldFile;
}

const entries = (value: unknown, field: string): readonly unknown[] => (isObject(value) && Array.isArray(value[field]) ? (value[field] as readonly unknown[]) : []);

function tableMistakes(table: unknown, at: string, columns: ReadonlySet<string>): FileMistake[] {
  const own = mistakesOf(table, TABLE, at);
  if (!isObject(table)) return own;
  const [joins, dimensions, measures] = [entries(table, 'joins'), entries(table, 'dimensions'), entries(table, 'measures')];
  const aliases = joins.flatMap((join) => (isObject(join) && isText(join['as']) ? [join['as']] : []));
  const seen = new Set([...columns, ...aliases.flatMap((alias) => ALIASED.map((column) => `${alias}.${column}`))]);
  return [
    ...own,
    ...joins.flatMap((join, index) => joinMistakes(join, `${at}.joins[${index}]`, columns)),
    ...dimensions.flatMap((dimension, index) => [...mistakesOf(dimension, DIMENSION, `${at}.dimensions[${index}]`), ...expressionMistakes((dimension as Fields)['from'], `${at}.dimensions[${index}].from`, seen)]),
    ...measures.flatMap((measure, index) => measureMistakes(measure as Fields, { at: `${at}.measures[${index}]`, seen, all: measures as readonly Fields[] })),
    ...expressionMistakes(table['where'], `${at}.where`, seen),
    ...twice([...dimensions, ...measures], 'name', `${at}.(dimensions and measures)`),
  ];
}

/** Columns that reference files have. */
const ALIASED = ['unlocode', 'name', 'country', 'subdivision', 'lat', 'lon', 'time_zone', 'region', 'facility_kinds', 'origin', 'destination', 'mode', 'distance_km', 'standard_transit_hours', 'level', 'promised_extra_hours', 'grace_minutes', 'priority', 'price_factor', 'calendar', 'date'];

function joinMistakes(join: unknown, at: string, columns: ReadonlySet<string>): FileMistake[] {
  const own = mistakesOf(join, JOIN, at);
  if (own.length > 0) return own;
  const { reference, on } = join as GoldJoin;
  const keys = REFERENCE_KEYS[reference] ?? [];
  const wrong = Object.keys(on).sort().join() === [...keys].sort().join() ? [] : [{ field: `${at}.on`, got: on, allowed: `exactly the key columns of ${reference}: ${keys.join(', ')}`, example: Object.fromEntries(keys.map((key) => [key, key])) }];
  return [...wrong, ...Object.entries(on).flatMap(([key, text]) => expressionMistakes(text, `${at}.on.${key}`, columns))];
}

function measureMistakes(measure: Fields, { at, seen, all }: { readonly at: string; readonly seen: ReadonlySet<string>; readonly all: readonly Fields[] }): FileMistake[] {
  const { as, of, percentile, numerator, denominator } = measure;
  const mistakes = [...mistakesOf(measure, MEASURE, at), ...expressionMistakes(of, `${at}.of`, seen), ...expressionMistakes(measure['where'], `${at}.where`, seen)];
  const expect = (holds: boolean, mistake: FileMistake): void => void (holds || mistakes.push(mistake));
  if (as !== 'count' && as !== 'ratio') expect(isText(of), { field: `${at}.of`, got: of, allowed: `an expression: ${String(as)} needs one`, example: 'speed_kmh' });
  if (as === 'percentile') expect(typeof percentile === 'number', { field: `${at}.percentile`, got: percentile, allowed: 'a number from 0 to 1', example: 0.9 });
  if (as === 'ratio') {
    const names = all.filter((other) => other !== measure && other['as'] !== 'ratio').map((other) => other['name']);
    for (const [field, got] of [['numerator', numerator], ['denominator', denominator]] as const) expect(names.includes(got) && got !== undefined, { field: `${at}.${field}`, got, allowed: `another measure that is no ratio: ${names.join(', ')}`, example: names[0] });
  }
  return mistakes;
}
