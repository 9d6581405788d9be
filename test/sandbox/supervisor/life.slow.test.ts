/** One sandbox through its life: state survives an orderly stop, a killed edge, and a killed control plane up to the last snapshot. */
import { AthenaClient, CreateWorkGroupCommand, GetWorkGroupCommand } from '@aws-sdk/client-athena';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { readEvents } from '../../../sandbox/supervisor/events.ts';
import { sandboxPaths } from '../../../sandbox/supervisor/paths.ts';
import { currentSnapshot } from '../../../sandbox/supervisor/snapshots.ts';
import { sandboxStatus, statusText } from '../../../sandbox/supervisor/status.ts';
import { startSandbox } from '../harness.ts';
import type { Sandbox } from '../harness.ts';
import { until } from '../../until.ts';

jest.setTimeout(120_000);

const TEMPLATE = {
  Resources: {
    Stream: { Type: 'AWS::Kinesis::Stream', Properties: { Name: 'events', ShardCount: 1 } },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: { TableName: 'items', BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }] },
    },
  },
};

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox({ snapshotSeconds: 1 });
  const cloudFormation = new CloudFormationClient(sandbox.client);
  await cloudFormation.send(new CreateStackCommand({ StackName: 'life', TemplateBody: JSON.stringify(TEMPLATE) }));
  await until(async () => (await stackStatus()) === 'CREATE_COMPLETE', 'the stack was made');
});

afterEach(() => sandbox.stop());

it('keeps records, items, objects and stacks over a stop and a start', async () => {
  await putOneOfEach('first');

  await sandbox.restart();

  expect(await records()).toEqual(['first']);
  expect(await item('first')).toBe(true);
  expect(await object('first')).toBe('first');
  expect(await stackStatus()).toBe('CREATE_COMPLETE');
  expect(readEvents(sandboxPaths(sandbox.dir)).map((event) => event.event)).toEqual(['started', 'stopped', 'started']);
});

it('keeps what nobody has asked for since a start, over any number of snapshots', async () => {
  const athena = (): AthenaClient => new AthenaClient(sandbox.client);
  await athena().send(new CreateWorkGroupCommand({ Name: 'analysts' }));
  await sandbox.restart();
  const begun = currentSnapshot(sandboxPaths(sandbox.dir))?.id;
  const ids = new Set([begun]);
  for (let n = 0; ids.size < 4; n += 1) {
    await putOneOfEach(`more-${n}`);
    await until(() => !ids.has(currentSnapshot(sandboxPaths(sandbox.dir))?.id), 'there is another snapshot');
    ids.add(currentSnapshot(sandboxPaths(sandbox.dir))?.id);
  }

  await sandbox.restart();

  expect((await athena().send(new GetWorkGroupCommand({ WorkGroup: 'analysts' }))).WorkGroup?.Name).toBe('analysts');
});

it('loses nothing when the edge is killed, and says so', async () => {
  await putOneOfEach('first');
  const before = sandbox.running().pids;

  await sandbox.kill('edge');

  await until(() => eventNames().includes('edge-restarted'), 'the restart was recorded');
  expect(sandbox.running().pids.control).toBe(before.control);
  expect(await records()).toEqual(['first']);
  expect(await item('first')).toBe(true);
});

it('comes back from its last snapshot when the control plane is killed, and names the lost interval', async () => {
  await putOneOfEach('saved');
  const saved = await snapshotAfter(new Date());

  await sandbox.kill('control');
  await until(() => eventNames().includes('control-restarted'), 'the restart was recorded');

  expect(await records()).toEqual(['saved']);
  expect(await item('saved')).toBe(true);
  expect(await stackStatus()).toBe('CREATE_COMPLETE');
  const status = await sandboxStatus(sandboxPaths(sandbox.dir));
  expect(status.lost).toMatchObject([{ event: 'control-restarted' }]);
  const lostFrom = new Date(status.lost[0]?.lostFrom ?? 0);
  expect(lostFrom.getTime()).toBeGreaterThanOrEqual(saved.getTime());
  expect(Date.parse(status.lost[0]?.lostTo ?? '')).toBeGreaterThanOrEqual(lostFrom.getTime());
  expect(statusText(status)).toContain('lost ');
});

it('loses what came after the last snapshot when the control plane is killed: the interval is no empty word', async () => {
  await sandbox.stop();
  sandbox = await startSandbox({ snapshotSeconds: 30 });
  await new S3Client(sandbox.client).send(new CreateBucketCommand({ Bucket: 'bucket' }));

  await sandbox.kill('control');
  await until(() => eventNames().includes('control-restarted'), 'the restart was recorded');

  await expect(stackStatus()).rejects.toThrow(/does not exist/);
});

async function putOneOfEach(name: string): Promise<void> {
  await new KinesisClient(sandbox.client).send(new PutRecordsCommand({ StreamName: 'events', Records: [{ PartitionKey: 'k', Data: Buffer.from(name) }] }));
  await new DynamoDBClient(sandbox.client).send(new PutItemCommand({ TableName: 'items', Item: { pk: { S: name } } }));
  const s3 = new S3Client(sandbox.client);
  await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }));
  await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'a/key', Body: name }));
}

async function records(): Promise<string[]> {
  const kinesis = new KinesisClient(sandbox.client);
  const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand({ StreamName: 'events', ShardId: 'shardId-000000000000', ShardIteratorType: 'TRIM_HORIZON' }));
  const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
  return Records.map((record) => Buffer.from(record.Data ?? []).toString());
}

async function item(pk: string): Promise<boolean> {
  const found = await new DynamoDBClient(sandbox.client).send(new GetItemCommand({ TableName: 'items', Key: { pk: { S: pk } } }));
  return found.Item !== undefined;
}

async function object(expected: string): Promise<string> {
  const found = await new S3Client(sandbox.client).send(new GetObjectCommand({ Bucket: 'bucket', Key: 'a/key' }));
  return (await found.Body?.transformToString()) ?? `no body, expected ${expected}`;
}

async function stackStatus(): Promise<string | undefined> {
  const { Stacks = [] } = await new CloudFormationClient(sandbox.client).send(new DescribeStacksCommand({ StackName: 'life' }));
  return Stacks[0]?.StackStatus;
}

async function snapshotAfter(moment: Date): Promise<Date> {
  let takenAt = new Date(0);
  await until(async () => {
    takenAt = new Date((await sandboxStatus(sandboxPaths(sandbox.dir))).snapshot?.takenAt ?? 0);
    return takenAt > moment;
  }, 'a snapshot was taken');
  return takenAt;
}

function eventNames(): string[] {
  return readEvents(sandboxPaths(sandbox.dir)).map((event) => event.event);
}
