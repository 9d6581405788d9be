/** One record as an application puts it on a contract's stream. */
export interface StreamRecord {
  /** The entity's id (contract.json `entityKey`): keeps an entity's events in one shard, in order. */
  readonly partitionKey: string;
  /** The event as it goes over the wire: UTF-8 JSON. */
  readonly data: Uint8Array;
}

/** Where a record ended: a place in the stream, or the last refusal. */
export type PutOutcome =
  | { readonly accepted: true; readonly shardId: string; readonly sequenceNumber: string }
  | { readonly accepted: false; readonly code: string; readonly message: string };

/** The one call the producer makes; `kinesis-port.ts` implements it with the AWS SDK. */
export interface PutRecordsPort {
  /** Answers one outcome per record, in order. Throws only when the whole call failed. */
  putRecords(stream: string, records: readonly StreamRecord[]): Promise<readonly PutOutcome[]>;
}
