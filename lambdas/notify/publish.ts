import { email, noticeAttributes, webhook } from '../../domain/alert/index.ts';
import type { AlertNotice } from '../../domain/alert/index.ts';
import { AwsError } from '../_shared/aws/aws-error.ts';
import { createSend, endpointOf } from '../_shared/aws/http.ts';
import { withRetries } from '../_shared/aws/retry.ts';
import { awsSettings } from '../_shared/aws/settings.ts';
import { sha256Hex, signRequest } from '../_shared/aws/sigv4.ts';

export type Publish = (notice: AlertNotice) => Promise<void>;

/**
 * Publishes to one SNS topic: text for e-mail, JSON for everyone else, and what subscriptions filter by as attributes. A
 * repeat after a lost answer is a second message under the same key.
 */
export function createPublisher(topicArn: string, env: Readonly<Record<string, string | undefined>> = process.env): Publish {
  const settings = awsSettings(env);
  const send = createSend({ timeoutMs: 5_000, maxSockets: 8 });
  const endpoint = endpointOf(new URL(env['AWS_ENDPOINT_URL_SNS'] ?? env['AWS_ENDPOINT_URL'] ?? `https://sns.${settings.region}.amazonaws.com`));
  const publishOnce = async (body: string): Promise<void> => {
    const payloadHash = sha256Hex(body);
    const headers = signRequest(
      { method: 'POST', path: '/', query: {}, headers: { host: endpoint.host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }, payloadHash },
      { credentials: settings.credentials, region: settings.region, service: 'sns', now: new Date() },
    );
    const answer = await send({ endpoint, method: 'POST', path: '/', headers, body, operation: 'sns:Publish' });
    if (answer.status >= 200 && answer.status < 300) return;
    const text = answer.body.toString('utf8');
    throw new AwsError({ operation: 'sns:Publish', status: answer.status, code: /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? `Http${answer.status}`, message: /<Message>([^<]*)<\/Message>/.exec(text)?.[1] ?? 'no message' });
  };
  return async (notice) => withRetries(async () => publishOnce(publishForm(topicArn, notice)), { attempts: 3, baseDelayMs: 100, jitter: Math.random });
}

/** The body of the request, in AWS's query protocol. */
export function publishForm(topicArn: string, notice: AlertNotice): string {
  const { subject, text } = email(notice);
  const json = webhook(notice);
  const form = new URLSearchParams({
    Action: 'Publish',
    Version: '2010-03-31',
    TopicArn: topicArn,
    Subject: subject,
    MessageStructure: 'json',
    Message: JSON.stringify({ default: json, email: text }),
  });
  Object.entries<string>({ ...noticeAttributes(notice) }).forEach(([name, value], index) => {
    const entry = `MessageAttributes.entry.${index + 1}`;
    form.set(`${entry}.Name`, name);
    form.set(`${entry}.Value.DataType`, 'String');
    form.set(`${entry}.Value.StringValue`, value);
  });
  return form.toString();
}
