import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { DIMENSIONS, METRIC, metricNamespace } from '../../contracts/metrics.ts';
import { ALARM_KINDS } from './alarm-kinds.ts';
import type { AlarmRegistry, AlarmScope } from './alarm-registry.ts';

const FIVE_MINUTES = Duration.minutes(5);

/** Shipments whose time has come are not derived anew. */
export function addReviewsBehind({ registry, scope }: { registry: AlarmRegistry; scope: AlarmScope }): void {
  registry.add(scope, {
    kind: ALARM_KINDS.reviewsBehind,
    subject: 'watch-stalls',
    metric: new Metric({ namespace: metricNamespace(registry.environment), metricName: METRIC.reviewDelay, statistic: Stats.MAXIMUM, period: Duration.minutes(1) }),
    threshold: FIVE_MINUTES.toMilliseconds(),
    comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
    periods: 3,
  });
}

/** Notices do not reach a listener. The function itself tells how late a notice is: SQS leaves out of its ages what was received three times. */
export function addNoticeNotDelivered(
  { registry, scope }: { registry: AlarmRegistry; scope: AlarmScope },
  { listener, queue, undelivered, overdueMinutes }: { listener: string; queue: IQueue; undelivered: IQueue; overdueMinutes: number },
): void {
  const period = FIVE_MINUTES;
  const age = queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period });
  registry.add(scope, {
    kind: ALARM_KINDS.noticeNotDelivered,
    subject: listener,
    // A sum over a list counts what is there: each of the three may have no data.
    metric: new MathExpression({
      expression: 'SUM([undelivered, overdue, untouched])',
      usingMetrics: {
        undelivered: undelivered.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period }),
        overdue: new Metric({ namespace: metricNamespace(registry.environment), metricName: METRIC.noticesOverdue, dimensionsMap: { [DIMENSIONS.listener]: listener }, statistic: Stats.SUM, period }),
        untouched: new MathExpression({ expression: `IF(age >= ${overdueMinutes * 60}, 1, 0)`, usingMetrics: { age }, period, label: 'Nobody takes them' }),
      },
      period,
      label: 'Notices not delivered',
    }),
    threshold: 1,
    comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    periods: 1,
  });
}
