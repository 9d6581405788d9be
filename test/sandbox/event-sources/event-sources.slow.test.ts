/** Event sources on the real control plane: a deployed function, a stream, a mapping. The rules in detail: kinesis-source.test.ts. */
import { CreateStreamCommand, DescribeStreamSummaryCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { CreateEventSourceMappingCommand, LambdaClient, UpdateEventSourceMappingCommand, type CreateEventSourceMappingCommandInput } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../harness.ts';
import { deploy } from '../lambda/deploy.ts';
import { until } from '../../until.ts';

jest.setTimeout(180_000);

/** Writes each batch to a file, then does what the records say. */
const SCRIBE = `
import { appendFileSync } from 'node:fs';
export const handler = async ({ Records }) => {
  const events = Records.map((record) => JSON.parse(Buffer.from(record.kinesis.data, 'base64').toString()));
  if (events.some((event) => event.poison)) throw new Error('poison');
  if (events.some((event) => event.slow)) await new Promise((resolve) => setTimeout(resolve, 300));
  appendFileSync(process.env.FILE, events.map((event) => JSON.stringify(event.n) + '\\n').join(''));
  return {};
};`;

let sandbox: Sandbox;
let folder: string;
let kinesis: KinesisClient;
let lambda: LambdaClient;
let s3: S3Client;

beforeAll(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(join(tmpdir(), 'waybill-sources-'));
  kinesis = new KinesisClient(sandbox.client);
  lambda = new LambdaClient(sandbox.client);
  s3 = new S3Client(sandbox.client);
  await s3.send(new CreateBucketCommand({ Bucket: 'failures' }));
});
afterAll(async () => {
  for (const client of [kinesis, lambda, s3]) client?.destroy();
  await sandbox?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Road {
  readonly stream: string;
  readonly uuid: string;
  /** Numbers that the function has written, in its order. */
  readonly written: () => number[];
}

/** A stream, a function and a mapping between them. */
async function build(name: string, more: Partial<CreateEventSourceMappingCommandInput> & { shards?: number } = {}): Promise<Road> {
  const { shards = 1, ...settings } = more;
  const file = join(folder, name);
  await kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
  await deploy(lambda, { name, code: SCRIBE, timeoutSeconds: 10, variables: { FILE: file } });
  const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: name }));
  const mapping = await lambda.send(new CreateEventSourceMappingCommand({ FunctionName: name, EventSourceArn: StreamDescriptionSummary?.StreamARN, StartingPosition: 'TRIM_HORIZON', BatchSize: 100, ...settings }));
  const written = (): number[] => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : []);
  return { stream: name, uuid: mapping.UUID ?? '', written };
}

async function put(stream: string, numbers: readonly number[], more: object = {}): Promise<void> {
  for (let from = 0; from < numbers.length; from += 500) {
    const Records = numbers.slice(from, from + 500).map((n) => ({ PartitionKey: `key-${n % 7}`, Data: Buffer.from(JSON.stringify({ n, ...more })) }));
    const { FailedRecordCount } = await kinesis.send(new PutRecordsCommand({ StreamName: stream, Records }));
    if (FailedRecordCount !== 0) throw new Error(`${FailedRecordCount} records were refused`);
  }
}

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);
const sorted = (list: readonly number[]): number[] => [...new Set(list)].sort((a, b) => a - b);

it('delivers a stream in order and once while nothing goes wrong, and measures it', async () => {
  const road = await build('orderly');
  await put(road.stream, numbers(0, 2_000));
  await until(() => road.written().length >= 2_000, 'all records were delivered');
  expect(road.written()).toEqual(numbers(0, 2_000));

  const cloudwatch = new CloudWatchClient(sandbox.client);
  const [StartTime, EndTime] = [new Date(Date.now() - 600_000), new Date(Date.now() + 60_000)];
  const ages = await cloudwatch.send(new GetMetricStatisticsCommand({ Namespace: 'AWS/Lambda', MetricName: 'IteratorAge', Dimensions: [{ Name: 'FunctionName', Value: 'orderly' }], StartTime, EndTime, Period: 3_600, Statistics: ['SampleCount', 'Maximum'] }));
  cloudwatch.destroy();
  expect(ages.Datapoints?.[0]?.SampleCount).toBeGreaterThanOrEqual(20);
});

it('isolates one poison record and leaves it in the bucket with its full event', async () => {
  const road = await build('poisoned', { BisectBatchOnFunctionError: true, MaximumRetryAttempts: 1, DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::failures' } } });
  await put(road.stream, numbers(0, 20));
  await put(road.stream, [20], { poison: true });
  await put(road.stream, numbers(21, 40));
  await until(() => road.written().length >= 39, 'the good records were delivered');
  expect(sorted(road.written())).toEqual(numbers(0, 40).filter((n) => n !== 20));

  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'failures', Prefix: `aws/lambda/${road.uuid}/` }));
  expect(Contents.map(({ Key }) => Key)).toEqual([expect.stringMatching(new RegExp(`^aws/lambda/${road.uuid}/shardId-000000000000/\\d{4}/\\d\\d/\\d\\d/\\d{4}-\\d\\d-\\d\\dT\\d\\d\\.\\d\\d\\.\\d\\d-[0-9a-f-]{36}$`))]);
  const object = await s3.send(new GetObjectCommand({ Bucket: 'failures', Key: Contents[0]?.Key }));
  const note = JSON.parse((await object.Body?.transformToString()) ?? '') as { requestContext: { condition: string }; KinesisBatchInfo: { batchSize: number }; payload: string };
  expect(note).toMatchObject({ requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 }, KinesisBatchInfo: { batchSize: 1 } });
  const event = JSON.parse(note.payload) as { Records: { kinesis: { data: string } }[] };
  expect(event.Records.map(({ kinesis: { data } }) => Buffer.from(data, 'base64').toString())).toEqual(['{"n":20,"poison":true}']);
});

it('loses nothing when the edge is killed in the middle, and goes on from its checkpoint', async () => {
  const road = await build('killed', { BatchSize: 10 });
  await put(road.stream, numbers(0, 200), { slow: true });
  await until(() => road.written().length >= 40, 'delivery was under way');
  await sandbox.kill('edge');
  const before = road.written().length;
  await until(() => sorted(road.written()).length >= 200, 'everything was delivered', 60_000);

  expect(sorted(road.written())).toEqual(numbers(0, 200));
  expect(before).toBeLessThan(200);
  // At least once: the batch in flight comes again (and at most what 50 ms of checkpoints cover), not the whole stream.
  expect(road.written().length).toBeLessThanOrEqual(230);
});

it('follows a mapping that is disabled and enabled again', async () => {
  const road = await build('paused');
  await put(road.stream, numbers(0, 10));
  await until(() => road.written().length >= 10, 'the first records were delivered');
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID: road.uuid, Enabled: false }));
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  await put(road.stream, numbers(10, 20));
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(road.written()).toEqual(numbers(0, 10));

  await lambda.send(new UpdateEventSourceMappingCommand({ UUID: road.uuid, Enabled: true }));
  await until(() => road.written().length >= 20, 'the later records were delivered');
  expect(road.written()).toEqual(numbers(0, 20));
});

it('keeps the order of every key over shards and parallel batches', async () => {
  const road = await build('parallel', { shards: 2, ParallelizationFactor: 3, BatchSize: 10 });
  await put(road.stream, numbers(0, 700));
  await until(() => road.written().length >= 700, 'all records were delivered', 60_000);

  const perKey = Map.groupBy(road.written(), (n) => n % 7);
  expect([...perKey.values()].map((list) => isDeepStrictEqual(list, sorted(list)))).toEqual(Array.from({ length: 7 }, () => true));
  expect(sorted(road.written())).toEqual(numbers(0, 700));
});
