/** Event sources on the stream of a table, on the real control plane: a deployed function, a table, a mapping. */
import { BatchExecuteStatementCommand, type BatchStatementRequest, CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateEventSourceMappingCommand, LambdaClient, UpdateEventSourceMappingCommand, type CreateEventSourceMappingCommandInput } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../harness.ts';
import { deploy } from '../lambda/deploy.ts';
import { until } from '../../until.ts';

jest.setTimeout(180_000);

/** Writes "old>new" of each change to a file, then does what the items say. */
const SCRIBE = `
import { appendFileSync } from 'node:fs';
const n = (image) => image?.n?.N ?? '-';
export const handler = async ({ Records }) => {
  const changes = Records.map(({ dynamodb }) => dynamodb);
  const failed = Records.filter(({ dynamodb }) => dynamodb.NewImage?.poison);
  if (failed.length > 0 && !process.env.REPORTS) throw new Error('poison');
  if (changes.some(({ NewImage }) => NewImage?.slow)) await new Promise((resolve) => setTimeout(resolve, 300));
  const done = failed.length > 0 ? Records.slice(0, Records.indexOf(failed[0])) : Records;
  appendFileSync(process.env.FILE, done.map(({ dynamodb }) => n(dynamodb.OldImage) + '>' + n(dynamodb.NewImage) + '\\n').join(''));
  return { batchItemFailures: failed.slice(0, 1).map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })) };
};`;

let sandbox: Sandbox;
let folder: string;
let dynamo: DynamoDBClient;
let lambda: LambdaClient;
let s3: S3Client;

beforeAll(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(join(tmpdir(), 'waybill-sources-'));
  dynamo = new DynamoDBClient(sandbox.client);
  lambda = new LambdaClient(sandbox.client);
  s3 = new S3Client(sandbox.client);
  await s3.send(new CreateBucketCommand({ Bucket: 'failures' }));
});
afterAll(async () => {
  for (const client of [dynamo, lambda, s3]) client?.destroy();
  await sandbox?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Road {
  readonly table: string;
  readonly uuid: string;
  readonly arn: string;
  /** Changes that the function has written, in its order. */
  readonly written: () => string[];
}

async function build(name: string, { variables = {}, ...settings }: Partial<CreateEventSourceMappingCommandInput> & { variables?: Record<string, string> } = {}): Promise<Road> {
  const file = join(folder, name);
  const { TableDescription } = await dynamo.send(new CreateTableCommand({ TableName: name, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }], StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } }));
  const arn = TableDescription?.LatestStreamArn ?? '';
  await deploy(lambda, { name, code: SCRIBE, timeoutSeconds: 10, variables: { FILE: file, ...variables } });
  const mapping = await lambda.send(new CreateEventSourceMappingCommand({ FunctionName: name, EventSourceArn: arn, StartingPosition: 'TRIM_HORIZON', BatchSize: 100, ...settings }));
  return { table: name, arn, uuid: mapping.UUID ?? '', written: () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []) };
}

const put = (table: string, n: number, { pk = 'k', ...more }: { pk?: string; poison?: boolean; slow?: boolean } = {}): Promise<unknown> =>
  dynamo.send(new PutItemCommand({ TableName: table, Item: { pk: { S: pk }, n: { N: String(n) }, ...Object.fromEntries(Object.keys(more).map((key) => [key, { BOOL: true }])) } }));
const steps = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, index) => `${from + index - 1}>${from + index}`);

it('delivers the changes of an item in order with both images, those by PartiQL too, and drops what was read with the next snapshot', async () => {
  const road = await build('orderly');
  for (let n = 0; n < 30; n += 1) await put(road.table, n);
  const set = (n: number): BatchStatementRequest => ({ Statement: 'UPDATE "orderly" SET "n" = ? WHERE "pk" = ?', Parameters: [{ N: String(n) }, { S: 'k' }] });
  await dynamo.send(new BatchExecuteStatementCommand({ Statements: [set(30), set(31)] }));
  await until(() => road.written().length >= 32, 'all changes were delivered');
  expect(road.written()).toEqual(['->0', ...steps(1, 32)]);

  const { endpoint } = sandbox.running();
  await fetch(`${endpoint}/_waybill/snapshot`, { method: 'POST' });
  expect(await held(road.arn)).toBe(0);
  await put(road.table, 32);
  await until(() => road.written().length >= 33, 'the change after the snapshot was delivered');
  expect(road.written().at(-1)).toBe('31>32');
});

it('isolates one poison change and leaves it in the bucket; filters leave out the rest', async () => {
  const Pattern = JSON.stringify({ eventName: ['MODIFY'], dynamodb: { Keys: { pk: { S: ['k'] } } } });
  const road = await build('poisoned', { BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1, DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::failures' } }, FilterCriteria: { Filters: [{ Pattern }] } });
  await put(road.table, 0);
  await put(road.table, 1);
  await put(road.table, 2, { poison: true });
  await put(road.table, 90, { pk: 'other' });
  await put(road.table, 91, { pk: 'other' });
  await put(road.table, 3);
  await until(() => road.written().length >= 2, 'the good changes were delivered');
  expect(road.written()).toEqual(['0>1', '2>3']);

  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'failures', Prefix: `aws/lambda/${road.uuid}/` }));
  const object = await s3.send(new GetObjectCommand({ Bucket: 'failures', Key: Contents[0]?.Key }));
  const note = JSON.parse((await object.Body?.transformToString()) ?? '') as { payload: string };
  expect(note).toMatchObject({ requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 }, DDBStreamBatchInfo: { batchSize: 1, streamArn: road.arn } });
  expect(JSON.parse(note.payload)).toMatchObject({ Records: [{ eventSource: 'aws:dynamodb', eventSourceARN: road.arn, dynamodb: { NewImage: { n: { N: '2' } } } }] });
});

it('delivers again from the reported item on, and gives it up alone', async () => {
  const road = await build('reported', { FunctionResponseTypes: ['ReportBatchItemFailures'], MaximumRetryAttempts: 1, BatchSize: 1, variables: { REPORTS: '1' } });
  await put(road.table, 0);
  await put(road.table, 1, { poison: true });
  await put(road.table, 2);
  await until(() => road.written().includes('1>2'), 'the changes behind it were delivered');
  expect(road.written().filter((line) => line !== '')).toEqual(['->0', '1>2']);
});

it('loses nothing when the edge is killed in the middle', async () => {
  const road = await build('killed', { BatchSize: 5 });
  for (let n = 0; n < 60; n += 1) await put(road.table, n, { slow: true });
  await until(() => road.written().length >= 10, 'delivery was under way');
  await sandbox.kill('edge');
  const before = road.written().length;
  await until(() => new Set(road.written()).size >= 60, 'everything was delivered', 60_000);

  expect(before).toBeLessThan(60);
  expect([...new Set(road.written())]).toEqual(['->0', ...steps(1, 60)]);
});

it('keeps what nobody has read over a restart of everything', async () => {
  const road = await build('restarted');
  await put(road.table, 0);
  await until(() => road.written().length >= 1, 'the first change was delivered');
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID: road.uuid, Enabled: false }));
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  for (let n = 1; n < 4; n += 1) await put(road.table, n);
  await sandbox.restart();
  expect(road.written()).toEqual(['->0']);

  await lambda.send(new UpdateEventSourceMappingCommand({ UUID: road.uuid, Enabled: true }));
  await until(() => road.written().length >= 4, 'the later changes were delivered');
  expect(road.written()).toEqual(['->0', ...steps(1, 4)]);
});

/** Changes that the control plane still holds, by the streams' own API. */
async function held(arn: string): Promise<number> {
  const call = async (operation: string, input: object): Promise<Record<string, unknown>> => {
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDBStreams_20120810.${operation}`, authorization: 'AWS4-HMAC-SHA256 Credential=sandbox/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0' };
    return (await (await fetch(sandbox.endpoint, { method: 'POST', headers, body: JSON.stringify(input) })).json()) as Record<string, unknown>;
  };
  const { ShardIterator } = await call('GetShardIterator', { StreamArn: arn, ShardId: 'shardId-00000000000000000000-00000000', ShardIteratorType: 'TRIM_HORIZON' });
  return ((await call('GetRecords', { ShardIterator }))['Records'] as unknown[]).length;
}
