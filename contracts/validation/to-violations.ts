/** From the validator's errors to what the platform says: one violation per broken rule, in plain words, with the weight that the contract gives it. */
import type { Severity, Violation } from '../model.ts';
import { explainDateTime } from './date-time.ts';

/** An error of the generated validator (ajv), as far as we read it. */
export interface ValidatorError {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What the generator knows of a rule beyond its place; absent = weight `reject`, words by keyword. */
export interface RuleNote {
  readonly severity?: Severity;
  readonly rule?: string;
  /** JSON pointer from the value that the error is about to the field at fault. */
  readonly field?: string;
  readonly message?: string;
  readonly when?: string;
  readonly example?: string;
}

/** By the rule's key (`schema/rules.ts`). `inside` lists places whose errors only repeat what the node above them reports. */
export interface RuleNotes {
  readonly rules: Readonly<Record<string, RuleNote>>;
  readonly inside: readonly string[];
  /** JSON pointers of fields whose values are not shown. */
  readonly hidden: readonly string[];
}

const SHOWN_CHARACTERS = 60;

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text', number: 'a number', integer: 'a whole number', boolean: 'true or false', object: 'an object', array: 'a list', null: 'null',
};

/** All violations, each (field, rule) once, in the order found. Called only for an event that is not valid. */
export function toViolations(errors: readonly ValidatorError[], event: unknown, notes: RuleNotes): Violation[] {
  const found = new Map<string, Violation>();
  for (const error of errors) {
    if (error.keyword === 'if' || notes.inside.some((place) => error.schemaPath.startsWith(place))) continue;
    const violation = toViolation(error, event, notes);
    const name = `${violation.path} ${violation.rule}`;
    if (!found.has(name)) found.set(name, violation);
  }
  return withoutFollowUps([...found.values()]);
}

/** A value that cannot be read breaks every other rule of its field too: only that is worth saying. */
function withoutFollowUps(violations: readonly Violation[]): Violation[] {
  const unreadable = new Map(violations.filter(({ rule }) => rule === 'type' || rule === 'format').map((violation) => [violation.path, violation]));
  return violations.filter((violation) => (unreadable.get(violation.path) ?? violation) === violation);
}

/** The rule's key: its place in the schema, and what `required`, `dependencies` and checks add to it. */
export function keyOf({ schemaPath, keyword, params }: ValidatorError): string {
  if (keyword === 'required') return `${schemaPath}/${String(params['missingProperty'])}`;
  if (keyword === 'dependencies') return `${schemaPath}/${String(params['property'])}/${String(params['missingProperty'])}`;
  if (keyword === 'x-check') return `${schemaPath}/${String(params['check'])}`;
  return schemaPath;
}

const pointerPart = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');

function fieldOf({ keyword, params }: ValidatorError, note: RuleNote): string {
  if (keyword === 'required') return `/${pointerPart(String(params['missingProperty']))}`;
  if (keyword === 'dependencies') return `/${pointerPart(String(params['property']))}`;
  return note.field ?? '';
}

function toViolation(error: ValidatorError, event: unknown, notes: RuleNotes): Violation {
  const note = notes.rules[keyOf(error)] ?? {};
  const path = `${error.instancePath}${fieldOf(error, note)}`;
  const shown = notes.hidden.some((pointer) => path === pointer || path.startsWith(`${pointer}/`)) ? 'the value' : show(valueAt(event, path));
  return { path, rule: note.rule ?? error.keyword, message: note.message ?? describe({ error, note, shown, value: valueAt(event, path) }), severity: note.severity ?? 'reject' };
}

function valueAt(event: unknown, pointer: string): unknown {
  let value = event;
  for (const part of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[part.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return value;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

interface Broken {
  readonly error: ValidatorError;
  readonly note: RuleNote;
  /** The value as it may be shown. */
  readonly shown: string;
  readonly value: unknown;
}

const size = (value: unknown): number => {
  if (typeof value === 'string') return [...value].length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
};

const typeWords = (type: unknown): string => (Array.isArray(type) ? type : [type]).map((name) => TYPE_WORDS[String(name)] ?? String(name)).join(' or ');

const listed = (values: unknown): string => (Array.isArray(values) ? values.map(String).join(', ') : '');

type Words = (broken: Broken, limit: unknown) => string;

const counted = (unit: string, edge: string): Words => ({ value }, limit) => `has ${size(value)} ${unit}, ${edge} ${String(limit)}`;
const compared = (words: string): Words => ({ shown }, limit) => `${shown} is ${words} ${String(limit)}`;

const DESCRIBE: Readonly<Record<string, Words>> = {
  type: ({ error, shown }) => `${shown} is not ${typeWords(error.params['type'])}`,
  required: ({ note }) => (note.when?.startsWith('when ') === true ? `missing (required ${note.when})` : 'missing'),
  dependencies: ({ error }) => `given without ${String(error.params['missingProperty'])}`,
  enum: ({ error, shown }) => `${shown} is not one of ${listed(error.params['allowedValues'])}`,
  const: ({ error, shown }) => `${shown} is not ${JSON.stringify(error.params['allowedValue'])}`,
  pattern: ({ error, note, shown }) => (note.example === undefined ? `${shown} does not match ${String(error.params['pattern'])}` : `${shown} does not have the form of ${note.example}`),
  format: ({ error, shown, value }) => `${shown} ${error.params['format'] === 'date-time' ? explainDateTime(String(value)) : `is no ${String(error.params['format'])}`}`,
  minLength: (broken, limit) => (size(broken.value) === 0 ? 'is empty' : counted('characters', 'at least')(broken, limit)),
  maxLength: counted('characters', 'at most'),
  minItems: counted('entries', 'at least'),
  maxItems: counted('entries', 'at most'),
  minProperties: counted('fields', 'at least'),
  maxProperties: counted('fields', 'at most'),
  minimum: compared('below'),
  maximum: compared('above'),
  exclusiveMinimum: compared('not above'),
  exclusiveMaximum: compared('not below'),
  multipleOf: ({ error, shown }) => `${shown} is not a multiple of ${String(error.params['multipleOf'])}`,
  uniqueItems: () => 'has the same entry twice',
};

function describe(broken: Broken): string {
  const words = DESCRIBE[broken.error.keyword];
  return words === undefined ? `breaks the rule ${broken.error.keyword}` : words(broken, broken.error.params['limit']);
}
