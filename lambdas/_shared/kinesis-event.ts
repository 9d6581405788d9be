/** What Lambda hands to a function that reads a Kinesis stream; only the parts we use. */
export interface KinesisEventRecord {
  /** `shardId-000000000000:<sequence number>` */
  readonly eventID: string;
  /** `arn:…:stream/<name>`; on AWS always there. */
  readonly eventSourceARN?: string;
  readonly kinesis: {
    readonly sequenceNumber: string;
    /** Seconds since 1970, with a fraction. */
    readonly approximateArrivalTimestamp: number;
    readonly partitionKey?: string;
    /** The record, base64. */
    readonly data: string;
  };
}

export interface KinesisEvent {
  readonly Records: readonly KinesisEventRecord[];
}

/** `shardId-000000000000` of a record. All records of one batch come from one shard. */
export function shardOf(record: KinesisEventRecord): string {
  const end = record.eventID.indexOf(':');
  return end === -1 ? record.eventID : record.eventID.slice(0, end);
}

/** The stream's name; undefined where the record does not say. */
export function streamOf({ eventSourceARN: arn }: KinesisEventRecord): string | undefined {
  return typeof arn === 'string' && arn.includes('/') ? arn.slice(arn.lastIndexOf('/') + 1) : undefined;
}

/** Milliseconds since 1970 at which the stream took the record. */
export const arrivalOf = (record: KinesisEventRecord): number => Math.round(record.kinesis.approximateArrivalTimestamp * 1000);

export { padSequence } from '../../contracts/ledger-keys.ts';
