import { ArnFormat, Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { OUTPUTS, alertTopicName, parameterName, topicName } from '../../contracts/platform-names.ts';
import { SEVERITIES } from '../monitoring/severity.ts';
import type { Severity } from '../monitoring/severity.ts';
import { PlatformStack } from './platform-stack.ts';
import type { PlatformStackProps } from './platform-stack.ts';

const CLOUDWATCH = new ServicePrincipal('cloudwatch.amazonaws.com');
const INCOMPLETE_UPLOAD_DAYS = 7;
/** Whose access logs come here. */
const LOGGED_BUCKETS = ['bronze', 'quarantine', 'lake', 'query-results'] as const;

/** What everything else stands on: keys, the bucket of access logs, the topics that alarms publish to. */
export class FoundationStack extends PlatformStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, props, { kind: 'foundation', description: 'keys, access logs, alarm topics', stateful: true });
    if (props.config.encryption === 'customer-managed') this.addDataKey(props);
    this.addAccessLogBucket(props);
    const alarmKey = this.addAlarmKey(props);
    for (const severity of SEVERITIES) this.addAlarmTopic(severity, alarmKey, props);
  }

  /** Encrypts streams, tables and buckets. Its ARN lies in a parameter, where the other stacks find it. */
  private addDataKey({ config, removalPolicy }: PlatformStackProps): void {
    const key = new Key(this, 'DataKey', { description: `Waybill ${config.environment}: streams, tables and buckets`, enableKeyRotation: true, removalPolicy });
    // Logs of the Spark jobs lie under it too, and CloudWatch Logs is no user of ours: only the key's own policy can admit it.
    key.addToResourcePolicy(new PolicyStatement({
      sid: 'LogsOfThisAccount',
      principals: [new ServicePrincipal(`logs.${this.region}.amazonaws.com`)],
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': this.formatArn({ service: 'logs', resource: 'log-group', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME }) } },
    }));
    // Alerts go on to queues under this key; the topic hands them over itself.
    key.addToResourcePolicy(new PolicyStatement({
      sid: 'AlertsIntoQueues',
      principals: [new ServicePrincipal('sns.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { ArnEquals: { 'aws:SourceArn': this.formatArn({ service: 'sns', resource: alertTopicName(config.environment) }) }, StringEquals: { 'aws:SourceAccount': this.account } },
    }));
    new StringParameter(this, 'DataKeyArn', { parameterName: parameterName(config.environment, 'data-key-arn'), stringValue: key.keyArn });
  }

  /** S3 delivers access logs only to a bucket with S3's own keys, and only where the policy admits it. */
  private addAccessLogBucket({ config, removalPolicy }: PlatformStackProps): void {
    const bucket = new Bucket(this, 'AccessLogs', {
      bucketName: this.bucketName('access-logs'),
      removalPolicy,
      versioned: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      encryption: BucketEncryption.S3_MANAGED,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      lifecycleRules: [{
        id: 'tidy',
        expiration: Duration.days(config.lake.accessLogDays),
        noncurrentVersionExpiration: Duration.days(1),
        abortIncompleteMultipartUploadAfter: Duration.days(INCOMPLETE_UPLOAD_DAYS),
      }],
    });
    bucket.addToResourcePolicy(new PolicyStatement({
      sid: 'AccessLogsOfTheLake',
      principals: [new ServicePrincipal('logging.s3.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects('*')],
      conditions: {
        ArnLike: { 'aws:SourceArn': LOGGED_BUCKETS.map((bucket) => this.bucketArn(bucket)) },
        StringEquals: { 'aws:SourceAccount': this.account },
      },
    }));
    Validations.of(bucket).acknowledge({ id: 'AwsSolutions-S1', reason: 'This is the bucket that access logs go to; logging it into itself would log the logging without end.' });
  }

  /** A topic under AWS's own key hears nothing from CloudWatch: that key's policy cannot admit it. So the topics have one of ours. */
  private addAlarmKey({ config, removalPolicy }: PlatformStackProps): Key {
    const key = new Key(this, 'AlarmKey', { description: `Waybill ${config.environment}: alarm topics`, enableKeyRotation: true, removalPolicy });
    key.addToResourcePolicy(new PolicyStatement({
      sid: 'AlarmsMayPublish',
      principals: [CLOUDWATCH],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
    }));
    return key;
  }

  private addAlarmTopic(severity: Severity, alarmKey: Key, { config }: PlatformStackProps): void {
    const topic = new Topic(this, `AlarmTopicSev${severity}`, {
      topicName: topicName(config.environment, severity),
      displayName: `Waybill ${config.environment} severity ${severity}`,
      masterKey: alarmKey,
      enforceSSL: true,
    });
    topic.addToResourcePolicy(new PolicyStatement({
      sid: 'AlarmsMayPublish',
      principals: [CLOUDWATCH],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
    }));
    for (const listener of listenersOf(severity, config.alarms)) {
      topic.addSubscription(listener.startsWith('https://') ? new UrlSubscription(listener) : new EmailSubscription(listener));
    }
    this.output(OUTPUTS.alarmTopic(severity), topic.topicArn, `Topic of alarms of severity ${severity}`);
  }
}

function listenersOf(severity: Severity, { notifySev1, notifySev2, notifySev3 }: PlatformStackProps['config']['alarms']): readonly string[] {
  return { 1: notifySev1, 2: notifySev2, 3: notifySev3 }[severity];
}
