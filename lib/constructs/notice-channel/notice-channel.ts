import { Duration, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { metricNamespace } from '../../../contracts/metrics.ts';
import { noticeQueueName } from '../../../contracts/platform-names.ts';
import { DELIVER_NOTICE, DELIVER_NOTICE_ENV } from '../../../lambdas/deliver-notice/names.ts';
import type { Delivery } from '../../../lambdas/deliver-notice/names.ts';
import type { DeliveredNotice } from '../../config/notice-config.ts';
import { SANDBOX_ACCOUNT } from '../../config/platform-config.ts';
import type { PlatformConfig } from '../../config/platform-config.ts';
import { addNoticeNotDelivered } from '../../monitoring/live-alarms.ts';
import type { AlarmRegistry, AlarmScope } from '../../monitoring/alarm-registry.ts';
import { filterOf } from '../alert-topic/alert-topic.ts';
import { BundledFunction } from '../bundled-function/bundled-function.ts';
import { WRITE_WITH_KEY } from '../data-key/data-key.ts';

const RETENTION = Duration.days(14);
const MEMORY_MEGABYTES = 256;

export interface NoticeChannelProps {
  readonly config: PlatformConfig;
  readonly notice: DeliveredNotice;
  readonly topic: ITopic;
  /** Of the queues. @default - SQS's own */
  readonly key: IKey | undefined;
  readonly registry: AlarmRegistry;
  /** Where the alarm lies. */
  readonly scope: AlarmScope;
}

/** What brings notices to one listener that SNS cannot reach by itself: a queue, deliver-notice, a place for what was not delivered, an alarm. */
export class NoticeChannel extends Construct {
  readonly deliver: BundledFunction;
  private readonly props: NoticeChannelProps;

  constructor(scope: Construct, id: string, props: NoticeChannelProps) {
    super(scope, id);
    this.props = props;
    const { notice, topic, registry } = props;
    const undelivered = this.makeQueue('undelivered');
    const queue = this.makeQueue('notices', undelivered);
    topic.addSubscription(new SqsSubscription(queue, { rawMessageDelivery: true, filterPolicy: filterOf(notice), deadLetterQueue: undelivered }));
    this.deliver = this.makeDeliver(queue, undelivered);
    new EventSourceMapping(this.deliver, 'Source', {
      target: this.deliver.function,
      eventSourceArn: queue.queueArn,
      batchSize: DELIVER_NOTICE.batchSize,
      maxConcurrency: DELIVER_NOTICE.concurrency,
      reportBatchItemFailures: true,
    });
    addNoticeNotDelivered({ registry, scope: props.scope }, { listener: notice.name, queue, undelivered, overdueMinutes: DELIVER_NOTICE.overdueMinutes });
  }

  private makeQueue(kind: 'notices' | 'undelivered', undelivered?: Queue): Queue {
    const { config, notice, key } = this.props;
    return new Queue(this, kind === 'notices' ? 'Queue' : 'Undelivered', {
      queueName: noticeQueueName(config.environment, kind, notice.name),
      encryption: key === undefined ? QueueEncryption.SQS_MANAGED : QueueEncryption.KMS,
      ...(key !== undefined && { encryptionMasterKey: key }),
      enforceSSL: true,
      retentionPeriod: RETENTION,
      ...(undelivered !== undefined && { visibilityTimeout: Duration.seconds(DELIVER_NOTICE.visibilitySeconds), deadLetterQueue: { queue: undelivered, maxReceiveCount: DELIVER_NOTICE.tries } }),
    });
  }

  private makeDeliver(queue: Queue, undelivered: Queue): BundledFunction {
    const { config, notice, key } = this.props;
    const { name, channel, endpoint, secret } = notice;
    const delivery: Delivery = { name, channel, ...(endpoint !== undefined && { endpoint }), ...(secret !== undefined && { secret }), plainHttp: config.account === SANDBOX_ACCOUNT };
    const made = new BundledFunction(this, 'Deliver', {
      description: `Delivers notices of alerts to ${name} (${channel})`,
      bundle: { lambda: 'deliver-notice' },
      memoryMegabytes: MEMORY_MEGABYTES,
      timeout: Duration.seconds(DELIVER_NOTICE.timeoutSeconds),
      logRetentionDays: config.logRetentionDays,
      environment: {
        [DELIVER_NOTICE_ENV.delivery]: JSON.stringify(delivery),
        [DELIVER_NOTICE_ENV.queueUrl]: queue.queueUrl,
        [DELIVER_NOTICE_ENV.undeliveredUrl]: undelivered.queueUrl,
        [DELIVER_NOTICE_ENV.metricNamespace]: metricNamespace(config.environment),
      },
    });
    made.allow({ actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'], resources: [queue.queueArn] });
    made.allow({ actions: ['sqs:SendMessage'], resources: [undelivered.queueArn] });
    if (secret !== undefined) made.allow({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secretArn(secret)] });
    if (key !== undefined) made.allow({ actions: WRITE_WITH_KEY, resources: [key.keyArn] });
    return made;
  }

  /** Secrets Manager ends every ARN in six characters of its own; a right on them all would also be one on `name-and-more`. */
  private secretArn(nameOrArn: string): string {
    return nameOrArn.startsWith('arn:') ? nameOrArn : `arn:${Stack.of(this).partition}:secretsmanager:${Stack.of(this).region}:${Stack.of(this).account}:secret:${nameOrArn}-??????`;
  }
}
