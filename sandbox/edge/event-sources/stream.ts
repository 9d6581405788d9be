/** A stream as the event sources read it, of Kinesis or of a table: a port, so that the quick tests run without a control plane. */

export interface StreamRecord {
  /** Decimal text; compares as a number, not as text. */
  readonly sequenceNumber: string;
  /** Order holds among records with the same key: the partition key, or the key of a table's item. */
  readonly key: string;
  /** Goes into the invocation event as it is: the base64 text of a Kinesis record, the JSON text of a table's change. */
  readonly data: string;
  /** Milliseconds since 1970. */
  readonly arrival: number;
}

export interface StreamShard {
  readonly id: string;
  /** Shards that this one continues, after a split (one) or a merge (two). */
  readonly parents: readonly string[];
  /** No record will come any more. */
  readonly closed: boolean;
}

export type ReadFrom = { readonly kind: 'TRIM_HORIZON' } | { readonly kind: 'LATEST' } | { readonly kind: 'AT_TIMESTAMP'; readonly time: number } | { readonly kind: 'AFTER'; readonly sequenceNumber: string };

export interface StreamPage {
  readonly records: readonly StreamRecord[];
  /** Absent: the shard is closed and read to its end. */
  readonly next?: string;
  readonly millisBehindLatest: number;
}

export interface EventStream {
  /** The API gives at most this many records at once. */
  readonly maxPageRecords: number;
  shards(): Promise<readonly StreamShard[]>;
  iterator(shardId: string, from: ReadFrom): Promise<string>;
  /** @throws ExpiredIteratorError when the iterator is unknown or too old (5 minutes in Kinesis; all of them after a restart of the control plane). */
  records(iterator: string, limit: number): Promise<StreamPage>;
}

/** The iterator has to be opened again by sequence number. */
export class ExpiredIteratorError extends Error {
  override readonly name = 'ExpiredIteratorError';
}
