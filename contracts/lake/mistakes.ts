/** Small words for checking files that people write: each check gives its mistakes, all of a file are told at once. */
import { isObject } from '../json-object.ts';
import type { FileMistake } from '../descriptor.ts';

export type Fields = Readonly<Record<string, unknown>>;

export interface FieldCheck {
  readonly allowed: string;
  readonly example: unknown;
  readonly optional?: true;
  readonly accepts: (value: unknown) => boolean;
}

export const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
export const isOneOf = (values: readonly string[]) => (value: unknown): boolean => values.some((known) => known === value);
export const isListOf = (accepts: (value: unknown) => boolean, least = 1) => (value: unknown): boolean => Array.isArray(value) && value.length >= least && value.every(accepts);
export const isNumber = (value: unknown, least: number, most: number): boolean => typeof value === 'number' && value >= least && value <= most;

/** Mistakes of one object: wrong fields, and fields that nobody knows. @param at where the object stands, `rules[2]`; '' for the file. */
export function mistakesOf(value: unknown, checks: Readonly<Record<string, FieldCheck>>, at: string): FileMistake[] {
  const prefix = at === '' ? '' : `${at}.`;
  if (!isObject(value)) return [{ field: at === '' ? '(the file)' : at, got: value, allowed: 'an object', example: Object.fromEntries(Object.entries(checks).filter(([, check]) => check.optional !== true).map(([name, { example }]) => [name, example])) }];
  const wrong = Object.entries(checks)
    .filter(([name, check]) => !(check.optional === true && value[name] === undefined) && !check.accepts(value[name]))
    .map(([name, { allowed, example }]) => ({ field: `${prefix}${name}`, got: value[name], allowed, example }));
  const unknown = Object.keys(value).filter((name) => checks[name] === undefined).map((name) => ({ field: `${prefix}${name}`, got: value[name], allowed: `no such field; known: ${Object.keys(checks).join(', ')}`, example: null }));
  return [...wrong, ...unknown];
}

/** Names that stand twice in a list of objects. */
export function twice(list: readonly unknown[], name: string, at: string): FileMistake[] {
  const values = list.map((entry) => (isObject(entry) ? entry[name] : undefined));
  return values.flatMap((value, index) => (isText(value) && values.indexOf(value) < index ? [{ field: `${at}[${index}].${name}`, got: value, allowed: 'a name that no other has', example: `${value}_2` }] : []));
}
