/**
 * The usual shipment on a short way. Nearly every shipment has a few dozen entries in one item, each id told once, nothing
 * retracted. Such a state is the plain list that its bytes hold, and takes new facts without the maps of an entry set, at a
 * quarter of the cost. Whatever is not usual answers `undefined`: then `entry-set.ts` decides, which is the specification.
 */
import { ByteReader, ByteWriter } from './bytes.ts';
import { compareOrderVersions, compareText, plainEntry } from './entry.ts';
import type { OrderVersion } from './entry.ts';
import { factWith } from './entry-set.ts';
import type { Fact } from './entry-set.ts';
import type { ShipmentEvent } from './event.ts';
import { PACKED_ENTRY_BYTES, readFormat, readHead, readOrder, writeFormat, writeHead, writeOrder } from './packing.ts';
import { compareIds, comparePackedVersions, hasSameContent, PackedEntry, TAIL_BYTES } from './packed-entry.ts';
import type { EntryPacker } from './packed-entry.ts';

/** Above this the maps are worth their cost; no main item holds as many. */
const LONGEST = 200;

export interface ShortList {
  /** In the order of the bytes; no id twice. */
  readonly entries: readonly PackedEntry[];
  /** Sorted, each used by an entry. A statement is only replaced by one of its own source and place: no word ever goes. */
  readonly sources: readonly string[];
  readonly places: readonly string[];
  readonly order: OrderVersion | undefined;
  /** The bytes that it was read from, as long as their words are the list's. */
  readonly origin?: Origin | undefined;
}

/** Bytes of a list: what is still so in them is copied when the list is packed again. */
interface Origin {
  readonly bytes: Buffer;
  /** Where the words end, and where the order begins. */
  readonly wordsEnd: number;
  readonly orderAt: number;
  readonly order: OrderVersion | undefined;
}

export const EMPTY_LIST: ShortList = { entries: [], sources: [], places: [], order: undefined };

/** @throws NewerFormatError, PackedStateError as `unpack` does. */
export function unpackList(bytes: Uint8Array): ShortList | undefined {
  const reader = new ByteReader(bytes);
  readFormat(reader);
  const sources = reader.list(() => reader.text());
  const places = reader.list(() => reader.text());
  const wordsEnd = reader.advance(0);
  if (reader.varint() > 0) return undefined;
  const words = { sources, places };
  const entries: PackedEntry[] = [];
  const count = reader.varint();
  if (count > LONGEST) return undefined;
  for (let left = count; left > 0; left -= 1) entries.push(readEntry(reader, words));
  const orderAt = reader.advance(0);
  const order = readOrder(reader);
  reader.finish();
  return isAscending(entries) ? { entries, sources, places, order, origin: { bytes: reader.buffer, wordsEnd, orderAt, order } } : undefined;
}

function readEntry(reader: ByteReader, words: Parameters<typeof readHead>[1]): PackedEntry {
  const from = reader.advance(0);
  const head = readHead(reader, words);
  return new PackedEntry(head, reader.buffer, { at: reader.advance(TAIL_BYTES), from });
}

/** The same bytes as `pack` gives for the set. */
export function packList({ entries, sources, places, order, origin }: ShortList): Buffer {
  const writer = new ByteWriter(256 + PACKED_ENTRY_BYTES * entries.length);
  if (origin === undefined) writeFormat(writer, { sources, places });
  else writer.copy(origin.bytes, 0, origin.wordsEnd);
  writer.varint(0);
  writer.varint(entries.length);
  writeEntries(writer, { entries, sources, places, unchanged: origin?.bytes });
  if (origin !== undefined && origin.order === order) writer.copy(origin.bytes, origin.orderAt, origin.bytes.length - origin.orderAt);
  else writeOrder(writer, order);
  return writer.finish();
}

/** Entries that lie one behind the other in the `unchanged` bytes are copied together. */
function writeEntries(writer: ByteWriter, { entries, sources, places, unchanged }: Pick<ShortList, 'entries' | 'sources' | 'places'> & { readonly unchanged: Buffer | undefined }): void {
  let [from, to] = [0, 0];
  for (const entry of entries) {
    const isThere = entry.bytes === unchanged;
    if (isThere && entry.from === to) {
      to = entry.at + TAIL_BYTES;
      continue;
    }
    if (unchanged !== undefined && to > from) writer.copy(unchanged, from, to - from);
    from = to = 0;
    if (isThere) [from, to] = [entry.from, entry.at + TAIL_BYTES];
    else {
      writeHead(writer, entry, { source: sources.indexOf(entry.source), place: places.indexOf(entry.place) });
      writer.copy(entry.bytes, entry.at, TAIL_BYTES);
    }
  }
  if (unchanged !== undefined && to > from) writer.copy(unchanged, from, to - from);
}

/** A fact whose entry lies in bytes already. */
export interface PackedFact extends Fact {
  readonly entry: PackedEntry | undefined;
}

/** What `factOf` says. */
export const packedFactOf = (event: ShipmentEvent, packer: EntryPacker): PackedFact => factWith(event, (statement) => packer.pack(statement));

/** For the entry set, which asks for hashes by name again and again. */
export const plainFact = ({ tomb, entry, order }: PackedFact): Fact => ({ tomb, entry: entry === undefined ? undefined : plainEntry(entry), order });

/** What `foldFacts` makes of the same facts; undefined when one of them is not usual here. */
export function addFacts(list: ShortList, facts: readonly PackedFact[]): ShortList | undefined {
  const entries = [...list.entries];
  let { sources, places, order } = list;
  for (const fact of facts) {
    const { entry } = fact;
    if (fact.tomb !== undefined || entry === undefined || !addEntry(entries, entry)) return undefined;
    sources = withWord(sources, entry.source);
    places = withWord(places, entry.place);
    if (fact.order !== undefined && (order === undefined || compareOrderVersions(fact.order, order) > 0)) order = fact.order;
  }
  if (entries.length > LONGEST) return undefined;
  return { entries, sources, places, order, origin: sources === list.sources && places === list.places ? list.origin : undefined };
}

/** The greatest event or published time, ms since 1970; 0 when the list has none. */
export function greatestTimeOf({ entries, order }: ShortList): number {
  let greatest = order?.published ?? 0;
  for (const { eventTime, published } of entries) greatest = Math.max(greatest, eventTime, published);
  return greatest;
}

/** Whether the list holds an entry of this id and this content. */
export const listHasContent = ({ entries }: ShortList, entry: PackedEntry): boolean => entries.some((other) => compareIds(other, entry) === 0 && hasSameContent(other, entry));

/** False when the id is known with another content, slot or major: which one counts, and what stays, is the set's business. */
function addEntry(entries: PackedEntry[], entry: PackedEntry): boolean {
  const at = positionOf(entries, entry);
  const known = entries[at];
  if (known !== undefined && compareIds(known, entry) === 0) {
    if (known.major !== entry.major || !hasSameContent(known, entry) || !isSameSlot(known, entry)) return false;
    if (comparePackedVersions(entry, known) > 0) entries[at] = entry;
    return true;
  }
  const rival = entry.classifier === 'ACTUAL' ? -1 : entries.findIndex((other) => isSameSlot(other, entry));
  // At −1 an array looks for a property of that name.
  const older = rival === -1 ? undefined : entries[rival];
  if (older === undefined) {
    entries.push(entry);
    moveTo(entries, entry, { from: entries.length - 1, to: at });
  } else if (comparePackedVersions(entry, older) > 0) {
    moveTo(entries, entry, { from: rival, to: rival < at ? at - 1 : at });
  }
  return true;
}

/** Puts the entry to one place and takes away what was at another; those between them move up. `splice` makes a list of what it takes away. */
function moveTo(entries: PackedEntry[], entry: PackedEntry, { from, to }: { readonly from: number; readonly to: number }): void {
  const step = from < to ? 1 : -1;
  for (let at = from; at !== to; at += step) entries[at] = entries[at + step] as PackedEntry;
  entries[to] = entry;
}

const isSameSlot = (a: PackedEntry, b: PackedEntry): boolean =>
  a.typeCode === b.typeCode && a.classifier === b.classifier && a.place === b.place && a.source === b.source && a.neutral === b.neutral;

/** Where the entry is, or belongs. */
function positionOf(entries: readonly PackedEntry[], entry: PackedEntry): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = entries[middle];
    if (other !== undefined && compareIds(other, entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Strictly: one id twice is a conflict, or told of two slots. */
function isAscending(entries: readonly PackedEntry[]): boolean {
  let last: PackedEntry | undefined;
  for (const entry of entries) {
    if (last !== undefined && compareIds(last, entry) >= 0) return false;
    last = entry;
  }
  return true;
}

/** Sorted, as the list is. */
const withWord = (words: readonly string[], word: string): readonly string[] => (words.includes(word) ? words : [...words, word].sort(compareText));
