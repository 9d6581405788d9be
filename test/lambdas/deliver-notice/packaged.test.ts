/** The function as it is packaged, in Lambda's Node, between an AWS and a listener of this test: what it asks for, and in which words. */
import type { AlertNotice } from '../../../domain/alert/index.ts';
import { DELIVER_NOTICE_ENV } from '../../../lambdas/deliver-notice/names.ts';
import type { Delivery } from '../../../lambdas/deliver-notice/names.ts';
import { bundleHandler } from '../../../lib/constructs/bundled-function/bundle-handler.ts';
import { NOTICES } from '../../fixtures/alert-notices/notices.ts';
import { invokePackaged } from '../../infra/support/invoke-packaged.ts';
import { startListener } from './listener.ts';
import type { Listener, Received } from './listener.ts';

const LATE = NOTICES['late'] as AlertNotice;

let aws: Listener;
let chat: Listener;

beforeAll(async () => {
  chat = await startListener(({ path }, response) => response.writeHead({ '/services/chat': 200, '/services/busy': 429 }[path] ?? 404, { 'retry-after': '77' }).end('no_service'));
  aws = await startListener(({ headers, body }, response) => {
    const { SecretId } = JSON.parse(body) as { SecretId?: string };
    response.writeHead(200).end(JSON.stringify(headers['x-amz-target'] === 'secretsmanager.GetSecretValue' ? { SecretString: `${chat.url}/services/${SecretId?.split('/').at(-1)}` } : {}));
  });
});
afterAll(async () => {
  await Promise.all([aws.close(), chat.close()]);
});

/** What the function answers to one message, and what it asked of AWS on the way, as `[target, input]`. */
async function run(secret: string): Promise<{ answer: unknown; asked: [unknown, unknown][] }> {
  const before = aws.received.length;
  const delivery: Delivery = { name: 'team', channel: 'slack', secret: `waybill/test/${secret}`, plainHttp: true };
  const record = { messageId: 'm1', receiptHandle: 'r1', body: JSON.stringify({ ...LATE, at: new Date().toISOString() }), attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) } };
  const names = DELIVER_NOTICE_ENV;
  const env = { [names.delivery]: JSON.stringify(delivery), [names.queueUrl]: 'queue', [names.undeliveredUrl]: 'undelivered', [names.metricNamespace]: 'Waybill/test', AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_ENDPOINT_URL: aws.url };
  const { answer } = await invokePackaged(bundleHandler({ lambda: 'deliver-notice' }).directory, { Records: [record] }, env);
  return { answer, asked: aws.received.slice(before).map(({ headers, body }: Received) => [headers['x-amz-target'], JSON.parse(body) as unknown]) };
}

describe('the packaged deliver-notice', () => {
  it('reads its secret, posts, and is done', async () => {
    expect(await run('chat')).toEqual({ answer: { batchItemFailures: [] }, asked: [['secretsmanager.GetSecretValue', { SecretId: 'waybill/test/chat' }]] });
    expect(chat.received.at(-1)).toMatchObject({ path: '/services/chat', headers: { 'content-type': 'application/json' } });
  }, 30_000);

  it('puts a message back for as long as it was told', async () => {
    const { answer, asked } = await run('busy');
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(asked[1]).toEqual(['AmazonSQS.ChangeMessageVisibility', { QueueUrl: 'queue', ReceiptHandle: 'r1', VisibilityTimeout: 77 }]);
  }, 30_000);

  it('copies a message that was refused for good to the undelivered, with the reason', async () => {
    const { answer, asked } = await run('left');
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(asked[1]).toMatchObject(['AmazonSQS.SendMessage', { QueueUrl: 'undelivered', MessageBody: expect.stringContaining('"SHP-7Q2M4"') as string, MessageAttributes: { reason: { DataType: 'String', StringValue: 'HTTP 404: no_service' } } }]);
  }, 30_000);
});
