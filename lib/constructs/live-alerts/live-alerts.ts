import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { metricNamespace } from '../../../contracts/metrics.ts';
import { parameterName, pascal } from '../../../contracts/platform-names.ts';
import { NOTIFY_ENV, NOTIFY_FILTERS } from '../../../lambdas/notify/names.ts';
import { ALERT_LIST_INDEX, RAISE_ALERTS_ENV, RAISE_ALERTS_FILTERS } from '../../../lambdas/raise-alerts/names.ts';
import { DUE_INDEX, WATCH_STALLS_ENV } from '../../../lambdas/watch-stalls/names.ts';
import { isDelivered } from '../../config/notice-config.ts';
import type { PlatformConfig } from '../../config/platform-config.ts';
import type { AlarmRegistry } from '../../monitoring/alarm-registry.ts';
import { addConsumerBehind, addOnFailureObject } from '../../monitoring/ingest-alarms.ts';
import { addReviewsBehind } from '../../monitoring/live-alarms.ts';
import type { PlatformStack } from '../../stacks/platform-stack.ts';
import { AlertTopic } from '../alert-topic/alert-topic.ts';
import { BundledFunction } from '../bundled-function/bundled-function.ts';
import { WRITE_WITH_KEY } from '../data-key/data-key.ts';
import { LakeSchedules } from '../lake-schedules/lake-schedules.ts';
import { NoticeChannel } from '../notice-channel/notice-channel.ts';
import { TableConsumer } from '../table-consumer/table-consumer.ts';
import { STATE_ACTIONS } from '../track-shipments/track-shipments.ts';

/** Changes of shipments are gathered for a second, notices not at all: the minute from event to alert is spent on the stream. */
const RAISE = { batchSize: 500, batchWindowSeconds: 1 } as const;
const TELL = { batchSize: 20, batchWindowSeconds: 0 } as const;
const MEMORY_MEGABYTES = 512;

export interface LiveAlertsProps {
  readonly config: PlatformConfig;
  readonly key: IKey | undefined;
  readonly registry: AlarmRegistry;
}

/** The road of an alert: the clock or an event changes a shipment, its change moves rows of alerts, their change is told. */
export class LiveAlerts extends Construct {
  readonly raise: BundledFunction;
  readonly notify: BundledFunction;
  readonly watch: BundledFunction;
  readonly topic: ITopic;
  /** Functions that deliver, by the name of their listener. */
  readonly deliver: ReadonlyMap<string, BundledFunction>;
  private readonly stack: PlatformStack;
  private readonly props: LiveAlertsProps;

  constructor(stack: PlatformStack, id: string, props: LiveAlertsProps) {
    super(stack, id);
    this.stack = stack;
    this.props = props;
    const { config, key } = props;
    const topic = new AlertTopic(this, 'Told', { environment: config.environment, key, subscriptions: config.live.notices });
    this.topic = topic.topic;
    this.raise = this.makeRaise();
    this.notify = this.makeNotify(topic);
    this.watch = this.makeWatch();
    this.connect(this.raise, { subject: 'raise-alerts', stream: 'shipments-stream-arn', filters: RAISE_ALERTS_FILTERS, ...RAISE });
    this.connect(this.notify, { subject: 'notify', stream: 'alerts-stream-arn', filters: NOTIFY_FILTERS, ...TELL });
    addReviewsBehind({ registry: props.registry, scope: stack });
    this.deliver = new Map(config.live.notices.filter(isDelivered).map((notice) => [notice.name, new NoticeChannel(this, `To${pascal(notice.name)}`, { ...props, notice, topic: this.topic, scope: stack }).deliver]));
  }

  private makeRaise(): BundledFunction {
    const { config, key } = this.props;
    const made = new BundledFunction(this, 'RaiseAlerts', {
      description: 'Raises, moves and closes alerts from changes of shipments',
      bundle: { lambda: 'raise-alerts' },
      memoryMegabytes: MEMORY_MEGABYTES,
      timeout: Duration.minutes(1),
      logRetentionDays: config.logRetentionDays,
      environment: { [RAISE_ALERTS_ENV.alertsTable]: this.stack.tableName('alerts'), [RAISE_ALERTS_ENV.metricNamespace]: metricNamespace(config.environment) },
    });
    made.allow({ actions: ['dynamodb:BatchGetItem', 'dynamodb:BatchWriteItem', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate', 'dynamodb:Query'], resources: [this.stack.tableArn('alerts')] });
    if (key !== undefined) made.allow({ actions: WRITE_WITH_KEY, resources: [key.keyArn] });
    return made;
  }

  private makeNotify(topic: AlertTopic): BundledFunction {
    const { config, key } = this.props;
    const made = new BundledFunction(this, 'Notify', {
      description: 'Tells what alerts have to tell',
      bundle: { lambda: 'notify' },
      memoryMegabytes: MEMORY_MEGABYTES,
      timeout: Duration.minutes(1),
      logRetentionDays: config.logRetentionDays,
      environment: {
        [NOTIFY_ENV.alertsTable]: this.stack.tableName('alerts'),
        [NOTIFY_ENV.topicArn]: topic.topic.topicArn,
        [NOTIFY_ENV.environment]: config.environment,
        [NOTIFY_ENV.metricNamespace]: metricNamespace(config.environment),
      },
    });
    made.allow({ actions: ['dynamodb:GetItem'], resources: [this.stack.tableArn('alerts')] });
    for (const right of topic.publishRights()) made.allow(right);
    if (key !== undefined) made.allow({ actions: WRITE_WITH_KEY, resources: [key.keyArn] });
    return made;
  }

  private makeWatch(): BundledFunction {
    const { config, key } = this.props;
    const made = new BundledFunction(this, 'WatchStalls', {
      description: 'Derives shipments anew that change by the clock',
      bundle: { lambda: 'watch-stalls' },
      memoryMegabytes: MEMORY_MEGABYTES,
      timeout: Duration.minutes(2),
      logRetentionDays: config.logRetentionDays,
      environment: {
        [WATCH_STALLS_ENV.shipmentsTable]: this.stack.tableName('shipments'),
        [WATCH_STALLS_ENV.alertsTable]: this.stack.tableName('alerts'),
        [WATCH_STALLS_ENV.horizonDays]: String(config.tracking.horizonDays),
        [WATCH_STALLS_ENV.metricNamespace]: metricNamespace(config.environment),
      },
    });
    made.allow({ actions: STATE_ACTIONS, resources: [this.stack.tableArn('shipments')] });
    made.allow({ actions: ['dynamodb:Query'], resources: [`${this.stack.tableArn('shipments')}/index/${DUE_INDEX}`] });
    made.allow({ actions: ['dynamodb:Query'], resources: [`${this.stack.tableArn('alerts')}/index/${ALERT_LIST_INDEX}`] });
    made.allow({ actions: ['dynamodb:UpdateItem'], resources: [this.stack.tableArn('alerts')] });
    if (key !== undefined) made.allow({ actions: WRITE_WITH_KEY, resources: [key.keyArn] });
    const schedules = new LakeSchedules(this, 'Schedules', { timeZone: 'UTC', enabled: true, group: `waybill-${config.environment}-live` });
    schedules.add('EachMinute', { expression: 'rate(1 minute)', description: 'Reviews shipments whose time has come', targetArn: made.function.functionArn, action: 'lambda:InvokeFunction', input: {} });
    return made;
  }

  /** A consumer is never without the two alarms that say it is stuck. */
  private connect(consumer: BundledFunction, { subject, stream, filters, batchSize, batchWindowSeconds }: { subject: string; stream: 'shipments-stream-arn' | 'alerts-stream-arn'; filters: readonly object[]; batchSize: number; batchWindowSeconds: number }): void {
    const { config, key, registry } = this.props;
    const { source } = new TableConsumer(consumer, 'Changes', {
      consumer,
      streamArn: StringParameter.valueForStringParameter(this, parameterName(config.environment, stream)),
      filters,
      batchSize,
      batchWindowSeconds,
      onFailureBucketArn: this.stack.bucketArn('bronze'),
      key,
    });
    const alarms = { registry, scope: this.stack, config: config.alarms };
    addConsumerBehind(alarms, { subject, consumer: consumer.function });
    addOnFailureObject(alarms, { subject, source });
  }
}
