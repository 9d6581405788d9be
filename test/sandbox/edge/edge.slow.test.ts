import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateStreamCommand, GetRecordsCommand, GetShardIteratorCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { RequestEntry } from '../../../sandbox/edge/request-log.ts';
import { type Sandbox, startSandbox } from '../harness.ts';
import { deploy, invoke } from '../lambda/deploy.ts';

jest.setTimeout(180_000);

let sandbox: Sandbox;
let kinesis: KinesisClient;
let dynamo: DynamoDBClient;
let s3: S3Client;
let lambda: LambdaClient;
beforeAll(async () => {
  sandbox = await startSandbox();
  const settings = { ...sandbox.client, maxAttempts: 1 };
  [kinesis, dynamo, s3, lambda] = [new KinesisClient(settings), new DynamoDBClient(settings), new S3Client(settings), new LambdaClient(settings)];
  await kinesis.send(new CreateStreamCommand({ StreamName: 'orders', ShardCount: 1 }));
  await s3.send(new CreateBucketCommand({ Bucket: 'bronze' }));
  await dynamo.send(new CreateTableCommand({ TableName: 'shipments', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }], BillingMode: 'PAY_PER_REQUEST' }));
});
afterAll(async () => {
  for (const client of [kinesis, dynamo, s3, lambda]) client?.destroy();
  await sandbox?.stop();
});

const requests = async (query: string): Promise<RequestEntry[]> => (await (await fetch(`${sandbox.endpoint}/_waybill/requests?${query}`)).json()) as RequestEntry[];

describe('the endpoint, with standard SDK clients', () => {
  it('takes PutRecords of 500 over HTTP/2 and gives every record back', async () => {
    const Records = Array.from({ length: 500 }, (_, number) => ({ Data: Buffer.from(`${number} ${'x'.repeat(300)}`), PartitionKey: `k${number}` }));
    const { FailedRecordCount } = await kinesis.send(new PutRecordsCommand({ StreamName: 'orders', Records }));
    const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand({ StreamName: 'orders', ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' }));
    const got = await kinesis.send(new GetRecordsCommand({ ShardIterator, Limit: 1000 }));

    expect(kinesis.config.requestHandler.metadata?.handlerProtocol).toBe('h2');
    expect(FailedRecordCount).toBe(0);
    expect(got.Records?.map(({ Data }) => Buffer.from(Data ?? []).toString())).toEqual(Records.map(({ Data }) => Data.toString()));
  });

  it('refuses a second conditional put of an object, and tells it from others', async () => {
    const put = new PutObjectCommand({ Bucket: 'bronze', Key: 'a b/ü.gz', Body: 'first', IfNoneMatch: '*' });
    await s3.send(put);

    await expect(s3.send(put)).rejects.toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'bronze', Key: 'a b/ü.gz' }));
    expect(await Body?.transformToString()).toBe('first');
  });

  it('carries a large object there and back', async () => {
    const body = Buffer.alloc(8_000_000, 'waybill ');
    await s3.send(new PutObjectCommand({ Bucket: 'bronze', Key: 'large', Body: body }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'bronze', Key: 'large' }));

    expect(body.equals(Buffer.from((await Body?.transformToByteArray()) ?? []))).toBe(true);
    expect((await s3.send(new HeadObjectCommand({ Bucket: 'bronze', Key: 'large' }))).ContentLength).toBe(body.length);
    await expect(s3.send(new HeadObjectCommand({ Bucket: 'bronze', Key: 'not-there' }))).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('refuses a second conditional write of an item', async () => {
    const put = new PutItemCommand({ TableName: 'shipments', Item: { pk: { S: 'a' } }, ConditionExpression: 'attribute_not_exists(pk)' });
    await dynamo.send(put);

    await expect(dynamo.send(put)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  });

  it('notes each request, with the function that asked', async () => {
    const code = `import http from 'node:http';
export const handler = () => new Promise((resolve, reject) => {
  const authorization = \`AWS4-HMAC-SHA256 Credential=\${process.env.AWS_ACCESS_KEY_ID}/20261121/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=0\`;
  http.request(process.env.AWS_ENDPOINT_URL + '/bronze/from-function', { method: 'PUT', headers: { authorization } }, (response) => response.resume().on('end', () => resolve(response.statusCode))).on('error', reject).end('x');
});`;
    await deploy(lambda, { name: 'writer', code });
    expect((await invoke(lambda, 'writer')).value).toBe(200);

    expect(await requests('caller=writer')).toEqual([expect.objectContaining({ service: 's3', operation: 'PutObject', resource: 'bronze/from-function', status: 200 })]);
    expect(await requests('service=dynamodb&operation=PutItem')).toEqual([
      expect.objectContaining({ caller: 'user', resource: 'shipments', status: 200 }),
      expect.objectContaining({ caller: 'user', resource: 'shipments', status: 400, code: 'ConditionalCheckFailedException' }),
    ]);
  });

  it('shows what runs', async () => {
    const status = (await (await fetch(`${sandbox.endpoint}/_waybill/status`)).json()) as { functions: { name: string }[]; parts: Record<string, unknown> };

    expect(status.functions.map(({ name }) => name)).toContain('writer');
    expect(Object.keys(status.parts)).toEqual(['scheduler', 'step-functions', 'event-sources', 'queue-metrics', 'lambda', 'cloudwatch', 'athena', 'glue', 'site']);
  });
});
