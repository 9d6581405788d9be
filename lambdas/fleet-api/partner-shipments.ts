import type { AwsClient } from '../_shared/aws/client.ts';
import { pages } from '../_shared/aws/pages.ts';
import { stringOf } from '../_shared/marshall.ts';
import { SHIPMENT_INDEXES } from '../track-shipments/names.ts';

/** So long may a vehicle be shown for a shipment that has just become another customer's. */
export const PARTNER_CACHE_MS = 60_000;
/** Shipments of one customer that are looked at: an index entry each. */
export const MOST_SHIPMENTS = 20_000;

export interface PartnerShipments {
  /** Ids of all live shipments of the customers. */
  readonly of: (customers: ReadonlySet<string>, now: number) => Promise<ReadonlySet<string>>;
}

/** A partner sees the vehicles that its customers' shipments are aboard: those come from the index by customer. */
export function createPartnerShipments({ aws, table }: { readonly aws: Pick<AwsClient, 'dynamo'>; readonly table: string }): PartnerShipments {
  const known = new Map<string, { readonly at: number; readonly ids: Promise<readonly string[]> }>();
  const idsOf = (customer: string, now: number): Promise<readonly string[]> => {
    const found = known.get(customer);
    if (found !== undefined && now - found.at < PARTNER_CACHE_MS) return found.ids;
    const ids = readIds(aws, table, customer);
    known.set(customer, { at: now, ids });
    // A failure is not remembered.
    ids.catch(() => known.delete(customer));
    return ids;
  };
  return { of: async (customers, now) => new Set((await Promise.all([...customers].map((customer) => idsOf(customer, now)))).flat()) };
}

async function readIds(aws: Pick<AwsClient, 'dynamo'>, table: string, customer: string): Promise<string[]> {
  const { name, key } = SHIPMENT_INDEXES.customer;
  const ids: string[] = [];
  for await (const { items } of pages(aws, 'Query', { TableName: table, IndexName: name, KeyConditionExpression: '#key = :key', ExpressionAttributeNames: { '#key': key }, ExpressionAttributeValues: { ':key': { S: customer } } })) {
    ids.push(...items.map((item) => stringOf(item['pk']) ?? ''));
    if (ids.length >= MOST_SHIPMENTS) break;
  }
  return ids;
}
