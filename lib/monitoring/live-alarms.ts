import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC, metricNamespace } from '../../contracts/metrics.ts';
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
