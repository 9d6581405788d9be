import type { AwsClient } from '../_shared/aws/client.ts';
import { itemOf, N, numberOf, S, stringOf } from '../_shared/marshall.ts';
import { DUE_BUCKETS, DUE_INDEX } from './names.ts';

export interface DueShipment {
  readonly shipmentId: string;
  /** Ms since 1970. */
  readonly reviewAt: number;
}

export interface DuePage {
  readonly shipments: readonly DueShipment[];
  /** A bucket had more than was asked for. */
  readonly hasMore: boolean;
}

/** Shipments whose moment has come, those that wait longest first, at most `perBucket` of each bucket. */
export async function readDue({ aws, table }: { aws: Pick<AwsClient, 'dynamo'>; table: string }, { now, perBucket }: { now: number; perBucket: number }): Promise<DuePage> {
  const buckets = Array.from({ length: DUE_BUCKETS }, (_, index) => String(index).padStart(2, '0'));
  const pages = await Promise.all(buckets.map(async (bucket) => {
    const answer = await aws.dynamo('Query', {
      TableName: table,
      IndexName: DUE_INDEX,
      KeyConditionExpression: '#bucket = :pk AND reviewAt <= :now',
      ExpressionAttributeNames: { '#bucket': 'bucket' },
      ExpressionAttributeValues: { ':pk': S(bucket), ':now': N(now) },
      Limit: perBucket,
    });
    return { shipments: ((answer['Items'] ?? []) as unknown[]).flatMap(dueOf), hasMore: (answer['LastEvaluatedKey'] ?? undefined) !== undefined };
  }));
  return { shipments: pages.flatMap(({ shipments }) => shipments), hasMore: pages.some(({ hasMore }) => hasMore) };
}

function dueOf(value: unknown): DueShipment[] {
  const item = itemOf(value);
  const shipmentId = stringOf(item?.['pk']);
  const reviewAt = numberOf(item?.['reviewAt']);
  return shipmentId === undefined || reviewAt === undefined ? [] : [{ shipmentId, reviewAt }];
}
