import { EMPTY, greatestTime, hasEntries, joinItems } from '../../domain/shipment/index.ts';
import type { EntrySet } from '../../domain/shipment/index.ts';
import type { AwsClient } from '../_shared/aws/client.ts';
import { queryAll } from '../_shared/aws/pages.ts';
import { numberOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import { entriesIn, listedPages, shipmentOf, versionOf } from '../track-shipments/stored-shipment.ts';
import { storedTexts } from '../track-shipments/text-items.ts';
import type { StoredText } from '../track-shipments/text-items.ts';

export interface FoundShipment {
  readonly set: EntrySet;
  readonly version: number;
  /** By text name. */
  readonly texts: ReadonlyMap<string, StoredText>;
}

/**
 * All items of a shipment: one query. undefined when nothing is known of it, or its last event is two horizons old.
 * @throws NewerFormatError, PackedStateError when its bytes cannot be read; AwsError when the table does not answer.
 */
export async function readShipment({ aws, table, shipmentId, now }: { aws: Pick<AwsClient, 'dynamo'>; table: string; shipmentId: string; now: number }): Promise<FoundShipment | undefined> {
  const items = await queryAll(aws, { TableName: table, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: shipmentId } } });
  const { main, pages } = shipmentOf(items);
  if (main === undefined) return undefined;
  const listed = listedPages(main);
  const set = joinItems({ main: entriesIn(main), pages: new Map(listed.map((key) => [key, pages.has(key) ? entriesIn(pages.get(key)) : EMPTY])) });
  if (!hasEntries(set) || expiryOf(main, set) <= now) return undefined;
  return { set, version: versionOf(main), texts: storedTexts(items) };
}

/**
 * Ms since 1970 from which the shipment counts as absent. A main item with pages is stored two horizons longer than it
 * lives, so its life ends halfway between its last event and the end of its storage.
 */
function expiryOf(main: Item, set: EntrySet): number {
  const storedUntil = (numberOf(main['expiresAt']) ?? Infinity) * 1000;
  const last = greatestTime(set);
  return listedPages(main).length === 0 || last === undefined ? storedUntil : (storedUntil + last) / 2;
}
