/** An SQS queue as the event sources use it: a port, and its implementation over the control plane. */
import { asObject, type JsonObject } from '../../json.ts';
import type { ControlClient } from '../control-client.ts';

/** SQS gives and takes at most this many messages at once. */
export const MAX_PAGE_MESSAGES = 10;

export interface QueueMessage {
  readonly id: string;
  readonly receipt: string;
  readonly body: string;
  /** Milliseconds since 1970. */
  readonly sent: number;
  /** The message as the API gave it. */
  readonly raw: JsonObject;
}

export interface MessageQueue {
  /** At most ten messages, hidden from others for the queue's visibility timeout; waits so long when there is none. */
  receive(most: number, waitSeconds: number): Promise<readonly QueueMessage[]>;
  /** @throws when the control plane does not answer; a message that another receiver has by now stays, as on AWS. */
  remove(messages: readonly QueueMessage[]): Promise<void>;
}

export function openQueue(control: ControlClient, queueArn: string): MessageQueue {
  const [, , , , account = '', name = ''] = queueArn.split(':');
  const QueueUrl = `http://127.0.0.1:${control.port}/${account}/${name}`;
  const call = (operation: string, input: object): Promise<JsonObject> => control.json('sqs', `AmazonSQS.${operation}`, { QueueUrl, ...input });

  return {
    async receive(most, waitSeconds) {
      const answer = await call('ReceiveMessage', { MaxNumberOfMessages: Math.min(most, MAX_PAGE_MESSAGES), WaitTimeSeconds: waitSeconds, MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] });
      return objects(answer['Messages']).map(toMessage);
    },
    async remove(messages) {
      for (let from = 0; from < messages.length; from += MAX_PAGE_MESSAGES) {
        const Entries = messages.slice(from, from + MAX_PAGE_MESSAGES).map((message, index) => ({ Id: String(index), ReceiptHandle: message.receipt }));
        await call('DeleteMessageBatch', { Entries });
      }
    },
  };
}

const toMessage = (raw: JsonObject): QueueMessage => ({ id: text(raw['MessageId']), receipt: text(raw['ReceiptHandle']), body: text(raw['Body']), sent: Number(asObject(raw['Attributes'])['SentTimestamp']), raw });

const objects = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.map(asObject) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
