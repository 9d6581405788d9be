/**
 * The entry set as bytes, format 1 (layout: docs/shipment-state.md). Canonical: equal sets give equal bytes, so that "did
 * anything change?" is a comparison of bytes.
 */
import { ByteReader, ByteWriter, PackedStateError } from './bytes.ts';
import { CLASSIFIERS } from './codes.ts';
import { compareHex, compareStored, compareText } from './entry.ts';
import type { Entry, OrderVersion, Version } from './entry.ts';
import type { SensorFlags } from './event.ts';
import type { EntryHead } from './packed-entry.ts';
import { entriesOf, entrySetOf } from './entry-set.ts';
import type { EntrySet } from './entry-set.ts';

/** The format that this release writes, and the newest that it reads. */
export const PACKED_FORMAT = 1;

/** The bytes were written by a newer release. Writing over them would destroy what it knows: hold the checkpoint. */
export class NewerFormatError extends Error {
  override readonly name = 'NewerFormatError';
  readonly found: number;

  constructor(found: number) {
    super(
      `The stored shipment state has format ${found}; this release reads formats up to ${PACKED_FORMAT}. ` +
        'It was not touched. Deploy the release that wrote it (or a newer one); the events wait in the stream until then.',
    );
    this.found = found;
  }
}

const FLAGS = { classifier: 3, corrects: 4, neutral: 8, sensorPresent: 16, sensorAlarm: 32 } as const;
const NO_ORDER = 0;
const ORDER_FOLLOWS = 1;
/** About; to start a buffer with. */
export const PACKED_ENTRY_BYTES = 40;

export function pack(set: EntrySet): Buffer {
  const entries = entriesOf(set).sort(compareStored);
  const sources = dictionaryOf(entries.map((entry) => entry.source));
  const places = dictionaryOf(entries.map((entry) => entry.place));
  const writer = new ByteWriter(256 + PACKED_ENTRY_BYTES * entries.length);

  writeFormat(writer, { sources: [...sources.keys()], places: [...places.keys()] });
  writer.varint(set.tombs.size);
  for (const id of [...set.tombs].sort(compareHex)) writer.hash(id);
  writer.varint(entries.length);
  for (const entry of entries) {
    writeHead(writer, entry, { source: indexIn(sources, entry.source), place: indexIn(places, entry.place) });
    writeTail(writer, entry);
  }
  writeOrder(writer, set.order);
  return writer.finish();
}

/** @throws NewerFormatError when a newer release wrote the bytes; PackedStateError when they are no packed state. */
export function unpack(bytes: Uint8Array): EntrySet {
  const reader = new ByteReader(bytes);
  readFormat(reader);
  const sources = reader.list(() => reader.text());
  const places = reader.list(() => reader.text());
  const tombs = reader.list(() => reader.hash());
  const entries = reader.list(() => ({ ...readHead(reader, { sources, places }), ...readTail(reader) }));
  const order = readOrder(reader);
  reader.finish();
  return entrySetOf({ entries, tombs, order });
}

/** @throws NewerFormatError, PackedStateError */
export function readFormat(reader: ByteReader): void {
  const format = reader.byte();
  if (format > PACKED_FORMAT) throw new NewerFormatError(format);
  if (format !== PACKED_FORMAT) throw new PackedStateError(`The packed state starts with ${format}; formats start at ${PACKED_FORMAT}.`);
}

/** The format and the two dictionaries, sorted. */
export function writeFormat(writer: ByteWriter, { sources, places }: { sources: readonly string[]; places: readonly string[] }): void {
  writer.byte(PACKED_FORMAT);
  for (const words of [sources, places]) {
    writer.varint(words.length);
    for (const word of words) writer.text(word);
  }
}

/** Word -> its place in the sorted list. */
function dictionaryOf(words: readonly string[]): ReadonlyMap<string, number> {
  return new Map([...new Set(words)].sort(compareText).map((word, index) => [word, index]));
}

function indexIn(dictionary: ReadonlyMap<string, number>, word: string): number {
  const index = dictionary.get(word);
  if (index === undefined) throw new RangeError(`"${word}" is missing in the dictionary of the packed state.`);
  return index;
}

/** All but the times and hashes. `index`: of the two words in their dictionaries. */
export function writeHead(writer: ByteWriter, entry: EntryHead, index: { readonly source: number; readonly place: number }): void {
  writer.byte(
    CLASSIFIERS.indexOf(entry.classifier) |
      (entry.corrects ? FLAGS.corrects : 0) |
      (entry.neutral ? FLAGS.neutral : 0) |
      (entry.sensor.present ? FLAGS.sensorPresent : 0) |
      (entry.sensor.alarm ? FLAGS.sensorAlarm : 0),
  );
  writer.varint(entry.major);
  writer.varint(entry.typeCode);
  writer.varint(entry.reasonCode);
  writer.varint(index.source);
  writer.varint(index.place);
}

function writeTail(writer: ByteWriter, entry: Entry): void {
  writer.time(entry.eventTime);
  writer.time(entry.published);
  writer.hash(entry.id);
  writer.hash(entry.hash);
}

export function readHead(reader: ByteReader, words: { readonly sources: readonly string[]; readonly places: readonly string[] }): EntryHead {
  const flags = reader.byte();
  return {
    classifier: CLASSIFIERS[flags & FLAGS.classifier] ?? 'ACTUAL',
    corrects: (flags & FLAGS.corrects) !== 0,
    neutral: (flags & FLAGS.neutral) !== 0,
    sensor: sensorOf(flags),
    major: reader.varint(),
    typeCode: reader.varint(),
    reasonCode: reader.varint(),
    source: wordAt(words.sources, reader.varint()),
    place: wordAt(words.places, reader.varint()),
  };
}

const readTail = (reader: ByteReader): Omit<Entry, keyof EntryHead> => ({ eventTime: reader.time(), published: reader.time(), id: reader.hash(), hash: reader.hash() });

/** One object for all entries without a reading, which are nearly all. */
const NO_SENSOR: SensorFlags = { present: false, alarm: false };

function sensorOf(flags: number): SensorFlags {
  const present = (flags & FLAGS.sensorPresent) !== 0;
  const alarm = (flags & FLAGS.sensorAlarm) !== 0;
  return present || alarm ? { present, alarm } : NO_SENSOR;
}

function wordAt(words: readonly string[], index: number): string {
  const word = words[index];
  if (word === undefined) throw new PackedStateError(`The packed state names word ${index} of a dictionary with ${words.length} words.`);
  return word;
}

export function writeOrder(writer: ByteWriter, version: OrderVersion | undefined): void {
  if (version === undefined) {
    writer.byte(NO_ORDER);
    return;
  }
  writer.byte(ORDER_FOLLOWS);
  writeVersion(writer, version);
  writer.text(version.order.customerId);
  writer.text(version.order.serviceLevel);
  writer.varint(version.order.priority);
  writer.text(version.order.origin);
  writer.text(version.order.destination);
}

function writeVersion(writer: ByteWriter, version: Version): void {
  writer.byte(version.corrects ? FLAGS.corrects : 0);
  writer.varint(version.major);
  writer.time(version.published);
  writer.hash(version.id);
  writer.hash(version.hash);
}

export function readOrder(reader: ByteReader): OrderVersion | undefined {
  if (reader.byte() === NO_ORDER) return undefined;
  return {
    corrects: (reader.byte() & FLAGS.corrects) !== 0,
    major: reader.varint(),
    published: reader.time(),
    id: reader.hash(),
    hash: reader.hash(),
    order: {
      customerId: reader.text(),
      serviceLevel: reader.text(),
      priority: reader.varint(),
      origin: reader.text(),
      destination: reader.text(),
    },
  };
}
