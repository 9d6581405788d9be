import { Arena, SpareArena } from '../_shared/decode/arena.ts';
import type { DecodedRecord } from '../_shared/decode/decode-records.ts';
import { decodeRecord, decodedCapacity } from '../_shared/decode/decode-records.ts';
import type { KinesisEventRecord } from '../_shared/kinesis-event.ts';
import { arrivalOf } from '../_shared/kinesis-event.ts';
import { digitsOf } from '../_shared/marshall.ts';

const [LINE_FEED, CARRIAGE_RETURN, SPACE, CLOSING_BRACE] = [0x0a, 0x0d, 0x20, 0x7d] as const;
/** Names, brackets, numbers and version around an event, without its sequence number: 15 digits of time, 5 of index, 11 characters of version. */
const ENVELOPE_BYTES = 80;
const LINE_END_BYTES = 2;

const spare = new SpareArena();

/** An arena with the room. It is used again by the next batch: nothing may point into it after this one. */
function arenaFor(records: readonly KinesisEventRecord[]): Arena {
  const arena = spare.take(records.reduce((sum, record) => sum + decodedCapacity(record) + record.kinesis.sequenceNumber.length + ENVELOPE_BYTES, 0));
  spare.putBack(arena);
  return arena;
}

/**
 * Writes the uncompressed lines of a bronze object. An event is decoded to where it stays, between the brackets of its line, and judged there; only one
 * that bronze does not take is taken out again. It is never written anew from its parsed form: this is both the cheapest way and the only one that keeps
 * what was sent (docs/bronze.md).
 */
export class BronzeBody {
  readonly #arena: Arena;
  /** Where the next line begins. */
  #end = 0;
  /** The version that the last event stated: the next one most likely states it too. */
  #version = '1.0';
  #lines = 0;

  constructor(records: readonly KinesisEventRecord[]) {
    this.#arena = arenaFor(records);
  }

  /** Decodes a record to where its line would be. It lies there until the next call, unless `keep` follows. */
  decode(record: KinesisEventRecord): DecodedRecord {
    const { bytes } = this.#arena;
    const start = this.#end + bytes.write(opening(record, this.#version), this.#end, 'latin1');
    const decoded = decodeRecord(record, this.#arena, start);
    bytes[decoded.end] = CLOSING_BRACE;
    bytes[decoded.end + 1] = LINE_FEED;
    return decoded;
  }

  /**
   * Makes a line of the record that was decoded last.
   *
   * @param compact the event is known to hold no line break.
   */
  keep(record: DecodedRecord, { schemaVersion, compact }: { readonly schemaVersion: string; readonly compact: boolean }): void {
    const end = schemaVersion === this.#version ? record.end : this.#moveBehind(record, schemaVersion);
    if (!compact) this.#removeLineBreaks(end - (record.end - record.start), end);
    this.#end = end + LINE_END_BYTES;
    this.#lines += 1;
  }

  get lines(): number {
    return this.#lines;
  }

  /** All lines: good until the next batch. */
  get bytes(): Buffer {
    return this.#arena.bytes.subarray(0, this.#end);
  }

  /** The line begins with another version than was expected; answers where the event ends now. */
  #moveBehind({ sequence, index, arrivalTime, start, end }: DecodedRecord, schemaVersion: string): number {
    const { bytes } = this.#arena;
    const prefix = openingOf({ sequence, index, arrivalTime }, schemaVersion);
    bytes.copyWithin(this.#end + prefix.length, start, end + LINE_END_BYTES);
    bytes.write(prefix, this.#end, 'latin1');
    this.#version = schemaVersion;
    return this.#end + prefix.length + end - start;
  }

  /** In JSON a raw line break can only stand between tokens, where a space means the same. */
  #removeLineBreaks(from: number, to: number): void {
    const event = this.#arena.bytes.subarray(from, to);
    if (!event.includes(LINE_FEED) && !event.includes(CARRIAGE_RETURN)) return;
    for (let at = 0; at < event.length; at += 1) if (event[at] === LINE_FEED || event[at] === CARRIAGE_RETURN) event[at] = SPACE;
  }
}

const opening = (record: KinesisEventRecord, version: string): string => openingOf({ sequence: record.kinesis.sequenceNumber, index: 0, arrivalTime: arrivalOf(record) }, version);

const openingOf = ({ sequence, index, arrivalTime }: Pick<DecodedRecord, 'sequence' | 'index' | 'arrivalTime'>, version: string): string =>
  `{"k":"${sequence}","i":${index},"t":${digitsOf(arrivalTime)},"v":"${version}","e":`;

/** A record with bytes of its own, for one that is not kept where it lies. */
export function takenOut<T extends DecodedRecord>(record: T): T {
  const length = record.end - record.start;
  const arena = new Arena(length);
  record.arena.bytes.copy(arena.bytes, 0, record.start, record.end);
  return { ...record, arena, start: 0, end: length };
}
