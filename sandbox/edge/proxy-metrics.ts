/**
 * The metrics that Kinesis and DynamoDB publish about themselves, taken from the calls that pass. Names and dimensions: "Monitoring
 * Kinesis Data Streams" and "DynamoDB metrics and dimensions" in the developer guides.
 */
import { asObject, type JsonObject } from '../json.ts';
import { errorCodeOf } from './control-client.ts';
import type { MetricSink, MetricUnit } from './metric-sink.ts';
import type { CallIdentity } from './router-part.ts';

/** A call with its answer, as far as metrics need them. */
export interface PassedCall extends Pick<CallIdentity, 'service' | 'operation' | 'resource'> {
  readonly body: Buffer;
  readonly status: number;
  /** AWS's error code; empty for answers that are no errors. */
  readonly code: string;
  readonly answer: Buffer;
  readonly ms: number;
  /** Milliseconds since 1970. */
  readonly time: number;
}

type Put = (name: string, value: number, unit?: MetricUnit) => void;

const THROTTLE_CODES = new Set(['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded', 'Throttling']);

export function putServiceMetrics(sink: MetricSink, call: PassedCall): void {
  if (call.service === 'kinesis') putKinesisMetrics(sink, call);
  if (call.service === 'dynamodb') putDynamoMetrics(sink, call);
}

function putKinesisMetrics(sink: MetricSink, call: PassedCall): void {
  const put: Put = (name, value, unit = 'Count') =>
    sink.put({ namespace: 'AWS/Kinesis', name, dimensions: { StreamName: call.resource }, time: call.time, value, unit });

  if (call.operation === 'PutRecord' || call.operation === 'PutRecords') putWriteMetrics(put, call);
  if (call.operation === 'GetRecords' && call.resource !== '') putReadMetrics(put, call);
}

function putWriteMetrics(put: Put, call: PassedCall): void {
  put('WriteProvisionedThroughputExceeded', call.status >= 400 ? Number(THROTTLE_CODES.has(call.code)) : throttledRecords(call));
  if (call.status >= 400) return;

  const request = parse(call.body);
  const records = call.operation === 'PutRecord' ? [request] : listOf(request['Records']).map(asObject);
  const results = call.operation === 'PutRecord' ? [{}] : listOf(parse(call.answer)['Records']).map(asObject);
  const taken = records.filter((_, at) => results[at]?.['ErrorCode'] === undefined);
  put('IncomingRecords', taken.length);
  put('IncomingBytes', taken.reduce((sum, record) => sum + recordBytes(record), 0), 'Bytes');
  put(`${call.operation}.Latency`, call.ms, 'Milliseconds');
  put(`${call.operation}.Success`, 1);
}

function throttledRecords({ operation, answer }: PassedCall): number {
  if (operation === 'PutRecord') return 0;
  const codes = listOf(parse(answer)['Records']).map((result) => asObject(result)['ErrorCode']);
  return codes.filter((code) => typeof code === 'string' && THROTTLE_CODES.has(code)).length;
}

/** Data and partition key, as Kinesis counts them. */
function recordBytes(record: JsonObject): number {
  const [data, key] = [record['Data'], record['PartitionKey']];
  return (typeof data === 'string' ? Buffer.byteLength(data, 'base64') : 0) + (typeof key === 'string' ? Buffer.byteLength(key) : 0);
}

function putReadMetrics(put: Put, call: PassedCall): void {
  put('ReadProvisionedThroughputExceeded', Number(THROTTLE_CODES.has(call.code)));
  const behind = call.status >= 400 ? undefined : parse(call.answer)['MillisBehindLatest'];
  if (typeof behind === 'number') put('GetRecords.IteratorAgeMilliseconds', behind, 'Milliseconds');
}

function putDynamoMetrics(sink: MetricSink, { resource, operation, status, code, ms, time }: PassedCall): void {
  const put = (name: string, dimensions: Record<string, string>, value = 1, unit: MetricUnit = 'Count'): void =>
    sink.put({ namespace: 'AWS/DynamoDB', name, dimensions, time, value, unit });
  const table = { TableName: resource };
  const tableAndOperation = { ...table, Operation: operation };

  if (status < 400) put('SuccessfulRequestLatency', tableAndOperation, ms, 'Milliseconds');
  else if (THROTTLE_CODES.has(code)) put('ThrottledRequests', tableAndOperation);
  else if (code === 'ConditionalCheckFailedException') put('ConditionalCheckFailedRequests', table);
  else if (status >= 500) put('SystemErrors', tableAndOperation);
  else put('UserErrors', {});
}

/** Error code of an answer: from the header, else from the JSON or XML of the body. */
export function codeOf(status: number, headers: Readonly<Record<string, string | string[]>>, answer: Buffer): string {
  if (status < 400) return '';
  const named = headers['x-amzn-errortype'];
  if (typeof named === 'string') return errorCodeOf(named);
  const text = answer.toString('utf8', 0, 2_000);
  const found = /"(?:__type|code)"\s*:\s*"([^"]+)"/.exec(text)?.[1] ?? /<Code>([^<]+)<\/Code>/.exec(text)?.[1];
  return found === undefined ? '' : errorCodeOf(found);
}

function parse(body: Buffer): JsonObject {
  try {
    return asObject(JSON.parse(body.toString('utf8')));
  } catch {
    return {};
  }
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
