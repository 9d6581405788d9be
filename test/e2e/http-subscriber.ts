/** An HTTP subscriber of alarm topics, as a paging service would be: confirms its subscription, keeps every notification. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Platform } from '../../cli/platform/platform.ts';

export interface AlarmMessage { readonly AlarmName: string; readonly NewStateValue: string; readonly OldStateValue: string; readonly AlarmDescription?: string }

export interface Subscriber {
  readonly messages: readonly AlarmMessage[];
  readonly subscribe: (platform: Platform, topicArn: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Envelope { readonly Type: string; readonly Message: string; readonly SubscribeURL?: string }

export async function httpSubscriber(): Promise<Subscriber> {
  const messages: AlarmMessage[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part)).on('end', () => {
      const envelope = JSON.parse(Buffer.concat(parts).toString('utf8')) as Envelope;
      if (envelope.Type === 'Notification') messages.push(JSON.parse(envelope.Message) as AlarmMessage);
      if (envelope.SubscribeURL !== undefined) void fetch(envelope.SubscribeURL).catch(() => undefined);
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    messages,
    subscribe: async (platform, topicArn) => {
      const body = new URLSearchParams({ Action: 'Subscribe', Version: '2010-03-31', TopicArn: topicArn, Protocol: 'http', Endpoint: endpoint });
      const answer = await fetch(platform.sandbox?.endpoint ?? '', {
        method: 'POST', body,
        headers: { authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${platform.region}/sns/aws4_request, SignedHeaders=host, Signature=0` },
      });
      if (!answer.ok) throw new Error(`Subscribe was refused: ${answer.status} ${await answer.text()}`);
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
