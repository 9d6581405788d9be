/** The row of the ledger that says which logic may publish: read consistently, changed only from what was seen. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LOGIC_ROW } from '../../contracts/gold-logic.ts';
import { WorldError } from '../errors.ts';

export interface InForce {
  readonly logic: string;
  /** RFC 3339; undefined when it was not set by this command. */
  readonly since: string | undefined;
}

const KEY = { pk: { S: LOGIC_ROW.pk }, sk: { S: LOGIC_ROW.sk } };

/** @returns undefined when none was ever put into force: then the configured one is used, and any may publish. */
export async function readInForce(client: DynamoDBClient, ledgerTable: string): Promise<InForce | undefined> {
  const { GetItemCommand } = await import('@aws-sdk/client-dynamodb');
  const { Item } = await client.send(new GetItemCommand({ TableName: ledgerTable, Key: KEY, ConsistentRead: true }));
  const logic = Item?.['logic']?.S;
  return logic === undefined ? undefined : { logic, since: Item?.['since']?.S };
}

/** @throws WorldError when somebody else changed it since `seen` was read */
export async function putInForce(client: DynamoDBClient, ledgerTable: string, { logic, seen, since }: { readonly logic: string; readonly seen: string | undefined; readonly since: string }): Promise<void> {
  const { ConditionalCheckFailedException, PutItemCommand } = await import('@aws-sdk/client-dynamodb');
  const item = { ...KEY, logic: { S: logic }, since: { S: since }, ...(seen === undefined ? {} : { before: { S: seen } }) };
  const condition = seen === undefined ? { ConditionExpression: 'attribute_not_exists(pk)' } : { ConditionExpression: '#logic = :seen', ExpressionAttributeNames: { '#logic': 'logic' }, ExpressionAttributeValues: { ':seen': { S: seen } } };
  try {
    await client.send(new PutItemCommand({ TableName: ledgerTable, Item: item, ...condition }));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const now = await readInForce(client, ledgerTable);
    // A put that was sent again after its answer was lost meets its own row.
    if (now?.logic === logic && now.since === since) return;
    throw new WorldError(`Somebody else put ${now?.logic ?? 'another logic'} into force just now.`, { todo: 'Look at it, then promote again: npx waybill promote' });
  }
}
