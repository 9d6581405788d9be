import { isAwsError } from '../_shared/aws/aws-error.ts';
import type { AwsClient } from '../_shared/aws/client.ts';
import { itemOf, N } from '../_shared/marshall.ts';
import type { AttributeValue, Item } from '../_shared/marshall.ts';
import { rowKey } from '../raise-alerts/alert-items.ts';

export interface AlertMarks {
  /** undefined when there is no such alert. */
  readonly read: (alertId: string) => Promise<Item | undefined>;
  /** Marks an open alert; answers its row, or undefined when it is not open (any more). */
  readonly mark: (alertId: string, marks: Readonly<Record<string, AttributeValue>>) => Promise<Item | undefined>;
}

/** What people say of an alert lies in its row beside what raise-alerts writes there; neither touches the other's. */
export function createMarks({ aws, table }: { aws: Pick<AwsClient, 'dynamo'>; table: string }): AlertMarks {
  const read = async (alertId: string): Promise<Item | undefined> => itemOf((await aws.dynamo('GetItem', { TableName: table, Key: rowKey(alertId), ConsistentRead: true }))['Item']);
  return {
    read,
    mark: async (alertId, marks) => {
      const entries = Object.entries(marks);
      try {
        await aws.dynamo('UpdateItem', {
          TableName: table,
          Key: rowKey(alertId),
          UpdateExpression: `SET ${entries.map((_, index) => `#s${index} = :s${index}`).join(', ')}`,
          ConditionExpression: '#level > :closed',
          ExpressionAttributeNames: { '#level': 'level', ...Object.fromEntries(entries.map(([name], index) => [`#s${index}`, name])) },
          ExpressionAttributeValues: { ':closed': N(0), ...Object.fromEntries(entries.map(([, value], index) => [`:s${index}`, value])) },
        });
      } catch (error) {
        if (isAwsError(error, 'ConditionalCheckFailedException')) return undefined;
        throw error;
      }
      return read(alertId);
    },
  };
}
