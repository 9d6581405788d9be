import type { MetricName } from '../../contracts/metrics.ts';

/** CloudWatch units that we use. */
export type MetricUnit = 'Count' | 'Bytes' | 'Milliseconds' | 'Percent';

export interface Metric {
  readonly name: MetricName;
  readonly unit: MetricUnit;
  /** One value, or up to 100 of one batch (CloudWatch's limit): then percentiles work. */
  readonly value: number | readonly number[];
}

export interface EmfInput {
  /** Of the environment (`metricNamespace`). */
  readonly namespace: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly metrics: readonly Metric[];
  /** Searchable in the log, no metric of its own. */
  readonly fields?: Readonly<Record<string, string | number>>;
}

const MAX_VALUES = 100;

/**
 * One line in CloudWatch's embedded metric format: Lambda's log becomes metrics, without a call. The caller prints it.
 * A metric without values is left out: an empty list makes CloudWatch drop the whole record.
 */
export function emfLine({ namespace, timestamp, dimensions, metrics, fields = {} }: EmfInput): string {
  const present = metrics.filter(({ value }) => typeof value === 'number' || value.length > 0);
  return JSON.stringify({
    _aws: {
      Timestamp: timestamp,
      CloudWatchMetrics: [{ Namespace: namespace, Dimensions: [Object.keys(dimensions)], Metrics: present.map(({ name, unit }) => ({ Name: name, Unit: unit })) }],
    },
    ...dimensions,
    ...fields,
    ...Object.fromEntries(present.map(({ name, value }) => [name, value])),
  });
}

/** At most 100 of the values, evenly spread: enough for the percentiles of a batch. */
export function sampleValues(values: readonly number[]): readonly number[] {
  if (values.length <= MAX_VALUES) return values;
  const step = values.length / MAX_VALUES;
  return Array.from({ length: MAX_VALUES }, (_, index) => values[Math.floor(index * step)] ?? 0);
}
