import { itemOf } from './marshall.ts';
import type { Item } from './marshall.ts';

/** What Lambda hands to a function that reads the stream of a table; only the parts we use. */
export interface TableStreamRecord {
  readonly eventID?: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly dynamodb: {
    /** Seconds since 1970: when the table took the write; the same however often the record comes. */
    readonly ApproximateCreationDateTime: number;
    readonly SequenceNumber: string;
    readonly Keys?: unknown;
    /** Absent of a removed item. */
    readonly NewImage?: unknown;
    /** Absent of a new item. */
    readonly OldImage?: unknown;
  };
}

export interface TableStreamEvent {
  readonly Records: readonly TableStreamRecord[];
}

/** One write of one item. */
export interface TableChange {
  readonly sequence: string;
  /** Ms since 1970. */
  readonly at: number;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

export const changeOf = ({ dynamodb }: TableStreamRecord): TableChange => ({
  sequence: dynamodb.SequenceNumber,
  at: Math.round(dynamodb.ApproximateCreationDateTime * 1000),
  before: itemOf(dynamodb.OldImage),
  after: itemOf(dynamodb.NewImage),
});
