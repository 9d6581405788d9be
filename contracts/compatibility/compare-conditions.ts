/** Rules that hold only sometimes (`if`, `then`, `else`, alternatives) before and after. */
import type { JsonSchema } from '../schema/json-schema.ts';
import type { Rule } from '../schema/rules.ts';
import { rulesOf } from '../schema/rules.ts';
import type { Difference } from './change.ts';

const CONDITIONAL = ['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else'] as const;
const IN_CONDITION = /^#(?:\/(?:properties\/[^/]+|items))*\/(?:allOf|then|else|anyOf|oneOf|not)(?:\/|$)/;

/** All differences between the conditional rules of two schemas. */
export function compareConditions(before: JsonSchema, after: JsonSchema): Difference[] {
  const [old, now] = [conditionalRules(before), conditionalRules(after)];
  const known = new Set(old.map(nameOf));
  const still = new Set(now.map(nameOf));
  const stated: Difference[] = [
    ...now.filter((rule) => !known.has(nameOf(rule))).map((rule): Difference => ({ kind: rule.rule === 'required' ? 'required-added' : 'condition-tightened', field: rule.path, reason: `${rule.says} is new: events without it were good` })),
    ...old.filter((rule) => !still.has(nameOf(rule))).map((rule): Difference => ({ kind: 'condition-widened', field: rule.path, reason: `no longer: ${rule.says}` })),
  ];
  // The words of the rules agree, but when they hold or what they allow does not.
  if (stated.length === 0 && conditionsOf(before) !== conditionsOf(after)) {
    return [{ kind: 'condition-changed', field: '', reason: 'a condition (if, anyOf, oneOf or not) was rewritten: nobody can say that every good event is still good' }];
  }
  return stated;
}

const conditionalRules = (schema: JsonSchema): Rule[] => rulesOf(schema).filter(({ key }) => IN_CONDITION.test(key));

const nameOf = ({ path, rule, says, when }: Rule): string => [path, rule, says, when ?? ''].join('\n');

const WORDS = new Set(['title', 'description', 'examples', 'x-rule', 'x-when']);

function conditionsOf(schema: JsonSchema): string {
  const inner = Object.entries(schema.properties ?? {}).map(([name, field]) => [name, conditionsOf(field)]);
  const own = CONDITIONAL.map((keyword) => [keyword, schema[keyword]]);
  const items = schema.items === undefined ? '' : conditionsOf(schema.items);
  const named = inner.filter(([, text]) => text !== EMPTY);
  return JSON.stringify([own.filter(([, value]) => value !== undefined), named, items === EMPTY ? '' : items], (key, value: unknown) => (WORDS.has(key) ? undefined : value));
}

const EMPTY = JSON.stringify([[], [], '']);
