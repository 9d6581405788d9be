/**
 * An entry that stays in its bytes: the times and hashes are 28 bytes at the end of each packed entry, in the order in which
 * they compare. So two entries are compared byte by byte, and written again by copying; hex digits are made for the few
 * that somebody asks for by name.
 */
import { ByteWriter } from './bytes.ts';
import type { Classifier } from './codes.ts';
import { compareVersions } from './entry.ts';
import type { Entry } from './entry.ts';
import type { SensorFlags } from './event.ts';

/** Event time 6, published time 6, id hash 8, content hash 8. */
export const TAIL_BYTES = 28;
const [ID_AT, HASH_AT] = [12, 20] as const;
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

  constructor(head: EntryHead, bytes: Buffer, at: number) {
    this.classifier = head.classifier;
    this.corrects = head.corrects;
    this.neutral = head.neutral;
    this.sensor = head.sensor;
    this.major = head.major;
    this.typeCode = head.typeCode;
    this.reasonCode = head.reasonCode;
    this.source = head.source;
    this.place = head.place;
    this.eventTime = bytes.readUIntBE(at, 6);
    this.published = bytes.readUIntBE(at + 6, 6);
    this.bytes = bytes;
    this.at = at;
  }

  get id(): string {
    return this.#hex(ID_AT);
  }

  get hash(): string {
    return this.#hex(HASH_AT);
  }

  #hex(from: number): string {
    return this.bytes.toString('hex', this.at + from, this.at + from + HASH_BYTES);
  }
}

/** The tails of entries that come from events. */
export function tailsOf(entries: readonly Entry[]): Buffer {
  const writer = new ByteWriter(TAIL_BYTES * entries.length);
  for (const { eventTime, published, id, hash } of entries) {
    writer.time(eventTime);
    writer.time(published);
    writer.hash(id);
    writer.hash(hash);
  }
  return writer.finish();
}

export const compareIds = (a: PackedEntry, b: PackedEntry): number => compareHashes(a, b, ID_AT);

export const hasSameContent = (a: PackedEntry, b: PackedEntry): boolean => compareHashes(a, b, HASH_AT) === 0;

/** Whether id hash and content hash together are these 16 bytes. */
export function isNamed({ bytes, at }: PackedEntry, name: Uint8Array): boolean {
  for (let byte = 0; byte < name.length; byte += 1) if (bytes[at + ID_AT + byte] !== name[byte]) return false;
  return true;
}

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
