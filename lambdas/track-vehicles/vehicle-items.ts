/** Keys of the table vehicle-pages: what track-vehicles writes and fleet-api reads. Layout of the bytes: docs/vehicles.md. */
import { N, numberOf, S, stringOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';

/** All items of the vehicles of one shard that share a bucket: page, sets aboard, trails. */
export const pagePartition = (shard: string, bucket: number): string => `${shard}#${bucket}`;

export const PAGE_KEY = 'P';
export const ABOARD_KEY = 'A';
/** Minutes since 1970 at which the slot began, eight digits: sorts by time. */
export const trailKey = (slot: number): string => `T#${String(slot / 60_000).padStart(8, '0')}`;
/** Ms since 1970; NaN for another key. */
export const slotOfKey = (key: string): number => (key.startsWith('T#') ? Number(key.slice(2)) * 60_000 : Number.NaN);

/** Partition that lists the shards which have pages: readers ask here what there is to read. */
export const SHARDS_PARTITION = 'shards';

export interface ShardRow {
  readonly shard: string;
  /** Pages are numbered from 0 to `buckets` − 1. */
  readonly buckets: number;
}

/** A row for each number of buckets that the shard was ever written with, so that pages of an earlier one are found until they expire. */
export const shardItem = ({ shard, buckets }: ShardRow, expiresAt: number): Item => ({ pk: S(SHARDS_PARTITION), sk: S(`${shard}#${buckets}`), shard: S(shard), buckets: N(buckets), expiresAt: N(expiresAt) });

/** undefined when the row is none. */
export function parseShardRow(item: Item): ShardRow | undefined {
  const [shard, buckets] = [stringOf(item['shard']), numberOf(item['buckets'])];
  return shard === undefined || buckets === undefined ? undefined : { shard, buckets };
}
