/**
 * A killed control plane takes work back that its snapshot does not hold. The edge's checkpoints must go back with it, or a record
 * that is in the stream again is never delivered again and its effect is lost for good.
 */
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { sandboxPaths } from '../../../sandbox/supervisor/paths.ts';
import { sandboxStatus } from '../../../sandbox/supervisor/status.ts';
import { startSandbox } from '../harness.ts';
import type { Sandbox } from '../harness.ts';
import { until } from '../../until.ts';

jest.setTimeout(120_000);

const SNAPSHOT_SECONDS = 6;
/** Longer than the time between two snapshots: one falls between the put and the delivery. */
const WINDOW_SECONDS = 9;

/** Writes an item per record, by DynamoDB's own protocol. */
const WRITER = `
exports.handler = async (event) => {
  for (const record of event.Records) {
    const name = Buffer.from(record.kinesis.data, 'base64').toString();
    const scope = process.env.AWS_ACCESS_KEY_ID + '/20260101/eu-central-1/dynamodb/aws4_request';
    const answer = await fetch(process.env.AWS_ENDPOINT_URL, {
      method: 'POST',
      headers: { 'x-amz-target': 'DynamoDB_20120810.PutItem', 'content-type': 'application/x-amz-json-1.0', authorization: 'AWS4-HMAC-SHA256 Credential=' + scope + ', SignedHeaders=host, Signature=0' },
      body: JSON.stringify({ TableName: 'items', Item: { pk: { S: name } } }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
};`;

const TEMPLATE = {
  Resources: {
    Stream: { Type: 'AWS::Kinesis::Stream', Properties: { Name: 'events', ShardCount: 1 } },
    Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'items', BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }] } },
    Writer: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'writer', Runtime: 'nodejs24.x', Handler: 'index.handler', Role: 'arn:aws:iam::000000000000:role/writer', Code: { ZipFile: WRITER } } },
    Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { FunctionName: { Ref: 'Writer' }, EventSourceArn: { 'Fn::GetAtt': ['Stream', 'Arn'] }, StartingPosition: 'TRIM_HORIZON', BatchSize: 100, MaximumBatchingWindowInSeconds: WINDOW_SECONDS } },
  },
};

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ snapshotSeconds: SNAPSHOT_SECONDS });
  const cloudFormation = new CloudFormationClient(sandbox.client);
  await cloudFormation.send(new CreateStackCommand({ StackName: 'rewind', TemplateBody: JSON.stringify(TEMPLATE) }));
  await until(async () => (await cloudFormation.send(new DescribeStacksCommand({ StackName: 'rewind' }))).Stacks?.[0]?.StackStatus === 'CREATE_COMPLETE', 'the stack was made');
});
afterAll(() => sandbox.stop());

it('delivers a record again whose effect was lost with the control plane', async () => {
  await put('one');
  await snapshotAfter(Date.now());
  await until(() => hasItem(), 'the record was delivered the first time', 40_000);
  await until(async () => (await checkpoint()) !== '', 'the edge had passed the record');

  await sandbox.kill('control');

  expect(await hasItem()).toBe(false);
  await until(() => hasItem(), 'the record was delivered again', 40_000);
});

it('delivers nothing by a poller of its own after a start from a snapshot: the edge alone reads streams', async () => {
  const first = await checkpoint();
  await sandbox.restart();

  await put('two');
  await until(() => hasItem('two'), 'the record was delivered', 40_000);
  await until(async () => (await checkpoint()) > first, 'the edge had passed the second record');

  expect(await writes()).toBe(1);
});

async function put(name: string): Promise<void> {
  await new KinesisClient(sandbox.client).send(new PutRecordCommand({ StreamName: 'events', PartitionKey: 'k', Data: Buffer.from(name) }));
}

async function hasItem(name = 'one'): Promise<boolean> {
  return (await new DynamoDBClient(sandbox.client).send(new GetItemCommand({ TableName: 'items', Key: { pk: { S: name } } }))).Item !== undefined;
}

/** Sequence number up to which the edge has delivered; empty before the first record. */
async function checkpoint(): Promise<string> {
  return /"checkpoint":"(\d+)"/.exec(await admin('status'))?.[1] ?? '';
}

/** How often the function has written since the edge started. */
async function writes(): Promise<number> {
  return [...(await admin('requests?operation=PutItem')).matchAll(/"operation":"PutItem"/g)].length;
}

async function admin(page: string): Promise<string> {
  return (await fetch(`${sandbox.endpoint}/_waybill/${page}`)).text();
}

async function lastSnapshot(): Promise<Date> {
  return new Date((await sandboxStatus(sandboxPaths(sandbox.dir))).snapshot?.takenAt ?? 0);
}

async function snapshotAfter(moment: number): Promise<void> {
  await until(async () => (await lastSnapshot()).getTime() > moment, 'a snapshot held the record');
}
