/**
 * Metrics in memory, bounded: one series per namespace, name and exact dimension set; buckets of ten seconds for the last quarter of an
 * hour, of a minute before, nothing older than the retention. Of too many series those that were written least recently go.
 */
import { addSummary, addValue, emptyBucket, mergeInto, statisticOf, type Bucket } from './statistics.ts';

const FINE_MS = 10_000;
const COARSE_MS = 60_000;
const FINE_FOR_MS = 15 * 60_000;
const MAX_SERIES = 5_000;
/** CloudWatch takes data up to two weeks old and two hours ahead; what is older than our retention would be dropped at once. */
const AHEAD_MS = 2 * 3_600_000;

export interface MetricIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Start of a period (milliseconds since 1970) → value. A period without samples is absent. */
export type Series = ReadonlyMap<number, number>;

/** What a query gives for a metric that was never put, to tell it from one that is silent. */
export const NO_SUCH_METRIC: Series = new Map();

export interface SeriesQuery {
  readonly statistic: string;
  readonly periodMs: number;
  /** From here, in steps of the period … */
  readonly from: number;
  /** … to before here. */
  readonly to: number;
}

export interface Summary {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

interface StoredSeries {
  readonly identity: MetricIdentity;
  readonly fine: Map<number, Bucket>;
  readonly coarse: Map<number, Bucket>;
  lastWrite: number;
}

/** What `dump` writes and `restore` reads: coarse buckets only, as plain JSON. */
export interface MetricDump {
  readonly identity: MetricIdentity;
  readonly buckets: readonly (readonly [time: number, count: number, sum: number, min: number, max: number, values: readonly (readonly [number, number])[]])[];
}

export interface MetricStoreOptions {
  readonly now: () => number;
  /** Milliseconds that data is kept; default a day. */
  readonly retentionMs?: number;
}

export class MetricStore {
  readonly #series = new Map<string, StoredSeries>();
  readonly #now: () => number;
  readonly #retentionMs: number;

  constructor({ now, retentionMs = 24 * 3_600_000 }: MetricStoreOptions) {
    this.#now = now;
    this.#retentionMs = retentionMs;
  }

  put(identity: MetricIdentity, time: number, value: number, times = 1): void {
    const bucket = this.#bucket(identity, time);
    if (bucket !== undefined && Number.isFinite(value)) addValue(bucket, value, times);
  }

  putSummary(identity: MetricIdentity, time: number, summary: Summary): void {
    const bucket = this.#bucket(identity, time);
    if (bucket !== undefined && summary.count > 0) addSummary(bucket, summary);
  }

  /** @throws UnknownStatisticError */
  query(identity: MetricIdentity, { statistic, periodMs, from, to }: SeriesQuery): Series {
    const series = this.#series.get(keyOf(identity));
    if (series === undefined) return NO_SUCH_METRIC;

    const periods = new Map<number, Bucket>();
    for (const buckets of [series.coarse, series.fine]) {
      for (const [time, bucket] of buckets) {
        if (time < from || time >= to) continue;
        const start = from + Math.floor((time - from) / periodMs) * periodMs;
        const target = periods.get(start) ?? emptyBucket();
        mergeInto(target, bucket);
        periods.set(start, target);
      }
    }
    return new Map([...periods].sort(([a], [b]) => a - b).map(([start, bucket]) => [start, statisticOf(bucket, statistic)]));
  }

  /** All metrics that have data, in the order in which they first came. */
  list(): MetricIdentity[] {
    return [...this.#series.values()].map((series) => series.identity);
  }

  /** Moves old fine buckets to coarse ones and forgets what is past the retention; called with each evaluation. */
  tidy(): void {
    const now = this.#now();
    const fineFrom = Math.floor((now - FINE_FOR_MS) / COARSE_MS) * COARSE_MS;
    for (const series of this.#series.values()) {
      for (const [time, bucket] of series.fine) {
        if (time >= fineFrom) continue;
        mergeInto(bucketAt(series.coarse, Math.floor(time / COARSE_MS) * COARSE_MS), bucket);
        series.fine.delete(time);
      }
      for (const time of series.coarse.keys()) if (time < now - this.#retentionMs) series.coarse.delete(time);
    }
  }

  status(): { series: number; buckets: number } {
    const all = [...this.#series.values()];
    return { series: all.length, buckets: all.reduce((sum, series) => sum + series.fine.size + series.coarse.size, 0) };
  }

  /** What came since then, by the minute. */
  dump(since: number): MetricDump[] {
    return [...this.#series.values()].map(({ identity, fine, coarse }) => {
      const minutes = new Map<number, Bucket>();
      for (const buckets of [coarse, fine]) for (const [time, bucket] of buckets) if (time >= since) mergeInto(bucketAt(minutes, Math.floor(time / COARSE_MS) * COARSE_MS), bucket);
      return { identity, buckets: [...minutes].map(([time, bucket]) => [time, bucket.count, bucket.sum, bucket.min, bucket.max, [...bucket.values]] as const) };
    });
  }

  restore(dump: readonly MetricDump[]): void {
    for (const { identity, buckets } of dump) {
      this.#open(identity);
      for (const [time, count, sum, min, max, values] of buckets) {
        const bucket = this.#bucket(identity, time);
        if (bucket !== undefined) mergeInto(bucket, { count, sum, min, max, values: new Map(values) });
      }
    }
  }

  #bucket(identity: MetricIdentity, time: number): Bucket | undefined {
    const now = this.#now();
    if (!(time > now - this.#retentionMs && time < now + AHEAD_MS)) return undefined;
    const series = this.#open(identity);
    series.lastWrite = now;
    return bucketAt(series.fine, Math.floor(time / FINE_MS) * FINE_MS);
  }

  #open(identity: MetricIdentity): StoredSeries {
    const key = keyOf(identity);
    const known = this.#series.get(key);
    if (known !== undefined) return known;

    if (this.#series.size >= MAX_SERIES) this.#forgetOldest();
    const series = { identity, fine: new Map<number, Bucket>(), coarse: new Map<number, Bucket>(), lastWrite: this.#now() };
    this.#series.set(key, series);
    return series;
  }

  #forgetOldest(): void {
    let oldest: [string, number] | undefined;
    for (const [key, { lastWrite }] of this.#series) if (oldest === undefined || lastWrite < oldest[1]) oldest = [key, lastWrite];
    if (oldest !== undefined) this.#series.delete(oldest[0]);
  }
}

function bucketAt(buckets: Map<number, Bucket>, time: number): Bucket {
  const known = buckets.get(time);
  if (known !== undefined) return known;
  const bucket = emptyBucket();
  buckets.set(time, bucket);
  return bucket;
}

function keyOf({ namespace, name, dimensions }: MetricIdentity): string {
  const names = Object.keys(dimensions);
  if (names.length === 1) return `${namespace}\n${name}\n${names[0]}\n${dimensions[names[0] ?? '']}`;
  return [namespace, name, ...names.sort().flatMap((dimension) => [dimension, dimensions[dimension]])].join('\n');
}
