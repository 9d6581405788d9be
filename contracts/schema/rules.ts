/** Every rule of a schema, one by one: what the validator reports, what the dictionary lists, what the bad samples break. */
import type { Severity } from '../model.ts';
import { checkNamed } from '../validation/checks.ts';
import type { JsonSchema } from './json-schema.ts';
import { checksOf } from './json-schema.ts';
import { saysOf } from './rule-text.ts';

export interface Rule {
  /** The validator's name of the rule: its place in the schema, and for `required` and `dependencies` the field after it. */
  readonly key: string;
  /** JSON pointer of the field in an event; `*` stands for the entries of a list. */
  readonly path: string;
  /** A JSON Schema keyword, or a code of the platform in capitals. */
  readonly rule: string;
  readonly severity: Severity;
  /** In words, when the rule applies (`when …` or `unless …`); absent when always. */
  readonly when?: string;
  /** A fixed message, when the rule has one of its own. */
  readonly message?: string;
  /** JSON pointer from the value that carries a rule with a message of its own to the field at fault. */
  readonly field?: string;
  /** Set on a node with alternatives: the errors of its branches are not rules. */
  readonly standsFor?: 'branches';
  /** A good value, for rules whose message shows one. */
  readonly example?: string;
  /** The rule in words, for the dictionary. */
  readonly says: string;
}

/** Keywords that are one rule each. `if` is no rule: what it decides is. */
const ASSERTIONS = [
  'type', 'enum', 'const', 'pattern', 'format', 'minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf',
  'minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties',
] as const;

const COLLAPSED = ['anyOf', 'oneOf', 'not'] as const;

/** Where the walk stands: in the schema, in an event, and what holds there. */
interface Place {
  readonly key: string;
  readonly path: string;
  readonly severity: Severity;
  readonly when?: string;
  /** The schemas that describe the same value: a `then` requires fields that the schema around it describes. */
  readonly fields: Readonly<Record<string, JsonSchema>>;
}

export const pointerPart = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** The validator escapes names in schema places once more, as in an URI fragment. */
const keyPart = (name: string): string => encodeURIComponent(pointerPart(name));

/** All rules of a schema without references (see `dereference`), in the order of the file. */
export function rulesOf(schema: JsonSchema): Rule[] {
  return walk(schema, { key: '#', path: '', severity: schema['x-severity'] ?? 'reject', fields: schema.properties ?? {} });
}

function walk(schema: JsonSchema, from: Place): Rule[] {
  const place = enter(schema, from);
  return [...assertions(schema, place), ...presence(schema, place), ...checks(schema, place), ...alternatives(schema, place), ...below(schema, place)];
}

function enter(schema: JsonSchema, from: Place): Place {
  const when = schema['x-when'] ?? from.when;
  return { ...from, severity: schema['x-severity'] ?? from.severity, fields: { ...from.fields, ...schema.properties }, ...(when === undefined ? {} : { when }) };
}

/** What every rule of a place shares. */
const at = (place: Place): Pick<Rule, 'path' | 'severity'> & { readonly when?: string } => ({
  path: place.path,
  severity: place.severity,
  ...(place.when === undefined ? {} : { when: place.when }),
});

function assertions(schema: JsonSchema, place: Place): Rule[] {
  return ASSERTIONS.filter((keyword) => schema[keyword] !== undefined).map((keyword) => {
    const example = schema.examples?.[0];
    return {
      ...at(place),
      key: `${place.key}/${keyword}`,
      rule: keyword,
      ...(keyword === 'pattern' && typeof example === 'string' ? { example } : {}),
      says: saysOf(schema, keyword),
    };
  });
}

/** A missing field weighs as much as the field itself: `required` of a `warn` field warns. */
function presence(schema: JsonSchema, place: Place): Rule[] {
  const weight = (field: string): Severity => place.fields[field]?.['x-severity'] ?? place.severity;
  const required = (schema.required ?? []).map((field) => ({
    ...at(place),
    key: `${place.key}/required/${field}`,
    path: `${place.path}/${pointerPart(field)}`,
    severity: weight(field),
    rule: 'required',
    says: place.when === undefined ? 'required' : `required ${place.when}`,
  }));
  const dependent = Object.entries(schema.dependencies ?? {}).flatMap(([field, needs]) =>
    needs.map((needed) => ({
      ...at(place),
      key: `${place.key}/dependencies/${field}/${needed}`,
      // The field that stands there alone is the one at fault: it is the one that gets voided.
      path: `${place.path}/${pointerPart(field)}`,
      severity: weight(field),
      rule: 'dependencies',
      says: `only together with ${needed}`,
    })),
  );
  return [...required, ...dependent];
}

function checks(schema: JsonSchema, place: Place): Rule[] {
  return checksOf(schema).map((name) => {
    const check = checkNamed(name);
    return { ...at(place), key: `${place.key}/x-check/${name}`, path: `${place.path}${check.field}`, severity: check.severity, rule: check.rule, message: check.message, field: check.field, says: check.says };
  });
}

/** A node with alternatives is one rule: which branch failed tells a producer nothing. */
function alternatives(schema: JsonSchema, place: Place): Rule[] {
  const named = schema['x-rule'];
  return COLLAPSED.filter((keyword) => schema[keyword] !== undefined).map((keyword) => {
    const message = named?.message ?? 'matches none of the allowed forms';
    return {
      ...at(place),
      key: `${place.key}/${keyword}`,
      path: `${place.path}${named?.field ?? ''}`,
      rule: named?.name ?? keyword,
      message,
      field: named?.field ?? '',
      standsFor: 'branches',
      says: `${place.when === undefined ? '' : `${place.when}: `}${named?.says ?? `not ${keyword}`}`,
    };
  });
}

function below(schema: JsonSchema, place: Place): Rule[] {
  const deeper = (child: JsonSchema, key: string, path: string): Rule[] =>
    walk(child, { key: `${place.key}/${key}`, path: `${place.path}/${path}`, severity: place.severity, fields: {} });
  const beside = (child: JsonSchema | undefined, key: string): Rule[] => (child === undefined ? [] : walk(child, { ...place, key: `${place.key}/${key}` }));
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, child]) => deeper(child, `properties/${keyPart(name)}`, pointerPart(name))),
    ...(schema.items === undefined ? [] : deeper(schema.items, 'items', '*')),
    ...(schema.allOf ?? []).flatMap((child, index) => beside(child, `allOf/${index}`)),
    ...beside(schema.then, 'then'),
    ...beside(schema.else, 'else'),
  ];
}
