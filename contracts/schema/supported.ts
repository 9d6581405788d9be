/** The part of draft-07 that contracts may use: what the validator, the types, the dictionary and the compatibility check all understand. */
import type { JsonSchema } from './json-schema.ts';
import { SchemaError } from './json-schema.ts';
import { isObject } from '../json-object.ts';

const SUPPORTED = new Set([
  '$schema', '$id', '$comment', '$ref', 'definitions', 'title', 'description', 'examples', 'default',
  'type', 'enum', 'const', 'pattern', 'format', 'minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf',
  'minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties', 'required', 'properties', 'dependencies', 'items', 'additionalProperties',
  'allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else',
  'x-version', 'x-severity', 'x-check', 'x-when', 'x-rule', 'x-enum',
]);

const SEVERITIES = ['reject', 'warn', 'range'];


/** @throws SchemaError at the first place that contracts do not support, with what to write instead. */
export function assertSupported(schema: JsonSchema): void {
  visit(schema, '#');
}

function visit(schema: unknown, place: string): void {
  if (!isObject(schema)) throw new SchemaError(`${place}: got ${JSON.stringify(schema)}. Allowed: an object. Example: { "type": "string" }`);
  const unknown = Object.keys(schema).find((keyword) => !SUPPORTED.has(keyword));
  if (unknown !== undefined) throw new SchemaError(`${place}: the keyword "${unknown}" is not supported. Allowed: ${[...SUPPORTED].join(', ')}.`);
  checkValues(schema, place);
  for (const [keyword, child] of childrenOf(schema)) visit(child, `${place}/${keyword}`);
}

function checkValues(schema: Readonly<Record<string, unknown>>, place: string): void {
  const expect = (holds: boolean, text: string): void => {
    if (!holds) throw new SchemaError(`${place}: ${text}`);
  };
  const { 'x-severity': severity, 'x-rule': named, additionalProperties, format, dependencies } = schema;
  expect(severity === undefined || SEVERITIES.some((known) => known === severity), `"x-severity" got ${JSON.stringify(severity)}. Allowed: ${SEVERITIES.join(', ')}. Example: "warn"`);
  expect(additionalProperties === undefined || additionalProperties === true, '"additionalProperties" would refuse what a newer minor version adds. Leave it out.');
  expect(format === undefined || format === 'date-time', `"format" got ${JSON.stringify(format)}. Allowed: "date-time"; for other forms write a "pattern".`);
  expect(named === undefined || (isObject(named) && ['name', 'field', 'message', 'says'].every((part) => typeof named[part] === 'string')), '"x-rule" needs the texts name, field, message and says.');
  const lists = isObject(dependencies) ? Object.values(dependencies) : [];
  expect(lists.every(Array.isArray), '"dependencies" takes lists of field names. Example: { "lat": ["lon"] }');
}

function childrenOf(schema: Readonly<Record<string, unknown>>): [string, unknown][] {
  const named = (['properties', 'definitions'] as const).flatMap((keyword) => {
    const fields = schema[keyword];
    return isObject(fields) ? Object.entries(fields).map(([name, child]): [string, unknown] => [`${keyword}/${name}`, child]) : [];
  });
  const listed = (['allOf', 'anyOf', 'oneOf'] as const).flatMap((keyword) => {
    const parts = schema[keyword];
    return Array.isArray(parts) ? parts.map((child, index): [string, unknown] => [`${keyword}/${index}`, child]) : [];
  });
  const single = (['items', 'not', 'if', 'then', 'else'] as const).filter((keyword) => schema[keyword] !== undefined).map((keyword): [string, unknown] => [keyword, schema[keyword]]);
  return [...named, ...listed, ...single];
}
