/** Evaluates metric math: the operators and functions that alarms in templates use; any other function is refused by name. */
import { MetricMathError, parseMath, type MathNode } from './math-parser.ts';
import { NO_SUCH_METRIC, type Series } from './metric-store.ts';

export interface MathContext {
  /** Time series by the id of the metric or of an earlier expression, in the order of the request. */
  readonly ids: ReadonlyMap<string, Series>;
  /** Starts of the periods, oldest first. */
  readonly times: readonly number[];
  readonly periodMs: number;
}

export type MathValue = number | string | Series | readonly Series[];

/** An expression names an id that is not (yet) known. */
export class UnknownMetricIdError extends MetricMathError {
  override readonly name = 'UnknownMetricIdError';
  readonly id: string;

  constructor(id: string) {
    super(`Metric math: unknown id "${id}".`);
    this.id = id;
  }
}

/** The expression as one time series; a number holds for every period. @throws MetricMathError, UnknownMetricIdError */
export function evaluateMath(source: string, context: MathContext): Series {
  return toSeries(evaluateNode(parseMath(source), context), context);
}

function evaluateNode(node: MathNode, context: MathContext): MathValue {
  switch (node.kind) {
    case 'number':
    case 'text':
      return node.value;
    case 'name':
      return valueOfName(node.name, context);
    case 'list':
      return node.items.map((item) => toSeries(evaluateNode(item, context), context));
    case 'binary':
      return applyBinary(node.operator, evaluateNode(node.left, context), evaluateNode(node.right, context), context);
    case 'call':
      return callFunction(node.name, node.items.map((item) => evaluateNode(item, context)), context);
  }
}

function valueOfName(name: string, context: MathContext): MathValue {
  const series = context.ids.get(name);
  if (series !== undefined) return series;
  if (name === 'REPEAT' || name === 'LINEAR') return name;
  throw new UnknownMetricIdError(name);
}

const truth = (yes: boolean): number => (yes ? 1 : 0);
const OPERATORS: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '<': (a, b) => truth(a < b),
  '>': (a, b) => truth(a > b),
  '<=': (a, b) => truth(a <= b),
  '>=': (a, b) => truth(a >= b),
  '==': (a, b) => truth(a === b),
  '!=': (a, b) => truth(a !== b),
  AND: (a, b) => truth(a !== 0 && b !== 0),
  '&&': (a, b) => truth(a !== 0 && b !== 0),
  OR: (a, b) => truth(a !== 0 || b !== 0),
  '||': (a, b) => truth(a !== 0 || b !== 0),
};

function applyBinary(operator: string, left: MathValue, right: MathValue, context: MathContext): MathValue {
  const apply = OPERATORS[operator];
  if (apply === undefined) throw new MetricMathError(`Metric math: unknown operator ${operator}.`);
  if (isList(left)) return left.map((one) => toSeries(applyBinary(operator, one, right, context), context));
  if (isList(right)) return right.map((one) => toSeries(applyBinary(operator, left, one, context), context));
  if (typeof left === 'number' && typeof right === 'number') return apply(left, right);

  const out = new Map<number, number>();
  for (const time of context.times) {
    const [a, b] = [valueAt(left, time), valueAt(right, time)];
    // A missing operand, like a division by zero, gives no point.
    if (a === undefined || b === undefined) continue;
    const value = apply(a, b);
    if (Number.isFinite(value)) out.set(time, value);
  }
  return out;
}

type MathFunction = (items: readonly MathValue[], context: MathContext) => MathValue;

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  METRICS: ([part], { ids }) => [...ids].filter(([id]) => typeof part !== 'string' || id.includes(part)).map(([, series]) => series),
  SUM: ([value], context) => fold(value, context, total),
  AVG: ([value], context) => fold(value, context, (values) => total(values) / values.length),
  MIN: ([value], context) => fold(value, context, (values) => Math.min(...values)),
  MAX: ([value], context) => fold(value, context, (values) => Math.max(...values)),
  ABS: ([value], context) => each(value, context, Math.abs),
  CEIL: ([value], context) => each(value, context, Math.ceil),
  FLOOR: ([value], context) => each(value, context, Math.floor),
  RATE: ([value], context) => betweenPoints(value, context, (now, before, seconds) => (now - before) / seconds),
  DIFF: ([value], context) => betweenPoints(value, context, (now, before) => now - before),
  RUNNING_SUM: ([value], context) => runningSum(value, context),
  PERIOD: (_items, { periodMs }) => periodMs / 1000,
  FILL: ([value, filling], context) => fill(value, filling, context),
  IF: ([condition, yes, no], context) => choose(condition, yes, no, context),
};

function callFunction(name: string, items: readonly MathValue[], context: MathContext): MathValue {
  const apply = FUNCTIONS[name];
  if (apply === undefined) throw new MetricMathError(`Metric math: function ${name} is not built into the sandbox; known are ${Object.keys(FUNCTIONS).join(', ')}.`);
  return apply(items, context);
}

/** Over one series: a single number. Over several: a series of the values of each period. */
function fold(value: MathValue | undefined, context: MathContext, combine: (values: readonly number[]) => number): MathValue {
  if (!isList(value)) {
    const values = [...toSeries(value, context).values()];
    return values.length > 0 ? combine(values) : new Map<number, number>();
  }
  const out = new Map<number, number>();
  for (const time of context.times) {
    const values = value.map((series) => series.get(time)).filter((one) => one !== undefined);
    if (values.length > 0) out.set(time, combine(values));
  }
  return out;
}

function each(value: MathValue | undefined, context: MathContext, change: (value: number) => number): MathValue {
  if (typeof value === 'number') return change(value);
  if (isList(value)) return value.map((series) => toSeries(each(series, context, change), context));
  return new Map([...toSeries(value, context)].map(([time, one]) => [time, change(one)]));
}

function betweenPoints(value: MathValue | undefined, context: MathContext, combine: (now: number, before: number, seconds: number) => number): Series {
  const series = toSeries(value, context);
  const out = new Map<number, number>();
  let previous: { time: number; value: number } | undefined;
  for (const time of context.times) {
    const now = series.get(time);
    if (now === undefined) continue;
    if (previous !== undefined) out.set(time, combine(now, previous.value, (time - previous.time) / 1000));
    previous = { time, value: now };
  }
  return out;
}

function runningSum(value: MathValue | undefined, context: MathContext): Series {
  const series = toSeries(value, context);
  let sum = 0;
  return new Map(context.times.flatMap((time) => {
    const now = series.get(time);
    if (now === undefined) return [];
    sum += now;
    return [[time, sum] as const];
  }));
}

/** A metric that nobody ever put has no periods to fill: a fresh deployment is not an outage. */
function fill(value: MathValue | undefined, filling: MathValue | undefined, context: MathContext): MathValue {
  if (value === NO_SUCH_METRIC) return value;
  if (isList(value)) return value.map((series) => toSeries(fill(series, filling, context), context));
  const series = toSeries(value, context);
  const out = new Map<number, number>();
  for (const time of context.times) {
    const filled = series.get(time) ?? fillingAt(series, filling, time);
    if (filled !== undefined) out.set(time, filled);
  }
  return out;
}

function fillingAt(series: Series, filling: MathValue | undefined, time: number): number | undefined {
  if (filling !== 'REPEAT' && filling !== 'LINEAR') return filling === undefined ? undefined : valueAt(filling, time);

  const known = [...series.keys()];
  const before = known.filter((one) => one < time).at(-1);
  const last = before === undefined ? undefined : series.get(before);
  if (filling === 'REPEAT' || last === undefined || before === undefined) return last;

  const after = known.find((one) => one > time);
  const next = after === undefined ? undefined : series.get(after);
  if (after === undefined || next === undefined) return undefined;
  return last + ((next - last) * (time - before)) / (after - before);
}

function choose(condition: MathValue | undefined, yes: MathValue | undefined, no: MathValue | undefined, context: MathContext): MathValue {
  if (typeof condition === 'number') return (condition !== 0 ? yes : no) ?? new Map<number, number>();
  const conditions = toSeries(condition, context);
  const out = new Map<number, number>();
  for (const time of context.times) {
    const holds = conditions.get(time);
    const chosen = holds === undefined ? undefined : holds !== 0 ? yes : no;
    const value = chosen === undefined ? undefined : valueAt(chosen, time);
    if (value !== undefined) out.set(time, value);
  }
  return out;
}

function valueAt(value: MathValue, time: number): number | undefined {
  if (typeof value === 'number') return value;
  return value instanceof Map ? (value as Series).get(time) : undefined;
}

function toSeries(value: MathValue | undefined, { times }: MathContext): Series {
  if (value instanceof Map) return value as Series;
  if (typeof value === 'number') return new Map(times.map((time) => [time, value]));
  throw new MetricMathError('Metric math: expected a time series or a number.');
}

const isList = (value: MathValue | undefined): value is readonly Series[] => Array.isArray(value);
