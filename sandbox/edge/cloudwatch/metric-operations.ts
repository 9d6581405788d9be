/** PutMetricData, GetMetricData, GetMetricStatistics and ListMetrics over the metric store. */
import type { JsonObject } from '../../json.ts';
import { evaluateQueries, periodStarts, readDimensions, readQueries, type MetricQuery } from './metric-queries.ts';
import type { MetricIdentity, MetricStore, Series } from './metric-store.ts';
import { CloudWatchRequestError, listOf, objectsOf, readTime } from './wire.ts';

/** AWS: at most 1,440 data points in one answer of GetMetricStatistics. */
const MAX_STATISTICS_POINTS = 1_440;
const LIST_PAGE = 500;

export function putMetricData(store: MetricStore, input: JsonObject, now: number): object {
  const namespace = String(input['Namespace']);
  if (namespace.startsWith('AWS/')) throw new CloudWatchRequestError('InvalidParameterValue', 'The value AWS/ for parameter Namespace is invalid: it is reserved.');

  for (const datum of objectsOf(input, 'MetricData')) {
    const identity = { namespace, name: String(datum['MetricName']), dimensions: readDimensions(datum['Dimensions']) };
    const time = datum['Timestamp'] === undefined ? now : readTime(datum, 'Timestamp');
    putDatum(store, { identity, time, datum });
  }
  return {};
}

function putDatum(store: MetricStore, { identity, time, datum }: { identity: MetricIdentity; time: number; datum: JsonObject }): void {
  const set = datum['StatisticValues'];
  if (typeof set === 'object' && set !== null) {
    const { SampleCount, Sum, Minimum, Maximum } = set as JsonObject;
    store.putSummary(identity, time, { count: Number(SampleCount), sum: Number(Sum), min: Number(Minimum), max: Number(Maximum) });
    return;
  }
  const values = listOf(datum, 'Values');
  const counts = listOf(datum, 'Counts');
  values.forEach((value, index) => store.put(identity, time, Number(value), Number(counts[index] ?? 1)));
  if (values.length === 0) store.put(identity, time, Number(datum['Value']));
}

export function getMetricData(store: MetricStore, input: JsonObject): object {
  const queries = readQueries(listOf(input, 'MetricDataQueries'));
  const [start, end] = [readTime(input, 'StartTime'), readTime(input, 'EndTime')];
  const newestFirst = input['ScanBy'] !== 'TimestampAscending';

  const results = queries.filter((query) => query.returnsData).map((query) => {
    const periodMs = periodOf(query, queries);
    const from = Math.floor(start / periodMs) * periodMs;
    const values = evaluateQueries(store, queries, { periodMs, from, to: end });
    const points = [...(values.get(query.id) ?? new Map<number, number>())].sort(([a], [b]) => (newestFirst ? b - a : a - b));
    return { Id: query.id, Label: query.label ?? labelOf(query), StatusCode: 'Complete', Timestamps: points.map(([time]) => new Date(time)), Values: points.map(([, value]) => value) };
  });
  return { MetricDataResults: results, Messages: [] };
}

/** The period of an expression is that of the metrics of the request. */
function periodOf(query: MetricQuery, queries: readonly MetricQuery[]): number {
  return query.periodMs ?? queries.find((one) => one.kind === 'stat')?.periodMs ?? 60_000;
}

const labelOf = (query: MetricQuery): string => (query.kind === 'stat' ? query.identity.name : query.id);

export function getMetricStatistics(store: MetricStore, input: JsonObject): object {
  const identity = { namespace: String(input['Namespace']), name: String(input['MetricName']), dimensions: readDimensions(input['Dimensions']) };
  const periodMs = Number(input['Period']) * 1000;
  const [start, to] = [readTime(input, 'StartTime'), readTime(input, 'EndTime')];
  const from = Math.floor(start / periodMs) * periodMs;
  const window = { periodMs, from, to };
  if (!(periodMs >= 10_000)) throw new CloudWatchRequestError('InvalidParameterValue', `Period must be at least 10 seconds, got ${String(input['Period'])}.`);
  if ((to - from) / periodMs > MAX_STATISTICS_POINTS) throw new CloudWatchRequestError('InvalidParameterCombination', `You have requested more than ${MAX_STATISTICS_POINTS} datapoints; use a longer period or a shorter time.`);

  const simple = listOf(input, 'Statistics').map(String);
  const extended = listOf(input, 'ExtendedStatistics').map(String);
  const series = new Map([...simple, ...extended].map((statistic) => [statistic, store.query(identity, { ...window, statistic })]));
  const Datapoints = periodStarts(window).filter((time) => [...series.values()].some((one) => one.has(time))).map((time) => ({
    Timestamp: new Date(time),
    ...valuesAt(series, simple, time),
    ...(extended.length === 0 ? {} : { ExtendedStatistics: valuesAt(series, extended, time) }),
    Unit: 'None',
  }));
  return { Label: identity.name, Datapoints };
}

function valuesAt(series: ReadonlyMap<string, Series>, statistics: readonly string[], time: number): Record<string, number | undefined> {
  return Object.fromEntries(statistics.map((statistic) => [statistic, series.get(statistic)?.get(time)]));
}

export function listMetrics(store: MetricStore, input: JsonObject): object {
  const { Namespace, MetricName, NextToken } = input;
  const filters = objectsOf(input, 'Dimensions');
  const fits = ({ namespace, name, dimensions }: MetricIdentity): boolean =>
    (Namespace === undefined || Namespace === namespace) && (MetricName === undefined || MetricName === name) &&
    filters.every((filter) => dimensions[String(filter['Name'])] !== undefined && (filter['Value'] === undefined || filter['Value'] === dimensions[String(filter['Name'])]));

  const found = store.list().filter(fits);
  const from = NextToken === undefined ? 0 : Number(NextToken);
  const page = found.slice(from, from + LIST_PAGE);
  const Metrics = page.map(({ namespace, name, dimensions }) => ({ Namespace: namespace, MetricName: name, Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) }));
  return { Metrics, ...(from + LIST_PAGE < found.length ? { NextToken: String(from + LIST_PAGE) } : {}) };
}
