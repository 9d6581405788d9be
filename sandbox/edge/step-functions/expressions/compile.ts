/** JSONata between `{%` and `%}`: recognised, compiled once, and looked through for functions that nobody has. */
import jsonata from 'jsonata';
import { KNOWN_FUNCTIONS, registerFunctions } from './functions.ts';

const EXPRESSION = /^\{%([\s\S]*)%\}$/;
const MAX_COMPILED = 5_000;
const compiled = new Map<string, jsonata.Expression>();

/** A string that is one expression as a whole; with a blank before the brace it is a literal, as on AWS. */
export const isExpression = (value: unknown): value is string => typeof value === 'string' && EXPRESSION.test(value);

export const sourceOf = (expression: string): string => (EXPRESSION.exec(expression)?.[1] ?? '').trim();

/** @throws what the library throws for a syntax error: an object with `code`, `message` and `position` */
export function compile(source: string): jsonata.Expression {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const expression = jsonata(source);
  registerFunctions(expression);
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  compiled.set(source, expression);
  return expression;
}

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** Names of functions that the expression calls and that neither the library, nor AWS, nor the expression itself defines. */
export function unknownFunctions(source: string): string[] {
  const called = new Set<string>();
  const defined = new Set<string>();
  look(compile(source).ast(), called, defined);
  return [...called].filter((name) => !KNOWN_FUNCTIONS.has(name) && !defined.has(name));
}

function look(value: unknown, called: Set<string>, defined: Set<string>): void {
  if (Array.isArray(value)) {
    for (const each of value) look(each, called, defined);
    return;
  }
  if (!isNode(value)) return;
  const { type, procedure, lhs } = value;
  if ((type === 'function' || type === 'partial') && isNode(procedure) && procedure['type'] === 'variable') called.add(String(procedure['value']));
  if (type === 'bind' && isNode(lhs)) defined.add(String(lhs['value']));
  if (type === 'lambda' && Array.isArray(value['arguments'])) value['arguments'].forEach((argument: Node) => defined.add(String(argument['value'])));
  for (const each of Object.values(value)) look(each, called, defined);
}
