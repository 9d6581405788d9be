/** Rules about the fields of an object together (`required`, `if`, `anyOf` …) as expressions over what was found. */
import type { JsonSchema } from '../../schema/json-schema.ts';
import { assertions, choicesOf, kindOf } from './kinds.ts';
import { NotInPlace, isThere, planObject, wasThere } from './plan.ts';
import type { ObjectPlan, Plan } from './plan.ts';

/** The object that a rule is about, and whether it is asked in the object's own function. */
interface Subject {
  readonly object: ObjectPlan;
  readonly within: boolean;
}

const all = (expressions: readonly string[]): string => (expressions.length === 0 ? 'true' : expressions.map((one) => `(${one})`).join(' && '));
const any = (expressions: readonly string[]): string => (expressions.length === 0 ? 'false' : expressions.map((one) => `(${one})`).join(' || '));
const exactlyOne = (expressions: readonly string[]): string => `${expressions.map((one) => `Number(${one})`).join(' + ')} === 1`;

/** Rules of the schema that describes the object itself; its fields have been judged one by one. @throws NotInPlace */
export function rulesOfObject(plan: Plan, object: ObjectPlan): string {
  const { 'x-check': _checks, properties: _fields, ...rules } = object.schema;
  return holds(plan, rules, { object, within: true });
}

/** Whether an object is valid by a schema that stands beside its own. */
function holds(plan: Plan, schema: JsonSchema, subject: Subject): string {
  const there = (field: string): string => (subject.within ? isThere(subject.object, field) : wasThere(plan, subject.object, field));
  const sub = (part: JsonSchema): string => holds(plan, part, subject);
  const parts = assertions(schema).map((keyword): string => {
    switch (keyword) {
      case 'type':
        return String(schema.type === 'object');
      case 'required':
        return all((schema.required ?? []).map(there));
      case 'dependencies':
        return all(Object.entries(schema.dependencies ?? {}).flatMap(([field, needs]) => needs.map((needed) => `!(${there(field)}) || ${there(needed)}`)));
      case 'properties':
        return all(Object.entries(schema.properties ?? {}).map(([field, rule]) => `!(${there(field)}) || (${fieldHolds(plan, rule, { ...subject, field })})`));
      case 'allOf':
        return all((schema.allOf ?? []).map(sub));
      case 'anyOf':
        return any((schema.anyOf ?? []).map(sub));
      case 'oneOf':
        return exactlyOne((schema.oneOf ?? []).map(sub));
      case 'not':
        return `!(${sub(schema.not ?? {})})`;
      case 'if':
        return `(${sub(schema.if ?? {})}) ? (${sub(schema.then ?? {})}) : (${sub(schema.else ?? {})})`;
      case 'then':
      case 'else':
      case 'additionalProperties':
        return 'true';
      default:
        throw new NotInPlace(`${keyword} beside other rules is not judged in place`);
    }
  });
  return all(parts.filter((part) => part !== 'true'));
}

/** Whether a field that is there, and is valid by its own schema, is valid by this rule too. */
function fieldHolds(plan: Plan, rule: JsonSchema, { object, field }: Subject & { readonly field: string }): string {
  const own = object.schema.properties?.[field];
  const path = `${object.path}/${field}`;
  if (own === undefined) throw new NotInPlace(`${path} has rules only beside its object`);
  if (rule['x-check'] !== undefined) throw new NotInPlace('a check beside other rules is not judged in place');
  const sub = (part: JsonSchema): string => fieldHolds(plan, part, { object, within: false, field });
  if (kindOf(own) === 'object') return holds(plan, rule, { object: planObject(path, own), within: false });
  const parts = assertions(rule).map((keyword): string => {
    switch (keyword) {
      case 'type':
        return sameType(rule, own);
      case 'enum':
      case 'const':
        return isChoice(plan, own, { path, values: choicesOf(rule) });
      case 'minItems':
        return `S[${listCount(plan, own, path)}] >= ${rule.minItems}`;
      case 'maxItems':
        return `S[${listCount(plan, own, path)}] <= ${rule.maxItems}`;
      case 'not':
        return `!(${sub(rule.not ?? {})})`;
      default:
        throw new NotInPlace(`${keyword} of ${path} beside its own rules is not judged in place`);
    }
  });
  return all(parts);
}

function sameType(rule: JsonSchema, own: JsonSchema): string {
  if (rule.type !== own.type) throw new NotInPlace('a type beside another is not judged in place');
  return 'true';
}

function isChoice(plan: Plan, own: JsonSchema, { path, values }: { readonly path: string; readonly values: readonly string[] }): string {
  if (kindOf(own) !== 'choice') throw new NotInPlace(`values of ${path}, which may have any, are not judged in place`);
  const slot = plan.slot(`${path}#choice`);
  return any(choicesOf(own).flatMap((value, index) => (values.includes(value) ? [`S[${slot}] === ${index}`] : [])));
}

function listCount(plan: Plan, own: JsonSchema, path: string): number {
  if (kindOf(own) !== 'list') throw new NotInPlace(`${path} is no list`);
  return plan.slot(`${path}#count`);
}
