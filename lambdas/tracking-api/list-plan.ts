import { STATUSES } from '../../domain/shipment/index.ts';
import { REGIONS } from '../../domain/region/index.ts';
import { cursorRule, identifier, oneOf, wholeNumber, yesOrNo } from '../_shared/http/query.ts';
import { customerKey, lateKey, statusKey } from '../track-shipments/list-keys.ts';
import { LIST_PARTITIONS, SHIPMENT_INDEXES } from '../track-shipments/names.ts';

/** Parameters of `GET /v1/shipments`. */
export const LIST_RULES = {
  status: oneOf(STATUSES),
  region: oneOf(REGIONS),
  carrier: identifier({ most: 100, example: 'MAEU' }),
  customer: identifier({ most: 64, example: 'CUST-7' }),
  delayed: yesOrNo,
  /** Beginning of the shipment's id. */
  q: identifier({ most: 64, example: 'SHP-7Q' }),
  cursor: cursorRule,
  limit: wholeNumber({ from: 1, to: 200, example: 50 }),
};

export interface ListFilter {
  readonly status?: string;
  readonly region?: string;
  readonly carrier?: string;
  readonly customer?: string;
  readonly delayed?: boolean;
  readonly q?: string;
}

/** Where a list is read from: partitions of one index, one after the other, each in the order of shipment ids. */
export interface ListPlan {
  readonly index: { readonly name: string; readonly key: string };
  readonly partitions: readonly string[];
}

const spread = (partitionOf: (partition: number) => string): string[] => Array.from({ length: LIST_PARTITIONS }, (_, partition) => partitionOf(partition));

/**
 * The index that leaves least to read: customer, then carrier, region, the delayed, the status. Without a filter the list
 * begins with the delayed. `customers`: all that the caller may see; undefined = everyone's.
 */
export function planList({ customer, carrier, region, delayed, status }: ListFilter, customers: ReadonlySet<string> | undefined): ListPlan {
  if (customers !== undefined) return { index: SHIPMENT_INDEXES.customer, partitions: [...customers].filter((one) => customer === undefined || one === customer).sort() };
  if (customer !== undefined) return { index: SHIPMENT_INDEXES.customer, partitions: [customerKey(customer)] };
  if (carrier !== undefined) return { index: SHIPMENT_INDEXES.carrier, partitions: [carrier] };
  if (region !== undefined) return { index: SHIPMENT_INDEXES.region, partitions: [region] };
  if (delayed === true || (delayed === false && status === undefined)) return { index: SHIPMENT_INDEXES.delayed, partitions: spread((partition) => lateKey(delayed, partition)) };
  if (status !== undefined) return { index: SHIPMENT_INDEXES.status, partitions: spread((partition) => statusKey(status, partition)) };
  return { index: SHIPMENT_INDEXES.delayed, partitions: [...spread((partition) => lateKey(true, partition)), ...spread((partition) => lateKey(false, partition))] };
}
