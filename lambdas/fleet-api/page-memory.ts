import { unpackAboard, unpackPage } from '../../domain/vehicle/index.ts';
import { AwsError } from '../_shared/aws/aws-error.ts';
import type { AwsClient } from '../_shared/aws/client.ts';
import { queryAll } from '../_shared/aws/pages.ts';
import { bytesOf, numberOf, stringOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import { chunks } from '../track-shipments/dynamo-batches.ts';
import type { DynamoBatches, ItemKey } from '../track-shipments/dynamo-batches.ts';
import { ABOARD_KEY, PAGE_KEY, pagePartition, parseShardRow, SHARDS_PARTITION } from '../track-vehicles/vehicle-items.ts';
import type { ShardRow } from '../track-vehicles/vehicle-items.ts';
import type { Breather } from './breather.ts';
import { makePage, withSets } from './held-page.ts';
import type { HeldPage } from './held-page.ts';

export interface PageMemory {
  /** Reads what has changed; answers all pages there are. @throws AwsError when not all could be read: then nothing has changed. */
  readonly refresh: (breathe: Breather) => Promise<readonly HeldPage[]>;
}

/** Pages of one call: half of what DynamoDB would give, because the text of an answer is read in one piece. */
const PAGES_AT_ONCE = 50;
/** Calls under way at once: one is read while the next is on its way, and no answer waits behind a pile of them. */
const CALLS_AT_ONCE = 2;

/**
 * All pages of all shards. Every page is read each time, at half a unit for each, but only one whose version has changed is
 * unpacked: at night the fleet costs no time. Between pages others may work: an answer never waits for a whole reading.
 */
export function createPageMemory({ aws, batches, table }: { readonly aws: Pick<AwsClient, 'dynamo'>; readonly batches: Pick<DynamoBatches, 'get'>; readonly table: string }): PageMemory {
  let held: ReadonlyMap<string, HeldPage> = new Map();
  return {
    refresh: async (breathe) => {
      const keys = pageKeys(await readShards(aws, table));
      const next = new Map<string, HeldPage>();
      await readInTurn(batches, keys, async (item) => {
        const page = pageOf(item, held);
        if (page !== undefined) next.set(page.pk, page);
        await breathe();
      });
      held = await withAboard(batches, next, breathe);
      // In the order of their keys, whichever came first: an answer in which nothing has changed keeps its tag.
      return keys.flatMap(({ pk }) => held.get(pk) ?? []);
    },
  };
}

async function readShards(aws: Pick<AwsClient, 'dynamo'>, table: string): Promise<ShardRow[]> {
  const items = await queryAll(aws, { TableName: table, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: SHARDS_PARTITION } } });
  return items.map(parseShardRow).filter((row) => row !== undefined);
}

function pageKeys(rows: readonly ShardRow[]): ItemKey[] {
  const most = new Map<string, number>();
  for (const { shard, buckets } of rows) most.set(shard, Math.max(buckets, most.get(shard) ?? 0));
  return [...most].flatMap(([shard, buckets]) => Array.from({ length: buckets }, (_, bucket) => ({ pk: pagePartition(shard, bucket), sk: PAGE_KEY })));
}

/** Hands over one item after another, from a few calls at once. @throws AwsError when one could not be read */
async function readInTurn(batches: Pick<DynamoBatches, 'get'>, keys: readonly ItemKey[], take: (item: Item) => Promise<void>): Promise<void> {
  const left = chunks(keys, PAGES_AT_ONCE);
  const goOn = async (): Promise<void> => {
    for (let part = left.shift(); part !== undefined; part = left.shift()) {
      const { items, unread } = await batches.get(part, { consistent: false });
      if (unread.length > 0) {
        left.length = 0;
        throw new AwsError({ code: 'UnprocessedKeys', status: 503, operation: 'dynamodb:BatchGetItem', message: `${unread.length} of ${part.length} pages could not be read` });
      }
      for (const item of items) await take(item);
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, goOn));
}

function pageOf(item: Item, held: ReadonlyMap<string, HeldPage>): HeldPage | undefined {
  const pk = stringOf(item['pk']);
  const version = numberOf(item['version']);
  if (pk === undefined || version === undefined) return undefined;
  const known = held.get(pk);
  if (known?.version === version) return known;
  const bytes = bytesOf(item['data']);
  return bytes === undefined ? undefined : makePage({ pk, version, vehicles: unpackPage(bytes), aboard: known?.aboard ?? new Map(), known });
}

/** Ids aboard change rarely: only items of pages that name an unknown set are read. */
async function withAboard(batches: Pick<DynamoBatches, 'get'>, pages: Map<string, HeldPage>, breathe: Breather): Promise<ReadonlyMap<string, HeldPage>> {
  const lacking = [...pages.values()].filter(({ lacksSets }) => lacksSets).map(({ pk }) => ({ pk, sk: ABOARD_KEY }));
  await readInTurn(batches, lacking, async (item) => {
    const page = pages.get(stringOf(item['pk']) ?? '');
    const bytes = bytesOf(item['data']);
    if (page !== undefined && bytes !== undefined) pages.set(page.pk, withSets(page, unpackAboard(bytes)));
    await breathe();
  });
  return pages;
}
