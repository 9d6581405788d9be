import { MAIN_KEY } from '../../domain/shipment/index.ts';
import { stringOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import type { DynamoBatches, ItemKey } from './dynamo-batches.ts';
import { ALL_PAGE_KEYS, listedPages } from './stored-shipment.ts';
import type { StoredShipment } from './stored-shipment.ts';

export interface ReadOptions {
  /** After a failed condition; else eventually consistent, at half the price: a stale image fails its condition. */
  readonly consistent: boolean;
  /** Shipments whose unlisted pages must be looked for too. */
  readonly allPages: ReadonlySet<string>;
}

/** Main items of the shipments, then the pages that they name. A shipment of which anything could not be read is `undefined`. */
export async function readShipments(batches: DynamoBatches, shipmentIds: readonly string[], options: ReadOptions): Promise<Map<string, StoredShipment | undefined>> {
  const mains = await batches.get(shipmentIds.map((pk) => ({ pk, sk: MAIN_KEY })), { consistent: options.consistent });
  const mainOf = new Map(mains.items.map((item) => [partitionOf(item), item]));
  const pageKeys = shipmentIds.flatMap((pk): readonly ItemKey[] => {
    const listed = options.allPages.has(pk) ? ALL_PAGE_KEYS : listedPages(mainOf.get(pk));
    return listed.length === 0 ? NO_KEYS : listed.map((sk) => ({ pk, sk }));
  });
  const pages = pageKeys.length === 0 ? { items: [], unread: [] } : await batches.get(pageKeys, { consistent: options.consistent });
  const pagesOf = Map.groupBy(pages.items, partitionOf);
  const unread = new Set([...mains.unread, ...pages.unread].map(({ pk }) => pk));
  const read = new Map<string, StoredShipment | undefined>();
  for (const pk of shipmentIds) {
    const own = pagesOf.get(pk);
    read.set(pk, unread.has(pk) ? undefined : { main: mainOf.get(pk), pages: own === undefined ? NO_PAGES : new Map(own.map((page) => [stringOf(page['sk']) ?? '', page])) });
  }
  return read;
}

const NO_KEYS: readonly ItemKey[] = [];
const NO_PAGES: StoredShipment['pages'] = new Map();

const partitionOf = (item: Item): string => stringOf(item['pk']) ?? '';
