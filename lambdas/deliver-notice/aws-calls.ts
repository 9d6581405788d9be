import { createSend } from '../_shared/aws/http.ts';
import { createJsonService } from '../_shared/aws/json-service.ts';
import { withRetries } from '../_shared/aws/retry.ts';
import { awsSettings } from '../_shared/aws/settings.ts';
import type { DeliverNoticePorts } from './create-handler.ts';

export interface AwsCalls extends Pick<DeliverNoticePorts, 'putBack' | 'giveUp'> {
  /** Rejects with `AwsError`. */
  readonly fetchSecret: (nameOrArn: string) => Promise<string>;
}

export interface AwsCallsOptions {
  readonly queueUrl: string;
  readonly undeliveredUrl: string;
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const RETRY = { attempts: 3, baseDelayMs: 100, jitter: Math.random } as const;
/** SQS takes more; people read the first line. */
const REASON_CHARACTERS = 250;

/** Secrets Manager and the two queues. */
export function createAwsCalls({ queueUrl, undeliveredUrl, env = process.env }: AwsCallsOptions): AwsCalls {
  const settings = awsSettings(env);
  const http = { send: createSend({ timeoutMs: 3_000, maxSockets: 8 }), now: () => new Date() };
  const endpoint = (service: string): URL => new URL(env['AWS_ENDPOINT_URL'] ?? `https://${service}.${settings.region}.amazonaws.com`);
  const secrets = createJsonService({ name: 'secretsmanager', target: 'secretsmanager', version: '1.1', endpoint: endpoint('secretsmanager') }, settings, http);
  const queues = createJsonService({ name: 'sqs', target: 'AmazonSQS', version: '1.0', endpoint: endpoint('sqs') }, settings, http);
  const call = async (operation: string, input: object): Promise<void> => void (await withRetries(async () => queues(operation, input), RETRY));
  return {
    fetchSecret: async (nameOrArn) => {
      const { SecretString } = await withRetries(async () => secrets('GetSecretValue', { SecretId: nameOrArn }), RETRY);
      return typeof SecretString === 'string' ? SecretString : '';
    },
    putBack: async ({ receiptHandle }, seconds) => call('ChangeMessageVisibility', { QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: seconds }),
    giveUp: async ({ body }, reason) => call('SendMessage', {
      QueueUrl: undeliveredUrl,
      MessageBody: body,
      MessageAttributes: { reason: { DataType: 'String', StringValue: reason.slice(0, REASON_CHARACTERS) } },
    }),
  };
}
