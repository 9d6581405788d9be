import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { AlertNotice } from '../../../domain/alert/index.ts';
import { AwsError } from '../../../lambdas/_shared/aws/aws-error.ts';
import { createDeliver } from '../../../lambdas/deliver-notice/deliver.ts';
import type { Verdict } from '../../../lambdas/deliver-notice/judge-answer.ts';
import type { Delivery } from '../../../lambdas/deliver-notice/names.ts';
import { createPost } from '../../../lambdas/deliver-notice/post.ts';
import { createSecret } from '../../../lambdas/deliver-notice/secret.ts';
import { NOTICES } from '../../fixtures/alert-notices/notices.ts';
import { startListener } from './listener.ts';
import type { Listener, Received } from './listener.ts';

const NOW = 1_795_176_000_000;
const LATE = NOTICES['late'] as AlertNotice;
let answer: (received: Received, response: ServerResponse) => void;
let listener: Listener;

beforeAll(async () => {
  listener = await startListener((received, response) => answer(received, response));
});
afterAll(async () => listener.close());
beforeEach(() => {
  (listener.received as Received[]).length = 0;
  answer = (_, response) => response.writeHead(202).end();
});

const pager = (): Delivery => ({ name: 'night', channel: 'pagerduty', endpoint: `${listener.url}/v2/enqueue`, secret: 'waybill/test/pagerduty', plainHttp: true });
const team = (): Delivery => ({ name: 'team', channel: 'slack', secret: 'waybill/test/slack', plainHttp: true });
const tower = (secret?: string): Delivery => ({ name: 'tower', channel: 'webhook', endpoint: `${listener.url}/alerts`, ...(secret !== undefined && { secret }), plainHttp: true });

/** One notice, or several one after the other, delivered with the values that the secret has at each reading. */
async function deliver(delivery: Delivery, values: readonly (string | Error)[], times = 1): Promise<Verdict[]> {
  let reading = 0;
  const fetchValue = async (): Promise<string> => {
    const value = values[Math.min(reading++, values.length - 1)] ?? '';
    return value instanceof Error ? Promise.reject(value) : Promise.resolve(value);
  };
  const deliverOne = createDeliver({ delivery, secret: delivery.secret === undefined ? undefined : createSecret({ fetchValue, now: () => NOW }), post: createPost({ timeoutMs: 1_000 }), now: () => NOW });
  const verdicts: Verdict[] = [];
  for (let time = 0; time < times; time += 1) verdicts.push(await deliverOne(LATE));
  return verdicts;
}

describe('a notice', () => {
  it('opens one incident in PagerDuty per alert: a repeat has the same key', async () => {
    expect(await deliver(pager(), ['R0UT1NG'], 2)).toEqual([{ kind: 'delivered' }, { kind: 'delivered' }]);
    const bodies = listener.received.map(({ body }) => JSON.parse(body) as unknown);
    expect(bodies[0]).toMatchObject({ routing_key: 'R0UT1NG', event_action: 'trigger', dedup_key: LATE.alertId, payload: { severity: 'error', custom_details: LATE } });
    expect(bodies[1]).toEqual(bodies[0]);
    expect(listener.received[0]).toMatchObject({ path: '/v2/enqueue', headers: { 'content-type': 'application/json' } });
  });

  it('goes to the URL that Slack\'s secret is, with the alert in it', async () => {
    await deliver(team(), [` ${listener.url}/services/T0/B0/X\n`]);
    expect(listener.received[0]?.path).toBe('/services/T0/B0/X');
    expect(JSON.parse(listener.received[0]?.body ?? '')).toMatchObject({ text: 'SEV-2 Arrival at NLRTM is 5 h late (SHP-7Q2M4)' });
    expect(listener.received[0]?.body).toContain(LATE.alertId);
  });

  it('is signed for a webhook with a secret: time and body, so that neither can be changed', async () => {
    await deliver(tower('waybill/test/tower'), ['s3cret']);
    const [received] = listener.received;
    const body = received?.body ?? '';
    expect(JSON.parse(body)).toEqual(LATE);
    const expected = createHmac('sha256', 's3cret').update(`${NOW / 1_000}.${body}`).digest('hex');
    expect(received?.headers['x-waybill-signature']).toBe(`t=${NOW / 1_000},v1=${expected}`);
  });

  it('is not signed for one without', async () => {
    await deliver(tower(), []);
    expect(listener.received[0]?.headers).not.toHaveProperty('x-waybill-signature');
  });
});

describe('an answer', () => {
  it('that redirects is not followed', async () => {
    answer = (_, response) => response.writeHead(307, { location: `${listener.url}/elsewhere` }).end();
    expect(await deliver(tower(), [])).toMatchObject([{ kind: 'never', reason: expect.stringContaining('/elsewhere') as string }]);
    expect(listener.received.map(({ path }) => path)).toEqual(['/alerts']);
  });

  it('that asks for patience is obeyed', async () => {
    answer = (_, response) => response.writeHead(429, { 'retry-after': '33' }).end('slow down');
    expect(await deliver(tower(), [])).toEqual([{ kind: 'again', reason: 'HTTP 429: slow down', waitSeconds: 33, everybody: true }]);
  });

  it('of any length is read as far as it is shown, in one line; without the secret, should it be in there', async () => {
    answer = ({ body }, response) => response.writeHead(400).end(`no\n\u0007 such key ${(JSON.parse(body) as { routing_key: string }).routing_key} ${'x'.repeat(1_000_000)}`);
    const [verdict] = await deliver(pager(), ['R0UT1NG']);
    expect(verdict).toMatchObject({ kind: 'never', reason: expect.stringMatching(/^HTTP 400: no such key \*\*\* x{100,}$/) as string });
  });

  it('that never comes is a timeout, without a second try in vain', async () => {
    answer = () => undefined;
    expect(await deliver(tower(), [])).toEqual([{ kind: 'again', reason: 'no answer in time', waitSeconds: 0, everybody: true }]);
    expect(listener.received).toHaveLength(1);
  });

  it('that is torn off counts by its status', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    };
    expect(await deliver(tower(), [])).toEqual([{ kind: 'delivered' }]);
  });

  it('that a closed connection swallowed is asked for once more', async () => {
    answer = (_, response) => (listener.received.length === 1 ? response.destroy() : response.writeHead(200).end());
    expect(await deliver(tower(), [])).toEqual([{ kind: 'delivered' }]);
    expect(listener.received).toHaveLength(2);
  });

  it('of nobody at all is for later', async () => {
    const gone = await startListener(() => undefined);
    await gone.close();
    expect(await deliver({ ...tower(), endpoint: gone.url }, [])).toMatchObject([{ kind: 'again', everybody: true, reason: expect.stringContaining('ECONNREFUSED') as string }]);
  });
});

describe('a secret', () => {
  it('is read once for many notices', async () => {
    await deliver(pager(), ['one', 'two'], 3);
    expect(listener.received.map(({ body }) => (JSON.parse(body) as { routing_key: string }).routing_key)).toEqual(['one', 'one', 'one']);
  });

  it('that was changed is read again when the old one is refused', async () => {
    answer = ({ body }, response) => response.writeHead(body.includes('"old"') && listener.received.length > 1 ? 403 : 202).end();
    expect(await deliver(pager(), ['old', 'new'], 3)).toEqual(Array(3).fill({ kind: 'delivered' }));
    expect(listener.received.map(({ body }) => (JSON.parse(body) as { routing_key: string }).routing_key)).toEqual(['old', 'old', 'new', 'new']);
  });

  it('that was not changed is refused for good', async () => {
    answer = (_, response) => response.writeHead(listener.received.length > 1 ? 403 : 202).end();
    expect(await deliver(pager(), ['same'], 2)).toMatchObject([{ kind: 'delivered' }, { kind: 'never' }]);
    expect(listener.received).toHaveLength(2);
  });

  it.each([
    ['does not exist', new AwsError({ operation: 'secretsmanager:GetSecretValue', status: 400, code: 'ResourceNotFoundException', message: 'no' }), /^Secret "waybill\/test\/slack" could not be read: ResourceNotFoundException\. Make it/],
    ['is empty', '  ', /is empty/],
    ['is a JSON object', '{"url":"https://hooks.slack.com/services/T0/B0/X"}', /is a JSON object; slack takes plain text/],
    ['is no URL', 'T0/B0/X', /is no https URL; it must be that of Slack's incoming webhook/],
  ])('that %s lets notices wait for whoever corrects it, and says so without showing it', async (_, value, reason) => {
    const [verdict, next] = await deliver(team(), [value, `${listener.url}/right`], 2);
    expect(verdict).toMatchObject({ kind: 'again', everybody: true, reason: expect.stringMatching(reason) as string });
    expect((verdict as { reason: string }).reason).not.toContain('T0/B0/X"');
    expect(next).toEqual({ kind: 'delivered' });
  });

  it('of Slack over plain HTTP is refused outside the sandbox', async () => {
    expect(await deliver({ ...team(), plainHttp: false }, [listener.url])).toMatchObject([{ kind: 'again', reason: expect.stringContaining('no https URL') as string }]);
    expect(listener.received).toEqual([]);
  });
});
