import { isAwsError } from '../_shared/aws/aws-error.ts';
import type { AwsClient } from '../_shared/aws/client.ts';
import { S } from '../_shared/marshall.ts';
import { ANNOUNCED, announcedItem, ledgerItem } from './ledger-rows.ts';
import type { Ledger, ObjectStore } from './ports.ts';

/** A bucket behind `If-None-Match: *`. 412 means that these bytes are there, because the key holds their hash. */
export function bucketStore(aws: AwsClient, bucket: string): ObjectStore {
  return {
    putIfAbsent: async ({ key, body }) => {
      try {
        await aws.putObject({ bucket, key, body, ifNoneMatch: '*', contentType: 'application/zstd' });
      } catch (error) {
        if (!isAwsError(error, 'PreconditionFailed')) throw error;
      }
    },
  };
}

/** Rows go one way: announced, new, then what the loader makes of them. A repeat never takes one back. */
export function tableLedger(aws: AwsClient, table: string): Ledger {
  const put = async (input: Record<string, unknown>): Promise<void> => {
    try {
      await aws.dynamo('PutItem', { TableName: table, ...input });
    } catch (error) {
      if (!isAwsError(error, 'ConditionalCheckFailedException')) throw error;
    }
  };
  return {
    announce: (row) => put({ Item: announcedItem(row), ConditionExpression: 'attribute_not_exists(pk)' }),
    confirm: (row) => put({
      Item: ledgerItem(row),
      ConditionExpression: 'attribute_not_exists(pk) OR #state = :announced',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':announced': S(ANNOUNCED) },
    }),
  };
}
