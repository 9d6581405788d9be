import type { RegionCounts } from '../../domain/region/counts.ts';
import { AwsError } from '../_shared/aws/aws-error.ts';
import type { AwsClient } from '../_shared/aws/client.ts';
import { pages } from '../_shared/aws/pages.ts';
import { itemOf, stringOf } from '../_shared/marshall.ts';
import { CURRENT_KEY, HISTORY_PARTITION } from '../count-regions/count-items.ts';
import type { HistoryRow } from '../count-regions/count-items.ts';

/** One slot of the history. */
export interface HistorySlot {
  /** Beginning, RFC 3339. */
  readonly at: string;
  readonly counts: HistoryRow;
}

export interface KnownCounts {
  readonly counts: RegionCounts;
  /** Oldest first. */
  readonly history: readonly HistorySlot[];
  /** When it was read, ms since 1970. */
  readonly readAt: number;
  /** `snapshot`: the table does not answer, and this is what the instance read last. */
  readonly source: 'aggregate' | 'snapshot';
}

/** So long all requests of an instance share one look: the last count is some 20 KB, the history some 400 KB (50 read units). */
export const COUNTS_CACHE_MS = 5_000;
export const HISTORY_CACHE_MS = 60_000;

/** The last count, or undefined before the first one. When the table does not answer: what was read last, if there is any. @throws AwsError */
export function createCountsReader({ aws, table }: { aws: Pick<AwsClient, 'dynamo'>; table: string }): (now: number) => Promise<KnownCounts | undefined> {
  let held: KnownCounts | undefined;
  let historyAt = -Infinity;
  const read = async (now: number): Promise<KnownCounts | undefined> => {
    const row = itemOf((await aws.dynamo('GetItem', { TableName: table, Key: { pk: { S: CURRENT_KEY.pk }, sk: { S: CURRENT_KEY.sk } } }))['Item']);
    const text = stringOf(row?.['counts']);
    if (text === undefined) return undefined;
    const isHistoryOld = held === undefined || now - historyAt >= HISTORY_CACHE_MS;
    const history = isHistoryOld ? await readHistory({ aws, table }) : held?.history ?? [];
    if (isHistoryOld) historyAt = now;
    return { counts: JSON.parse(text) as RegionCounts, history, readAt: now, source: 'aggregate' };
  };
  return async (now) => {
    if (held !== undefined && now >= held.readAt && now - held.readAt < COUNTS_CACHE_MS) return held;
    try {
      return (held = await read(now));
    } catch (error) {
      if (!(error instanceof AwsError) || held === undefined) throw error;
      return { ...held, source: 'snapshot' };
    }
  };
}

async function readHistory({ aws, table }: { aws: Pick<AwsClient, 'dynamo'>; table: string }): Promise<HistorySlot[]> {
  const slots: HistorySlot[] = [];
  for await (const { items } of pages(aws, 'Query', { TableName: table, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: HISTORY_PARTITION } } })) {
    for (const row of items) slots.push({ at: stringOf(row['sk']) ?? '', counts: JSON.parse(stringOf(row['counts']) ?? '{}') as HistoryRow });
  }
  return slots;
}
