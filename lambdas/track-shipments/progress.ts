import type { AwsClient } from '../_shared/aws/client.ts';
import { isAwsError } from '../_shared/aws/aws-error.ts';
import { padSequence } from '../_shared/kinesis-event.ts';
import { itemOf, N, numberOf, S, stringOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';

/** How far the state of one shard has come: every record up to `through` is in shipment state. */
export interface ShardProgress {
  readonly shard: string;
  /** Sequence number, padded to 60 digits. */
  readonly through: string;
  /** Milliseconds since 1970: when the stream took that record, and when it was folded. */
  readonly arrivalTime: number;
  readonly foldedTime: number;
}

/** Rows of closed shards go away this long after their last record, ms. */
const ROW_LIFE_MS = 100 * 86_400_000;

/** Rows of the ledger table: `pk = folded#<contract>`, `sk = <shard>`. */
export const progressPartition = (contract: string): string => `folded#${contract}`;

export interface ProgressLog {
  /** Moves the shard's row forward, never back; a repeated batch moves nothing and writes nothing. */
  readonly advance: (progress: Omit<ShardProgress, 'through'> & { readonly sequence: string }) => Promise<void>;
}

/**
 * Where freshness comes from. One small write per batch (not per event: at a 10 s window at most 8,640 a day and shard,
 * half a cent) tells readers what the state really holds; a number measured from the last event would call a quiet
 * stream late and a stuck one fresh.
 */
export function createProgressLog({ aws, table, contract }: { aws: AwsClient; table: string; contract: string }): ProgressLog {
  return {
    advance: async ({ shard, sequence, arrivalTime, foldedTime }) => {
      const key = { pk: S(progressPartition(contract)), sk: S(shard) };
      const through = padSequence(sequence);
      const answer = await aws.dynamo('GetItem', { TableName: table, Key: key, ProjectionExpression: 'through' });
      const known = stringOf(itemOf(answer['Item'])?.['through']);
      if (known !== undefined && known >= through) return;
      await putIfGreater({ aws, table, item: { ...key, through: S(through), arrivalTime: N(arrivalTime), foldedTime: N(foldedTime), expiresAt: N(Math.ceil((foldedTime + ROW_LIFE_MS) / 1000)) } });
    },
  };
}

async function putIfGreater({ aws, table, item }: { aws: AwsClient; table: string; item: Item }): Promise<void> {
  try {
    await aws.dynamo('PutItem', {
      TableName: table,
      Item: item,
      ConditionExpression: 'attribute_not_exists(pk) OR through < :through',
      ExpressionAttributeValues: { ':through': item['through'] },
    });
  } catch (error) {
    // Somebody (or the first try of this very call) has moved it at least as far.
    if (!isAwsError(error, 'ConditionalCheckFailedException')) throw error;
  }
}

/** A row as read; undefined when it is not one. */
export function parseProgress(item: Item): ShardProgress | undefined {
  const shard = stringOf(item['sk']);
  const through = stringOf(item['through']);
  const arrivalTime = numberOf(item['arrivalTime']);
  const foldedTime = numberOf(item['foldedTime']);
  if (shard === undefined || through === undefined || arrivalTime === undefined || foldedTime === undefined) return undefined;
  return { shard, through, arrivalTime, foldedTime };
}
