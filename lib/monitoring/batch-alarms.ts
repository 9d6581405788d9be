import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { DIMENSIONS, METRIC, metricNamespace } from '../../contracts/metrics.ts';
import type { MetricName } from '../../contracts/metrics.ts';
import { ALARM_KINDS } from './alarm-kinds.ts';
import type { AlarmRegistry, AlarmScope } from './alarm-registry.ts';

/** Runs take minutes to hours: looking every five minutes is soon enough. */
const PERIOD = Duration.minutes(5);

interface BatchAlarm {
  readonly registry: AlarmRegistry;
  readonly scope: AlarmScope;
}

/**
 * A run failed, or was ended because it took too long. Runs that a person stopped are no failure. A run that ended because a rule refused a day
 * (`buildsGold`) has an alarm of its own, and one cause is told once.
 */
export function addRunFailed({ registry, scope, subject, machine, buildsGold }: BatchAlarm & { readonly subject: string; readonly machine: IStateMachine; readonly buildsGold: boolean }): void {
  const metric = { statistic: Stats.SUM, period: PERIOD };
  const refused = lakeMetric(registry, METRIC.refusalsTold, { ...metric, dimensionsMap: { [DIMENSIONS.machine]: subject } });
  registry.add(scope, {
    kind: ALARM_KINDS.runFailed,
    subject,
    // A sum over a list counts what is there: FILL gives nothing for a metric that was never told, and most machines never time out.
    metric: new MathExpression({
      expression: buildsGold ? 'SUM([failed, late, told])' : 'SUM([failed, late])',
      usingMetrics: { failed: machine.metricFailed(metric), late: machine.metricTimedOut(metric), ...(buildsGold ? { told: new MathExpression({ expression: '0 - refused', usingMetrics: { refused }, period: PERIOD, label: 'Told by day-refused' }) } : {}) },
      period: PERIOD,
      label: 'Failed runs',
    }),
    threshold: 1,
    comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    periods: 1,
  });
}

/** A rule or an audit kept a day from its readers. */
export function addDayRefused({ registry, scope }: BatchAlarm): void {
  registry.add(scope, { kind: ALARM_KINDS.dayRefused, subject: 'gold', metric: lakeMetric(registry, METRIC.daysRefused, { statistic: Stats.SUM, period: PERIOD }), threshold: 1, comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD, periods: 1 });
}

/**
 * Gold is older than the agreement allows, or no load says how old it is.
 *
 * @param agreement time on the wall, HH:MM, by which the day that ended at midnight is published
 * @param loadEveryMinutes a load tells the age so often
 */
export function addGoldLate({ registry, scope, agreement, loadEveryMinutes }: BatchAlarm & { readonly agreement: string; readonly loadEveryMinutes: number }): void {
  // One load that is late or lost is no silence; where loads are rare, one interval says enough.
  const periods = loadEveryMinutes <= 60 ? 3 : 1;
  const metric = lakeMetric(registry, METRIC.goldAgeHours, { statistic: Stats.MINIMUM, period: Duration.minutes(loadEveryMinutes) });
  registry.add(scope, { kind: ALARM_KINDS.goldLate, subject: 'gold', metric, threshold: agreedHours(agreement) - ((periods - 1) * loadEveryMinutes) / 60, comparison: ComparisonOperator.GREATER_THAN_THRESHOLD, periods });
}

/** Objects of a contract wait for a person. */
export function addObjectsWaiting({ registry, scope, contract }: BatchAlarm & { readonly contract: string }): void {
  registry.add(scope, {
    kind: ALARM_KINDS.objectsWaiting,
    subject: contract,
    metric: new Metric({ namespace: metricNamespace(registry.environment), metricName: METRIC.objectsWaiting, dimensionsMap: { [DIMENSIONS.contract]: contract }, statistic: Stats.MAXIMUM, period: PERIOD }),
    threshold: 1,
    comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    periods: 1,
  });
}

/** A candidate would change more of a table than its comparison allows. */
export function addLogicMismatch({ registry, scope }: BatchAlarm): void {
  registry.add(scope, { kind: ALARM_KINDS.logicMismatch, subject: 'gold', metric: lakeMetric(registry, METRIC.comparisonsAboveLimit, { statistic: Stats.SUM, period: PERIOD }), threshold: 1, comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD, periods: 1 });
}

/** A schedule of the group could not start what it is there for. */
export function addScheduleDropped({ registry, scope, group }: BatchAlarm & { readonly group: string }): void {
  registry.add(scope, {
    kind: ALARM_KINDS.scheduleDropped,
    subject: 'lake',
    metric: new Metric({ namespace: 'AWS/Scheduler', metricName: 'InvocationDroppedCount', dimensionsMap: { ScheduleGroup: group }, statistic: Stats.SUM, period: PERIOD }),
    threshold: 1,
    comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    periods: 1,
  });
}

/** A day, and the hours until the agreement after it. */
const agreedHours = (agreement: string): number => {
  const [hours = '', minutes = ''] = agreement.split(':');
  return 24 + Number(hours) + Number(minutes) / 60;
};

const lakeMetric = ({ environment }: AlarmRegistry, metricName: MetricName, props: MetricOptions): Metric => new Metric({ namespace: metricNamespace(environment), metricName, ...props });
