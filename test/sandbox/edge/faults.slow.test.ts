/** What standard SDK clients make of each fault: the table that our handlers are written against. */
import { BatchWriteItemCommand, CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateStreamCommand, DescribeStreamSummaryCommand, GetRecordsCommand, GetShardIteratorCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
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
  [kinesis, dynamo, s3, lambda] = [new KinesisClient(sandbox.client), new DynamoDBClient(sandbox.client), new S3Client(sandbox.client), new LambdaClient({ ...sandbox.client, maxAttempts: 1 })];
  await kinesis.send(new CreateStreamCommand({ StreamName: 'orders', ShardCount: 1 }));
  await s3.send(new CreateBucketCommand({ Bucket: 'bronze' }));
  await dynamo.send(new CreateTableCommand({ TableName: 'items', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }], BillingMode: 'PAY_PER_REQUEST' }));
});
afterEach(() => fault());
afterAll(async () => {
  for (const client of [kinesis, dynamo, s3, lambda]) client?.destroy();
  await sandbox?.stop();
});

/** Puts these rules in force; none takes all out. */
async function fault(...rules: object[]): Promise<void> {
  const answer = await fetch(`${sandbox.endpoint}/_waybill/faults`, { method: 'PUT', body: JSON.stringify(rules.map((rule, number) => ({ id: `f${number}`, ...rule }))) });
  if (!answer.ok) throw new Error(await answer.text());
}

const key = (pk: string): { TableName: string; Key: { pk: { S: string } } } => ({ TableName: 'items', Key: { pk: { S: pk } } });
const count = async (pk: string): Promise<string | undefined> => (await dynamo.send(new GetItemCommand({ ...key(pk), ConsistentRead: true }))).Item?.['n']?.N;
const addOne = (pk: string) => dynamo.send(new UpdateItemCommand({ ...key(pk), UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': { N: '1' } } }));

describe('DynamoDB', () => {
  it('5xx after the effect of a conditional put: the SDK tries again and fails against its own write', async () => {
    await fault({ operation: 'PutItem', action: 'error', when: 'after', attempt: 1, count: 1 });
    const put = dynamo.send(new PutItemCommand({ TableName: 'items', Item: { pk: { S: 'own' } }, ConditionExpression: 'attribute_not_exists(pk)' }));

    await expect(put).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', $metadata: { attempts: 2 } });
    expect((await dynamo.send(new GetItemCommand(key('own')))).Item).toBeDefined();
  });

  it.each([
    ['a lost answer', { action: 'error', when: 'after' }],
    ['a connection reset after the effect', { action: 'reset', when: 'after' }],
    ['a duplicated request', { action: 'duplicate' }],
  ])('%s counts an ADD twice', async (what, rule) => {
    await fault({ operation: 'UpdateItem', count: 1, ...rule });
    await addOne(what);

    expect(await count(what)).toBe('2');
  });

  it('a connection reset before the effect costs a try and nothing else', async () => {
    await fault({ operation: 'UpdateItem', action: 'reset', count: 1 });
    const { $metadata } = await addOne('before');

    expect([$metadata.attempts, await count('before')]).toEqual([2, '1']);
  });

  it('two throttles: the third attempt succeeds', async () => {
    await fault({ operation: 'UpdateItem', action: 'throttle', count: 2 });

    expect((await addOne('throttled')).$metadata.attempts).toBe(3);
  });

  it('partial BatchWriteItem: what is unprocessed is not there, all else is', async () => {
    await fault({ operation: 'BatchWriteItem', action: 'partial', share: 0.5, seed: 3, count: 1 });
    const writes = Array.from({ length: 10 }, (_, number) => ({ PutRequest: { Item: { pk: { S: `batch${number}` } } } }));
    const { UnprocessedItems } = await dynamo.send(new BatchWriteItemCommand({ RequestItems: { items: writes } }));
    const left = UnprocessedItems?.['items']?.map(({ PutRequest }) => PutRequest?.Item?.['pk']?.S) ?? [];
    const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: 'items', FilterExpression: 'begins_with(pk, :b)', ExpressionAttributeValues: { ':b': { S: 'batch' } } }));

    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(10);
    expect([...left, ...Items.map(({ pk }) => pk?.S)].sort()).toEqual(writes.map((_, number) => `batch${number}`).sort());
  });

  it('a delay only delays', async () => {
    await fault({ operation: 'UpdateItem', action: 'delay', delayMs: 300, count: 1 });
    const started = performance.now();

    expect((await addOne('slow')).$metadata.attempts).toBe(1);
    expect(performance.now() - started).toBeGreaterThan(295);
  });

  it('a dropped answer: the caller times out and may try again', async () => {
    await fault({ operation: 'GetItem', action: 'drop', count: 1 });
    const call = dynamo.send(new GetItemCommand(key('slow')), { abortSignal: AbortSignal.timeout(300) });

    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(await count('slow')).toBe('1');
  });

  it('a share with a seed hits the same calls again', async () => {
    const pattern = async (): Promise<string> => {
      await fault({ operation: 'GetItem', action: 'error', status: 400, code: 'ValidationException', share: 0.3, seed: 9 });
      let found = '';
      for (let call = 0; call < 30; call += 1) found += await dynamo.send(new GetItemCommand(key('x'))).then(() => '.', () => 'x');
      return found;
    };
    const first = await pattern();

    expect(first).toMatch(/x.*\.|\..*x/);
    expect(await pattern()).toBe(first);
  });
});

describe('S3', () => {
  it('5xx after the effect of a put with If-None-Match: 412 although this writer wrote it', async () => {
    await fault({ service: 's3', operation: 'PutObject', match: '^bronze/own', action: 'error', status: 500, when: 'after', count: 1 });

    await expect(s3.send(new PutObjectCommand({ Bucket: 'bronze', Key: 'own', Body: 'v', IfNoneMatch: '*' }))).rejects.toMatchObject({ $metadata: { httpStatusCode: 412, attempts: 2 } });
    expect(await (await s3.send(new GetObjectCommand({ Bucket: 'bronze', Key: 'own' }))).Body?.transformToString()).toBe('v');
  });

  it('throttles as SlowDown, which is tried again', async () => {
    await fault({ service: 's3', action: 'throttle', count: 1 });
    const { $metadata } = await s3.send(new PutObjectCommand({ Bucket: 'bronze', Key: 'slow', Body: 'v' }));
    expect($metadata.attempts).toBe(2);

    await fault({ service: 's3', action: 'throttle' });
    await expect(s3.send(new PutObjectCommand({ Bucket: 'bronze', Key: 'slow', Body: 'v' }))).rejects.toMatchObject({ name: 'SlowDown', $metadata: { httpStatusCode: 503 } });
  });
});

describe('Kinesis over HTTP/2', () => {
  it('partial PutRecords: exactly the acknowledged records are in the stream', async () => {
    const Records = Array.from({ length: 20 }, (_, number) => ({ Data: Buffer.from(String(number)), PartitionKey: String(number) }));
    await fault({ operation: 'PutRecords', action: 'partial', share: 0.3, seed: 5, count: 1 });
    const answer = await kinesis.send(new PutRecordsCommand({ StreamName: 'orders', Records }));
    const acknowledged = Records.filter((_, at) => answer.Records?.[at]?.SequenceNumber !== undefined).map(({ Data }) => Data.toString());

    const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand({ StreamName: 'orders', ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' }));
    const { Records: stored = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
    expect(answer.FailedRecordCount).toBe(20 - acknowledged.length);
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(acknowledged.length).toBeLessThan(20);
    expect(stored.map(({ Data }) => Buffer.from(Data ?? []).toString())).toEqual(acknowledged);
  });

  it('a session reset, then a 503: the third attempt succeeds', async () => {
    await fault({ operation: 'DescribeStreamSummary', action: 'reset', count: 1 }, { operation: 'DescribeStreamSummary', action: 'error', status: 503, count: 1 });
    const { $metadata, StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: 'orders' }));

    expect([$metadata.attempts, StreamDescriptionSummary?.StreamName]).toEqual([3, 'orders']);
  });
});

describe('a function', () => {
  const code = `
export const handler = async ({ calls }) => {
  const headers = { 'x-amz-target': 'DynamoDB_20120810.UpdateItem', 'content-type': 'application/x-amz-json-1.0', 'x-amz-security-token': process.env.AWS_SESSION_TOKEN,
    authorization: \`AWS4-HMAC-SHA256 Credential=\${process.env.AWS_ACCESS_KEY_ID}/20261121/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0\` };
  for (let call = 0; call < calls; call += 1)
    await fetch(process.env.AWS_ENDPOINT_URL, { method: 'POST', headers, body: JSON.stringify({ TableName: 'items', Key: { pk: { S: process.env.PK } }, UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': { N: '1' } } }) });
  return 'done';
};`;

  it.each([['before', '1'], ['after', '2']])('is killed at its second write, %s the effect', async (when, effects) => {
    const name = `killed-${when}`;
    await deploy(lambda, { name, code, variables: { PK: name } });
    await fault({ caller: `fn-${name}`, operation: 'UpdateItem', action: 'kill-caller', when, skip: 1, count: 1 });
    const { error, value } = await invoke(lambda, name, { calls: 3 });

    expect(error).toBe('Unhandled');
    expect(value).toMatchObject({ errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('signal: killed') as string });
    expect(await count(name)).toBe(effects);
    expect((await invoke(lambda, name, { calls: 1 })).value).toBe('done');
  });

  it('throttled by Invoke: 429', async () => {
    await fault({ service: 'lambda', operation: 'Invoke', action: 'throttle' });

    await expect(invoke(lambda, 'killed-before')).rejects.toMatchObject({ name: 'TooManyRequestsException', $metadata: { httpStatusCode: 429 } });
  });
});
