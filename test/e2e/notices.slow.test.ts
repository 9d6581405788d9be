/**
 * From an event to listeners outside: somebody's own environment file names a pager, a chat and two webhooks on this machine, and is
 * deployed over the running platform. A listener that fails for a while gets its notice in the end, what is refused for good lies
 * among the undelivered, and a repeat is the same incident.
 */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noticeQueueName, OUTPUTS } from '../../contracts/platform-names.ts';
import { local } from '../../lib/config/environments/local.ts';
import type { NoticeSubscription } from '../../lib/config/notice-config.ts';
import { synthesize } from '../../cli/start/synthesize.ts';
import { startListener } from '../lambdas/deliver-notice/listener.ts';
import type { Listener, Received } from '../lambdas/deliver-notice/listener.ts';
import { NODE_24, PROJECT, SUPERVISOR } from '../sandbox/harness.ts';
import { deployed, run } from './deployed.ts';
import type { Deployed } from './deployed.ts';
import { until } from '../until.ts';

jest.setTimeout(600_000);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PATIENCE = 4 * MINUTE;
const SIGNING = 'one two three';

let app: Deployed;
let listener: Listener;
let refused = 0;

beforeAll(async () => {
  listener = await startListener(({ path }, response) => {
    // The pager has an outage of two tries; the left chat is gone for good.
    if (path === '/v2/enqueue') response.writeHead(refused++ < 2 ? 500 : 202).end();
    else response.writeHead(path === '/services/left' ? 404 : 200).end(path === '/services/left' ? 'no_service' : 'ok');
  });
  app = await deployed();
  await deployWithListeners();
  await Promise.all([makeSecret('pager', 'R0UT1NGKEY'), makeSecret('chat', `${listener.url}/services/chat`), makeSecret('left', `${listener.url}/services/left`), makeSecret('tower', SIGNING)]);
});
afterAll(async () => {
  await app.stop();
  await listener.close();
});

async function deployWithListeners(): Promise<void> {
  const notices: readonly NoticeSubscription[] = [
    { channel: 'pagerduty', name: 'pager', secret: 'waybill/local/pager', endpoint: `${listener.url}/v2/enqueue`, severities: [1, 2, 3, 4] },
    { channel: 'slack', name: 'chat', secret: 'waybill/local/chat', regions: ['benelux'] },
    { channel: 'slack', name: 'left', secret: 'waybill/local/left' },
    { channel: 'webhook', name: 'tower', secret: 'waybill/local/tower', endpoint: `${listener.url}/tower`, severities: [4] },
    { channel: 'webhook', name: 'elsewhere', endpoint: `${listener.url}/elsewhere`, regions: ['nordics'] },
  ];
  const [config, outDir] = [join(app.sandbox.dir, 'own-environment.json'), join(app.sandbox.dir, 'cdk.out')];
  writeFileSync(config, JSON.stringify({ ...local, live: { ...local.live, notices } }));
  await synthesize(PROJECT, { config }, outDir);
  const deploy = await run(NODE_24, [SUPERVISOR, 'deploy', '--dir', app.sandbox.dir, '--app', outDir]);
  if (deploy.code !== 0) throw new Error(`cdk deploy failed:\n${deploy.out.slice(-3000)}\n${deploy.err.slice(-3000)}`);
}

/** One call of a service that speaks AWS JSON. */
async function aws<T>(service: string, target: string, input: object): Promise<T> {
  const answer = await fetch(app.sandbox.endpoint, {
    method: 'POST', body: JSON.stringify(input),
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target, authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${app.platform.region}/${service}/aws4_request, SignedHeaders=host, Signature=0` },
  });
  if (!answer.ok) throw new Error(`${target} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

const makeSecret = async (name: string, value: string): Promise<unknown> => aws('secretsmanager', 'secretsmanager.CreateSecret', { Name: `waybill/local/${name}`, SecretString: value });

const to = (path: string): readonly Received[] => listener.received.filter((received) => received.path === path);
const bodiesTo = (path: string): readonly Record<string, unknown>[] => to(path).map(({ body }) => JSON.parse(body) as Record<string, unknown>);

interface Message { readonly Body: string; readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue: string }>> }

/** What lies among the undelivered of a listener, seen without taking it away. */
async function undelivered(name: string): Promise<readonly Message[]> {
  const { QueueUrl } = await aws<{ QueueUrl: string }>('sqs', 'AmazonSQS.GetQueueUrl', { QueueName: noticeQueueName('local', 'undelivered', name) });
  const { Messages } = await aws<{ Messages?: Message[] }>('sqs', 'AmazonSQS.ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0, MessageAttributeNames: ['All'] });
  return Messages ?? [];
}

async function putLateShipment(): Promise<void> {
  const plan = Date.now() - 2 * HOUR;
  const at = (time: number): string => new Date(time).toISOString();
  const shared = { schemaVersion: '1.0', source: 'TEST:notices', shipmentId: 'SHP-N1', sourceEventCode: 'TEST', location: { unLocode: 'NLRTM' } };
  const events = [
    { ...shared, eventId: 'go', eventType: 'DEPARTED', eventClassifier: 'ACTUAL', eventTime: at(plan - HOUR), publishedTime: at(Date.now() - MINUTE) },
    { ...shared, eventId: 'plan', eventType: 'ARRIVED', eventClassifier: 'PLANNED', eventTime: at(plan), publishedTime: at(plan - 24 * HOUR) },
  ];
  const result = await run(NODE_24, [`${PROJECT}/cli/waybill.ts`, '--dir', app.sandbox.dir, 'put', '-', '--contract', 'shipment-event'], events.map((each) => JSON.stringify(each)).join('\n'));
  expect(result).toMatchObject({ code: 0, err: '' });
}

describe('a late shipment', () => {
  it('reaches a pager after its outage, told twice as one incident', async () => {
    // The worker dies when its notice is out: it tells it again.
    const notify = await app.platform.output('ingest', OUTPUTS.notifyFunction);
    const rules = [{ id: 'after', service: 'sns', operation: 'Publish', caller: notify, action: 'kill-caller', count: 1, when: 'after' }];
    await fetch(`${app.sandbox.endpoint}/_waybill/faults`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(rules) });
    await putLateShipment();
    await until(() => to('/v2/enqueue').length >= 4, 'two refused and two taken notices', PATIENCE);
    const bodies = bodiesTo('/v2/enqueue');
    expect(bodies[0]).toMatchObject({ routing_key: 'R0UT1NGKEY', event_action: 'trigger', dedup_key: expect.stringMatching(/^LATE:ARRIVED:NLRTM:.*SHP-N1$/) as string });
    expect(bodies).toEqual(Array(4).fill(bodies[0]));
  });

  it('reaches a chat and a webhook that asked for it, signed, and nobody else', async () => {
    await until(() => to('/services/chat').length >= 2 && to('/tower').length >= 2, 'both notices in chat and webhook', PATIENCE);
    expect(bodiesTo('/services/chat')[0]).toMatchObject({ text: expect.stringMatching(/^SEV-4 Arrival at NLRTM is 2 h late \(SHP-N1\)$/) as string });
    for (const { headers, body } of to('/tower')) {
      const [, time = '', signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-waybill-signature'])) ?? [];
      expect(signature).toBe(createHmac('sha256', SIGNING).update(`${time}.${body}`).digest('hex'));
      expect(JSON.parse(body)).toMatchObject({ schema: 'waybill.alert-notice/1', shipmentId: 'SHP-N1', turn: 'opens' });
    }
    expect(to('/elsewhere')).toEqual([]);
  });

  it('that is refused for good lies among the undelivered, whole and with the reason', async () => {
    await until(() => to('/services/left').length >= 2, 'both notices refused', PATIENCE);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const messages = await undelivered('left');
    expect(messages.map(({ Body }) => JSON.parse(Body) as unknown)).toEqual(Array(2).fill(expect.objectContaining({ shipmentId: 'SHP-N1', key: bodiesTo('/tower')[0]?.['key'] })));
    expect(messages[0]?.MessageAttributes?.['reason']?.StringValue).toBe('HTTP 404: no_service');
    expect(await undelivered('pager')).toEqual([]);
  });
});
