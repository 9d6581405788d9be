/** The unmodified CDK CLI against the sandbox: deploy, failing update, update that keeps data, destroy. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeTimeToLiveCommand, DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeStreamSummaryCommand, GetRecordsCommand, GetShardIteratorCommand, KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CDK_PROGRAM, cdkEnvironment, destroyArguments } from '../../../sandbox/supervisor/cdk-environment.ts';
import { examine, verdictsOf } from '../../../sandbox/supervisor/doctor.ts';
import { sandboxPaths } from '../../../sandbox/supervisor/paths.ts';
import { NODE_24, PROJECT, startSandbox, SUPERVISOR } from '../harness.ts';
import type { Sandbox } from '../harness.ts';
import { interpreter } from './python.ts';

jest.setTimeout(180_000);

const APP = `${NODE_24} ${join(import.meta.dirname, 'fixture-app', 'app.ts')}`;
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());

// The steps of one deployment's life, in order: each begins where the one before ended.
it('deploys, reports stacks and resources, and skips an app that is deployed already', async () => {
  const first = deploy('first');
  expect(first.last).toMatchObject({ step: 'deploy', state: 'done', detail: '1 stack, 9 resources' });
  expect(first.code).toBe(0);
  expect(deploy('first').last).toMatchObject({ step: 'deploy', state: 'skip' });
  expect(await invoke()).toMatchObject({ variant: 'first' });
  await putOneOfEach();
});

it('rolls a failing update back to the properties before it and keeps the data', async () => {
  const broken = deploy('broken');

  expect(broken.code).toBe(1);
  expect(broken.last).toMatchObject({ step: 'deploy', state: 'fail', why: expect.stringContaining('broken on purpose') as unknown });
  expect(await stackStatus()).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await settings()).toEqual({ retention: 24, ttl: 'DISABLED', threshold: 1000 });
  expect(await invoke()).toMatchObject({ variant: 'first' });
  expect(await contents()).toEqual({ record: 'kept', item: true, object: 'kept' });
});

it('changes a property of every resource and keeps the data', async () => {
  expect(deploy('changed').last).toMatchObject({ step: 'deploy', state: 'done' });

  expect(await stackStatus()).toBe('UPDATE_COMPLETE');
  expect(await settings()).toEqual({ retention: 48, ttl: 'ENABLED', threshold: 2000 });
  expect(await invoke()).toMatchObject({ variant: 'changed' });
  expect(await contents()).toEqual({ record: 'kept', item: true, object: 'kept' });
});

it('gives every type of the template a verdict, and the doctor names what is only stored', async () => {
  const templates = sandboxPaths(sandbox.dir).assembly;
  const types = await verdictsOf(await interpreter(), [templates]);

  expect(types.map((type) => type.name)).toEqual(expect.arrayContaining(['AWS::DynamoDB::Table', 'AWS::Kinesis::Stream', 'AWS::Lambda::Function']));
  expect(types.filter((type) => type.verdict === 'none')).toEqual([]);
  const findings = await examine(sandboxPaths(sandbox.dir), { port: 0, templateDirs: [] });
  expect(findings.filter((finding) => finding.result === 'bad')).toEqual([]);
  expect(findings.find((finding) => finding.check === 'Only stored')?.detail).toContain('AWS::IAM::Role');
});

it('destroys the stack, with what it made', async () => {
  const { endpoint, region, account } = sandbox.running();
  const args = [CDK_PROGRAM, ...destroyArguments({ app: sandboxPaths(sandbox.dir).assembly })];
  const destroyed = spawnSync(NODE_24, args, { cwd: PROJECT, env: cdkEnvironment({ endpoint, region, account }), encoding: 'utf8' });

  expect([destroyed.status, destroyed.stderr]).toEqual([0, expect.any(String)]);
  await expect(stackStatus()).rejects.toThrow(/does not exist/);
  const { TableNames } = await new DynamoDBClient(sandbox.client).send(new ListTablesCommand({}));
  expect(TableNames).toEqual([]);
});

function deploy(variant: string): { code: number | null; last: unknown } {
  const args = ['deploy', '--dir', sandbox.dir, '--app', APP, '-c', `variant=${variant}`, '--fingerprint', variant];
  const run = spawnSync(NODE_24, [SUPERVISOR, ...args], { cwd: PROJECT, encoding: 'utf8' });
  const lines = run.stdout.trim().split('\n');
  return { code: run.status, last: JSON.parse(lines.at(-1) ?? '{}') as unknown };
}

async function putOneOfEach(): Promise<void> {
  await new KinesisClient(sandbox.client).send(new PutRecordCommand({ StreamName: 'fixture-events', PartitionKey: 'k', Data: Buffer.from('kept') }));
  await new DynamoDBClient(sandbox.client).send(new PutItemCommand({ TableName: 'fixture-items', Item: { pk: { S: 'kept' } } }));
  await new S3Client(sandbox.client).send(new PutObjectCommand({ Bucket: 'fixture-objects', Key: 'a/key', Body: 'kept' }));
}

async function contents(): Promise<{ record: string; item: boolean; object: string }> {
  const kinesis = new KinesisClient(sandbox.client);
  const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand({ StreamName: 'fixture-events', ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' }));
  const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
  const { Item } = await new DynamoDBClient(sandbox.client).send(new GetItemCommand({ TableName: 'fixture-items', Key: { pk: { S: 'kept' } } }));
  const { Body } = await new S3Client(sandbox.client).send(new GetObjectCommand({ Bucket: 'fixture-objects', Key: 'a/key' }));
  return { record: Buffer.from(Records[0]?.Data ?? []).toString(), item: Item !== undefined, object: (await Body?.transformToString()) ?? '' };
}

async function settings(): Promise<{ retention: number | undefined; ttl: string | undefined; threshold: number | undefined }> {
  const stream = await new KinesisClient(sandbox.client).send(new DescribeStreamSummaryCommand({ StreamName: 'fixture-events' }));
  const ttl = await new DynamoDBClient(sandbox.client).send(new DescribeTimeToLiveCommand({ TableName: 'fixture-items' }));
  const alarms = await new CloudWatchClient(sandbox.client).send(new DescribeAlarmsCommand({ AlarmNames: ['fixture-alarm'] }));
  return {
    retention: stream.StreamDescriptionSummary?.RetentionPeriodHours,
    ttl: ttl.TimeToLiveDescription?.TimeToLiveStatus,
    threshold: alarms.MetricAlarms?.[0]?.Threshold,
  };
}

async function invoke(): Promise<unknown> {
  const answer = await new LambdaClient(sandbox.client).send(new InvokeCommand({ FunctionName: 'fixture-function', Payload: Buffer.from('{}') }));
  return JSON.parse(Buffer.from(answer.Payload ?? []).toString()) as unknown;
}

async function stackStatus(): Promise<string | undefined> {
  const client = new CloudFormationClient(sandbox.client);
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: 'fixture' }));
  return Stacks[0]?.StackStatus;
}
