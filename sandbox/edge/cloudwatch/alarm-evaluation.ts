/** One look at one alarm: the points of its evaluation range, the state that follows, and the reason in CloudWatch's words. */
import type { AlarmDefinition, Comparison } from './alarm-definition.ts';
import { evaluateQueries } from './metric-queries.ts';
import type { MetricStore } from './metric-store.ts';
import { decideState, type AlarmState, type Point } from './missing-data.ts';

/** Measurements of a period may come a little after its end (a function's log line after its answer). */
const SETTLE_MS = 3_000;

export interface Evaluation {
  readonly state: AlarmState;
  readonly reason: string;
  readonly reasonData: object;
}

interface Sample {
  readonly time: number;
  readonly value: number | undefined;
}

/** @throws MetricMathError when an expression cannot be computed */
export function evaluateAlarm(alarm: AlarmDefinition, store: MetricStore, { now, current }: { now: number; current: AlarmState }): Evaluation {
  const samples = samplesOf(alarm, store, now);
  const points = samples.map(({ value }): Point => (value === undefined ? '-' : breaches(alarm.comparison, value, alarm.threshold) ? 'X' : '0'));
  const state = decideState({ points, datapointsToAlarm: alarm.datapointsToAlarm, evaluationPeriods: alarm.evaluationPeriods, missing: alarm.missing, current });
  return { state, reason: reasonOf(alarm, samples, { state, points }), reasonData: reasonDataOf(alarm, samples, now) };
}

/**
 * AWS looks at more than N periods and does not publish how many; its tables show 5 for N = 3. So a "3 of 3, breaching" alarm fires
 * some periods after the data stops; FILL(m, 0) makes it exact.
 */
const evaluationRange = (evaluationPeriods: number): number => evaluationPeriods + Math.max(2, Math.floor(evaluationPeriods / 3));

function samplesOf(alarm: AlarmDefinition, store: MetricStore, now: number): Sample[] {
  const { periodMs } = alarm;
  // Windows end at the last complete minute (or shorter period) and reach back from there in whole periods.
  const step = Math.min(periodMs, 60_000);
  const to = Math.floor((now - SETTLE_MS) / step) * step;
  const count = evaluationRange(alarm.evaluationPeriods);
  const from = to - count * periodMs;

  const results = evaluateQueries(store, alarm.queries, { periodMs, from, to });
  const returned = alarm.queries.find((query) => query.returnsData) ?? alarm.queries[0];
  const series = results.get(returned?.id ?? '') ?? new Map<number, number>();
  return Array.from({ length: count }, (_, index) => ({ time: from + index * periodMs, value: series.get(from + index * periodMs) }));
}

function breaches(comparison: Comparison, value: number, threshold: number): boolean {
  switch (comparison) {
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
  }
}

const WORDS: Readonly<Record<Comparison, string>> = {
  GreaterThanThreshold: 'greater than',
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};

function reasonOf(alarm: AlarmDefinition, samples: readonly Sample[], { state, points }: { state: AlarmState; points: readonly Point[] }): string {
  const { evaluationPeriods: n, datapointsToAlarm: m, threshold, missing } = alarm;
  const real = samples.filter((sample) => sample.value !== undefined).slice(-n);
  const absent = n - real.length;
  if (real.length === 0) return state === 'INSUFFICIENT_DATA' || missing === 'ignore' ? `Insufficient Data: ${plural(n, 'datapoint')} ${n === 1 ? 'was' : 'were'} unknown.` : `Threshold Crossed: no datapoints were received for ${plural(n, 'period')} and ${plural(n, 'missing datapoint')} ${n === 1 ? 'was' : 'were'} treated as [${treatment(missing)}].`;

  const wanted = state === 'ALARM' ? 'X' : '0';
  const shown = samples.filter((sample, index) => sample.value !== undefined && points[index] === wanted).slice(-n);
  const list = shown.map((sample) => `${sample.value} (${new Date(sample.time).toISOString().slice(0, 16)}Z)`).join(', ');
  const filled = absent > 0 && missing !== 'missing' && missing !== 'ignore' ? ` and ${plural(absent, 'missing datapoint')} treated as [${treatment(missing)}]` : '';
  const negation = state === 'ALARM' ? '' : 'not ';
  return `Threshold Crossed: ${shown.length} out of the last ${n} datapoints [${list}] ${shown.length === 1 ? 'was' : 'were'} ${negation}${WORDS[alarm.comparison]} the threshold (${threshold})${filled} (minimum ${plural(m, 'datapoint')} for OK -> ALARM transition).`;
}

function reasonDataOf(alarm: AlarmDefinition, samples: readonly Sample[], now: number): object {
  const recent = samples.filter((sample) => sample.value !== undefined).slice(-alarm.evaluationPeriods);
  return {
    version: '1.0',
    queryDate: awsTime(now),
    startDate: awsTime(recent[0]?.time ?? now),
    period: alarm.periodMs / 1000,
    recentDatapoints: recent.map((sample) => sample.value),
    threshold: alarm.threshold,
    evaluatedDatapoints: recent.map((sample) => ({ timestamp: awsTime(sample.time), value: sample.value })),
  };
}

/** `2026-11-21T09:00:00.000+0000`: as CloudWatch writes times in messages. */
export const awsTime = (time: number): string => new Date(time).toISOString().replace('Z', '+0000');

const treatment = (missing: string): string => (missing === 'breaching' ? 'Breaching' : 'NonBreaching');
const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
