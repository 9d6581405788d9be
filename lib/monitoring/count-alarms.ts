import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC, metricNamespace } from '../../contracts/metrics.ts';
import { ALARM_KINDS } from './alarm-kinds.ts';
import type { AlarmRegistry, AlarmScope } from './alarm-registry.ts';

/** Regions have not been counted for a quarter of an hour. */
export function addCountsOld({ registry, scope }: { registry: AlarmRegistry; scope: AlarmScope }): void {
  registry.add(scope, {
    kind: ALARM_KINDS.countsOld,
    subject: 'count-regions',
    metric: new Metric({ namespace: metricNamespace(registry.environment), metricName: METRIC.shipmentsCounted, statistic: Stats.SAMPLE_COUNT, period: Duration.minutes(5) }),
    threshold: 1,
    comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
    periods: 3,
  });
}
