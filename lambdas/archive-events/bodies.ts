import { isUtf8 } from 'node:buffer';
import type { Violation } from '../../contracts/model.ts';
import type { DecodedRecord } from '../_shared/decode/decode-records.ts';

export interface BronzeLine {
  readonly record: DecodedRecord;
  readonly schemaVersion: string;
}

export interface QuarantineLine {
  readonly record: DecodedRecord;
  readonly reasons: readonly Violation[];
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const LINE_END = '}\n';
/** Names, brackets and numbers around an event, without its sequence number and version: 15 digits of time, 5 of index. */
const ENVELOPE_BYTES = 64;

/**
 * The uncompressed lines of a bronze object. Events are copied as bytes, never written again from their parsed form: this
 * is both the cheapest way and the only one that keeps what was sent (docs/bronze.md).
 */
export function bronzeBody(lines: readonly BronzeLine[]): Buffer {
  const capacity = lines.reduce((sum, { record, schemaVersion }) => sum + record.bytes.length + record.sequence.length + schemaVersion.length + ENVELOPE_BYTES, 0);
  const body = Buffer.allocUnsafe(capacity);
  let offset = 0;
  for (const { record, schemaVersion } of lines) {
    offset += body.write(`{"k":"${record.sequence}","i":${record.index},"t":${record.arrivalTime},"v":"${schemaVersion}","e":`, offset, 'latin1');
    offset += copyOnOneLine(record.bytes, body, offset);
    offset += body.write(LINE_END, offset, 'latin1');
  }
  return body.subarray(0, offset);
}

/** In JSON a raw line break can only stand between tokens, where a space means the same. */
function copyOnOneLine(event: Buffer, body: Buffer, offset: number): number {
  const length = event.copy(body, offset);
  if (event.includes(LINE_FEED) || event.includes(CARRIAGE_RETURN)) {
    for (let at = offset; at < offset + length; at += 1) {
      if (body[at] === LINE_FEED || body[at] === CARRIAGE_RETURN) body[at] = SPACE;
    }
  }
  return length;
}

/** The uncompressed lines of a quarantine object: the original record, as text where it is text, else base64. */
export function quarantineBody(lines: readonly QuarantineLine[]): Buffer {
  const texts = lines.map(({ record, reasons }) => {
    const encoding = isUtf8(record.bytes) ? 'utf8' : 'base64';
    return JSON.stringify({ k: record.sequence, i: record.index, t: record.arrivalTime, reasons, encoding, data: record.bytes.toString(encoding) });
  });
  return Buffer.from(`${texts.join('\n')}\n`);
}
