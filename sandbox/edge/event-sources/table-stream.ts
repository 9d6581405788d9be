/** The stream port over the control plane's DynamoDB Streams. */
import { asObject, type JsonObject } from '../../json.ts';
import { ControlError, type ControlClient } from '../control-client.ts';
import { ExpiredIteratorError, type EventStream, type ReadFrom, type StreamRecord, type StreamShard } from './stream.ts';

const TARGET = 'DynamoDBStreams_20120810';
const MAX_PAGE_RECORDS = 1_000;
/** A sequence number of the control plane: twenty digits of milliseconds since 1970, ten of a counter. Compares as text. */
const TIME_DIGITS = 20;
const COUNTER_DIGITS = 10;

/** An iterator of ours: the last sequence number that is not wanted (may be empty), a blank, the control plane's iterator. */
const join = (after: string, token: string): string => `${after} ${token}`;

export function openTableStream(control: ControlClient, streamArn: string): EventStream {
  const call = (operation: string, input: object): Promise<JsonObject> => control.json('dynamodb', `${TARGET}.${operation}`, input);
  const open = async (shardId: string, position: object): Promise<string> => text((await call('GetShardIterator', { StreamArn: streamArn, ShardId: shardId, ...position }))['ShardIterator']);

  return {
    maxPageRecords: MAX_PAGE_RECORDS,

    async shards() {
      const found: StreamShard[] = [];
      for (let last: string | undefined; ; ) {
        const page = asObject((await call('DescribeStream', { StreamArn: streamArn, ...(last === undefined ? {} : { ExclusiveStartShardId: last }) }))['StreamDescription']);
        found.push(...objects(page['Shards']).map(toShard));
        last = text(page['LastEvaluatedShardId']);
        if (last === '') return found;
      }
    },

    async iterator(shardId, from) {
      if (from.kind === 'LATEST') return join('', await open(shardId, { ShardIteratorType: 'LATEST' }));
      if (from.kind !== 'AFTER') return join(skipped(from), await open(shardId, { ShardIteratorType: 'TRIM_HORIZON' }));
      return join(from.sequenceNumber, await openAfter(from.sequenceNumber, (position) => open(shardId, position)));
    },

    async records(iterator, limit) {
      const after = iterator.slice(0, iterator.indexOf(' '));
      const raw = await expiredAsError(() => call('GetRecords', { ShardIterator: iterator.slice(after.length + 1), Limit: limit }));
      const all = objects(raw['Records']);
      const records = all.map((record) => toRecord(record, streamArn)).filter((record) => record.sequenceNumber > after);
      const next = text(raw['NextShardIterator']);
      // The API does not tell how far behind a page is; a full one means that more may wait.
      return { records, millisBehindLatest: all.length < limit ? 0 : 1, ...(next === '' ? {} : { next: join(after, next) }) };
    },
  };
}

/** Records up to the checkpoint may be gone, the checkpoint's own among them: then the rest begins at the horizon. */
async function openAfter(sequenceNumber: string, open: (position: object) => Promise<string>): Promise<string> {
  try {
    return await open({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: sequenceNumber });
  } catch (error) {
    if (error instanceof ControlError && error.code === 'TrimmedDataAccessException') return open({ ShardIteratorType: 'TRIM_HORIZON' });
    throw error;
  }
}

/** The API knows no position by time; what came before it is skipped by its number. */
function skipped(from: Extract<ReadFrom, { kind: 'TRIM_HORIZON' | 'AT_TIMESTAMP' }>): string {
  return from.kind === 'TRIM_HORIZON' ? '' : `${String(Math.ceil(from.time) - 1).padStart(TIME_DIGITS, '0')}${'9'.repeat(COUNTER_DIGITS)}`;
}

async function expiredAsError<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ControlError && ['ExpiredIteratorException', 'TrimmedDataAccessException'].includes(error.code)) throw new ExpiredIteratorError(error.message, { cause: error });
    throw error;
  }
}

function toShard(raw: JsonObject): StreamShard {
  const parent = text(raw['ParentShardId']);
  return { id: text(raw['ShardId']), parents: parent === '' ? [] : [parent], closed: text(asObject(raw['SequenceNumberRange'])['EndingSequenceNumber']) !== '' };
}

function toRecord(raw: JsonObject, streamArn: string): StreamRecord {
  const change = asObject(raw['dynamodb']);
  const sequenceNumber = text(change['SequenceNumber']);
  return { sequenceNumber, key: JSON.stringify(change['Keys']), data: JSON.stringify({ ...raw, eventSourceARN: streamArn }), arrival: Number(sequenceNumber.slice(0, TIME_DIGITS)) };
}

const objects = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.map(asObject) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
