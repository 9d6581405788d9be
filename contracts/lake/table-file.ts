/** `contracts/<name>/table.json`: the columns that a contract's events have in silver. All that is wrong with the file at once. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogContract } from '../catalog.ts';
import { readJson } from '../catalog.ts';
import type { FileMistake } from '../descriptor.ts';
import { ContractFileError } from '../descriptor.ts';
import { isObject } from '../json-object.ts';
import { dereference } from '../schema/dereference.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import { TYPES_IN_WORDS, fits, isColumnType, wantedFor } from './column-type.ts';
import { PLATFORM_COLUMNS } from './platform-columns.ts';
import { fieldAt } from './schema-field.ts';

/** A column as a person writes it. */
export interface ColumnFile {
  /** snake_case. */
  readonly name: string;
  readonly type: string;
  /** JSON pointers into the event: the first that is present gives the value. */
  readonly from: readonly string[];
  /** @default - whether the schema requires the field with weight `reject` */
  readonly required?: boolean;
  /** @default - the description of the field */
  readonly description?: string;
}

export interface TableFile {
  /** snake_case, plural: the table's name in the silver database. */
  readonly name: string;
  readonly description: string;
  readonly columns: readonly ColumnFile[];
  /** @default - the field that contract.json names */
  readonly eventTimeFrom?: readonly string[];
  /** @default - publishedTime, where the schema has it */
  readonly publishedTimeFrom?: readonly string[];
  /** Iceberg transforms. @default ['days(event_time)'] */
  readonly partition?: readonly string[];
  /** Columns by which rows lie in files. @default - event_time */
  readonly sort?: readonly string[];
}

export const NAME = /^[a-z][a-z0-9_]{0,62}$/;
const TRANSFORM = /^(?:(?:years|months|days|hours)\((?<time>\w+)\)|(?:bucket|truncate)\([1-9]\d{0,4}, ?(?<sized>\w+)\)|(?<plain>\w+))$/;
const TABLE_FIELDS = ['name', 'description', 'columns', 'eventTimeFrom', 'publishedTimeFrom', 'partition', 'sort'];
const COLUMN_FIELDS = ['name', 'type', 'from', 'required', 'description'];
const COLUMN_EXAMPLE = { name: 'shipment_id', type: 'string', from: ['/shipmentId'] };

export const tableFileOf = (contract: CatalogContract): string => join(contract.directory, 'table.json');

/** The contract's table; undefined when it has none and so ends in bronze. @throws ContractFileError, SchemaError */
export function readTable(contract: CatalogContract): TableFile | undefined {
  const file = tableFileOf(contract);
  return existsSync(file) ? parseTable(readJson(file), { file, schemas: contract.schemas.map(({ schema }) => dereference(schema)) }) : undefined;
}

interface About {
  /** How the file is called in messages. */
  readonly file: string;
  /** The contract's schemas without references, newest major last. */
  readonly schemas: readonly JsonSchema[];
}

/** @throws ContractFileError with every mistake */
export function parseTable(value: unknown, { file, schemas }: About): TableFile {
  if (!isObject(value)) throw new ContractFileError(file, [{ field: '(the file)', got: value, allowed: 'an object', example: { name: 'web_orders' } }]);
  const mistakes = [...unknownFields(value, TABLE_FIELDS, ''), ...headMistakes(value), ...columnsMistakes(value['columns'], schemas), ...timeMistakes(value, schemas), ...layoutMistakes(value)];
  if (mistakes.length > 0) throw new ContractFileError(file, mistakes);
  return value as unknown as TableFile;
}

export const unknownFields = (value: Readonly<Record<string, unknown>>, known: readonly string[], prefix: string): FileMistake[] =>
  Object.keys(value).filter((name) => !known.includes(name)).map((name) => ({ field: `${prefix}${name}`, got: value[name], allowed: `no such field; known: ${known.join(', ')}`, example: null }));

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

function headMistakes({ name, description }: Readonly<Record<string, unknown>>): FileMistake[] {
  return [
    ...(typeof name === 'string' && NAME.test(name) ? [] : [{ field: 'name', got: name, allowed: 'snake_case, at most 63 characters', example: 'web_orders' }]),
    ...(isText(description) ? [] : [{ field: 'description', got: description, allowed: 'a sentence', example: 'Orders placed on the web shop, one row per event.' }]),
  ];
}

function columnsMistakes(columns: unknown, schemas: readonly JsonSchema[]): FileMistake[] {
  if (!Array.isArray(columns) || columns.length === 0) return [{ field: 'columns', got: columns, allowed: 'a list of at least one column', example: [COLUMN_EXAMPLE] }];
  const entries = columns as readonly unknown[];
  const names = entries.map((column) => (isObject(column) ? column['name'] : undefined));
  return entries.flatMap((column, index) => {
    const field = `columns[${index}]`;
    if (!isObject(column)) return [{ field, got: column, allowed: 'an object', example: COLUMN_EXAMPLE }];
    const twice = names.indexOf(column['name']) < index && column['name'] !== undefined;
    return [
      ...unknownFields(column, COLUMN_FIELDS, `${field}.`),
      ...(twice ? [{ field: `${field}.name`, got: column['name'], allowed: 'a name that no other column has', example: `${String(column['name'])}_2` }] : []),
      ...columnMistakes(column, { field, schemas }),
    ];
  });
}

function columnMistakes(column: Readonly<Record<string, unknown>>, { field, schemas }: { readonly field: string; readonly schemas: readonly JsonSchema[] }): FileMistake[] {
  const { name, type, from, required, description } = column;
  const mistakes: FileMistake[] = [];
  const expect = (holds: boolean, mistake: FileMistake): void => void (holds || mistakes.push(mistake));
  const own = PLATFORM_COLUMNS.some((platform) => platform.name === name);
  expect(typeof name === 'string' && NAME.test(name), { field: `${field}.name`, got: name, allowed: 'snake_case, at most 63 characters', example: 'shipment_id' });
  expect(!own, { field: `${field}.name`, got: name, allowed: `another name: every events table has ${PLATFORM_COLUMNS.map((platform) => platform.name).join(', ')} from the platform`, example: `sender_${String(name)}` });
  expect(isColumnType(type), { field: `${field}.type`, got: type, allowed: TYPES_IN_WORDS, example: 'string' });
  expect(required === undefined || typeof required === 'boolean', { field: `${field}.required`, got: required, allowed: 'true or false', example: false });
  expect(description === undefined || isText(description), { field: `${field}.description`, got: description, allowed: "a sentence, or left out for the field's own", example: 'What the row is about.' });
  mistakes.push(...pointerMistakes(from, { field: `${field}.from`, schemas, ...(isColumnType(type) ? { type } : {}) }));
  if (required === true && mistakes.length === 0) expect(isAlwaysThere(from as readonly string[], schemas), { field: `${field}.required`, got: true, allowed: 'false, or left out: the schema lets an event be without the field', example: false });
  return mistakes;
}

/** Whether every good event of every major has one of the fields. */
export const isAlwaysThere = (from: readonly string[], schemas: readonly JsonSchema[]): boolean => schemas.every((schema) => from.some((pointer) => fieldAt(schema, pointer)?.isCertain === true));

interface Pointers {
  readonly field: string;
  readonly schemas: readonly JsonSchema[];
  readonly type?: string;
}

/** A pointer must name a field of at least one major; its type must fit in all that have it. */
function pointerMistakes(from: unknown, { field, schemas, type }: Pointers): FileMistake[] {
  if (!Array.isArray(from) || from.length === 0 || !from.every(isText)) return [{ field, got: from, allowed: 'a list of at least one JSON pointer into the event', example: ['/shipmentId'] }];
  return (from as readonly string[]).flatMap((pointer): FileMistake[] => {
    const fields = schemas.map((schema) => fieldAt(schema, pointer)?.schema).filter((found) => found !== undefined);
    if (fields.length === 0) return [{ field, got: pointer, allowed: `a field of the schema: ${fieldNames(schemas)}`, example: '/schemaVersion' }];
    return type === undefined || fields.every((found) => fits(type, found)) ? [] : [{ field, got: pointer, allowed: `for a column of type ${type} the field must be ${wantedFor(type)}`, example: { name: 'raw', type: 'json', from: [pointer] } }];
  });
}

const fieldNames = (schemas: readonly JsonSchema[]): string => [...new Set(schemas.flatMap(({ properties }) => Object.keys(properties ?? {})))].map((name) => `/${name}`).join(', ');

function timeMistakes(value: Readonly<Record<string, unknown>>, schemas: readonly JsonSchema[]): FileMistake[] {
  return ['eventTimeFrom', 'publishedTimeFrom'].filter((field) => value[field] !== undefined).flatMap((field) => pointerMistakes(value[field], { field, schemas, type: 'timestamp' }));
}

function layoutMistakes({ columns, partition, sort }: Readonly<Record<string, unknown>>): FileMistake[] {
  const own = Array.isArray(columns) ? (columns as readonly unknown[]).map((column) => (isObject(column) ? column['name'] : undefined)) : [];
  const names = new Set([...own, ...PLATFORM_COLUMNS.map(({ name }) => name)]);
  const isTransform = (entry: unknown): boolean => {
    const { time, sized, plain } = (typeof entry === 'string' ? TRANSFORM.exec(entry)?.groups : undefined) ?? {};
    return names.has(time ?? sized ?? plain);
  };
  const isListOf = (list: unknown, accepts: (entry: unknown) => boolean): boolean => list === undefined || (Array.isArray(list) && list.length > 0 && list.every(accepts));
  return [
    ...(isListOf(partition, isTransform) ? [] : [{ field: 'partition', got: partition, allowed: 'a list of years(c), months(c), days(c), hours(c), bucket(n, c), truncate(n, c) or c, of columns of the table', example: ['days(event_time)'] }]),
    ...(isListOf(sort, (entry) => names.has(entry)) ? [] : [{ field: 'sort', got: sort, allowed: 'a list of columns of the table', example: ['event_time'] }]),
  ];
}
