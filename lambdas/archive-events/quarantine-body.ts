import { isUtf8 } from 'node:buffer';
import type { Violation } from '../../contracts/model.ts';
import { bytesOf } from '../_shared/decode/decode-records.ts';
import type { DecodedRecord } from '../_shared/decode/decode-records.ts';

export interface QuarantineLine {
  readonly record: DecodedRecord;
  readonly reasons: readonly Violation[];
}

/** The uncompressed lines of a quarantine object: the original record, as text where it is text, else base64. */
export function quarantineBody(lines: readonly QuarantineLine[]): Buffer {
  const texts = lines.map(({ record, reasons }) => {
    const bytes = bytesOf(record);
    const encoding = isUtf8(bytes) ? 'utf8' : 'base64';
    return JSON.stringify({ k: record.sequence, i: record.index, t: record.arrivalTime, reasons, encoding, data: bytes.toString(encoding) });
  });
  return Buffer.from(`${texts.join('\n')}\n`);
}
