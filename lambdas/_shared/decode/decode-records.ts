import type { KinesisEventRecord } from '../kinesis-event.ts';
import { arrivalOf } from '../kinesis-event.ts';
import { frameOf } from './frames.ts';
import type { Marker } from './marker.ts';
import { parseMarker } from './marker.ts';

/** Where a decoded record came from: with the stream and the shard, its identity. */
interface Position {
  readonly sequence: string;
  /** Place inside its Kinesis record; 0 for a plain one. */
  readonly index: number;
  /** Milliseconds since 1970 at which the stream took it. */
  readonly arrivalTime: number;
  /** As the producer sent them. Views into one buffer per batch: do not change them. */
  readonly bytes: Buffer;
}

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
 */
export function decodeRecords(records: readonly KinesisEventRecord[]): DecodedRecord[] {
  // One buffer for the whole batch: a Buffer per record costs three times as much.
  const capacity = records.reduce((sum, record) => sum + decodedCapacity(record.kinesis.data), 0);
  const arena = Buffer.allocUnsafe(capacity);
  let offset = 0;
  return records.map((record) => {
    const length = arena.write(record.kinesis.data, offset, 'base64');
    const bytes = arena.subarray(offset, offset + length);
    offset += length;
    return classify(record, bytes);
  });
}

/** The events of a batch, in order: what every reader but archive-events wants. */
export const eventsOf = (decoded: readonly DecodedRecord[]): EventRecord[] => decoded.filter((record) => record.kind === 'event');

const decodedCapacity = (base64: string): number => Math.ceil(base64.length / 4) * 3;

function classify(record: KinesisEventRecord, bytes: Buffer): DecodedRecord {
  const frame = frameOf(bytes);
  const sequence = record.kinesis.sequenceNumber;
  const arrivalTime = arrivalOf(record);
  if (frame === 'plain') return { kind: 'event', sequence, index: 0, arrivalTime, bytes };
  const position: Position = { sequence, index: 0, arrivalTime, bytes };
  if (frame === 'marker') {
    const marker = parseMarker(position.bytes);
    if (marker !== undefined) return { ...position, kind: 'marker', marker };
    return { ...position, kind: 'undecodable', rule: 'BAD_MARKER', message: 'begins like a marker (WBM1) but is none: JSON with markerId, contract, day and putAt must follow' };
  }
  return { ...position, kind: 'undecodable', rule: 'UNSUPPORTED_FRAME', message: `is a ${frame} frame; send one plain JSON event per record` };
}
