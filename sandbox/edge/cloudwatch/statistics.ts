/** Values of one metric in one stretch of time, and the statistics that CloudWatch computes of them. */

/** Above this many different values a bucket keeps three significant digits: percentiles stay within half a percent, memory stays bounded. */
const EXACT_VALUES = 200;

/** The metric is asked for a statistic that is not built. */
export class UnknownStatisticError extends Error {
  override readonly name = 'UnknownStatisticError';

  constructor(statistic: string) {
    super(`Statistic "${statistic}" is not built into the sandbox; known are Sum, SampleCount, Average, Minimum, Maximum and p0 to p100 (for example p99.9).`);
  }
}

/** Sums and a histogram; buckets merge. */
export interface Bucket {
  count: number;
  sum: number;
  min: number;
  max: number;
  /** Value → how often. */
  values: Map<number, number>;
}

export const emptyBucket = (): Bucket => ({ count: 0, sum: 0, min: Infinity, max: -Infinity, values: new Map() });

export function addValue(bucket: Bucket, value: number, times = 1): void {
  bucket.count += times;
  bucket.sum += value * times;
  bucket.min = Math.min(bucket.min, value);
  bucket.max = Math.max(bucket.max, value);
  countValue(bucket, value, times);
}

/** A statistic set of `PutMetricData`: percentiles of it know only its smallest and greatest value. */
export function addSummary(bucket: Bucket, summary: { count: number; sum: number; min: number; max: number }): void {
  bucket.count += summary.count;
  bucket.sum += summary.sum;
  bucket.min = Math.min(bucket.min, summary.min);
  bucket.max = Math.max(bucket.max, summary.max);
  countValue(bucket, summary.min, 1);
  if (summary.count > 1) countValue(bucket, summary.max, summary.count - 1);
}

export function mergeInto(target: Bucket, source: Bucket): void {
  target.count += source.count;
  target.sum += source.sum;
  target.min = Math.min(target.min, source.min);
  target.max = Math.max(target.max, source.max);
  for (const [value, times] of source.values) countValue(target, value, times);
}

function countValue(bucket: Bucket, value: number, times: number): void {
  const key = bucket.values.size < EXACT_VALUES || bucket.values.has(value) ? value : Number(value.toPrecision(3));
  bucket.values.set(key, (bucket.values.get(key) ?? 0) + times);
}

/** @throws UnknownStatisticError */
export function statisticOf(bucket: Bucket, statistic: string): number {
  switch (statistic) {
    case 'Sum':
      return bucket.sum;
    case 'SampleCount':
      return bucket.count;
    case 'Average':
      return bucket.sum / bucket.count;
    case 'Minimum':
      return bucket.min;
    case 'Maximum':
      return bucket.max;
    default:
      return percentileOf(bucket, percentOf(statistic));
  }
}

/** @throws UnknownStatisticError: so that an alarm on it is refused when it is read, not when it should fire. */
export function checkStatistic(statistic: string): void {
  if (!['Sum', 'SampleCount', 'Average', 'Minimum', 'Maximum'].includes(statistic)) percentOf(statistic);
}

function percentOf(statistic: string): number {
  const percent = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(statistic)?.[1];
  if (percent === undefined) throw new UnknownStatisticError(statistic);
  return Number(percent);
}

/** Linear interpolation between the closest ranks; AWS does not publish its own rule. */
function percentileOf(bucket: Bucket, percent: number): number {
  const sorted = [...bucket.values].sort(([a], [b]) => a - b);
  const rank = (percent / 100) * (bucket.count - 1);
  const low = valueAtRank(sorted, Math.floor(rank));
  const high = valueAtRank(sorted, Math.ceil(rank));
  return low + (high - low) * (rank - Math.floor(rank));
}

function valueAtRank(sorted: readonly (readonly [number, number])[], rank: number): number {
  let seen = 0;
  for (const [value, times] of sorted) {
    seen += times;
    if (seen > rank) return value;
  }
  return sorted.at(-1)?.[0] ?? NaN;
}
