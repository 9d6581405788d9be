import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { ALARM_KINDS } from './alarm-kinds.ts';
import type { AlarmRegistry, AlarmScope } from './alarm-registry.ts';

/** Runs take minutes to hours: looking every five minutes is soon enough. */
const PERIOD = Duration.minutes(5);

/** A run failed, or was ended because it took too long. Runs that a person stopped are no failure. */
export function addRunFailed({ registry, scope, subject, machine }: { readonly registry: AlarmRegistry; readonly scope: AlarmScope; readonly subject: string; readonly machine: IStateMachine }): void {
  const metric = { statistic: Stats.SUM, period: PERIOD };
  registry.add(scope, {
    kind: ALARM_KINDS.runFailed,
    subject,
    metric: new MathExpression({ expression: 'FILL(failed, 0) + FILL(late, 0)', usingMetrics: { failed: machine.metricFailed(metric), late: machine.metricTimedOut(metric) }, period: PERIOD, label: 'Failed runs' }),
    threshold: 1,
    comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    periods: 1,
  });
}
