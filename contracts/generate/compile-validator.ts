/** Validators from schemas: as code of its own (generated, bundled into handlers), or at once in this process (the CLI, for contracts that have no generated code). */
import { Ajv, _ } from 'ajv';
import type { CodeKeywordDefinition, ErrorObject, KeywordCxt } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import type { Violation } from '../model.ts';
import { dereference } from '../schema/dereference.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import { SchemaError, checksOf } from '../schema/json-schema.ts';
import { ruleNotes } from '../schema/rule-notes.ts';
import { rulesOf } from '../schema/rules.ts';
import { checkNamed } from '../validation/checks.ts';
import { DATE_TIME } from '../validation/date-time.ts';
import { toViolations } from '../validation/to-violations.ts';
import { bundleGenerated } from './bundle-generated.ts';

export interface ValidatorSource {
  readonly schema: JsonSchema;
  /** JSON pointers of fields whose values no message shows. */
  readonly hidden: readonly string[];
}

const NO_VIOLATIONS: readonly Violation[] = Object.freeze([]);

/** Runs the checks of `x-check`; each that fails is one error with the check's name. */
const checkKeyword: CodeKeywordDefinition = {
  keyword: 'x-check',
  schemaType: ['string', 'array'],
  error: { message: 'check', params: ({ params }) => _`{check: ${params['check']}}` },
  code: (cxt: KeywordCxt) => {
    for (const name of checksOf({ 'x-check': cxt.schema as string | string[] })) {
      const check = checkNamed(name);
      const passes = cxt.gen.scopeValue('func', { key: name, ref: check.passes, code: _`CHECKS[${name}].passes` });
      const { data } = cxt;
      const applies = check.on === 'string' ? _`typeof ${data} == "string"` : _`${data} && typeof ${data} == "object" && !Array.isArray(${data})`;
      cxt.setParams({ check: name });
      cxt.fail(_`${applies} && !${passes}(${data})`);
    }
  },
};

function newAjv(): Ajv {
  const ajv = new Ajv({ allErrors: true, messages: false, strict: true, strictTypes: false, strictRequired: false, code: { source: true, esm: true } });
  ajv.addFormat('date-time', DATE_TIME);
  ajv.addKeyword(checkKeyword);
  return ajv;
}

/** Words are for people and the dictionary: the validator's code stays free of them. */
const WORDS = new Set(['$schema', '$id', 'title', 'description', 'examples', 'default', '$comment', 'x-version', 'x-severity', 'x-when', 'x-rule', 'x-enum']);

/** Keys under which names of fields stand, not keywords. */
const NAMED = new Set(['properties', 'definitions', 'patternProperties', 'dependencies']);

function withoutWords(value: unknown, named = false): unknown {
  if (Array.isArray(value)) return value.map((entry) => withoutWords(entry));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => named || !WORDS.has(key));
  return Object.fromEntries(kept.map(([key, entry]) => [key, key === 'enum' || key === 'const' ? entry : withoutWords(entry, !named && NAMED.has(key))]));
}

/** @throws SchemaError when the schema is not draft-07 or uses an unknown keyword or check. */
function compiled(schema: JsonSchema): { readonly ajv: Ajv; readonly validate: ((event: unknown) => boolean) & { errors?: ErrorObject[] | null } } {
  const ajv = newAjv();
  try {
    return { ajv, validate: ajv.compile(withoutWords(dereference(schema)) as object) as never };
  } catch (error) {
    if (error instanceof SchemaError) throw error;
    throw new SchemaError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** The function that answers all violations of an event, compiled in this process. */
export function validatorOf({ schema, hidden }: ValidatorSource): (event: unknown) => readonly Violation[] {
  const { validate } = compiled(schema);
  const notes = ruleNotes(rulesOf(dereference(schema)), hidden);
  return (event) => (validate(event) ? NO_VIOLATIONS : toViolations(validate.errors ?? [], event, notes));
}

/** The same function as a module of its own: `export function validate(event)`, without imports. */
export function validatorCode({ schema, hidden }: ValidatorSource): string {
  const { ajv, validate } = compiled(schema);
  const standaloneCode = standalone.default(ajv, validate as never)
    .replace('"use strict";', '')
    .replace(/export const validate = (\w+);\s*export default \w+;/, 'const isValid = $1;')
    .replaceAll('require("ajv/dist/runtime/ucs2length").default', 'codePoints');
  const notes = ruleNotes(rulesOf(dereference(schema)), hidden);
  const entry = [
    'import { CHECKS } from "./checks.ts";',
    'import { codePoints } from "./code-points.ts";',
    'import { toViolations } from "./to-violations.ts";',
    standaloneCode,
    `const NOTES = ${JSON.stringify(notes)};`,
    'const NO_VIOLATIONS = Object.freeze([]);',
    'export function validate(event) { return isValid(event) ? NO_VIOLATIONS : toViolations(isValid.errors, event, NOTES); }',
  ].join('\n');
  return bundleGenerated(entry, standaloneCode.includes('CHECKS[') ? [] : ['CHECKS']);
}
