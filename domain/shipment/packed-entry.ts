/**
 * An entry that stays in its bytes: the times and hashes are 28 bytes at the end of each packed entry, in the order in which
 * they compare. So two entries are compared byte by byte, and written again by copying; hex digits are made for the few
 * that somebody asks for by name.
 */
import { timeAt } from './bytes.ts';
import { reasonCode, typeCode } from './codes.ts';
import type { Classifier } from './codes.ts';
import { compareVersions, storable } from './entry.ts';
import type { Entry } from './entry.ts';
import type { SensorFlags, StatementEvent } from './event.ts';
import { writeContentHash, writeIdHash } from './hashes.ts';

/** Event time 6, published time 6, id hash 8, content hash 8. */
export const TAIL_BYTES = 28;
const [PUBLISHED_AT, ID_AT, HASH_AT] = [6, 12, 20] as const;
const TIME_BYTES = 6;
const HASH_BYTES = 8;

/** What stands before the tail. */
export interface EntryHead {
  readonly classifier: Classifier;
  readonly corrects: boolean;
  readonly neutral: boolean;
  readonly sensor: SensorFlags;
  readonly major: number;
  readonly typeCode: number;
  readonly reasonCode: number;
  readonly source: string;
  readonly place: string;
}

export class PackedEntry implements Entry {
  readonly classifier: Classifier;
  readonly corrects: boolean;
  readonly neutral: boolean;
  readonly sensor: SensorFlags;
  readonly major: number;
  readonly typeCode: number;
  readonly reasonCode: number;
  readonly source: string;
  readonly place: string;
  readonly eventTime: number;
  readonly published: number;
  /** Where its tail is: others lie in the same bytes. */
  readonly bytes: Buffer;
  readonly at: number;
  /** Where the packed entry begins, if all of it lies there; else -1. */
  readonly from: number;

  constructor(head: EntryHead, bytes: Buffer, { at, from }: { readonly at: number; readonly from: number }) {
    this.classifier = head.classifier;
    this.corrects = head.corrects;
    this.neutral = head.neutral;
    this.sensor = head.sensor;
    this.major = head.major;
    this.typeCode = head.typeCode;
    this.reasonCode = head.reasonCode;
    this.source = head.source;
    this.place = head.place;
    this.eventTime = timeAt(bytes, at);
    this.published = timeAt(bytes, at + PUBLISHED_AT);
    this.bytes = bytes;
    this.at = at;
    this.from = from;
  }

  get id(): string {
    return this.#hex(ID_AT);
  }

  get hash(): string {
    return this.#hex(HASH_AT);
  }

  /** Id and content hash: what its text is named by. */
  get name(): string {
    return this.#hex(ID_AT, 2 * HASH_BYTES);
  }

  #hex(from: number, bytes = HASH_BYTES): string {
    return this.bytes.toString('hex', this.at + from, this.at + from + bytes);
  }
}

const [FIRST_ROOM, LARGEST_ROOM] = [16 * TAIL_BYTES, 2_048 * TAIL_BYTES] as const;

/** Makes entries of events. Their tails lie side by side in a few buffers: one for each would cost more than it holds. */
export class EntryPacker {
  #room = Buffer.alloc(FIRST_ROOM);
  #end = 0;

  /** What `toEntry` says of the event. */
  pack(event: StatementEvent): PackedEntry {
    const at = this.#take();
    return new PackedEntry(headOf(event), writeTail(this.#room, at, event), { at, from: -1 });
  }

  #take(): number {
    if (this.#end === this.#room.length) {
      this.#room = Buffer.alloc(Math.min(2 * this.#room.length, LARGEST_ROOM));
      this.#end = 0;
    }
    this.#end += TAIL_BYTES;
    return this.#end - TAIL_BYTES;
  }
}

const headOf = ({ classifier, correctsEventId, neutral, sensor, major, type, reason, source, place }: StatementEvent): EntryHead => ({
  classifier,
  corrects: correctsEventId !== undefined,
  neutral,
  sensor,
  major,
  typeCode: typeCode(type),
  reasonCode: reasonCode(reason),
  source,
  place,
});

function writeTail(to: Buffer, at: number, event: StatementEvent): Buffer {
  to.writeUIntBE(storable(event.eventTime), at, TIME_BYTES);
  to.writeUIntBE(storable(event.publishedTime), at + PUBLISHED_AT, TIME_BYTES);
  writeIdHash(to, at + ID_AT, event);
  writeContentHash(to, at + HASH_AT, event);
  return to;
}

export const compareIds = (a: PackedEntry, b: PackedEntry): number => compareHashes(a, b, ID_AT);

export const hasSameContent = (a: PackedEntry, b: PackedEntry): boolean => compareHashes(a, b, HASH_AT) === 0;

/** What `compareVersions` says, from the bytes. */
export const comparePackedVersions = (a: PackedEntry, b: PackedEntry): number =>
  a.published - b.published || Number(a.corrects) - Number(b.corrects) || a.major - b.major || compareHashes(a, b, HASH_AT) || compareHashes(a, b, ID_AT) || compareVersions(a, b);

function compareHashes(a: PackedEntry, b: PackedEntry, from: number): number {
  const [left, right] = [a.bytes, b.bytes];
  for (let byte = from; byte < from + HASH_BYTES; byte += 1) {
    const difference = (left[a.at + byte] ?? 0) - (right[b.at + byte] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
