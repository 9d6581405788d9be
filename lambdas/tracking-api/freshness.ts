import { objectPartition } from '../../contracts/ledger-keys.ts';
import type { AwsClient } from '../_shared/aws/client.ts';
import { itemOf, stringOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import { parseProgress, progressPartition } from '../track-shipments/progress.ts';
import type { ShardProgress } from '../track-shipments/progress.ts';

export interface ShardFreshness {
  readonly shard: string;
  /** Stream arrival of the newest record that is in shipment state, ms since 1970. */
  readonly foldedThrough: number;
  /** Seconds; see `behind`. */
  readonly behindStreamSeconds: number;
}

export interface Freshness {
  readonly shards: readonly ShardFreshness[];
  /** Of the shard that is furthest behind; undefined while nothing has been folded. */
  readonly behindStreamSeconds: number | undefined;
}

/** Rows stay fresh enough for this long: readers share one look at the ledger. */
export const FRESHNESS_CACHE_MS = 2_000;

/**
 * How far shipment state is behind the stream, from two independent readers of it: the row that track-shipments moves,
 * and the newest object in archive-events' ledger. What the archive has taken and the state has not is lag for certain.
 */
export function createFreshnessReader({ aws, table, contract }: { aws: Pick<AwsClient, 'dynamo'>; table: string; contract: string }): (now: number) => Promise<Freshness> {
  let known: { readonly at: number; readonly value: Promise<Freshness> } | undefined;
  const read = async (now: number): Promise<Freshness> => {
    const answer = await aws.dynamo('Query', { TableName: table, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: progressPartition(contract) } } });
    const rows = items(answer).map(parseProgress).filter((row) => row !== undefined);
    return summarise(await Promise.all(rows.map(async (row) => behind(row, { archivedThrough: await newestArchived({ aws, table, contract }, row.shard), now }))));
  };
  return async (now) => {
    if (known === undefined || now - known.at >= FRESHNESS_CACHE_MS || now < known.at) known = { at: now, value: read(now) };
    try {
      return await known.value;
    } catch (error) {
      known = undefined;
      throw error;
    }
  };
}

/**
 * Nothing archived beyond what is folded: the time the last batch took from the stream to the state. Else the age of the
 * newest folded record: the state misses something that came after it.
 */
export function behind(row: ShardProgress, { archivedThrough, now }: { archivedThrough: string | undefined; now: number }): ShardFreshness {
  const caughtUp = archivedThrough === undefined || archivedThrough <= row.through;
  const ms = (caughtUp ? row.foldedTime : now) - row.arrivalTime;
  return { shard: row.shard, foldedThrough: row.arrivalTime, behindStreamSeconds: Math.max(0, Math.round(ms / 1000)) };
}

const summarise = (shards: readonly ShardFreshness[]): Freshness => ({
  shards,
  behindStreamSeconds: shards.length === 0 ? undefined : Math.max(...shards.map((shard) => shard.behindStreamSeconds)),
});

/** The last sequence number of the shard's newest object: rows sort by `<firstSeq>#<lastSeq>#…`, padded. */
async function newestArchived({ aws, table, contract }: { aws: Pick<AwsClient, 'dynamo'>; table: string; contract: string }, shard: string): Promise<string | undefined> {
  const answer = await aws.dynamo('Query', {
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: objectPartition(contract, shard) } },
    ScanIndexForward: false,
    Limit: 1,
  });
  return stringOf(items(answer)[0]?.['sk'])?.split('#')[1];
}

const items = (answer: Record<string, unknown>): Item[] => (Array.isArray(answer['Items']) ? answer['Items'].map(itemOf).filter((item) => item !== undefined) : []);
