/**
 * A tiny CDK app with one of each stateful kind. `-c variant=`:
 *   first    as deployed first
 *   changed  a property of every resource differs, one resource is added, one removed
 *   broken   changed, and a custom resource comes last whose function throws before it answers
 */
import { App, CfnOutput, CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Stream, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';

const app = new App();
const variant = String(app.node.tryGetContext('variant') ?? 'first');
const changed = variant !== 'first';
const stack = new Stack(app, 'fixture', { env: { account: '000000000000', region: 'eu-central-1' } });

const table = new Table(stack, 'Table', {
  tableName: 'fixture-items',
  partitionKey: { name: 'pk', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  removalPolicy: RemovalPolicy.DESTROY,
  ...(changed ? { timeToLiveAttribute: 'expiresAt' } : {}),
});
const stream = new Stream(stack, 'Stream', {
  streamName: 'fixture-events',
  streamMode: StreamMode.PROVISIONED,
  shardCount: 1,
  retentionPeriod: Duration.hours(changed ? 48 : 24),
});
const bucket = new Bucket(stack, 'Bucket', { bucketName: 'fixture-objects', versioned: changed, removalPolicy: RemovalPolicy.DESTROY });
const topic = new Topic(stack, 'Topic', { topicName: 'fixture-topic', displayName: changed ? 'changed' : 'first' });
new Function(stack, 'Function', {
  functionName: 'fixture-function',
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline(`exports.handler = async (event) => ({ variant: '${variant}', event });`),
  timeout: Duration.seconds(changed ? 20 : 10),
});
new Alarm(stack, 'Alarm', {
  alarmName: 'fixture-alarm',
  metric: new MathExpression({ expression: 'FILL(m, 0)', usingMetrics: { m: stream.metricGetRecordsIteratorAgeMilliseconds() }, period: Duration.minutes(1) }),
  threshold: changed ? 2000 : 1000,
  evaluationPeriods: 1,
  comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
  treatMissingData: TreatMissingData.NOT_BREACHING,
});
new StringParameter(stack, changed ? 'Added' : 'Removed', { parameterName: changed ? '/fixture/added' : '/fixture/removed', stringValue: variant });
if (variant === 'broken') {
  const thrower = new Function(stack, 'Thrower', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('exports.handler = async () => { throw new Error("broken on purpose"); };') });
  const broken = new CustomResource(stack, 'Broken', { serviceToken: thrower.functionArn });
  broken.node.addDependency(table, stream, bucket, topic);
}
new CfnOutput(stack, 'TopicArn', { value: topic.topicArn });
