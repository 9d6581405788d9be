import type { AwsClient } from '../_shared/aws/client.ts';
import { shardItem } from './vehicle-items.ts';

const HOUR = 3_600_000;

export interface ShardList {
  /** Makes the shard's pages findable. Once an hour and process a write; else nothing. */
  readonly announce: (shard: string, now: number) => Promise<void>;
}

/** Readers learn from these rows which pages there are. A row outlives every page that was written under it. */
export function createShardList({ aws, table, buckets, keptMs }: { readonly aws: Pick<AwsClient, 'dynamo'>; readonly table: string; readonly buckets: number; readonly keptMs: number }): ShardList {
  const announced = new Map<string, number>();
  return {
    announce: async (shard, now) => {
      const last = announced.get(shard);
      if (last !== undefined && now - last < HOUR) return;
      await aws.dynamo('PutItem', { TableName: table, Item: shardItem({ shard, buckets }, Math.ceil((now + 2 * keptMs) / 1_000)) });
      announced.set(shard, now);
    },
  };
}
