/** Types that columns of the lake may have, which JSON fields fit them, and which change of type keeps every reader. */
import type { JsonSchema } from '../schema/json-schema.ts';
import { typesOf } from '../schema/json-schema.ts';

const PLAIN = ['string', 'boolean', 'int', 'long', 'double', 'date', 'timestamp', 'json', 'array<string>'] as const;
const DECIMAL = /^decimal\(([1-9]\d?),(\d{1,2})\)$/;
const LARGEST_PRECISION = 38;

/** What may stand for a type, for messages. */
export const TYPES_IN_WORDS = `${PLAIN.join(', ')}, decimal(p,s)`;

export interface Decimal {
  /** Digits in all, 1 to 38. */
  readonly precision: number;
  /** Digits after the point. */
  readonly scale: number;
}

/** undefined for any other type, and for a decimal that no engine has. */
export function decimalOf(type: string): Decimal | undefined {
  const [, precision, scale] = DECIMAL.exec(type)?.map(Number) ?? [];
  return precision === undefined || scale === undefined || precision > LARGEST_PRECISION || scale > precision ? undefined : { precision, scale };
}

export const isColumnType = (type: unknown): type is string => typeof type === 'string' && (PLAIN.some((known) => known === type) || decimalOf(type) !== undefined);

/** Whether all values that a field may have by its JSON types go into a column. `decimal` wants text: a JSON number is binary and loses cents. */
const FITS: Readonly<Record<string, { readonly accepts: (field: JsonSchema) => boolean; readonly wants: string }>> = {
  string: { accepts: (field) => only(field, 'string'), wants: 'a string' },
  boolean: { accepts: (field) => only(field, 'boolean'), wants: 'a boolean' },
  int: { accepts: (field) => only(field, 'integer'), wants: 'an integer' },
  long: { accepts: (field) => only(field, 'integer'), wants: 'an integer' },
  double: { accepts: (field) => only(field, 'number', 'integer'), wants: 'a number' },
  decimal: { accepts: (field) => only(field, 'string', 'integer'), wants: 'a string such as "12.50" (a JSON number would lose digits)' },
  date: { accepts: (field) => only(field, 'string'), wants: 'a string such as "2026-11-20"' },
  timestamp: { accepts: (field) => only(field, 'string') && field.format === 'date-time', wants: 'a string with "format": "date-time"' },
  json: { accepts: () => true, wants: 'anything' },
  'array<string>': { accepts: (field) => only(field, 'array') && only(field.items ?? {}, 'string'), wants: 'a list of strings' },
};

const only = (field: JsonSchema, ...allowed: readonly string[]): boolean => {
  const types = typesOf(field).filter((type) => type !== 'null');
  return types.length > 0 && types.every((type) => allowed.includes(type));
};

const fitOf = (type: string): (typeof FITS)[string] | undefined => FITS[decimalOf(type) === undefined ? type : 'decimal'];

/** Whether a field's values can become values of a column of that type. */
export const fits = (type: string, field: JsonSchema): boolean => fitOf(type)?.accepts(field) === true;

/** What a field must be for a column of that type. */
export const wantedFor = (type: string): string => fitOf(type)?.wants ?? 'anything';

/** Changes of type that Iceberg makes in place and that no query notices. */
const WIDENED: Readonly<Record<string, readonly string[]>> = { int: ['long'] };

/** Whether a published column may change to that type: the same, or wider. */
export function isWidened(before: string, after: string): boolean {
  if (before === after) return true;
  const [narrow, wide] = [decimalOf(before), decimalOf(after)];
  if (narrow !== undefined && wide !== undefined) return wide.scale === narrow.scale && wide.precision >= narrow.precision;
  return WIDENED[before]?.includes(after) === true;
}
