/**
 * JSON Schema draft-07 as contracts use it, with the platform's annotations (all start with `x-`, so other readers pass over them):
 *
 * - `x-version` on the root: the contract version this file describes, `<major>.<minor>`.
 * - `x-severity`: what a broken rule here and below does (`reject`, `warn`, `range`); the nearest one above counts, `reject` at the root.
 * - `x-check`: names of the checks in `validation/checks.ts` that this value must pass.
 * - `x-when`: in words, when a conditional part applies: `when …` or `unless …`.
 * - `x-rule`: on a node with `anyOf`, `oneOf` or `not`: reports the whole node as one rule of this name, field and message.
 * - `x-enum`: the meaning of each value of an `enum`, for the dictionary.
 */
import type { Severity } from '../model.ts';

export type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array' | 'null';

export interface NamedRule {
  readonly name: string;
  /** JSON pointer, relative to the node, of the field that the rule is about. */
  readonly field: string;
  /** The end of a sentence that starts with the field, when the rule is broken. */
  readonly message: string;
  /** The rule in words, for the dictionary. */
  readonly says: string;
}

export interface JsonSchema {
  readonly $id?: string;
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly type?: JsonType | readonly JsonType[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly dependencies?: Readonly<Record<string, readonly string[]>>;
  readonly items?: JsonSchema;
  readonly allOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly not?: JsonSchema;
  readonly if?: JsonSchema;
  readonly then?: JsonSchema;
  readonly else?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly 'x-version'?: string;
  readonly 'x-severity'?: Severity;
  readonly 'x-check'?: string | readonly string[];
  readonly 'x-when'?: string;
  readonly 'x-rule'?: NamedRule;
  readonly 'x-enum'?: Readonly<Record<string, string>>;
}

/** A schema that cannot be used: which file or place, what was found, what to write instead. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

export const typesOf = (schema: JsonSchema): readonly JsonType[] => {
  if (schema.type === undefined) return [];
  return typeof schema.type === 'string' ? [schema.type] : schema.type;
};

export const checksOf = (schema: JsonSchema): readonly string[] => {
  const checks = schema['x-check'];
  if (checks === undefined) return [];
  return typeof checks === 'string' ? [checks] : checks;
};
