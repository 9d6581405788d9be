/** Rules in words, for the dictionary. */
import type { JsonSchema, JsonType } from './json-schema.ts';
import { typesOf } from './json-schema.ts';

export const TYPE_WORDS: Readonly<Record<JsonType, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

const list = (values: readonly unknown[]): string => values.map(String).join(', ');

const SAYS: Readonly<Record<string, (schema: JsonSchema) => string>> = {
  type: (schema) => typesOf(schema).map((type) => TYPE_WORDS[type]).join(' or '),
  enum: (schema) => (schema.enum === undefined || schema.enum.length > 12 ? 'one of the values listed below' : `one of ${list(schema.enum)}`),
  const: (schema) => `always ${JSON.stringify(schema.const)}`,
  pattern: (schema) => `matches \`${schema.pattern ?? ''}\``,
  format: (schema) => (schema.format === 'date-time' ? 'RFC 3339 with offset, a real calendar date' : `format ${schema.format ?? ''}`),
  minLength: (schema) => (schema.minLength === 1 ? 'not empty' : `at least ${schema.minLength} characters`),
  maxLength: (schema) => `at most ${schema.maxLength} characters`,
  minimum: (schema) => `at least ${schema.minimum}`,
  maximum: (schema) => `at most ${schema.maximum}`,
  exclusiveMinimum: (schema) => `above ${schema.exclusiveMinimum}`,
  exclusiveMaximum: (schema) => `below ${schema.exclusiveMaximum}`,
  multipleOf: (schema) => `a multiple of ${schema.multipleOf}`,
  minItems: (schema) => `at least ${schema.minItems} entries`,
  maxItems: (schema) => `at most ${schema.maxItems} entries`,
  uniqueItems: () => 'no entry twice',
  minProperties: (schema) => `at least ${schema.minProperties} fields`,
  maxProperties: (schema) => `at most ${schema.maxProperties} fields`,
};

/** One keyword of a schema as a phrase: `at most 100 characters`. */
export function saysOf(schema: JsonSchema, keyword: string): string {
  return SAYS[keyword]?.(schema) ?? keyword;
}
