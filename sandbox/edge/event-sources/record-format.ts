/** What differs between the kinds of streams in what a function, a filter and an on-failure destination see. */
import { kinesisFormat } from './kinesis-format.ts';
import type { StreamKind, StreamMapping } from './mapping.ts';
import type { StreamRecord } from './stream.ts';
import { tableFormat } from './table-format.ts';

/** Lambda's limit for the payload of a synchronous invocation: 6 MB. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** Builds payloads of one shard. */
export interface EventWriter {
  /** Bytes that the record takes in the payload, its comma included. */
  size(record: StreamRecord): number;
  /** The invocation event as JSON text. */
  write(records: readonly StreamRecord[]): string;
}

export interface RecordFormat {
  writer(mapping: StreamMapping, shardId: string): EventWriter;
  /** What the patterns of a filter are held against. */
  filterable(record: StreamRecord): object;
  /** Field of an on-failure message that describes the batch. */
  readonly batchInfo: string;
}

const FORMATS: Readonly<Record<StreamKind, RecordFormat>> = { kinesis: kinesisFormat, dynamodb: tableFormat };

export const formatOf = (kind: StreamKind): RecordFormat => FORMATS[kind];
