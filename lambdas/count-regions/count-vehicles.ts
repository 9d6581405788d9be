import { addVehicle } from '../../domain/region/counts.ts';
import type { RegionCounts } from '../../domain/region/counts.ts';
import { regionAt } from '../../domain/region/region-at.ts';
import { degrees, joinAllPages, motionOf, unpackPage } from '../../domain/vehicle/index.ts';
import type { AwsClient } from '../_shared/aws/client.ts';
import { AwsError } from '../_shared/aws/aws-error.ts';
import { bytesOf, itemOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import type { DynamoBatches } from '../track-shipments/dynamo-batches.ts';
import { PAGE_KEY, pagePartition, parseShardRow, SHARDS_PARTITION } from '../track-vehicles/vehicle-items.ts';

export interface CountVehiclesInput {
  readonly aws: Pick<AwsClient, 'dynamo'>;
  readonly batches: Pick<DynamoBatches, 'get'>;
  readonly table: string;
  /** A vehicle without news for longer is on no map. */
  readonly keptMs: number;
  readonly silentAfterMs: number;
}

/** Adds each vehicle once, where it was last and as it moved: pages of all shards joined, half a read unit per page. */
export async function countVehicles({ aws, batches, table, keptMs, silentAfterMs }: CountVehiclesInput, counts: RegionCounts): Promise<void> {
  const shards = await aws.dynamo('Query', { TableName: table, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: SHARDS_PARTITION } } });
  const rows = ((shards['Items'] ?? []) as unknown[]).map(itemOf).filter((item): item is Item => item !== undefined).map(parseShardRow).filter((row) => row !== undefined);
  const partitions = new Set(rows.flatMap(({ shard, buckets }) => Array.from({ length: buckets }, (_, bucket) => pagePartition(shard, bucket))));
  const { items, unread } = await batches.get([...partitions].map((pk) => ({ pk, sk: PAGE_KEY })), { consistent: false });
  // A count without some of the vehicles would say that they are gone.
  if (unread.length > 0) throw new AwsError({ code: 'UnprocessedKeys', status: 503, operation: 'dynamodb:BatchGetItem', message: `${unread.length} pages of vehicles could not be read.` });
  const pages = items.map((item) => bytesOf(item['data'])).filter((bytes) => bytes !== undefined).map(unpackPage);
  for (const state of joinAllPages(pages).values()) {
    if (counts.countedAt - state.newest.eventTime > keptMs) continue;
    const { lat, lon } = degrees(state.newest);
    addVehicle(counts, { region: regionAt(lat, lon), motion: motionOf(state, { now: counts.countedAt, silentAfterMs }) });
  }
}
