import { createSend } from './http.ts';
import { createJsonService } from './json-service.ts';
import { withRetries } from './retry.ts';
import { createS3 } from './s3.ts';
import type { ListedObject, PutObjectInput } from './s3.ts';
import { awsSettings } from './settings.ts';

/**
 * The few AWS calls of the ingest path, signed and sent without an SDK: a tenth of its CPU and a hundredth of its size
 * (docs/decisions/0002-thin-aws-client.md). Every method rejects with `AwsError`.
 */
export interface AwsClient {
  /** Any DynamoDB operation by name, e.g. `dynamo('PutItem', { TableName, Item })`; values in DynamoDB's own form. */
  readonly dynamo: (operation: string, input: object) => Promise<Record<string, unknown>>;
  /** Any Kinesis operation; binary values in base64. */
  readonly kinesis: (operation: string, input: object) => Promise<Record<string, unknown>>;
  /** Any Step Functions operation. */
  readonly states: (operation: string, input: object) => Promise<Record<string, unknown>>;
  /**
   * A repeat after a lost answer meets its own object: with `ifNoneMatch` that is `PreconditionFailed`, so callers must
   * take that code as "it is there".
   */
  readonly putObject: (input: PutObjectInput) => Promise<void>;
  readonly getObject: (input: { readonly bucket: string; readonly key: string }) => Promise<Buffer>;
  /** All objects below a prefix, page by page, in key order. */
  readonly listObjects: (input: { readonly bucket: string; readonly prefix: string }) => Promise<ListedObject[]>;
}

export interface AwsClientOptions {
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds for one request with its answer. @default 5000 */
  readonly timeoutMs?: number;
  /** Connections per host. @default 50 */
  readonly maxSockets?: number;
  /** Tries of one call, the first included. @default 3 */
  readonly attempts?: number;
  /** Longest wait before the second try, ms. @default 100 */
  readonly baseDelayMs?: number;
  /** A number in [0, 1) per wait. @default Math.random */
  readonly jitter?: () => number;
  /** Time of signing. @default the system clock */
  readonly now?: () => Date;
}

export const DEFAULTS = { timeoutMs: 5_000, maxSockets: 50, attempts: 3, baseDelayMs: 100 } as const;

export function createAwsClient(options: AwsClientOptions = {}): AwsClient {
  const settings = awsSettings(options.env ?? process.env);
  const now = options.now ?? (() => new Date());
  const send = createSend({ timeoutMs: options.timeoutMs ?? DEFAULTS.timeoutMs, maxSockets: options.maxSockets ?? DEFAULTS.maxSockets });
  const retry = {
    attempts: options.attempts ?? DEFAULTS.attempts,
    baseDelayMs: options.baseDelayMs ?? DEFAULTS.baseDelayMs,
    jitter: options.jitter ?? Math.random,
  };
  const dynamo = createJsonService({ name: 'dynamodb', target: 'DynamoDB_20120810', version: '1.0', endpoint: settings.dynamoEndpoint }, settings, { send, now });
  const kinesis = createJsonService({ name: 'kinesis', target: 'Kinesis_20131202', version: '1.1', endpoint: settings.kinesisEndpoint }, settings, { send, now });
  const states = createJsonService({ name: 'states', target: 'AWSStepFunctions', version: '1.0', endpoint: settings.statesEndpoint }, settings, { send, now });
  const s3 = createS3(settings, send, now);

  return {
    dynamo: (operation, input) => withRetries(() => dynamo(operation, input), retry),
    kinesis: (operation, input) => withRetries(() => kinesis(operation, input), retry),
    states: (operation, input) => withRetries(() => states(operation, input), retry),
    putObject: (input) => withRetries(() => s3.putObject(input), retry),
    getObject: (input) => withRetries(() => s3.getObject(input), retry),
    listObjects: async ({ bucket, prefix }) => {
      const objects: ListedObject[] = [];
      let token: string | undefined;
      do {
        const position = token === undefined ? {} : { token };
        const page = await withRetries(() => s3.listPage({ bucket, prefix, ...position }), retry);
        objects.push(...page.objects);
        token = page.next;
      } while (token !== undefined);
      return objects;
    },
  };
}
