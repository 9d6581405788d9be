/** State machines on the running sandbox: deployed by CloudFormation, run with real functions, objects and topics, through stop, redrive and a killed edge. */
import { CloudFormationClient, CreateStackCommand, DescribeStackEventsCommand, DescribeStacksCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand, DescribeExecutionCommand, type DescribeExecutionCommandOutput, DescribeMapRunCommand, GetExecutionHistoryCommand, ListExecutionsCommand, ListMapRunsCommand, RedriveExecutionCommand, SFNClient,
  StartExecutionCommand, StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { waybill } from '../../../cli/cli-harness.ts';
import { type Sandbox, startSandbox } from '../../harness.ts';
import { machine, template } from './machine-template.ts';
import { until } from '../../../until.ts';

jest.setTimeout(180_000);

let sandbox: Sandbox;
let sfn: SFNClient;
let dynamo: DynamoDBClient;
let arn: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  sfn = new SFNClient({ ...sandbox.client, maxAttempts: 8 });
  dynamo = new DynamoDBClient({ ...sandbox.client, maxAttempts: 8 });
  const s3 = new S3Client(sandbox.client);
  await deploy(template(machine()));
  for (const day of [1, 2, 3, 4, 5]) await s3.send(new PutObjectCommand({ Bucket: 'machine-days', Key: `days/${day}.json`, Body: '{}' }));
  arn = 'arn:aws:states:eu-central-1:000000000000:stateMachine:days';
});
afterAll(async () => {
  sfn.destroy();
  dynamo.destroy();
  await sandbox.stop();
});

it('runs a retried function, a distributed map over objects, a wait and a topic, and writes its results', async () => {
  const executionArn = await start('whole', { run: 'whole', failuresFirst: 2 });
  const { status, output, error, cause } = await ended(executionArn);

  expect({ status, error, cause }).toEqual({ status: 'SUCCEEDED', error: undefined, cause: undefined });
  expect(JSON.parse(output ?? '{}')).toMatchObject({ attempts: 3, published: true });
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  const types = events.map(({ type }) => type);
  expect(types.filter((type) => type === 'TaskFailed')).toHaveLength(2);
  expect(types).toEqual(expect.arrayContaining(['MapRunStarted', 'MapRunSucceeded', 'WaitStateExited', 'ExecutionSucceeded']));
  expect(events[0]?.timestamp).toBeInstanceOf(Date);
  const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: 'machine-days', FilterExpression: 'runName = :run', ExpressionAttributeValues: { ':run': { S: 'whole' } } }));
  expect(Items.map((item) => item['pk']?.S).sort()).toEqual([1, 2, 3, 4, 5].map((day) => `whole/days/${day}.json`));
  const { Contents = [] } = await new S3Client(sandbox.client).send(new ListObjectsV2Command({ Bucket: 'machine-days', Prefix: 'results/' }));
  expect(Contents.map(({ Key }) => Key?.split('/').at(-1)).sort()).toEqual(['SUCCEEDED_0.json', 'manifest.json']);
});

it('answers the same start twice with the same execution, and publishes the metrics of the service', async () => {
  const first = await start('same', { run: 'same', failuresFirst: 0, waitSeconds: 2 });
  await expect(start('same', { run: 'same', failuresFirst: 0, waitSeconds: 2 })).resolves.toBe(first);
  await expect(start('same', { run: 'other' })).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  await ended(first);

  const sum = async (MetricName: string): Promise<number> => {
    const asked = { Namespace: 'AWS/States', MetricName, Dimensions: [{ Name: 'StateMachineArn', Value: arn }], Period: 3600, StartTime: new Date(Date.now() - 3_600_000), EndTime: new Date(Date.now() + 3_600_000) };
    const { Datapoints = [] } = await new CloudWatchClient(sandbox.client).send(new GetMetricStatisticsCommand({ ...asked, Statistics: ['Sum'] }));
    return Datapoints.reduce((total, { Sum }) => total + (Sum ?? 0), 0);
  };
  expect([await sum('ExecutionsStarted'), await sum('ExecutionsSucceeded'), await sum('ExecutionsFailed')]).toEqual([2, 2, 0]);
});

it('is started by an event that a rule matches', async () => {
  const headers = { 'x-amz-target': 'AWSEvents.PutEvents', 'content-type': 'application/x-amz-json-1.1', authorization: 'AWS4-HMAC-SHA256 Credential=k/20261121/eu-central-1/events/aws4_request, SignedHeaders=host, Signature=0' };
  const Entries = [{ Source: 'machine.test', DetailType: 'Day', Detail: '{"run":"by-rule","failuresFirst":0}' }];
  await fetch(sandbox.endpoint, { method: 'POST', headers, body: JSON.stringify({ Entries }) });

  const inputs = async (): Promise<string[]> => {
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: arn }));
    return Promise.all(executions.map(async ({ executionArn }) => (await sfn.send(new DescribeExecutionCommand({ executionArn }))).input ?? ''));
  };
  await until(async () => (await inputs()).some((input) => input.includes('by-rule')), 'the rule starts the machine');
  expect(await inputs()).toContainEqual(expect.stringContaining('by-rule'));
});

it('stops an execution, and redrives a failed one at its failed children only', async () => {
  const stopped = await start('stopped', { run: 'stopped', failuresFirst: 0, waitSeconds: 600 });
  await until(async () => (await types(stopped)).includes('WaitStateEntered'), 'it waits');
  await sfn.send(new StopExecutionCommand({ executionArn: stopped, error: 'Operator', cause: 'enough' }));
  expect(await ended(stopped)).toMatchObject({ status: 'ABORTED', error: 'Operator', cause: 'enough' });

  await poison('redriven', true);
  const executionArn = await start('redriven', { run: 'redriven', failuresFirst: 0 });
  expect(await ended(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold', redriveStatus: 'REDRIVABLE' });
  await poison('redriven', false);
  await sfn.send(new RedriveExecutionCommand({ executionArn }));
  expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });

  const { mapRuns = [] } = await sfn.send(new ListMapRunsCommand({ executionArn }));
  const mapRunArn = mapRuns[0]?.mapRunArn;
  expect(await sfn.send(new DescribeMapRunCommand({ mapRunArn }))).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1, itemCounts: { total: 5, succeeded: 5 } });
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ mapRunArn }));
  expect(executions.filter(({ redriveCount }) => redriveCount === 0).length).toBeGreaterThan(0);
  expect(await callsOf('redriven', 'days/1.json')).toBe(1);
});

it('goes on where it was after the edge was killed', async () => {
  const executionArn = await start('killed', { run: 'killed', failuresFirst: 0, slowMs: 400, waitSeconds: 3 });
  await until(async () => (await types(executionArn)).includes('MapRunStarted'), 'the map runs');
  await sandbox.kill('edge');
  await until(async () => (await types(executionArn)).includes('WaitStateEntered'), 'the map is done');
  await sandbox.kill('edge');

  expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 0 });
  const seen = await types(executionArn);
  expect([count(seen, 'ExecutionStarted'), count(seen, 'MapRunStarted'), count(seen, 'WaitStateEntered'), count(seen, 'TaskSucceeded')]).toEqual([1, 1, 1, 2]);
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
});

it('shows, stops and redrives executions by the waybill command', async () => {
  const command = (...args: string[]): ReturnType<typeof waybill> => waybill(['--dir', sandbox.dir, 'executions', ...args], { now: Date.now() });
  await poison('by-hand', true);
  const failed = await start('by-hand', { run: 'by-hand', failuresFirst: 1 });
  await ended(failed);

  const shown = await command('show', 'by-ha', '--machine', 'days');
  expect(shown).toMatchObject({ code: 0, err: '' });
  expect(shown.out).toMatch(/Plan +Task +done .+after 1 failed try/);
  expect(shown.out).toMatch(/Days +Map +failed .+States\.ExceedToleratedFailureThreshold/);
  expect(shown.out).toContain('DayFailed');
  await poison('by-hand', false);
  expect(await command('redrive', 'by-hand', '--yes')).toMatchObject({ code: 0 });
  expect(await ended(failed)).toMatchObject({ status: 'SUCCEEDED' });

  await start('long', { run: 'long', failuresFirst: 0, waitSeconds: 600 });
  expect(await command('stop', 'long', '--reason', 'enough', '--yes')).toMatchObject({ code: 0 });
  expect(await command('stop', 'long', '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('it is ABORTED') as unknown });
  const listed = JSON.parse((await command('list', '--machine', 'days', '--limit', '2', '--json')).out) as { executions: { name: string; status: string }[] };
  expect(listed.executions.map(({ name, status }) => `${name} ${status}`)).toEqual(['long ABORTED', 'by-hand SUCCEEDED']);
  expect(await command('show', 'nobody')).toMatchObject({ code: 1, err: expect.stringContaining('There is no execution "nobody"') as unknown });
  expect(await command('list', '--machine', 'nothing')).toMatchObject({ code: 2, err: expect.stringContaining('Allowed: days') as unknown });
});

it('refuses what it cannot run when it is deployed, by name, and leaves the machine that was there', async () => {
  const states = { Old: { Type: 'Pass', ResultPath: '$.x', Next: 'Batch' }, Batch: { Type: 'Task', Resource: 'arn:aws:states:::batch:submitJob.sync', Next: 'Odd' }, Odd: { Type: 'Pass', Output: '{% $frobnicate(1) %}', End: true } };
  const why = await deploy(template({ ...machine(), StartAt: 'Old', States: states })).then(() => 'deployed', (error: unknown) => String(error));

  expect(why).toContain("'ResultPath' belongs to JSONPath");
  expect(why).toContain('the integration batch does not run in the sandbox');
  expect(why).toContain('there is no JSONata function $frobnicate');
  expect(await ended(await start('after-refusal', { run: 'after-refusal', failuresFirst: 0 }))).toMatchObject({ status: 'SUCCEEDED' });
  const bad = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } });
  await expect(sfn.send(new CreateStateMachineCommand({ name: 'bad', definition: bad, roleArn: 'arn:aws:iam::000000000000:role/r' }))).rejects.toMatchObject({ name: 'InvalidDefinition' });
});

async function start(name: string, input: object): Promise<string> {
  const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn: arn, name, input: JSON.stringify(input) }));
  return executionArn;
}

async function ended(executionArn: string): Promise<DescribeExecutionCommandOutput> {
  let found: DescribeExecutionCommandOutput | undefined;
  await until(async () => {
    found = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return found.status !== 'RUNNING';
  }, `${executionArn} ended`, 60_000);
  if (found === undefined) throw new Error(`${executionArn} was not described`);
  return found;
}

async function types(executionArn: string): Promise<string[]> {
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, includeExecutionData: false }));
  return events.map(({ type }) => String(type));
}

const count = (seen: readonly string[], type: string): number => seen.filter((each) => each === type).length;

/** Day 3 fails for this run, or no longer. */
const poison = (run: string, on: boolean): Promise<unknown> => dynamo.send(new PutItemCommand({ TableName: 'machine-days', Item: { pk: { S: `poison/${run}` }, on: { BOOL: on } } }));

async function callsOf(run: string, key: string): Promise<number> {
  const { Item } = await dynamo.send(new GetItemCommand({ TableName: 'machine-days', Key: { pk: { S: `${run}/${key}` } } }));
  return Number(Item?.['calls']?.N);
}

/** Creates or updates the stack. @throws Error with what its events say */
async function deploy(body: object): Promise<void> {
  const client = new CloudFormationClient(sandbox.client);
  const asked = { StackName: 'machines', TemplateBody: JSON.stringify(body) };
  const status = async (): Promise<string> => String((await client.send(new DescribeStacksCommand({ StackName: 'machines' }))).Stacks?.[0]?.StackStatus);
  const exists = await status().then(() => true, () => false);
  await client.send(exists ? new UpdateStackCommand(asked) : new CreateStackCommand(asked));
  await until(async () => !(await status()).endsWith('_IN_PROGRESS'), 'the stack is deployed');
  const final = await status();
  if (final === 'CREATE_COMPLETE' || final === 'UPDATE_COMPLETE') return;
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: 'machines' }));
  throw new Error(`${final}: ${StackEvents.map(({ ResourceStatusReason }) => ResourceStatusReason ?? '').join('\n')}`);
}
