import { NEWS_LIFE_MS, unpackAlerts } from '../../domain/alert/index.ts';
import type { AlertSubject, ImageChange, ShipmentImage } from '../../domain/alert/index.ts';
import { MAIN_KEY, unpack } from '../../domain/shipment/index.ts';
import type { EntrySet } from '../../domain/shipment/index.ts';
import { bytesOf, numberOf, stringOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import type { TableChange } from '../_shared/table-stream.ts';
import { TRANSPORT_ATTRIBUTES } from '../track-shipments/names.ts';

/** What one record of the shipments table says about alerts; undefined when it is about something else. */
export function readChange({ before, after, at }: TableChange): ImageChange | undefined {
  const main = after ?? before;
  const shipmentId = stringOf(main?.['pk']);
  if (main === undefined || shipmentId === undefined || stringOf(main['sk']) !== MAIN_KEY) return undefined;
  const old = before === undefined ? undefined : imageOf(before);
  // An item that went says nothing any more: all that was open closes, under a version of its own.
  const now = after === undefined ? { version: (old?.version ?? 0) + 1, alerts: [], about: aboutOf(main) } : imageOf(after);
  return { shipmentId, before: old, after: now, at, catchingUp: isCatchingUp({ before, after, at }) };
}

function imageOf(item: Item): ShipmentImage {
  const stored = stringOf(item['alerts']);
  return { version: numberOf(item['version']) ?? 0, alerts: stored === undefined ? [] : (unpackAlerts(stored) ?? []), about: aboutOf(item) };
}

const aboutOf = (item: Item): AlertSubject => ({
  region: stringOf(item['region']) ?? 'unknown',
  customerId: stringOf(item['customerId']) ?? '',
  carrier: stringOf(item['carrier']) ?? 'unknown',
  serviceLevel: stringOf(item['serviceLevel']) ?? '',
  priority: numberOf(item['priority']) ?? 0,
  voyage: stringOf(item[TRANSPORT_ATTRIBUTES.voyage]) ?? '',
  vehicle: stringOf(item[TRANSPORT_ATTRIBUTES.vehicle]) ?? '',
});

/** Written for an event (the entries differ), and the youngest that the shipment knows was old by then. */
function isCatchingUp({ before, after, at }: Pick<TableChange, 'before' | 'after' | 'at'>): boolean {
  const entries = bytesOf(after?.['entries']);
  if (entries === undefined || bytesOf(before?.['entries'])?.equals(entries) === true) return false;
  const heard = lastHeard(entries);
  return heard > 0 && at - heard > NEWS_LIFE_MS;
}

/** Ms since 1970; 0 when nothing can be read of it. */
function lastHeard(entries: Uint8Array): number {
  let set: EntrySet;
  try {
    set = unpack(entries);
  } catch {
    // Written by a newer release: its alerts stand beside the bytes and are still told.
    return 0;
  }
  let last = 0;
  for (const versions of set.kept.values()) for (const { eventTime } of versions) last = Math.max(last, eventTime);
  for (const { published } of set.slots.values()) last = Math.max(last, published);
  return last;
}
