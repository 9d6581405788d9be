import { STORM } from '../../domain/alert/index.ts';
import type { AwsClient } from '../_shared/aws/client.ts';
import { pages } from '../_shared/aws/pages.ts';
import { N, numberOf, S, stringOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import { listKeys, rowKey } from '../raise-alerts/alert-items.ts';
import { ALERT_LIST_INDEX } from '../raise-alerts/names.ts';
import { updateItem } from '../raise-alerts/update-item.ts';

/** Closes storms that nobody has joined for the length of a window. Their alerts stay as they are. Answers how many. */
export async function closeStorms({ aws, table }: { aws: Pick<AwsClient, 'dynamo'>; table: string }, now: number): Promise<number> {
  let closed = 0;
  const storms = pages(aws, 'Query', {
    TableName: table,
    IndexName: ALERT_LIST_INDEX,
    KeyConditionExpression: '#list = :pk',
    FilterExpression: 'kind = :storm',
    ExpressionAttributeNames: { '#list': 'list' },
    ExpressionAttributeValues: { ':pk': S('open'), ':storm': S('STORM') },
  });
  for await (const { items } of storms) for (const item of items) if (await closeIfOver({ aws, table }, item, now)) closed += 1;
  return closed;
}

/** Under its version: whoever joins at this moment keeps it open. */
async function closeIfOver({ aws, table }: { aws: Pick<AwsClient, 'dynamo'>; table: string }, item: Item, now: number): Promise<boolean> {
  const alertId = stringOf(item['pk']);
  const version = numberOf(item['stateVersion']);
  if (alertId === undefined || version === undefined || stringOf(item['kind']) !== 'STORM' || now - (numberOf(item['lastMemberAt']) ?? 0) <= STORM.windowMs) return false;
  const keys = listKeys({ isOpen: false, severity: numberOf(item['severity']) ?? 5, openedAt: 0, changedAt: now, alertId });
  return updateItem(aws, { table, key: rowKey(alertId), set: { ...keys, level: N(0), changedAt: N(now), stateVersion: N(version + 1) }, onlyIf: { name: 'stateVersion', is: N(version) } });
}
