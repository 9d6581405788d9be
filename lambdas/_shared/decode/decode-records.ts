import type { KinesisEventRecord } from '../kinesis-event.ts';
import { arrivalOf } from '../kinesis-event.ts';
import { Arena, EVENT_END } from './arena.ts';
import { OPENING_BRACE, frameOf } from './frames.ts';
import type { Marker } from './marker.ts';
import { parseMarker } from './marker.ts';

/** Where a decoded record came from: with the stream and the shard, its identity. And where it lies now. */
interface Position {
  readonly sequence: string;
  /** Place inside its Kinesis record; 0 for a plain one. */
  readonly index: number;
  /** Milliseconds since 1970 at which the stream took it. */
  readonly arrivalTime: number;
  readonly arena: Arena;
  /** First byte in the arena, and the byte behind the last. */
  readonly start: number;
  readonly end: number;
}

/** The bytes of a record as the producer sent them: a view into the arena, do not change it. */
export const bytesOf = ({ arena, start, end }: Pick<Position, 'arena' | 'start' | 'end'>): Buffer => arena.bytes.subarray(start, end);

export interface EventRecord extends Position {
  readonly kind: 'event';
}
/** A marker of the completeness gate: readers of events skip it. */
export interface MarkerRecord extends Position {
  readonly kind: 'marker';
  readonly marker: Marker;
}
/** Not decodable: to quarantine, whole, with this reason. */
export interface UndecodableRecord extends Position {
  readonly kind: 'undecodable';
  readonly rule: 'UNSUPPORTED_FRAME' | 'BAD_MARKER';
  readonly message: string;
}
export type DecodedRecord = EventRecord | MarkerRecord | UndecodableRecord;

/**
 * The one way from Kinesis records to events. One Kinesis record is one event today; frames that carry several come in
 * here, and nowhere else. Never throws, whatever the bytes are.
 *
 * @param arena with room for `capacityFor` the records.
 */
export function decodeRecords(records: readonly KinesisEventRecord[], arena: Arena = new Arena(capacityFor(records))): DecodedRecord[] {
  let offset = 0;
  return records.map((record) => {
    const decoded = decodeRecord(record, arena, offset);
    arena.bytes[decoded.end] = EVENT_END;
    offset = decoded.end + 1;
    return decoded;
  });
}

/** Bytes of an arena for them all, with what ends each. */
export const capacityFor = (records: readonly KinesisEventRecord[]): number => records.reduce((sum, record) => sum + decodedCapacity(record) + 1, 0);

/** Puts one record into an arena that has the room, and says what it is. What stands behind it in the arena is the caller's. */
export function decodeRecord(record: KinesisEventRecord, arena: Arena, start: number): DecodedRecord {
  const end = start + arena.bytes.write(record.kinesis.data, start, 'base64');
  const sequence = record.kinesis.sequenceNumber;
  const arrivalTime = arrivalOf(record);
  return arena.bytes[start] === OPENING_BRACE && end > start ? { kind: 'event', sequence, index: 0, arrivalTime, arena, start, end } : classify({ sequence, index: 0, arrivalTime, arena, start, end });
}

/** At most so many bytes are in a record. */
export const decodedCapacity = ({ kinesis }: KinesisEventRecord): number => Math.ceil(kinesis.data.length / 4) * 3;

function classify(position: Position): DecodedRecord {
  const bytes = bytesOf(position);
  const frame = frameOf(bytes);
  if (frame === 'plain') return { kind: 'event', ...position };
  if (frame === 'marker') {
    const marker = parseMarker(bytes);
    if (marker !== undefined) return { ...position, kind: 'marker', marker };
    return { ...position, kind: 'undecodable', rule: 'BAD_MARKER', message: 'begins like a marker (WBM1) but is none: JSON with markerId, contract, day and putAt must follow' };
  }
  return { ...position, kind: 'undecodable', rule: 'UNSUPPORTED_FRAME', message: `is a ${frame} frame; send one plain JSON event per record` };
}
