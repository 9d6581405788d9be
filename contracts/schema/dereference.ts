/** Local references are written out before anything else looks at a schema, so that every rule has one place and one name. */
import type { JsonSchema } from './json-schema.ts';
import { SchemaError } from './json-schema.ts';
import { isObject } from '../json-object.ts';

const LOCAL = '#/definitions/';


/**
 * The schema with every `{"$ref": "#/definitions/x"}` replaced by its definition; annotations beside the reference win over the definition's.
 *
 * @throws SchemaError for a reference to another document, to an unknown definition, or to itself.
 */
export function dereference(schema: JsonSchema): JsonSchema {
  const definitions: Readonly<Record<string, JsonSchema>> = schema.definitions ?? {};

  const resolve = (reference: string, open: readonly string[]): unknown => {
    const name = reference.startsWith(LOCAL) ? reference.slice(LOCAL.length) : undefined;
    if (name === undefined) throw new SchemaError(`"$ref": "${reference}" is not supported. Allowed: references inside the file, example: "${LOCAL}instant".`);
    if (open.includes(name)) throw new SchemaError(`"$ref": "${reference}" refers to itself (${[...open, name].join(' → ')}). A contract is a tree of fields: write the levels out.`);
    const definition = definitions[name];
    if (definition === undefined) throw new SchemaError(`"$ref": "${reference}" names no definition. Known: ${Object.keys(definitions).join(', ') || 'none'}.`);
    return expand(definition, [...open, name]);
  };

  const expand = (value: unknown, open: readonly string[]): unknown => {
    if (Array.isArray(value)) return value.map((entry) => expand(entry, open));
    if (!isObject(value)) return value;
    const { $ref, ...rest } = value;
    const beside = Object.fromEntries(Object.entries(rest).map(([key, entry]) => [key, expand(entry, open)]));
    if (typeof $ref !== 'string') return $ref === undefined ? beside : { ...beside, $ref: expand($ref, open) };
    return { ...(resolve($ref, open) as object), ...beside };
  };

  const body = Object.fromEntries(Object.entries(schema).filter(([key]) => key !== 'definitions'));
  return expand(body, []) as JsonSchema;
}
