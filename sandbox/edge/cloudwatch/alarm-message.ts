/** What CloudWatch publishes to a topic when an alarm changes its state: subject and JSON message as AWS writes them. */
import { asObject, type JsonObject } from '../../json.ts';
import type { AlarmDefinition } from './alarm-definition.ts';
import { awsTime } from './alarm-evaluation.ts';
import type { AlarmState } from './missing-data.ts';

export interface Transition {
  readonly alarm: AlarmDefinition;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Only regions that our environments name; the code stands for any other. */
const REGION_NAMES: Readonly<Record<string, string>> = { 'eu-central-1': 'EU (Frankfurt)', 'eu-west-1': 'EU (Ireland)', 'us-east-1': 'US East (N. Virginia)', 'us-west-2': 'US West (Oregon)' };

/** SNS cuts subjects at 100 characters. */
export const alarmSubject = ({ alarm, to }: Transition): string => `${to}: "${alarm.name}" in ${regionOf(alarm)}`.slice(0, 100);

export function alarmMessage(transition: Transition): object {
  const { alarm, from, to, reason, at } = transition;
  const { raw } = alarm;
  const updated = Number(raw['AlarmConfigurationUpdatedTimestamp']);
  return {
    AlarmName: alarm.name,
    AlarmDescription: raw['AlarmDescription'] ?? null,
    AWSAccountId: alarm.arn.split(':')[4] ?? '',
    AlarmConfigurationUpdatedTimestamp: awsTime(Number.isFinite(updated) ? updated * 1000 : at),
    NewStateValue: to,
    NewStateReason: reason,
    StateChangeTime: awsTime(at),
    Region: regionOf(alarm),
    AlarmArn: alarm.arn,
    OldStateValue: from,
    OKActions: alarm.actions.OK,
    AlarmActions: alarm.actions.ALARM,
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
    Trigger: { ...metricOf(alarm), ...ruleOf(alarm) },
  };
}

function regionOf(alarm: AlarmDefinition): string {
  const code = alarm.arn.split(':')[3] ?? '';
  return REGION_NAMES[code] ?? code;
}

function ruleOf(alarm: AlarmDefinition): object {
  return {
    Period: alarm.periodMs / 1000,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    ComparisonOperator: alarm.comparison,
    Threshold: alarm.threshold,
    TreatMissingData: alarm.missing,
    EvaluateLowSampleCountPercentile: '',
  };
}

/** In this message AWS writes dimensions with small letters and simple statistics with great ones. */
function metricOf(alarm: AlarmDefinition): object {
  const { raw } = alarm;
  if (Array.isArray(raw['Metrics']) && raw['Metrics'].length > 0) return { Metrics: raw['Metrics'].map((metric) => mathMetric(asObject(metric))) };

  const extended = raw['ExtendedStatistic'];
  const statistic = typeof extended === 'string' && extended !== '' ? { StatisticType: 'ExtendedStatistic', ExtendedStatistic: extended } : { StatisticType: 'Statistic', Statistic: shout(String(raw['Statistic'])) };
  return { MetricName: raw['MetricName'], Namespace: raw['Namespace'], ...statistic, Unit: raw['Unit'] ?? null, Dimensions: smallDimensions(raw['Dimensions']) };
}

function mathMetric(metric: JsonObject): object {
  const stat = asObject(metric['MetricStat']);
  if (metric['MetricStat'] === undefined) return metric;
  const inner = asObject(stat['Metric']);
  return { ...metric, MetricStat: { ...stat, Metric: { ...inner, Dimensions: smallDimensions(inner['Dimensions']) } } };
}

/** `SampleCount` → `SAMPLE_COUNT`. */
const shout = (statistic: string): string => statistic.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();

function smallDimensions(value: unknown): object[] {
  const dimensions = Array.isArray(value) ? value.map(asObject) : [];
  return dimensions.map((dimension) => ({ value: dimension['Value'], name: dimension['Name'] }));
}
