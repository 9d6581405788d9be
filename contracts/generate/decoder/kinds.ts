/** What kind of value a schema describes, as far as decoders know kinds. */
import type { JsonSchema } from '../../schema/json-schema.ts';
import { NotInPlace } from './plan.ts';
import type { Plan } from './plan.ts';

export type Kind = 'text' | 'choice' | 'instant' | 'number' | 'boolean' | 'list' | 'object' | 'free object' | 'anything';

const WORDS = ['title', 'description', 'examples', 'default', '$comment', '$id', '$schema', 'x-version', 'x-severity', 'x-when', 'x-rule', 'x-enum'];

/** Keywords that the code of each kind obeys. */
const OBEYED: Readonly<Record<Kind, readonly string[]>> = {
  text: ['type', 'pattern', 'minLength', 'maxLength', 'x-check'],
  choice: ['type', 'enum', 'const', 'x-check'],
  instant: ['type', 'format', 'x-check'],
  number: ['type', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  boolean: ['type'],
  list: ['type', 'items', 'minItems', 'maxItems'],
  object: ['type', 'properties', 'required', 'dependencies', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'x-check', 'additionalProperties'],
  'free object': ['type', 'maxProperties', 'additionalProperties'],
  anything: [],
};

/** @throws NotInPlace when a rule of the schema is not among those that the kind's code obeys. */
export function kindOf(schema: JsonSchema): Kind {
  const kind = guess(schema);
  const other = assertions(schema).find((keyword) => !OBEYED[kind].includes(keyword));
  if (other !== undefined) throw new NotInPlace(`${other} is not judged in place`);
  return kind;
}

/** Keywords of a schema that can be broken. */
export const assertions = (schema: JsonSchema): string[] => Object.keys(schema).filter((keyword) => !WORDS.includes(keyword));

function guess(schema: JsonSchema): Kind {
  switch (schema.type) {
    case 'string':
      if (schema.enum !== undefined || schema.const !== undefined) return 'choice';
      return schema.format === undefined ? 'text' : 'instant';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'array':
      return 'list';
    case 'object':
      return isFree(schema) ? 'free object' : 'object';
    case 'null':
    case undefined:
    default:
      return 'anything';
  }
}

const isFree = (schema: JsonSchema): boolean => assertions(schema).every((keyword) => OBEYED['free object'].includes(keyword));

/** Values of a choice. @throws NotInPlace when one is no text. */
export function choicesOf({ enum: values, const: only }: JsonSchema): readonly string[] {
  const all = values === undefined ? [only] : values.filter((value) => only === undefined || value === only);
  if (!all.every((value) => typeof value === 'string')) throw new NotInPlace('a value of enum or const is no text');
  return all;
}

/** Asks for a value of one field, and answers the expression that reads it after its object was decoded. `b` is at hand there. */
export function readValue(plan: Plan, schema: JsonSchema, path: string): string {
  switch (kindOf(schema)) {
    case 'text':
    case 'instant':
      return `textMemo(b, ${plan.slot(`${path}#text`, 3)})`;
    case 'choice':
      return `${JSON.stringify(choicesOf(schema))}[S[${plan.slot(`${path}#choice`)}]]`;
    case 'number':
      return `N[${plan.value(`${path}#number`)}]`;
    case 'boolean':
      return `S[${plan.slot(`${path}#boolean`)}] === 1`;
    case 'list':
    case 'object':
    case 'free object':
    case 'anything':
      throw new NotInPlace(`${path} is no single value`);
  }
}
