/**
 * Event patterns as Lambda's filters and EventBridge write them: exact values, null, prefix, suffix, equals-ignore-case, wildcard,
 * anything-but, numeric, exists, $or. An operator that is not built is an error, never a silent non-match.
 */
import { isObject } from '../../json.ts';

/** A parsed JSON object with patterns at its leaves. */
export type EventPattern = Readonly<Record<string, unknown>>;

/** The pattern cannot be honoured here; the message names the place and the operator. */
export class EventPatternError extends Error {
  override readonly name = 'EventPatternError';
}

const OPERATORS = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard', 'anything-but', 'numeric', 'exists'] as const;
type Operator = (typeof OPERATORS)[number];

/** Whether the event satisfies every field of the pattern. @throws EventPatternError for an operator that is not built */
export function matchesPattern(pattern: EventPattern, event: unknown): boolean {
  return Object.entries(pattern).every(([key, wanted]) => {
    if (key === '$or') return asPatterns(wanted).some((alternative) => matchesPattern(alternative, event));

    const value = isObject(event) ? event[key] : undefined;
    if (Array.isArray(wanted)) return matchesLeaf(wanted, value);
    if (!isObject(wanted)) throw new EventPatternError(`Event pattern: "${key}" must be an array of values or an object, for example {"${key}": ["value"]}.`);

    return Array.isArray(value) ? value.some((item) => matchesPattern(wanted, item)) : matchesPattern(wanted, value);
  });
}

/** Checks a whole pattern without an event, so that a wrong filter is told at once and not at the first record. @throws EventPatternError */
export function checkPattern(pattern: EventPattern): void {
  for (const [key, wanted] of Object.entries(pattern)) {
    if (key === '$or') asPatterns(wanted).forEach(checkPattern);
    else if (Array.isArray(wanted)) wanted.forEach(checkRule);
    else if (isObject(wanted)) checkPattern(wanted);
    else throw new EventPatternError(`Event pattern: "${key}" must be an array of values or an object, for example {"${key}": ["value"]}.`);
  }
}

function asPatterns(value: unknown): EventPattern[] {
  if (!Array.isArray(value) || !value.every(isObject)) throw new EventPatternError('Event pattern: "$or" must be an array of patterns.');
  return value;
}

function checkRule(rule: unknown): void {
  if (isObject(rule)) operatorOf(rule);
}

function operatorOf(rule: Record<string, unknown>): [Operator, unknown] {
  const [name = '', argument] = Object.entries(rule)[0] ?? [];
  const operator = OPERATORS.find((known) => known === name);
  if (operator === undefined) throw new EventPatternError(`Event pattern: operator "${name}" is not supported here; supported are ${OPERATORS.join(', ')} and $or.`);
  return [operator, argument];
}

/** One of the rules must hold for the value; of an array, for one of its members. */
function matchesLeaf(rules: readonly unknown[], value: unknown): boolean {
  const values: unknown[] = Array.isArray(value) ? value.flat(Infinity) : [value];

  return rules.some((rule) => {
    // `exists` speaks about leaves only: an object in this place is not a leaf.
    if (isObject(rule) && 'exists' in rule) return (value !== undefined && !isObject(value)) === rule['exists'];
    return values.some((one) => one !== undefined && matchesRule(rule, one));
  });
}

function matchesRule(rule: unknown, value: unknown): boolean {
  if (!isObject(rule)) return rule === value;

  const [operator, argument] = operatorOf(rule);
  switch (operator) {
    case 'prefix':
      return matchesText(value, argument, (text, part) => text.startsWith(part));
    case 'suffix':
      return matchesText(value, argument, (text, part) => text.endsWith(part));
    case 'equals-ignore-case':
      return typeof value === 'string' && value.toLowerCase() === String(argument).toLowerCase();
    case 'wildcard':
      return typeof value === 'string' && wildcardExpression(String(argument)).test(value);
    case 'anything-but':
      return matchesAnythingBut(value, argument);
    case 'numeric':
      return matchesNumeric(value, argument);
    case 'exists':
      return value !== undefined === argument;
  }
}

/** `{"prefix": "a"}` or `{"prefix": {"equals-ignore-case": "A"}}`. */
function matchesText(value: unknown, argument: unknown, test: (text: string, part: string) => boolean): boolean {
  if (typeof value !== 'string') return false;
  if (typeof argument === 'string') return test(value, argument);
  if (isObject(argument) && typeof argument['equals-ignore-case'] === 'string') return test(value.toLowerCase(), argument['equals-ignore-case'].toLowerCase());
  throw new EventPatternError(`Event pattern: prefix and suffix take a string or {"equals-ignore-case": string}, got ${JSON.stringify(argument)}.`);
}

function matchesAnythingBut(value: unknown, argument: unknown): boolean {
  if (!isObject(argument)) return ![argument].flat().includes(value);
  const [operator, refused] = operatorOf(argument);
  return ![refused].flat().some((one) => matchesRule({ [operator]: one }, value));
}

/** Pairs of comparison and number, all of which must hold: `["<=", 10, ">", 3]`. */
function matchesNumeric(value: unknown, argument: unknown): boolean {
  if (!Array.isArray(argument)) throw new EventPatternError('Event pattern: numeric takes an array, for example {"numeric": [">", 0, "<=", 5]}.');
  if (typeof value !== 'number') return false;

  for (let at = 0; at < argument.length; at += 2) {
    if (!compare(String(argument[at]), value, Number(argument[at + 1]))) return false;
  }
  return true;
}

function compare(operator: string, value: number, limit: number): boolean {
  switch (operator) {
    case '=':
      return value === limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    default:
      throw new EventPatternError(`Event pattern: numeric comparison "${operator}" is not supported; use =, >, >=, <, <=.`);
  }
}

function wildcardExpression(pattern: string): RegExp {
  const literal = (part: string): string => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${pattern.split('*').map(literal).join('[\\s\\S]*')}$`);
}
