/** Messages of a queue as a function and a filter see them. */
import { asObject, type JsonObject } from '../../json.ts';
import type { QueueMapping } from './mapping.ts';
import type { QueueMessage } from './queue.ts';
import { MAX_PAYLOAD_BYTES } from './record-format.ts';

/** The record of one message in an invocation event. */
export function queueRecord(mapping: QueueMapping, { id, receipt, body, raw }: QueueMessage): JsonObject {
  return {
    messageId: id,
    receiptHandle: receipt,
    body,
    attributes: asObject(raw['Attributes']),
    messageAttributes: Object.fromEntries(Object.entries(asObject(raw['MessageAttributes'])).map(([name, value]) => [name, toAttribute(asObject(value))])),
    md5OfBody: raw['MD5OfBody'],
    eventSource: 'aws:sqs',
    eventSourceARN: mapping.sourceArn,
    awsRegion: mapping.sourceArn.split(':')[3],
  };
}

/** What the patterns of a filter are held against: the record, with its body read as JSON where it is JSON. */
export function filterableMessage(record: JsonObject): JsonObject {
  try {
    return { ...record, body: JSON.parse(String(record['body'])) as unknown };
  } catch {
    return record;
  }
}

/** Texts of invocation events below Lambda's limit, in order; mostly one. */
export function payloadsOf<T extends { readonly text: string }>(messages: readonly T[]): T[][] {
  const batches: T[][] = [];
  let bytes = Infinity;
  for (const message of messages) {
    const size = Buffer.byteLength(message.text) + 1;
    if (bytes + size > MAX_PAYLOAD_BYTES - '{"Records":[]}'.length) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(message);
    bytes += size;
  }
  return batches;
}

function toAttribute({ StringValue: stringValue, BinaryValue: binaryValue, DataType: dataType }: JsonObject): JsonObject {
  return { ...(stringValue === undefined ? {} : { stringValue }), ...(binaryValue === undefined ? {} : { binaryValue }), stringListValues: [], binaryListValues: [], dataType };
}
