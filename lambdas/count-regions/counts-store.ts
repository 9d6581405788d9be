import type { RegionCounts } from '../../domain/region/counts.ts';
import { slotOf } from '../../domain/region/counts.ts';
import { AwsError } from '../_shared/aws/aws-error.ts';
import type { AwsClient } from '../_shared/aws/client.ts';
import { N, S } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import { CURRENT_KEY, HISTORY_HOURS, HISTORY_PARTITION, historyKey, historyRow } from './count-items.ts';

const HOUR_SECONDS = 3_600;

/**
 * Writes the slot of the history, then the last count. Each row only moves forward in time, so a repeated or late run
 * changes nothing, and whatever is left undone by a crash the next run does.
 */
export async function storeCounts({ aws, table }: { aws: Pick<AwsClient, 'dynamo'>; table: string }, counts: RegionCounts): Promise<void> {
  const slot = slotOf(counts.countedAt);
  const until = (hours: number): number => Math.ceil(counts.countedAt / 1000) + hours * HOUR_SECONDS;
  const put = (item: Item): Promise<void> => putIfLater({ aws, table }, { ...item, countedAt: N(counts.countedAt) });
  await put({ pk: S(HISTORY_PARTITION), sk: S(historyKey(slot)), counts: S(JSON.stringify(historyRow(counts))), expiresAt: N(until(HISTORY_HOURS)) });
  await put({ pk: S(CURRENT_KEY.pk), sk: S(CURRENT_KEY.sk), counts: S(JSON.stringify(counts)), expiresAt: N(until(HISTORY_HOURS)) });
}

async function putIfLater({ aws, table }: { aws: Pick<AwsClient, 'dynamo'>; table: string }, item: Item): Promise<void> {
  try {
    await aws.dynamo('PutItem', { TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(pk) OR countedAt < :at', ExpressionAttributeValues: { ':at': item['countedAt'] } });
  } catch (error) {
    // A later count is there, or this very one.
    if (!(error instanceof AwsError && error.code === 'ConditionalCheckFailedException')) throw error;
  }
}
