import { PROBLEM_TYPES, RefusedRequest } from './answer.ts';
import type { RequestMistake } from './answer.ts';
import { BadCursorError, CURSOR_MAXIMUM, decodeCursor } from './cursor.ts';
import type { HttpApiEvent } from './event.ts';

/** How the text of a parameter becomes a value. */
export interface ParameterRule<T> {
  /** undefined = not allowed. */
  readonly parse: (text: string) => T | undefined;
  /** In words, for the answer. */
  readonly allowed: string;
  readonly example: string;
}

export type ParameterRules = Readonly<Record<string, ParameterRule<unknown>>>;
/** Parameters are optional: what was not given is undefined. */
export type Parameters<Rules extends ParameterRules> = { readonly [Name in keyof Rules]?: Rules[Name] extends ParameterRule<infer T> ? T : never };

/** @throws RefusedRequest with 400 that names every mistake, unknown parameters too. */
export const readQuery = <Rules extends ParameterRules>(event: HttpApiEvent, rules: Rules): Parameters<Rules> => readParameters(event.queryStringParameters ?? {}, rules);

/** The members of a JSON object by the same rules; no body is an empty object. @throws RefusedRequest */
export function readBody<Rules extends ParameterRules>(event: HttpApiEvent, rules: Rules): Parameters<Rules> {
  const text = event.isBase64Encoded === true ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '');
  return readParameters(Object.fromEntries(Object.entries(objectIn(text)).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])), rules);
}

function objectIn(text: string): object {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below, in the same words.
  }
  throw refused([{ parameter: '(body)', got: shortened(text), allowed: 'a JSON object', example: '{}' }]);
}

function readParameters<Rules extends ParameterRules>(given: Readonly<Record<string, string>>, rules: Rules): Parameters<Rules> {
  const mistakes: RequestMistake[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(given)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    const value = rule?.parse(text);
    if (rule === undefined) mistakes.push({ parameter: shortened(name), got: shortened(text), allowed: `no such parameter here; there are ${Object.keys(rules).join(', ') || 'none'}` });
    else if (value === undefined) mistakes.push({ parameter: name, got: shortened(text), allowed: rule.allowed, example: rule.example });
    else values[name] = value;
  }
  if (mistakes.length > 0) throw refused(mistakes);
  return values as Parameters<Rules>;
}

/** 400 with what is wrong, for mistakes that only show when parameters meet. */
export const refused = (mistakes: readonly RequestMistake[]): RefusedRequest =>
  new RefusedRequest({
    type: PROBLEM_TYPES.badRequest,
    title: 'Bad request',
    status: 400,
    detail: mistakes.map(({ parameter, got, allowed, example }) => `${parameter}: got "${got}", allowed is ${allowed}${example === undefined ? '' : `, for example ${example}`}`).join('. '),
    mistakes,
  });

const SHOWN = 80;
const shortened = (text: string): string => (text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`);

/** One of these words. */
export const oneOf = <T extends string>(words: readonly [T, ...T[]] | readonly T[]): ParameterRule<T> => ({
  parse: (text) => words.find((word) => word === text),
  allowed: `one of ${words.join(', ')}`,
  example: words[0] ?? '',
});

export const wholeNumber = ({ from, to, example = from }: { from: number; to: number; example?: number }): ParameterRule<number> => ({
  parse: (text) => (/^-?\d{1,15}$/.test(text) && Number(text) >= from && Number(text) <= to ? Number(text) : undefined),
  allowed: `a whole number from ${from} to ${to}`,
  example: String(example),
});

export const yesOrNo: ParameterRule<boolean> = {
  parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  allowed: 'true or false',
  example: 'true',
};

/** An identifier as senders write them: printable, without control characters. */
export const identifier = ({ most, example }: { most: number; example: string }): ParameterRule<string> => ({
  parse: (text) => (text.length >= 1 && text.length <= most && !/[\u0000-\u001f\u007f]/.test(text) ? text : undefined),
  allowed: `1 to ${most} characters, none of them a control character`,
  example,
});

/** So many numbers between commas, each in its own range. */
export const numbers = (ranges: readonly (readonly [number, number])[], { names, example }: { names: string; example: string }): ParameterRule<readonly number[]> => ({
  parse: (text) => {
    const parts = text.split(',');
    if (parts.length !== ranges.length || !parts.every((part) => /^\s*-?\d+(\.\d+)?\s*$/.test(part))) return undefined;
    const values = parts.map(Number);
    return values.every((value, index) => value >= (ranges[index]?.[0] ?? 0) && value <= (ranges[index]?.[1] ?? 0)) ? values : undefined;
  },
  allowed: `${names}: ${ranges.map(([from, to]) => `${from} to ${to}`).join(', ')}`,
  example,
});

/** A cursor of the list before; its place is only read when the question is known (`positionIn`). */
export const cursorRule: ParameterRule<string> = {
  parse: (text) => (text.length >= 1 && text.length <= CURSOR_MAXIMUM ? text : undefined),
  allowed: 'the cursor of the page before, unchanged',
  example: 'eyJ0IjoxfQ',
};

/** Where the list goes on; undefined = from its beginning. @throws RefusedRequest for a cursor that is not of this question. */
export function positionIn(cursor: string | undefined, question: string): unknown {
  if (cursor === undefined) return undefined;
  try {
    return decodeCursor(cursor, question);
  } catch (error) {
    if (!(error instanceof BadCursorError)) throw error;
    throw refused([{ parameter: 'cursor', got: shortened(cursor), allowed: `${cursorRule.allowed}, with the same filters (${error.message})` }]);
  }
}
