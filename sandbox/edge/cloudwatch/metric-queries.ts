/** Metrics and expressions of an alarm or of GetMetricData (`MetricDataQuery`), and their values over a stretch of time. */
import { asObject } from '../../json.ts';
import { evaluateMath, UnknownMetricIdError } from './math-functions.ts';
import { MetricMathError, parseMath } from './math-parser.ts';
import type { MetricIdentity, MetricStore, Series } from './metric-store.ts';
import { checkStatistic } from './statistics.ts';

interface QueryBase {
  readonly id: string;
  readonly label?: string;
  readonly returnsData: boolean;
}

export interface StatQuery extends QueryBase {
  readonly kind: 'stat';
  readonly identity: MetricIdentity;
  readonly statistic: string;
  readonly periodMs: number;
}

export interface MathQuery extends QueryBase {
  readonly kind: 'math';
  readonly expression: string;
  readonly periodMs?: number;
}

export type MetricQuery = StatQuery | MathQuery;

export interface QueryWindow {
  readonly periodMs: number;
  readonly from: number;
  readonly to: number;
}

/** The query asks for what is not built (another account, Metrics Insights). */
export class UnsupportedQueryError extends Error {
  override readonly name = 'UnsupportedQueryError';
}

/** @throws UnsupportedQueryError, UnknownStatisticError, MetricMathError */
export function readQueries(values: readonly unknown[]): MetricQuery[] {
  return values.map((value) => {
    const raw = asObject(value);
    return raw['MetricStat'] === undefined ? mathQueryOf(raw) : statQueryOf(raw);
  });
}

export function statQueryOf(raw: Record<string, unknown>): StatQuery {
  const stat = asObject(raw['MetricStat']);
  const metric = asObject(stat['Metric']);
  const statistic = String(stat['Stat']);
  const periodMs = Number(stat['Period']) * 1000;
  checkStatistic(statistic);
  if (!(periodMs >= 10_000)) throw new UnsupportedQueryError(`Period ${String(stat['Period'])} s of ${String(metric['MetricName'])} is not built into the sandbox; the smallest is 10 s.`);
  return { kind: 'stat', ...baseOf(raw), identity: { namespace: String(metric['Namespace']), name: String(metric['MetricName']), dimensions: readDimensions(metric['Dimensions']) }, statistic, periodMs };
}

function mathQueryOf(raw: Record<string, unknown>): MathQuery {
  const expression = typeof raw['Expression'] === 'string' ? raw['Expression'] : '';
  if (/^\s*SELECT\b/i.test(expression)) throw new UnsupportedQueryError('Metrics Insights queries (SELECT …) are not built into the sandbox; use metric math.');
  parseMath(expression);
  const period = Number(raw['Period']);
  return { kind: 'math', ...baseOf(raw), expression, ...(Number.isFinite(period) && period > 0 ? { periodMs: period * 1000 } : {}) };
}

function baseOf(raw: Record<string, unknown>): QueryBase {
  const label = typeof raw['Label'] === 'string' ? { label: raw['Label'] } : {};
  return { id: String(raw['Id']), ...label, returnsData: !isFalse(raw['ReturnData']) };
}

/** JSON writes booleans, the query protocol and some templates write text. */
export const isFalse = (value: unknown): boolean => value === false || value === 'false';

/** `[{Name, Value}]` to `{name: value}`. */
export function readDimensions(value: unknown): Record<string, string> {
  const dimensions = Array.isArray(value) ? value.map(asObject) : [];
  return Object.fromEntries(dimensions.map((dimension) => [String(dimension['Name']), String(dimension['Value'])]));
}

export const periodStarts = ({ periodMs, from, to }: QueryWindow): number[] => Array.from({ length: Math.max(0, Math.ceil((to - from) / periodMs)) }, (_, index) => from + index * periodMs);

/**
 * Values of all queries by id, metrics first; expressions may name each other in any order.
 * @throws MetricMathError when an expression names an unknown id or itself
 */
export function evaluateQueries(store: MetricStore, queries: readonly MetricQuery[], window: QueryWindow): ReadonlyMap<string, Series> {
  const metrics = new Map<string, Series>();
  for (const query of queries) if (query.kind === 'stat') metrics.set(query.id, store.query(query.identity, { ...window, statistic: query.statistic }));

  // METRICS() means the metrics of the request and not the results of other expressions, so those are kept apart until named.
  const known = new Map(metrics);
  const context = { ids: known, times: periodStarts(window), periodMs: window.periodMs };
  let waiting = queries.filter((query) => query.kind === 'math');
  while (waiting.length > 0) {
    const later: MathQuery[] = [];
    for (const query of waiting) {
      const result = tryExpression(query, usesAllMetrics(query) ? { ...context, ids: metrics } : context);
      if (result === undefined) later.push(query);
      else known.set(query.id, result);
    }
    if (later.length === waiting.length) throw new MetricMathError(`Metric math: "${later[0]?.expression}" names itself or an id that does not exist.`);
    waiting = later;
  }
  return known;
}

const usesAllMetrics = (query: MathQuery): boolean => /\bMETRICS\s*\(/i.test(query.expression);

function tryExpression(query: MathQuery, context: Parameters<typeof evaluateMath>[1]): Series | undefined {
  try {
    return evaluateMath(query.expression, context);
  } catch (error) {
    if (error instanceof UnknownMetricIdError) return undefined;
    throw error;
  }
}
