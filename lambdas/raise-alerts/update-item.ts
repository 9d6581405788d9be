import type { AwsClient } from '../_shared/aws/client.ts';
import { isAwsError } from '../_shared/aws/aws-error.ts';
import type { AttributeValue, Item } from '../_shared/marshall.ts';

export interface ConditionalUpdate {
  readonly table: string;
  readonly key: Item;
  readonly set: Readonly<Record<string, AttributeValue>>;
  readonly remove?: readonly string[];
  /** Attribute that must still have this value; undefined = must not be there. */
  readonly onlyIf: { readonly name: string; readonly is: AttributeValue | undefined };
}

/** Sets attributes of one item under one condition. Answers whether it held; creates the item where it may. */
export async function updateItem(aws: Pick<AwsClient, 'dynamo'>, { table, key, set, remove = [], onlyIf }: ConditionalUpdate): Promise<boolean> {
  const names: Record<string, string> = { '#condition': onlyIf.name };
  const values: Record<string, AttributeValue> = {};
  const assignments = Object.entries(set).map(([name, value], index) => {
    names[`#s${index}`] = name;
    values[`:s${index}`] = value;
    return `#s${index} = :s${index}`;
  });
  const removals = remove.map((name, index) => {
    names[`#r${index}`] = name;
    return `#r${index}`;
  });
  if (onlyIf.is !== undefined) values[':condition'] = onlyIf.is;
  try {
    await aws.dynamo('UpdateItem', {
      TableName: table,
      Key: key,
      UpdateExpression: `SET ${assignments.join(', ')}${removals.length === 0 ? '' : ` REMOVE ${removals.join(', ')}`}`,
      ConditionExpression: onlyIf.is === undefined ? 'attribute_not_exists(#condition)' : '#condition = :condition',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    });
    return true;
  } catch (error) {
    if (isAwsError(error, 'ConditionalCheckFailedException')) return false;
    throw error;
  }
}
