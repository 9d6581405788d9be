/** The Kinesis API as the event sources use it: a port, so that the quick tests run without a control plane. */

export interface StreamRecord {
  /** Decimal text; compares as a number, not as text. */
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  /** Base64 as the API gave it: it goes into the invocation event as it is. */
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
  shards(): Promise<readonly StreamShard[]>;
  iterator(shardId: string, from: ReadFrom): Promise<string>;
  /** @throws ExpiredIteratorError when the iterator is unknown or too old (5 minutes; all of them after a restart of the control plane). */
  records(iterator: string, limit: number): Promise<StreamPage>;
}

/** The iterator has to be opened again by sequence number. */
export class ExpiredIteratorError extends Error {
  override readonly name = 'ExpiredIteratorError';
}
