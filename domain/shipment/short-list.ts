/**
 * The usual shipment on a short way. Nearly every shipment has a few dozen entries in one item, each id told once, nothing
 * retracted. Such a state is the plain list that its bytes hold, and takes new facts without the maps of an entry set, at a
 * quarter of the cost. Whatever is not usual answers `undefined`: then `entry-set.ts` decides, which is the specification.
 */
import { ByteReader, ByteWriter } from './bytes.ts';
import { compareOrderVersions, compareText } from './entry.ts';
import type { Entry, OrderVersion } from './entry.ts';
import type { Fact } from './entry-set.ts';
import { PACKED_ENTRY_BYTES, readFormat, readHead, readOrder, writeFormat, writeHead, writeOrder } from './packing.ts';
import { compareIds, comparePackedVersions, hasSameContent, isNamed, PackedEntry, TAIL_BYTES, tailsOf } from './packed-entry.ts';

/** Above this the maps are worth their cost; no main item holds as many. */
const LONGEST = 200;

export interface ShortList {
  /** In the order of the bytes; no id twice. */
  readonly entries: readonly PackedEntry[];
  /** Sorted, each used by an entry. A statement is only replaced by one of its own source and place: no word ever goes. */
  readonly sources: readonly string[];
  readonly places: readonly string[];
  readonly order: OrderVersion | undefined;
}

export const EMPTY_LIST: ShortList = { entries: [], sources: [], places: [], order: undefined };

/** @throws NewerFormatError, PackedStateError as `unpack` does. */
export function unpackList(bytes: Uint8Array): ShortList | undefined {
  const reader = new ByteReader(bytes);
  readFormat(reader);
  const sources = reader.list(() => reader.text());
  const places = reader.list(() => reader.text());
  if (reader.varint() > 0) return undefined;
  const words = { sources, places };
  const entries: PackedEntry[] = [];
  const count = reader.varint();
  if (count > LONGEST) return undefined;
  for (let left = count; left > 0; left -= 1) entries.push(new PackedEntry(readHead(reader, words), reader.buffer, reader.advance(TAIL_BYTES)));
  const order = readOrder(reader);
  reader.finish();
  return isAscending(entries) ? { entries, sources, places, order } : undefined;
}

/** The same bytes as `pack` gives for the set. */
export function packList({ entries, sources, places, order }: ShortList): Buffer {
  const writer = new ByteWriter(256 + PACKED_ENTRY_BYTES * entries.length);
  writeFormat(writer, { sources, places });
  writer.varint(0);
  writer.varint(entries.length);
  for (const entry of entries) {
    writeHead(writer, entry, { source: sources.indexOf(entry.source), place: places.indexOf(entry.place) });
    writer.copy(entry.bytes, entry.at, TAIL_BYTES);
  }
  writeOrder(writer, order);
  return writer.finish();
}

/** What `foldFacts` makes of the same facts; undefined when one of them is not usual here. */
export function addFacts(list: ShortList, facts: readonly Fact[]): ShortList | undefined {
  const added: Entry[] = [];
  let { order } = list;
  for (const fact of facts) {
    if (fact.tomb !== undefined || fact.entry === undefined) return undefined;
    added.push(fact.entry);
    if (fact.order !== undefined && (order === undefined || compareOrderVersions(fact.order, order) > 0)) order = fact.order;
  }
  const sources = withWords(list.sources, added, ({ source }) => source);
  const places = withWords(list.places, added, ({ place }) => place);
  const tails = tailsOf(added);
  const entries = [...list.entries];
  for (let index = 0; index < added.length; index += 1) {
    const entry = added[index];
    if (entry === undefined || !addEntry(entries, new PackedEntry(entry, tails, index * TAIL_BYTES))) return undefined;
  }
  return entries.length <= LONGEST ? { entries, sources, places, order } : undefined;
}

/** The greatest event or published time, ms since 1970; 0 when the list has none. */
export function greatestTimeOf({ entries, order }: ShortList): number {
  let greatest = order?.published ?? 0;
  for (const { eventTime, published } of entries) greatest = Math.max(greatest, eventTime, published);
  return greatest;
}

/** Whether the list holds an entry of this id and this content. */
export function listHasContent({ entries }: ShortList, { id, hash }: Pick<Entry, 'id' | 'hash'>): boolean {
  const name = Buffer.from(id + hash, 'hex');
  return entries.some((entry) => isNamed(entry, name));
}

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
  const older = entries[rival];
  if (older === undefined) {
    entries.splice(at, 0, entry);
  } else if (comparePackedVersions(entry, older) > 0) {
    entries.splice(rival, 1);
    entries.splice(rival < at ? at - 1 : at, 0, entry);
  }
  return true;
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

function withWords(known: readonly string[], entries: readonly Entry[], wordOf: (entry: Entry) => string): readonly string[] {
  let words: string[] | undefined;
  for (const entry of entries) {
    const word = wordOf(entry);
    if (!(words ?? known).includes(word)) (words ??= [...known]).push(word);
  }
  return words === undefined ? known : words.sort(compareText);
}
