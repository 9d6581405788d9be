/** Topics, queues and functions behind them, on the real control plane. The rules of a queue source in detail: queue-source.test.ts. */
import { LambdaClient, CreateEventSourceMappingCommand, type CreateEventSourceMappingCommandInput } from '@aws-sdk/client-lambda';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlClient, createControlClient } from '../../../sandbox/edge/control-client.ts';
import { asObject, type JsonObject } from '../../../sandbox/json.ts';
import { type Sandbox, startSandbox } from '../harness.ts';
import { deploy } from '../lambda/deploy.ts';
import { until } from '../../until.ts';

jest.setTimeout(180_000);

/** Writes each body to a file; bodies that say so fail, as an item or with the whole batch. */
const SCRIBE = `
import { appendFileSync } from 'node:fs';
export const handler = async ({ Records }) => {
  const bodies = Records.map((record) => record.body ?? record.Sns.Message);
  appendFileSync(process.env.FILE, bodies.map((body) => body + '\\n').join(''));
  if (bodies.includes('throw')) throw new Error('thrown');
  return { batchItemFailures: Records.filter((record) => record.body === 'fail').map((record) => ({ itemIdentifier: record.messageId })) };
};`;

const queueArn = (name: string): string => `arn:aws:sqs:eu-central-1:000000000000:${name}`;
let sandbox: Sandbox;
let folder: string;
/** Raw calls through the edge. */
let aws: ControlClient;
let lambda: LambdaClient;

beforeAll(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(join(tmpdir(), 'waybill-queues-'));
  aws = createControlClient({ port: Number(new URL(sandbox.endpoint).port), region: 'eu-central-1' });
  lambda = new LambdaClient(sandbox.client);
});
afterAll(async () => {
  lambda?.destroy();
  aws?.close();
  await sandbox?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Road {
  readonly url: string;
  readonly written: () => string[];
}

const sqs = (operation: string, input: object): Promise<JsonObject> => aws.json('sqs', `AmazonSQS.${operation}`, input);
const makeQueue = async (QueueName: string, Attributes: Record<string, string> = {}): Promise<string> => String((await sqs('CreateQueue', { QueueName, Attributes }))['QueueUrl']);
const send = (QueueUrl: string, MessageBody: string): Promise<unknown> => sqs('SendMessage', { QueueUrl, MessageBody });

async function countOf(QueueUrl: string): Promise<number> {
  const attributes = asObject((await sqs('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] }))['Attributes']);
  return Number(attributes['ApproximateNumberOfMessages']) + Number(attributes['ApproximateNumberOfMessagesNotVisible']);
}

async function received(QueueUrl: string): Promise<{ body: string; attributes: JsonObject }[]> {
  const { Messages } = await sqs('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] });
  return (Array.isArray(Messages) ? Messages.map(asObject) : []).map((message) => ({ body: String(message['Body']), attributes: asObject(message['MessageAttributes']) }));
}

/** SNS speaks the query protocol; answers the first ARN of the reply. */
async function sns(Action: string, input: Record<string, string>): Promise<string> {
  const body = new URLSearchParams({ Action, Version: '2010-03-31', ...input }).toString();
  const reply = await aws.send({ service: 'sns', method: 'POST', path: '/', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body });
  if (reply.status >= 300) throw new Error(`${Action}: ${reply.body.toString('utf8')}`);
  return /arn:aws:sns:[^<]+/.exec(reply.body.toString('utf8'))?.[0] ?? '';
}

async function scribe(name: string): Promise<() => string[]> {
  const file = join(folder, name);
  await deploy(lambda, { name, code: SCRIBE, timeoutSeconds: 5, variables: { FILE: file } });
  return () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);
}

async function build(name: string, attributes: Record<string, string>, settings: Partial<CreateEventSourceMappingCommandInput> = {}): Promise<Road> {
  const url = await makeQueue(name, attributes);
  const written = await scribe(name);
  await lambda.send(new CreateEventSourceMappingCommand({ FunctionName: name, EventSourceArn: queueArn(name), FunctionResponseTypes: ['ReportBatchItemFailures'], ...settings }));
  return { url, written };
}

it('delivers messages, gives back the failed ones alone after their visibility timeout, and the redrive policy moves them on', async () => {
  const dead = await makeQueue('dead');
  const road = await build('work', { VisibilityTimeout: '1', RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn('dead'), maxReceiveCount: 2 }) });
  for (const body of ['a', 'fail', 'b']) await send(road.url, body);
  await until(async () => (await countOf(dead)) === 1, 'the failed message was in the dead-letter queue');

  expect(road.written().filter((body) => body !== 'fail').sort()).toEqual(['a', 'b']);
  expect(road.written().filter((body) => body === 'fail')).toHaveLength(2);
  expect(await countOf(road.url)).toBe(0);
  expect((await received(dead)).map(({ body }) => body)).toEqual(['fail']);
});

it('delivers again after the edge was killed, and nothing is lost', async () => {
  const road = await build('killed', { VisibilityTimeout: '2' });
  const bodies = Array.from({ length: 40 }, (_, n) => `m${n}`);
  for (const body of bodies) await send(road.url, body);
  await sandbox.kill('edge');
  await until(() => new Set(road.written()).size >= 40, 'everything was delivered', 60_000);
  expect(new Set(road.written())).toEqual(new Set(bodies));
  await until(async () => (await countOf(road.url)) === 0, 'the queue was empty');
});

describe('a topic', () => {
  const publish = (TopicArn: string, Message: string, attributes: Record<string, string | number> = {}): Promise<unknown> => {
    const entries = Object.entries(attributes).flatMap(([name, value], index) => [[`MessageAttributes.entry.${index + 1}.Name`, name], [`MessageAttributes.entry.${index + 1}.Value.DataType`, typeof value === 'number' ? 'Number' : 'String'], [`MessageAttributes.entry.${index + 1}.Value.StringValue`, String(value)]]);
    return sns('Publish', { TopicArn, Message, ...(Object.fromEntries(entries) as Record<string, string>) });
  };
  const subscribe = (TopicArn: string, Protocol: string, Endpoint: string, attributes: Record<string, string> = {}): Promise<unknown> => {
    const entries = Object.entries(attributes).flatMap(([key, value], index) => [[`Attributes.entry.${index + 1}.key`, key], [`Attributes.entry.${index + 1}.value`, value]]);
    return sns('Subscribe', { TopicArn, Protocol, Endpoint, ...(Object.fromEntries(entries) as Record<string, string>) });
  };
  let topic: string;
  let queues: Record<'raw' | 'wrapped' | 'body' | 'absent', string>;

  beforeAll(async () => {
    topic = await sns('CreateTopic', { Name: 'alerts' });
    const follow = async (name: string, attributes: Record<string, string>): Promise<string> => {
      const url = await makeQueue(`alerts-${name}`);
      await subscribe(topic, 'sqs', queueArn(`alerts-${name}`), attributes);
      return url;
    };
    const policy = (rules: object, more: Record<string, string> = {}): Record<string, string> => ({ FilterPolicy: JSON.stringify(rules), RawMessageDelivery: 'true', ...more });
    queues = {
      raw: await follow('raw', policy({ severity: [{ numeric: ['<=', 2] }], region: ['EU', { prefix: 'NA-' }] })),
      wrapped: await follow('wrapped', { FilterPolicy: JSON.stringify({ region: [{ 'anything-but': ['EU'] }] }) }),
      body: await follow('body', policy({ alert: { customer: [{ suffix: '-GOLD' }] } }, { FilterPolicyScope: 'MessageBody' })),
      absent: await follow('absent', policy({ region: [{ exists: false }] })),
    };
    await publish(topic, '{"n":1}', { severity: 1, region: 'EU' });
    await publish(topic, '{"n":2,"alert":{"customer":"ACME-GOLD"}}', { severity: 2, region: 'NA-E' });
    await publish(topic, '{"n":3,"alert":{"customer":"ACME"}}', { severity: 4, region: 'EU' });
    await publish(topic, '{"n":4}');
  });

  it('hands out by attributes, raw: the body as published, with the attributes', async () => {
    expect(await received(queues.raw)).toMatchObject([{ body: '{"n":1}', attributes: { severity: { StringValue: '1' } } }, { body: '{"n":2,"alert":{"customer":"ACME-GOLD"}}' }]);
  });

  it('wraps a message where raw delivery is not asked for', async () => {
    const messages = (await received(queues.wrapped)).map(({ body }) => JSON.parse(body) as object);
    expect(messages).toMatchObject([{ Type: 'Notification', TopicArn: topic, Message: '{"n":2,"alert":{"customer":"ACME-GOLD"}}', MessageAttributes: { severity: { Type: 'Number', Value: '2' } } }]);
  });

  it('hands out by the body, and by what is absent', async () => {
    expect((await received(queues.body)).map(({ body }) => body.slice(0, 6))).toEqual(['{"n":2']);
    expect((await received(queues.absent)).map(({ body }) => body)).toEqual(['{"n":4}']);
  });

  it('asks a function again that failed', async () => {
    const written = await scribe('told');
    await subscribe(topic, 'lambda', 'arn:aws:lambda:eu-central-1:000000000000:function:told');
    await publish(topic, 'throw');
    await until(() => written().length >= 3, 'the function was asked three times');
    expect(written()).toEqual(['throw', 'throw', 'throw']);
  });
});
