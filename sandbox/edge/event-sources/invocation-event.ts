/** The event that Lambda hands to a function for a batch of a Kinesis shard, as JSON text. */
import type { EventSourceMapping } from './mapping.ts';
import type { StreamRecord } from './stream.ts';

/** Lambda's limit for the payload of a synchronous invocation: 6 MB. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;
const WRAPPER_BYTES = '{"Records":[]}'.length;

/** Builds payloads of one shard. Everything but key, number, time and data is the same in each record and is written once. */
export interface EventWriter {
  /** Bytes that the record takes in the payload, its comma included. */
  size(record: StreamRecord): number;
  write(records: readonly StreamRecord[]): string;
}

export function createEventWriter(mapping: EventSourceMapping, shardId: string): EventWriter {
  const [, , , region = '', account = ''] = mapping.streamArn.split(':');
  const role = `arn:aws:iam::${account}:role/${mapping.functionName}`;
  const tail = (id: string): string => `},"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":"${shardId}:${id}","eventName":"aws:kinesis:record","invokeIdentityArn":"${role}","awsRegion":"${region}","eventSourceARN":"${mapping.streamArn}"}`;
  const writeRecord = (record: StreamRecord): string =>
    `{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":${JSON.stringify(record.partitionKey)},"sequenceNumber":"${record.sequenceNumber}","data":"${record.data}","approximateArrivalTimestamp":${record.arrival / 1000}${tail(record.sequenceNumber)}`;
  const fixedBytes = Buffer.byteLength(writeRecord({ sequenceNumber: '', partitionKey: '', data: '', arrival: 0 })) + WRAPPER_BYTES;

  return {
    // 24: comma and the digits of the arrival time. A sequence number stands in a record twice.
    size: (record) => fixedBytes + 24 + record.data.length + 2 * record.sequenceNumber.length + Buffer.byteLength(JSON.stringify(record.partitionKey)),
    write: (records) => `{"Records":[${records.map(writeRecord).join(',')}]}`,
  };
}
