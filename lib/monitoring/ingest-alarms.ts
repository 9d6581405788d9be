import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { EventSourceMapping, IFunction } from 'aws-cdk-lib/aws-lambda';
import { DIMENSIONS, METRIC, metricNamespace } from '../../contracts/metrics.ts';
import type { MetricName } from '../../contracts/metrics.ts';
import type { ContractDescriptor } from '../../contracts/model.ts';
import type { AlarmConfig } from '../config/platform-config.ts';
import { ALARM_KINDS } from './alarm-kinds.ts';
import type { AlarmRegistry, AlarmScope } from './alarm-registry.ts';

/** The four alarms of the stream road. */
export interface IngestAlarms {
  readonly registry: AlarmRegistry;
  readonly scope: AlarmScope;
  readonly config: AlarmConfig;
}

const ONE_MINUTE = Duration.minutes(1);

/** A function reads its stream too slowly or not at all. */
export function addConsumerBehind({ registry, scope, config }: IngestAlarms, { subject, consumer }: { subject: string; consumer: IFunction }): void {
  registry.add(scope, {
    kind: ALARM_KINDS.consumerBehind,
    subject,
    metric: consumer.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: ONE_MINUTE }),
    threshold: Duration.minutes(config.behindMinutes).toMilliseconds(),
    comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
    periods: config.minutesInARow,
  });
}

/** Lambda gave a batch up and wrote it to the bronze bucket. */
export function addOnFailureObject({ registry, scope }: IngestAlarms, { subject, source }: { subject: string; source: EventSourceMapping }): void {
  registry.add(scope, {
    kind: ALARM_KINDS.onFailureObject,
    subject,
    metric: new Metric({
      namespace: 'AWS/Lambda',
      metricName: 'OnFailureDestinationDeliveredEventCount',
      dimensionsMap: { EventSourceMappingUUID: source.eventSourceMappingId },
      statistic: Stats.SUM,
      period: ONE_MINUTE,
    }),
    threshold: 1,
    comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    periods: 1,
  });
}

/** Too large a share of a contract's records breaks the contract. */
export function addQuarantineShare({ registry, scope, config }: IngestAlarms, { name }: ContractDescriptor): void {
  const period = Duration.minutes(5);
  const expression = (id: string, formula: string, metric: MetricName): MathExpression =>
    new MathExpression({ expression: formula, usingMetrics: { [id]: contractMetric(registry, { contract: name, metricName: metric, period }) }, period, label: metric });
  registry.add(scope, {
    kind: ALARM_KINDS.quarantineShare,
    subject: name,
    metric: new MathExpression({
      expression: `IF(received >= ${config.quarantineMinimumRecords}, 100 * quarantined / received, 0)`,
      usingMetrics: {
        received: expression('r', 'FILL(r, 0)', METRIC.recordsReceived),
        quarantined: expression('q', 'FILL(q, 0)', METRIC.recordsQuarantined),
      },
      period,
      label: 'Per cent of records in quarantine',
    }),
    threshold: config.quarantinePercent,
    comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
    periods: 1,
  });
}

/** Nothing at all of a contract has come for as long as its owner calls silence. */
export function addContractSilent({ registry, scope }: IngestAlarms, { name, silenceMinutes }: ContractDescriptor): void {
  const period = Duration.minutes(silenceMinutes);
  registry.add(scope, {
    kind: ALARM_KINDS.contractSilent,
    subject: name,
    metric: new MathExpression({ expression: 'FILL(r, 0)', usingMetrics: { r: contractMetric(registry, { contract: name, metricName: METRIC.recordsReceived, period }) }, period, label: 'Records received' }),
    threshold: 1,
    comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
    periods: 1,
  });
}

function contractMetric({ environment }: AlarmRegistry, { contract, metricName, period }: { contract: string; metricName: MetricName; period: Duration }): Metric {
  return new Metric({ namespace: metricNamespace(environment), metricName, dimensionsMap: { [DIMENSIONS.contract]: contract }, statistic: Stats.SUM, period });
}
