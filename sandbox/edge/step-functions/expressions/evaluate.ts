/** Evaluates the fields of a state: every string that is an expression becomes its value, everything else stays. */
import { StatesError } from '../errors.ts';
import { compile, isExpression, sourceOf } from './compile.ts';

/** What expressions see: workflow variables as `$name`, and `$states`. */
export interface Scope {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly states: {
    readonly input: unknown;
    readonly context: unknown;
    readonly result?: unknown;
    readonly errorOutput?: unknown;
  };
}

/** The state at work; error texts name it. */
export interface At {
  readonly state: string;
  readonly enteredEventId: number;
}

export interface Evaluator {
  readonly scope: Scope;
  readonly at: At;
}

export type JsonType = 'array' | 'boolean' | 'null' | 'number' | 'object' | 'string';

/** A `States.QueryEvaluationError` in AWS's words. */
export function queryError(at: At, location: string | undefined, text: string): StatesError {
  return new StatesError('States.QueryEvaluationError', `An error occurred while executing the state '${at.state}' (entered at the event id #${at.enteredEventId}). ${text}`, location);
}

export const typeOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

/** Evaluates a template; `location` is the field's path, for errors. @throws StatesError `States.QueryEvaluationError` */
export async function evaluate(template: unknown, location: string, with_: Evaluator): Promise<unknown> {
  if (typeof template === 'string') return isExpression(template) ? evaluateOne(template, location, with_) : template;
  if (Array.isArray(template)) {
    const values: unknown[] = [];
    for (const [index, each] of template.entries()) values.push(await evaluate(each, `${location}[${index}]`, with_));
    return values;
  }
  if (typeof template === 'object' && template !== null) {
    const values: Record<string, unknown> = {};
    for (const [key, each] of Object.entries(template)) values[key] = await evaluate(each, `${location}/${key}`, with_);
    return values;
  }
  return template;
}

interface Types {
  readonly array: unknown[];
  readonly boolean: boolean;
  readonly null: null;
  readonly number: number;
  readonly object: Record<string, unknown>;
  readonly string: string;
}

/** Evaluates a field that must have a type. @throws StatesError `States.QueryEvaluationError` */
export async function evaluateAs<T extends JsonType>(type: T, template: unknown, location: string, with_: Evaluator): Promise<Types[T]> {
  const value = await evaluate(template, location, with_);
  if (typeOf(value) === type) return value as Types[T];
  const what = isExpression(template) ? `The JSONata expression '${sourceOf(template)}' specified for the field '${location}'` : `The field '${location}'`;
  throw queryError(with_.at, location, `${what} returned an unexpected result type. Expected '${type}', but was '${typeOf(value)}' for value: ${JSON.stringify(value)}`);
}

async function evaluateOne(expression: string, location: string, { scope, at }: Evaluator): Promise<unknown> {
  const source = sourceOf(expression);
  const what = `The JSONata expression '${source}' specified for the field '${location}'`;
  const value = await run(source, scope).catch((error: unknown) => {
    const { code, message } = error as { code?: string; message?: string };
    throw queryError(at, location, `${what} threw an error during evaluation. ${code === undefined ? '' : `${code}: `}${message ?? ''}`);
  });
  if (value === undefined) throw queryError(at, location, `${what} returned nothing (undefined).`);
  if (isFunction(value)) throw queryError(at, location, `${what} returned an unsupported result type.`);
  // Through JSON: JSONata marks its arrays, and what leaves an expression must be plain data.
  return JSON.parse(JSON.stringify(value)) as unknown;
}

async function run(source: string, { variables, states }: Scope): Promise<unknown> {
  return (await compile(source).evaluate(undefined, { ...variables, states })) as unknown;
}

const isFunction = (value: unknown): boolean => typeof value === 'function' || (typeof value === 'object' && value !== null && '_jsonata_lambda' in value);
