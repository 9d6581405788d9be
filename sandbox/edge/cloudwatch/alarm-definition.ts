/** A metric alarm as the control plane stores it, read into what the evaluation needs. */
import type { JsonObject } from '../../json.ts';
import type { AlarmState, MissingData } from './missing-data.ts';
import { isFalse, readQueries, statQueryOf, type MetricQuery } from './metric-queries.ts';
import { checkStatistic } from './statistics.ts';

export type Comparison = 'GreaterThanThreshold' | 'GreaterThanOrEqualToThreshold' | 'LessThanThreshold' | 'LessThanOrEqualToThreshold';

export interface AlarmDefinition {
  readonly name: string;
  readonly arn: string;
  readonly comparison: Comparison;
  readonly threshold: number;
  /** N. */
  readonly evaluationPeriods: number;
  /** M. */
  readonly datapointsToAlarm: number;
  readonly missing: MissingData;
  readonly periodMs: number;
  /** One metric, or metrics and expressions of which one returns data. */
  readonly queries: readonly MetricQuery[];
  readonly actionsEnabled: boolean;
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>;
  /** As the control plane gave it: for DescribeAlarms and for the message to subscribers. */
  readonly raw: JsonObject;
}

/** The alarm asks for what is not built; its state stays INSUFFICIENT_DATA and says why. */
export class UnsupportedAlarmError extends Error {
  override readonly name = 'UnsupportedAlarmError';
}

export const alarmName = (raw: JsonObject): string => String(raw['AlarmName']);

/** @throws UnsupportedAlarmError, UnsupportedQueryError, UnknownStatisticError, MetricMathError */
export function readAlarm(raw: JsonObject): AlarmDefinition {
  const name = alarmName(raw);
  const queries = readAlarmQueries(raw);
  const periodMs = queries.find((query) => query.kind === 'stat')?.periodMs;
  if (periodMs === undefined) throw new UnsupportedAlarmError(`Alarm ${name} has no metric with a period.`);

  const evaluationPeriods = Number(raw['EvaluationPeriods'] ?? 1);
  const isDynamo = queries.every((query) => query.kind === 'math' || query.identity.namespace === 'AWS/DynamoDB');
  return {
    name,
    arn: String(raw['AlarmArn']),
    comparison: comparisonOf(name, raw['ComparisonOperator']),
    threshold: Number(raw['Threshold']),
    evaluationPeriods,
    datapointsToAlarm: Number(raw['DatapointsToAlarm'] ?? evaluationPeriods),
    // AWS: alarms on metrics of DynamoDB always ignore missing data, whatever they say.
    missing: isDynamo ? 'ignore' : missingOf(raw['TreatMissingData']),
    periodMs,
    queries,
    actionsEnabled: !isFalse(raw['ActionsEnabled']),
    actions: { ALARM: texts(raw['AlarmActions']), OK: texts(raw['OKActions']), INSUFFICIENT_DATA: texts(raw['InsufficientDataActions']) },
    raw,
  };
}

function readAlarmQueries(raw: JsonObject): MetricQuery[] {
  if (typeof raw['ThresholdMetricId'] === 'string') throw new UnsupportedAlarmError(`Alarm ${alarmName(raw)}: anomaly detection (ThresholdMetricId) is not built into the sandbox.`);
  if (Array.isArray(raw['Metrics']) && raw['Metrics'].length > 0) return readQueries(raw['Metrics']);

  const statistic = text(raw['ExtendedStatistic']) ?? text(raw['Statistic']) ?? 'Average';
  checkStatistic(statistic);
  return [statQueryOf({ Id: 'm', MetricStat: { Metric: { Namespace: raw['Namespace'], MetricName: raw['MetricName'], Dimensions: raw['Dimensions'] }, Period: raw['Period'], Stat: statistic } })];
}

function comparisonOf(name: string, value: unknown): Comparison {
  switch (value) {
    case 'GreaterThanThreshold':
    case 'GreaterThanOrEqualToThreshold':
    case 'LessThanThreshold':
    case 'LessThanOrEqualToThreshold':
      return value;
    default:
      throw new UnsupportedAlarmError(`Alarm ${name}: comparison "${String(value)}" is not built into the sandbox.`);
  }
}

const missingOf = (value: unknown): MissingData => (value === 'ignore' || value === 'breaching' || value === 'notBreaching' ? value : 'missing');
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

