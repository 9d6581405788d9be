/** What is particular to the stream of a table; the rules of delivery are those of every stream: stream-source.test.ts. */
import { type ControlClient, ControlError } from '../../../sandbox/edge/control-client.ts';
import { UnsupportedMappingError } from '../../../sandbox/edge/event-sources/mapping.ts';
import { describeFailure } from '../../../sandbox/edge/event-sources/on-failure.ts';
import { finishedChanges, type ReadingSource } from '../../../sandbox/edge/event-sources/read-changes.ts';
import { formatOf } from '../../../sandbox/edge/event-sources/record-format.ts';
import { ExpiredIteratorError, type StreamRecord } from '../../../sandbox/edge/event-sources/stream.ts';
import { openTableStream } from '../../../sandbox/edge/event-sources/table-stream.ts';
import type { JsonObject } from '../../../sandbox/json.ts';
import { mapping } from './lab.ts';

const ARN = 'arn:aws:dynamodb:eu-central-1:000000000000:table/waybill-local-shipments/stream/2026-11-21T09:05:07.000Z';
const SHARD = 'shardId-00000000000000000000-00000000';
const numberAt = (ms: number, counter: number): string => `${String(ms).padStart(20, '0')}${String(counter).padStart(10, '0')}`;

/** A record as the control plane's API gives it. */
const change = (ms: number, counter: number, more: object = {}): JsonObject => ({
  eventID: `id-${counter}`, eventName: 'MODIFY', eventVersion: '1.1', eventSource: 'aws:dynamodb', awsRegion: 'eu-central-1', eventSourceARN: `${ARN}-another`,
  dynamodb: { ApproximateCreationDateTime: Math.floor(ms / 1000), Keys: { pk: { S: `p${counter}` }, sk: { S: 'S' } }, NewImage: { status: { S: 'LATE' } }, SequenceNumber: numberAt(ms, counter), SizeBytes: 0, StreamViewType: 'NEW_AND_OLD_IMAGES' }, ...more,
});

/** Answers GetShardIterator and GetRecords from a list; `first` numbers are gone. */
function fakeControl(records: readonly JsonObject[], asked: JsonObject[] = []): ControlClient {
  const answer = (target: string, input: JsonObject): JsonObject => {
    asked.push({ target, ...input });
    if (target.endsWith('GetRecords')) return { Records: records.slice(Number(input['ShardIterator']), Number(input['ShardIterator']) + Number(input['Limit'])), NextShardIterator: '2' };
    if (input['ShardIteratorType'] !== 'AFTER_SEQUENCE_NUMBER') return { ShardIterator: '0' };
    const index = records.findIndex((record) => (record['dynamodb'] as JsonObject)['SequenceNumber'] === input['SequenceNumber']);
    if (index < 0) throw new ControlError(target, { code: 'TrimmedDataAccessException', status: 400, detail: 'gone' });
    return { ShardIterator: String(index + 1) };
  };
  return { port: 9, region: 'eu-central-1', close: () => undefined, rest: () => Promise.reject(new Error('not used')), send: () => Promise.reject(new Error('not used')), json: (_service, target, input) => Promise.resolve().then(() => answer(target, input as JsonObject)) };
}

async function read(records: readonly JsonObject[], from: Parameters<ReturnType<typeof openTableStream>['iterator']>[1], limit = 10): Promise<{ ids: unknown[]; behind: number; next: string | undefined }> {
  const stream = openTableStream(fakeControl(records), ARN);
  const page = await stream.records(await stream.iterator(SHARD, from), limit);
  return { ids: page.records.map((record) => (JSON.parse(record.data) as JsonObject)['eventID']), behind: page.millisBehindLatest, next: page.next };
}

describe('the port to the stream of a table', () => {
  const records = [change(1_000, 1), change(2_000, 2), change(2_000, 3)];

  it('reads from the horizon, after a number, and from a moment on, which its API does not offer', async () => {
    expect((await read(records, { kind: 'TRIM_HORIZON' })).ids).toEqual(['id-1', 'id-2', 'id-3']);
    expect((await read(records, { kind: 'AFTER', sequenceNumber: numberAt(2_000, 2) })).ids).toEqual(['id-3']);
    expect((await read(records, { kind: 'AT_TIMESTAMP', time: 2_000 })).ids).toEqual(['id-2', 'id-3']);
  });

  it('goes on behind a checkpoint whose record is gone, and gives nothing from before it', async () => {
    expect((await read(records, { kind: 'AFTER', sequenceNumber: numberAt(1_500, 9) })).ids).toEqual(['id-2', 'id-3']);
  });

  it('calls a full page not the last one', async () => {
    expect((await read(records, { kind: 'TRIM_HORIZON' }, 3)).behind).toBeGreaterThan(0);
    expect((await read(records, { kind: 'TRIM_HORIZON' }, 4)).behind).toBe(0);
  });

  it('takes the arrival to the millisecond, orders by the whole key of the item, and names the stream in the record', async () => {
    const stream = openTableStream(fakeControl([change(1_732_000_123_456, 7)]), ARN);
    const { records: [record] } = await stream.records(await stream.iterator(SHARD, { kind: 'TRIM_HORIZON' }), 1);
    expect(record).toMatchObject({ arrival: 1_732_000_123_456, key: '{"pk":{"S":"p7"},"sk":{"S":"S"}}' });
    expect(JSON.parse(record?.data ?? '')).toMatchObject({ eventSourceARN: ARN });
  });

  it('has the iterator opened again when the control plane does not know it any more', async () => {
    const control: ControlClient = { ...fakeControl([]), json: () => Promise.reject(new ControlError('GetRecords', { code: 'ExpiredIteratorException', status: 400, detail: '' })) };
    await expect(openTableStream(control, ARN).records(' 5', 1)).rejects.toThrow(ExpiredIteratorError);
  });
});

describe('changes of a table', () => {
  const record: StreamRecord = { sequenceNumber: numberAt(1_000, 1), key: 'k', data: JSON.stringify(change(1_000, 1)), arrival: 1_000 };
  const table = mapping({ EventSourceArn: ARN });

  it('are the records of the invocation as the API gave them, and their size is exact', () => {
    const writer = formatOf('dynamodb').writer(table, SHARD);
    const text = writer.write([record, record]);
    expect(JSON.parse(text)).toEqual({ Records: [change(1_000, 1), change(1_000, 1)] });
    expect(2 * writer.size(record)).toBeGreaterThanOrEqual(Buffer.byteLength(text) - '{"Records":[]}'.length);
  });

  it('are filtered by name, keys and images', () => {
    expect(formatOf('dynamodb').filterable(record)).toMatchObject({ eventName: 'MODIFY', dynamodb: { NewImage: { status: { S: 'LATE' } } } });
  });

  it('that were given up are described under the name that AWS has for them', () => {
    const note = describeFailure({ mapping: table, shardId: SHARD, records: [record], condition: 'RetryAttemptsExhausted', invokeCount: 1, at: 0, payload: '' });
    expect(note).toMatchObject({ DDBStreamBatchInfo: { shardId: SHARD, batchSize: 1, streamArn: ARN, approximateArrivalOfFirstRecord: '1970-01-01T00:00:01.000Z' } });
    expect(note).not.toHaveProperty('KinesisBatchInfo');
  });

  it('come from an ARN with a table and a stream; a table alone is no source', () => {
    expect(table).toMatchObject({ kind: 'dynamodb', sourceName: 'waybill-local-shipments', sourceArn: ARN });
    expect(() => mapping({ EventSourceArn: ARN.split('/stream/')[0] })).toThrow(UnsupportedMappingError);
  });
});

describe('what may be forgotten', () => {
  const source = (...checkpoints: (string | null)[]): ReadingSource => ({ status: () => ({ uuid: '', function: '', stream: '', lagMs: 0, shards: checkpoints.map((checkpoint) => ({ shard: SHARD, checkpoint, lagMs: 0, waiting: 0, inFlight: 0, finished: 0, readUpTo: null })) }) });
  const listed = [{ UUID: 'a', EventSourceArn: ARN }, { UUID: 'b', EventSourceArn: ARN }, { UUID: 'k', EventSourceArn: 'arn:aws:kinesis:r:1:stream/s' }];

  it('is what the slowest reader of a stream has finished', () => {
    expect(finishedChanges(listed, new Map([['a', source('07')], ['b', source('05')], ['k', source('09')]]))).toEqual({ [ARN]: '05' });
  });

  it('is nothing while a reader has not begun, or stands still because it is disabled', () => {
    expect(finishedChanges(listed, new Map([['a', source('07')], ['b', source(null)]]))).toEqual({});
    expect(finishedChanges(listed, new Map([['a', source('07')]]))).toEqual({});
    expect(finishedChanges(listed, new Map([['b', source('07')]]))).toEqual({});
  });
});
