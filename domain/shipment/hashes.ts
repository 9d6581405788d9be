/**
 * The two hashes that name an event: who said it (`idHash`) and what was said (`contentHash`). First 8 bytes of SHA-256 as
 * 16 hex digits: it is in Node, in Python's hashlib and in Spark SQL, and every reader must get the same bytes.
 */
import { hash } from 'node:crypto';
import type { ShipmentEvent, StatementEvent } from './event.ts';

const HASH_BYTES = 8;

const first8Bytes = (values: readonly unknown[]): string => hash('sha256', JSON.stringify(values), 'hex').slice(0, 2 * HASH_BYTES);

/** The same 8 bytes to a place in a buffer: without digits, which would be read back into bytes at once. */
function write8Bytes(to: Buffer, at: number, values: readonly unknown[]): void {
  const digest = hash('sha256', JSON.stringify(values), 'binary');
  for (let index = 0; index < HASH_BYTES; index += 1) to[at + index] = digest.charCodeAt(index);
}

/** Same source, same id: the same event. */
export const idHash = (source: string, eventId: string): string => first8Bytes([source, eventId]);
export const writeIdHash = (to: Buffer, at: number, { source, eventId }: StatementEvent): void => write8Bytes(to, at, [source, eventId]);

/**
 * Same id and same content: a duplicate. Same id, other content: a conflict.
 *
 * Over [operation, retractsEventId, correctsEventId, eventType as sent, eventClassifier, place, eventTime in ms, reason code
 * as sent, neutral]; absent = null. Not in it: who, when published, message ids, schemaVersion, anything the platform sets;
 * so a file that is sent again is a duplicate. A RETRACT says only what it retracts.
 */
export function contentHash(event: ShipmentEvent): string {
  if (event.operation === 'RETRACT') {
    return first8Bytes(['RETRACT', event.retractsEventId, null, null, null, '', null, null, false]);
  }
  return first8Bytes(contentOf(event));
}
export const writeContentHash = (to: Buffer, at: number, event: StatementEvent): void => write8Bytes(to, at, contentOf(event));

const contentOf = ({ correctsEventId, type, classifier, place, eventTime, reason, neutral }: StatementEvent): readonly unknown[] =>
  ['UPSERT', null, correctsEventId ?? null, type, classifier, place, eventTime, reason ?? null, neutral];

/** Name of the event's text beside the state: the same text is always written under the same name. */
export const textName = (event: ShipmentEvent): string => idHash(event.source, event.eventId) + contentHash(event);
