import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CognitoIdentityProviderClient, InitiateAuthCommand } from '@aws-sdk/client-cognito-identity-provider';
import { BatchWriteItemCommand, DynamoDBClient, ExecuteStatementCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { KinesisClient, ListShardsCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { GetFunctionCommand, InvokeCommand, LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import {
  CompleteMultipartUploadCommand, CopyObjectCommand, CreateMultipartUploadCommand, DeleteObjectsCommand, GetBucketLocationCommand, GetObjectCommand,
  HeadObjectCommand, ListBucketsCommand, ListObjectsV2Command, PutObjectCommand, PutObjectTaggingCommand, S3Client, UploadPartCommand,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { CallIdentity } from '../../../sandbox/edge/router-part.ts';
import { identify } from '../../../sandbox/edge/router.ts';
import { type Capture, type Captured, startCapture } from './capture.ts';
import { signed } from './endpoint.ts';

let capture: Capture;
const closing: { destroy(): void }[] = [];
beforeAll(async () => {
  capture = await startCapture();
});
afterAll(async () => {
  for (const client of closing) client.destroy();
  await capture.close();
});

/** One client per test is enough; all are closed at the end. */
function keep<C extends { destroy(): void }>(client: C): C {
  closing.push(client);
  return client;
}
const identityOf = (request: Captured, path = request.path): CallIdentity => identify({ ...request, path }, request.body);

const record = { Data: Buffer.from('x'), PartitionKey: 'k' };
const item = { pk: { S: 'a' } };
const s3 = (): S3Client => keep(new S3Client(capture.client));
const dynamo = (): DynamoDBClient => keep(new DynamoDBClient(capture.client));
const kinesis = (): KinesisClient => keep(new KinesisClient(capture.client));
const lambda = (): LambdaClient => keep(new LambdaClient(capture.client));

/** Service, operation, resource, protocol, and the call that sends it. */
const SIGNED: readonly (readonly [string, string, string, string, () => Promise<unknown>])[] = [
  ['kinesis', 'PutRecords', 'orders', 'json', () => kinesis().send(new PutRecordsCommand({ Records: [record], StreamName: 'orders' }))],
  ['kinesis', 'PutRecords', 'orders', 'json', () => kinesis().send(new PutRecordsCommand({ Records: [record], StreamARN: 'arn:aws:kinesis:eu-central-1:000000000000:stream/orders' }))],
  ['kinesis', 'ListShards', 'orders', 'json', () => kinesis().send(new ListShardsCommand({ StreamName: 'orders' }))],
  ['dynamodb', 'PutItem', 'shipments', 'json', () => dynamo().send(new PutItemCommand({ Item: { TableName: { S: 'not this' }, ...item }, TableName: 'shipments' }))],
  ['dynamodb', 'BatchWriteItem', 'shipments', 'json', () => dynamo().send(new BatchWriteItemCommand({ RequestItems: { shipments: [{ PutRequest: { Item: item } }] } }))],
  ['dynamodb', 'ExecuteStatement', 'lake-ledger', 'json', () => dynamo().send(new ExecuteStatementCommand({ Statement: 'UPDATE "lake-ledger" SET a = 1 WHERE pk = ?' }))],
  ['logs', 'FilterLogEvents', '/aws/lambda/a', 'json', () => keep(new CloudWatchLogsClient(capture.client)).send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/a' }))],
  ['monitoring', 'PutMetricData', '', 'json', () => keep(new CloudWatchClient(capture.client)).send(new PutMetricDataCommand({ Namespace: 'n', MetricData: [{ MetricName: 'a', Value: 1 }] }))],
  ['cognito-idp', 'InitiateAuth', 'c1', 'json', () => keep(new CognitoIdentityProviderClient({ ...capture.client, authSchemePreference: ['sigv4'] })).send(new InitiateAuthCommand({ AuthFlow: 'USER_PASSWORD_AUTH', ClientId: 'c1' }))],
  ['cloudformation', 'DescribeStacks', 'waybill', 'query', () => keep(new CloudFormationClient(capture.client)).send(new DescribeStacksCommand({ StackName: 'waybill' }))],
  ['sts', 'GetCallerIdentity', '', 'query', () => keep(new STSClient(capture.client)).send(new GetCallerIdentityCommand({}))],
  ['lambda', 'Invoke', 'track', 'rest-json', () => lambda().send(new InvokeCommand({ FunctionName: 'track', Payload: '{}' }))],
  ['lambda', 'Invoke', 'track', 'rest-json', () => lambda().send(new InvokeCommand({ FunctionName: 'arn:aws:lambda:eu-central-1:000000000000:function:track:live', Payload: '{}' }))],
  ['lambda', 'GetFunction', 'track', 'rest-json', () => lambda().send(new GetFunctionCommand({ FunctionName: 'track' }))],
  ['lambda', 'ListEventSourceMappings', '', 'rest-json', () => lambda().send(new ListEventSourceMappingsCommand({}))],
  ['s3', 'ListBuckets', '', 'rest-xml', () => s3().send(new ListBucketsCommand({}))],
  ['s3', 'PutObject', 'bronze/a b/ü.gz', 'rest-xml', () => s3().send(new PutObjectCommand({ Bucket: 'bronze', Key: 'a b/ü.gz', Body: 'x', IfNoneMatch: '*' }))],
  ['s3', 'GetObject', 'bronze/k', 'rest-xml', () => s3().send(new GetObjectCommand({ Bucket: 'bronze', Key: 'k' }))],
  ['s3', 'HeadObject', 'bronze/k', 'rest-xml', () => s3().send(new HeadObjectCommand({ Bucket: 'bronze', Key: 'k' }))],
  ['s3', 'ListObjectsV2', 'bronze', 'rest-xml', () => s3().send(new ListObjectsV2Command({ Bucket: 'bronze', Prefix: 'p/' }))],
  ['s3', 'DeleteObjects', 'bronze', 'rest-xml', () => s3().send(new DeleteObjectsCommand({ Bucket: 'bronze', Delete: { Objects: [{ Key: 'k' }] } }))],
  ['s3', 'CopyObject', 'bronze/k', 'rest-xml', () => s3().send(new CopyObjectCommand({ Bucket: 'bronze', Key: 'k', CopySource: 'other/k' }))],
  ['s3', 'PutObjectTagging', 'bronze/k', 'rest-xml', () => s3().send(new PutObjectTaggingCommand({ Bucket: 'bronze', Key: 'k', Tagging: { TagSet: [] } }))],
  ['s3', 'GetBucketLocation', 'bronze', 'rest-xml', () => s3().send(new GetBucketLocationCommand({ Bucket: 'bronze' }))],
  ['s3', 'CreateMultipartUpload', 'bronze/k', 'rest-xml', () => s3().send(new CreateMultipartUploadCommand({ Bucket: 'bronze', Key: 'k' }))],
  ['s3', 'UploadPart', 'bronze/k', 'rest-xml', () => s3().send(new UploadPartCommand({ Bucket: 'bronze', Key: 'k', UploadId: 'u', PartNumber: 1, Body: 'x' }))],
  ['s3', 'CompleteMultipartUpload', 'bronze/k', 'rest-xml', () => s3().send(new CompleteMultipartUploadCommand({ Bucket: 'bronze', Key: 'k', UploadId: 'u' }))],
];

describe('the router, on requests that real SDK clients signed', () => {
  it.each(SIGNED)('knows %s %s on "%s" in protocol %s', async (service, operation, resource, protocol, call) => {
    const request = await capture.of(call);

    expect(identityOf(request)).toMatchObject({ service, operation, resource, protocol });
  });

  it.each(SIGNED.filter(([service]) => service === 's3'))('knows %s %s on "%s" also from clients that do not say its name', async (service, operation, resource, _protocol, call) => {
    const request = await capture.of(call);
    const unnamed = request.path.replace(/[?&]x-id=\w+/, '').replace(/^([^?]*)&/, '$1?');

    expect(identityOf(request, unnamed)).toMatchObject({ service, operation, resource });
  });

  it('reads a job from the signature', async () => {
    const { headers, path, body, method } = await capture.of(SIGNED[0]![4]);
    const authorization = headers.authorization?.replace(/Credential=[^/]+/, 'Credential=job-load-silver');

    expect(identify({ method, path, headers: { ...headers, authorization } }, body).caller).toBe('job load-silver');
  });

  it('reads function, worker and attempt from the signature and the SDK header', async () => {
    const request = await capture.of(SIGNED[0]![4]);

    expect(identityOf(request)).toMatchObject({ caller: 'orders', worker: 'worker-7', attempt: 1 });
    expect(identify({ ...request, headers: { ...request.headers, 'amz-sdk-request': 'attempt=3; max=5' } }, request.body).attempt).toBe(3);
  });

  it('takes HTTP/2 without TLS, which the Kinesis client speaks by default', async () => {
    const request = await capture.of(SIGNED[0]![4]);

    expect(request.httpVersion).toBe('2.0');
  });
});

describe('the router, on other requests', () => {
  const bare = (path: string, headers: Record<string, string> = {}, body = '', method = 'GET'): CallIdentity => identify({ method, path, headers }, Buffer.from(body));

  it.each([
    ['an SNS publish, by its form', 'sns', 'Publish', 'alarms-sev1', 'Action=Publish&TopicArn=arn%3Aaws%3Asns%3Aeu-central-1%3A000000000000%3Aalarms-sev1'],
    ['a stack, by its ARN', 'cloudformation', 'DescribeStackEvents', 'waybill-lake', 'Action=DescribeStackEvents&StackName=arn%3Aaws%3Acloudformation%3Aeu-central-1%3A0%3Astack%2Fwaybill-lake%2Fabc'],
  ])('knows %s', (_what, service, operation, resource, form) => {
    const headers = { ...signed(service), 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };

    expect(bare('/', headers, form, 'POST')).toMatchObject({ service, operation, resource, protocol: 'query', caller: 'user' });
  });

  it('does not take an attribute for the name of the table', () => {
    const headers = { ...signed('dynamodb'), 'x-amz-target': 'DynamoDB_20120810.PutItem' };

    expect(bare('/', headers, '{"Item":{"TableName":{"S":"not this"}},"TableName" : "shipments"}', 'POST')).toMatchObject({ operation: 'PutItem', resource: 'shipments' });
  });

  it('knows a presigned address', () => {
    const path = '/bronze/a.gz?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=fn-archive%2F20261121%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Signature=0';

    expect(bare(path)).toMatchObject({ service: 's3', operation: 'GetObject', resource: 'bronze/a.gz', caller: 'archive' });
  });

  it('knows an unsigned Invoke by its path: the control plane calls back so', () => {
    expect(bare('/2015-03-31/functions/authorizer/invocations?Qualifier=%24LATEST', {}, '{}', 'POST')).toMatchObject({ service: 'lambda', operation: 'Invoke', resource: 'authorizer', caller: 'user' });
  });

  it('knows an operation of Smithy RPC v2 by its path', () => {
    expect(bare('/service/GraniteServiceVersion20100801/operation/PutMetricData', signed('monitoring'), '', 'POST')).toMatchObject({ service: 'monitoring', operation: 'PutMetricData' });
  });

  it('leaves unsigned HTTP API calls to the control plane', () => {
    expect(bare('/_aws/execute-api/abc123/v1/health')).toMatchObject({ service: 'execute-api', caller: 'user' });
    expect(bare('/pool/.well-known/jwks.json')).toMatchObject({ service: 'unknown' });
  });
});
