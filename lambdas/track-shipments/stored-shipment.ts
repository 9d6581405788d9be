import { EMPTY, EMPTY_LIST, expiresAt, joinItems, MAIN_KEY, PAGE_KEY_PREFIX, unpack, unpackList } from '../../domain/shipment/index.ts';
import type { EntrySet, ShortList, Transport } from '../../domain/shipment/index.ts';
import { bytesOf, numberOf, stringOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import { TRANSPORT_ATTRIBUTES } from './names.ts';

/** Whether a main item counts, without its entries: with pages it is stored two horizons longer than the shipment lives. */
export function isAlive(main: Item, { now, horizonMs }: { now: number; horizonMs: number }): boolean {
  const until = (numberOf(main['expiresAt']) ?? Infinity) * 1000;
  return (stringOf(main['pages']) === undefined ? until : until - 2 * horizonMs) > now;
}

/** The items of one shipment as they lie in the table. */
export interface StoredShipment {
  readonly main: Item | undefined;
  /** Overflow pages that exist, by sort key. */
  readonly pages: ReadonlyMap<string, Item>;
}

/** What they mean at a moment. */
export interface KnownShipment {
  /** Its last event is two horizons old: to writers and readers it is absent, though its items may still lie there. */
  readonly expired: boolean;
  /** The join of all items; EMPTY when absent. */
  readonly set: EntrySet;
  readonly pages: ReadonlyMap<string, EntrySet>;
  /** Time of the last retraction, ms: what a shipment of nothing but retractions is kept by. 0 = none known. */
  readonly retractedTime: number;
}

/** Sort keys of all pages that a shipment can have. */
export const ALL_PAGE_KEYS: readonly string[] = Array.from('0123456789abcdef', (digit) => PAGE_KEY_PREFIX + digit);

/** Sort keys of the pages that the main item names. */
export function listedPages(main: Item | undefined): readonly string[] {
  const digits = stringOf(main?.['pages']);
  return digits === undefined ? NO_PAGES : Array.from(digits, (digit) => PAGE_KEY_PREFIX + digit);
}

const NO_PAGES: readonly string[] = [];

export const versionOf = (item: Item): number => numberOf(item['version']) ?? 0;

export const entriesIn = (item: Item | undefined): EntrySet => {
  const bytes = bytesOf(item?.['entries']);
  return bytes === undefined ? EMPTY : unpack(bytes);
};

/** The same as a list; undefined when it is no usual shipment. */
export const listIn = (item: Item | undefined): ShortList | undefined => {
  const bytes = bytesOf(item?.['entries']);
  return bytes === undefined ? EMPTY_LIST : unpackList(bytes);
};

/** What carries it, as its main item says. */
export function transportIn(main: Item | undefined): Transport | undefined {
  const told = numberOf(main?.[TRANSPORT_ATTRIBUTES.told]);
  return told === undefined ? undefined : { told, voyage: stringOf(main?.[TRANSPORT_ATTRIBUTES.voyage]) ?? '', vehicle: stringOf(main?.[TRANSPORT_ATTRIBUTES.vehicle]) ?? '' };
}

/** @throws NewerFormatError, PackedStateError when an item holds what this release cannot read. */
export function knownShipment({ main, pages }: StoredShipment, { now, horizonMs }: { now: number; horizonMs: number }): KnownShipment {
  const read = new Map([...pages].map(([key, item]) => [key, entriesIn(item)]));
  const set = joinItems({ main: entriesIn(main), pages: read });
  const retractedTime = retractedTimeOf(main, horizonMs);
  const expired = main !== undefined && expiresAt(set, { horizonMs, otherwise: retractedTime }) <= now;
  // An expired shipment starts anew: its pages are emptied by whoever writes it next.
  return expired ? { expired, set: EMPTY, pages: new Map([...read.keys()].map((key) => [key, EMPTY])), retractedTime: 0 } : { expired, set, pages: read, retractedTime };
}

/** The inverse of what `expiresAt` was made from; only used for a set that carries no time of its own. */
function retractedTimeOf(main: Item | undefined, horizonMs: number): number {
  const stored = numberOf(main?.['expiresAt']);
  if (stored === undefined) return 0;
  return stored * 1000 - (listedPages(main).length > 0 ? 4 : 2) * horizonMs;
}

/** One partition's items, sorted out by kind. */
export function shipmentOf(items: readonly Item[]): StoredShipment {
  const pages = items.filter((item) => stringOf(item['sk'])?.startsWith(PAGE_KEY_PREFIX) === true);
  return {
    main: items.find((item) => stringOf(item['sk']) === MAIN_KEY),
    pages: new Map(pages.map((item) => [stringOf(item['sk']) ?? '', item])),
  };
}
