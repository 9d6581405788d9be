/** The stream port over the control plane's Kinesis. */
import { asObject, type JsonObject } from '../../json.ts';
import { ControlError, type ControlClient } from '../control-client.ts';
import { ExpiredIteratorError, type EventStream, type ReadFrom, type StreamPage, type StreamRecord, type StreamShard } from './stream.ts';

const TARGET = 'Kinesis_20131202';
const MAX_PAGE_RECORDS = 10_000;

export function openKinesisStream(control: ControlClient, streamName: string): EventStream {
  const call = (operation: string, input: object): Promise<JsonObject> => control.json('kinesis', `${TARGET}.${operation}`, input);
  /** Shards that take no records any more, as last listed. */
  const closed = new Set<string>();
  const shardOfIterator = new Map<string, string>();

  return {
    maxPageRecords: MAX_PAGE_RECORDS,

    async shards() {
      const found: StreamShard[] = [];
      let page: JsonObject = await call('ListShards', { StreamName: streamName });
      for (;;) {
        found.push(...objects(page['Shards']).map(toShard));
        if (typeof page['NextToken'] !== 'string') break;
        page = await call('ListShards', { NextToken: page['NextToken'] });
      }
      for (const shard of found) if (shard.closed) closed.add(shard.id);
      return found;
    },

    async iterator(shardId, from) {
      const answer = await call('GetShardIterator', { StreamName: streamName, ShardId: shardId, ...iteratorInput(from) });
      const iterator = text(answer['ShardIterator']);
      shardOfIterator.set(iterator, shardId);
      return iterator;
    },

    async records(iterator, limit) {
      const shardId = shardOfIterator.get(iterator) ?? '';
      shardOfIterator.delete(iterator);
      const page = toPage(await expiredAsError(() => call('GetRecords', { ShardIterator: iterator, Limit: limit })));

      // The control plane goes on handing out iterators for a closed shard; AWS ends with none. The last listing tells.
      const ended = page.records.length === 0 && page.millisBehindLatest === 0 && closed.has(shardId);
      if (ended || page.next === undefined) return { records: page.records, millisBehindLatest: page.millisBehindLatest };
      shardOfIterator.set(page.next, shardId);
      return page;
    },
  };
}

function iteratorInput(from: ReadFrom): object {
  switch (from.kind) {
    case 'AFTER':
      return { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: from.sequenceNumber };
    case 'AT_TIMESTAMP':
      return { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: from.time / 1000 };
    case 'TRIM_HORIZON':
    case 'LATEST':
      return { ShardIteratorType: from.kind };
  }
}

async function expiredAsError<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ControlError && error.code === 'ExpiredIteratorException') throw new ExpiredIteratorError(error.message, { cause: error });
    throw error;
  }
}

function toShard(raw: JsonObject): StreamShard {
  const parents = [text(raw['ParentShardId']), text(raw['AdjacentParentShardId'])].filter((id) => id !== '');
  return { id: text(raw['ShardId']), parents, closed: text(asObject(raw['SequenceNumberRange'])['EndingSequenceNumber']) !== '' };
}

function toPage(raw: JsonObject): StreamPage {
  const next = text(raw['NextShardIterator']);
  const behind = raw['MillisBehindLatest'];
  return { records: objects(raw['Records']).map(toRecord), ...(next === '' ? {} : { next }), millisBehindLatest: typeof behind === 'number' ? behind : 0 };
}

function toRecord(raw: JsonObject): StreamRecord {
  const arrival = raw['ApproximateArrivalTimestamp'];
  return { sequenceNumber: text(raw['SequenceNumber']), key: text(raw['PartitionKey']), data: text(raw['Data']), arrival: typeof arrival === 'number' ? arrival * 1000 : 0 };
}

const objects = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.map(asObject) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
