/** Where batches go that Lambda gives up on: a bucket (with the whole event), a queue or a topic (metadata only). */
import { createHash } from 'node:crypto';
import type { ControlClient, ControlReply } from '../control-client.ts';
import type { StreamMapping } from './mapping.ts';
import { formatOf } from './record-format.ts';
import type { StreamRecord } from './stream.ts';

export type DiscardCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

export interface DiscardedBatch {
  readonly mapping: StreamMapping;
  readonly shardId: string;
  readonly records: readonly StreamRecord[];
  readonly condition: DiscardCondition;
  readonly invokeCount: number;
  /** Absent when the function was never asked (the records were too old). */
  readonly response?: { readonly executedVersion: string; readonly functionError: string | null };
  /** When it was given up, milliseconds since 1970. */
  readonly at: number;
  /** The invocation event, as it would have been sent. */
  readonly payload: string;
}

export interface FailureDestination {
  /** @throws when the destination did not take it: the caller holds the shard and tries again. */
  deliver(target: string, batch: DiscardedBatch): Promise<void>;
}

/** The destination refused; nothing was stored. */
export class FailureDestinationError extends Error {
  override readonly name = 'FailureDestinationError';
}

export function createFailureDestination(control: ControlClient): FailureDestination {
  return {
    async deliver(target, batch) {
      const [, , service, , account = '', resource = ''] = target.split(':');
      const name = target.split(':').at(-1) ?? resource;
      if (service === 's3') return put(control, `/${name}/${failureObjectKey(batch)}`, JSON.stringify({ ...describeFailure(batch), payload: batch.payload }));

      const message = JSON.stringify(describeFailure(batch));
      if (service === 'sqs') {
        await control.json('sqs', 'AmazonSQS.SendMessage', { QueueUrl: `http://127.0.0.1:${control.port}/${account}/${name}`, MessageBody: message });
      } else if (service === 'sns') {
        await publish(control, target, message);
      } else {
        throw new FailureDestinationError(`On-failure destination ${target} is no bucket, queue or topic.`);
      }
    },
  };
}

/** The message as AWS documents it ("Configuring destinations for failed invocations"). */
export function describeFailure(batch: DiscardedBatch): object {
  const { mapping, records, response } = batch;
  const [first, last] = [records[0], records.at(-1)];
  return {
    requestContext: { requestId: identityOf(batch, 'request'), functionArn: mapping.functionArn, condition: batch.condition, approximateInvokeCount: Math.max(1, batch.invokeCount) },
    ...(response === undefined ? {} : { responseContext: { statusCode: 200, ...response } }),
    version: '1.0',
    timestamp: new Date(batch.at).toISOString(),
    [formatOf(mapping.kind).batchInfo]: {
      shardId: batch.shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: toTime(first),
      approximateArrivalOfLastRecord: toTime(last),
      batchSize: records.length,
      streamArn: mapping.sourceArn,
    },
  };
}

/** `aws/lambda/<mapping>/<shard>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<UUID>`. The UUID follows from the batch: a repeated delivery overwrites itself. */
export function failureObjectKey(batch: DiscardedBatch): string {
  const time = new Date(batch.at).toISOString();
  const day = time.slice(0, 10);
  const clock = time.slice(11, 19).replaceAll(':', '.');
  return `aws/lambda/${batch.mapping.uuid}/${batch.shardId}/${day.replaceAll('-', '/')}/${day}T${clock}-${identityOf(batch, 'object')}`;
}

function identityOf(batch: DiscardedBatch, purpose: string): string {
  const range = [purpose, batch.mapping.uuid, batch.shardId, batch.records[0]?.sequenceNumber, batch.records.at(-1)?.sequenceNumber];
  const hex = createHash('sha256').update(JSON.stringify(range)).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}

const toTime = (record: StreamRecord | undefined): string | undefined => (record === undefined ? undefined : new Date(record.arrival).toISOString());

async function put(control: ControlClient, path: string, body: string): Promise<void> {
  expectDone(path, await control.send({ service: 's3', method: 'PUT', path, headers: { 'content-type': 'application/json' }, body }));
}

async function publish(control: ControlClient, topic: string, message: string): Promise<void> {
  const body = new URLSearchParams({ Action: 'Publish', Version: '2010-03-31', TopicArn: topic, Message: message }).toString();
  expectDone(topic, await control.send({ service: 'sns', method: 'POST', path: '/', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body }));
}

function expectDone(target: string, reply: ControlReply): void {
  if (reply.status >= 300) throw new FailureDestinationError(`On-failure destination ${target}: HTTP ${reply.status} ${reply.body.toString('utf8').slice(0, 200)}`);
}
