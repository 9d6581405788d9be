import { setTimeout as pause } from 'node:timers/promises';
import type { ShipmentSummary } from '../../contracts/api/answers.ts';
import { MAIN_KEY } from '../../domain/shipment/index.ts';
import { AwsError } from '../_shared/aws/aws-error.ts';
import type { AwsClient } from '../_shared/aws/client.ts';
import { itemOf, stringOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import { isAlive } from '../track-shipments/stored-shipment.ts';
import type { ListFilter, ListPlan } from './list-plan.ts';
import { summaryOf, SUMMARY_ATTRIBUTES } from './stored-summary.ts';

/** Index entries that one request looks at, at most: 6 to 8 read units, and as many items of a unit each. */
export const MOST_EXAMINED = 1_000;
/** DynamoDB's own limit of keys per BatchGetItem. */
const BATCH = 100;
const UNPROCESSED_ROUNDS = 4;

/** Where a list goes on: after this shipment of this partition. */
export interface ListPosition {
  readonly partition: string;
  /** '' = from the partition's beginning. */
  readonly after: string;
}

export interface ListQuestion {
  readonly plan: ListPlan;
  readonly filter: ListFilter;
  readonly from: ListPosition | undefined;
  readonly limit: number;
  readonly now: number;
}

export interface ListedShipments {
  readonly shipments: readonly ShipmentSummary[];
  /** undefined: that was all. */
  readonly next: ListPosition | undefined;
}

interface Lister {
  readonly aws: Pick<AwsClient, 'dynamo'>;
  readonly table: string;
  readonly horizonMs: number;
}

/**
 * One page: ids from the index, then the items without their entries, then the filters that the index does not decide. A
 * page may be short, even empty, and still have a next one: what one request reads is bounded.
 */
export async function listShipments(lister: Lister, question: ListQuestion): Promise<ListedShipments> {
  const { plan, from, limit } = question;
  const shipments: ShipmentSummary[] = [];
  let examined = 0;
  // A partition that is gone (a customer taken from a partner) is followed by the next one.
  const open = plan.partitions.filter((partition) => from === undefined || plan.partitions.indexOf(partition) >= placeOf(plan, from.partition));
  for (const partition of open) {
    let after = partition === from?.partition ? from.after : '';
    for (let more = true; more; ) {
      if (examined >= MOST_EXAMINED) return { shipments, next: { partition, after } };
      const entries = await readIndex(lister, { question, partition, after });
      const found = await matching(lister, entries.ids, question);
      for (const shipment of found) {
        if (shipments.length === limit) return { shipments, next: { partition, after } };
        shipments.push(shipment);
        after = shipment.shipmentId;
      }
      examined += entries.ids.length;
      after = entries.ids.at(-1) ?? after;
      more = entries.hasMore;
    }
  }
  return { shipments, next: undefined };
}

/** Partitions come in the plan's own order; one that is not in it would stand where its name sorts. */
function placeOf({ partitions }: ListPlan, partition: string): number {
  const place = partitions.indexOf(partition);
  return place === -1 ? partitions.filter((one) => one < partition).length : place;
}

async function readIndex({ aws, table }: Lister, { question, partition, after }: { question: ListQuestion; partition: string; after: string }): Promise<{ ids: string[]; hasMore: boolean }> {
  const { plan: { index }, filter: { q } } = question;
  const answer = await aws.dynamo('Query', {
    TableName: table,
    IndexName: index.name,
    KeyConditionExpression: `#key = :key${q === undefined ? '' : ' AND begins_with(#pk, :prefix)'}`,
    ExpressionAttributeNames: { '#key': index.key, ...(q !== undefined && { '#pk': 'pk' }) },
    ExpressionAttributeValues: { ':key': { S: partition }, ...(q !== undefined && { ':prefix': { S: q } }) },
    Limit: BATCH,
    ...(after !== '' && { ExclusiveStartKey: { pk: { S: after }, sk: { S: MAIN_KEY }, [index.key]: { S: partition } } }),
  });
  const ids = items(answer['Items']).map((item) => stringOf(item['pk']) ?? '');
  const last = answer['LastEvaluatedKey'];
  return { ids, hasMore: last !== undefined && last !== null };
}

/** In the order of the ids. An index is a moment behind its table: what has changed since is judged by the item. */
async function matching(lister: Lister, ids: readonly string[], { filter, plan, now }: ListQuestion): Promise<ShipmentSummary[]> {
  const stored = new Map((await readItems(lister, ids)).map((item) => [stringOf(item['pk']) ?? '', item]));
  const found: ShipmentSummary[] = [];
  for (const id of ids) {
    const item = stored.get(id);
    if (item === undefined || !isAlive(item, { now, horizonMs: lister.horizonMs })) continue;
    const shipment = summaryOf(item, now);
    if (shipment !== undefined && matches(shipment, filter) && plan.partitions.includes(stringOf(item[plan.index.key]) ?? '')) found.push(shipment);
  }
  return found;
}

const matches = (shipment: ShipmentSummary, { status, region, carrier, customer, delayed }: ListFilter): boolean =>
  (status === undefined || shipment.status === status) &&
  (region === undefined || shipment.region === region) &&
  (carrier === undefined || (shipment.carrier ?? 'unknown') === carrier) &&
  (customer === undefined || (shipment.customerId ?? 'unknown') === customer) &&
  (delayed === undefined || shipment.flags.includes('DELAYED') === delayed);

const KEYS_OF_INDEXES = ['statusKey', 'lateKey', 'customerKey'];
const NAMES = [...SUMMARY_ATTRIBUTES, ...KEYS_OF_INDEXES];
const PROJECTION = { ProjectionExpression: NAMES.map((_, index) => `#a${index}`).join(', '), ExpressionAttributeNames: Object.fromEntries(NAMES.map((name, index) => [`#a${index}`, name])) };

async function readItems({ aws, table }: Lister, ids: readonly string[]): Promise<Item[]> {
  const found: Item[] = [];
  let open: unknown = ids.map((pk) => ({ pk: { S: pk }, sk: { S: MAIN_KEY } }));
  for (let round = 0; Array.isArray(open) && open.length > 0; round += 1) {
    if (round === UNPROCESSED_ROUNDS) throw new AwsError({ code: 'UnprocessedKeys', status: 503, operation: 'dynamodb:BatchGetItem', message: 'The table handed keys back too often.' });
    if (round > 0) await pause(25 * 2 ** round);
    const answer = await aws.dynamo('BatchGetItem', { RequestItems: { [table]: { Keys: open, ...PROJECTION } } });
    found.push(...items((answer['Responses'] as Record<string, unknown> | undefined)?.[table]));
    open = (answer['UnprocessedKeys'] as Record<string, { Keys?: unknown }> | undefined)?.[table]?.Keys;
  }
  return found;
}

const items = (list: unknown): Item[] => (Array.isArray(list) ? list.map(itemOf).filter((item) => item !== undefined) : []);
