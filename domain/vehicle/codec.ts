/** What page, trail and aboard items have in common as bytes: a format number, vehicles in order of their ids, large numbers. */
import { ByteReader, ByteWriter, PackedStateError } from '../shipment/bytes.ts';

export { ByteReader, ByteWriter, PackedStateError };

/** The format that this release writes, and the newest that it reads; of all three kinds of items. */
export const VEHICLE_FORMAT = 1;

/** The bytes were written by a newer release. Writing over them would destroy what it knows: hold the checkpoint. */
export class NewerVehicleFormatError extends Error {
  override readonly name = 'NewerVehicleFormatError';

  constructor(found: number) {
    super(
      `The stored vehicles have format ${found}; this release reads formats up to ${VEHICLE_FORMAT}. ` +
        'They were not touched. Deploy the release that wrote them (or a newer one); the positions wait in the stream until then.',
    );
  }
}

export function readFormat(reader: ByteReader): void {
  const format = reader.byte();
  if (format > VEHICLE_FORMAT) throw new NewerVehicleFormatError(format);
  if (format !== VEHICLE_FORMAT) throw new PackedStateError(`Byte 0 of the packed vehicles is ${format}; format ${VEHICLE_FORMAT} was expected.`);
}

/** A whole number from 0 to 2⁵³ − 1 in groups of 7 bits, the low ones first. */
export function writeNumber(writer: ByteWriter, value: number): void {
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) writer.byte((rest % 128) | 128);
  writer.byte(rest);
}

export function readNumber(reader: ByteReader): number {
  let value = 0;
  for (let unit = 1; unit < 2 ** 53; unit *= 128) {
    const group = reader.byte();
    value += (group & 127) * unit;
    if (group < 128) return value;
  }
  throw new PackedStateError('A number of the packed vehicles has no end.');
}

/** Small numbers of either sign stay small. */
export const writeSigned = (writer: ByteWriter, value: number): void => writeNumber(writer, value < 0 ? -2 * value - 1 : 2 * value);
export function readSigned(reader: ByteReader): number {
  const value = readNumber(reader);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

const [LAT_SHIFT, LON_SHIFT, LON_SIZE] = [9_000_000, 18_000_000, 36_000_001] as const;
const LOW = 2 ** 24;

/** Both in seven bytes; 1e-5 degrees. */
export function writePlace(writer: ByteWriter, lat: number, lon: number): void {
  const both = (lat + LAT_SHIFT) * LON_SIZE + lon + LON_SHIFT;
  const low = both % LOW;
  writer.uint32(Math.floor(both / LOW));
  writer.byte(low >>> 16);
  writer.byte((low >>> 8) & 255);
  writer.byte(low & 255);
}

export function readPlace(reader: ByteReader): { lat: number; lon: number } {
  const from = reader.advance(7);
  const both = reader.buffer.readUInt32BE(from) * LOW + reader.buffer.readUIntBE(from + 4, 3);
  const north = Math.floor(both / LON_SIZE);
  return { lat: north - LAT_SHIFT, lon: both - north * LON_SIZE - LON_SHIFT };
}

/** Code units, as `sort()` does: the same on every machine. */
export const compareIds = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Ids in order; of each only what differs from the one before. `each` writes what belongs to it. */
export function writeById<Value>(writer: ByteWriter, values: ReadonlyMap<string, Value>, each: (value: Value) => void): void {
  writeNumber(writer, values.size);
  let before = '';
  for (const [id, value] of [...values].sort(([a], [b]) => compareIds(a, b))) {
    const shared = sharedLength(before, id);
    writeNumber(writer, shared);
    writer.text(id.slice(shared));
    each(value);
    before = id;
  }
}

export function readById<Value>(reader: ByteReader, each: (id: string) => Value): Map<string, Value> {
  const values = new Map<string, Value>();
  let before = '';
  for (let left = readNumber(reader); left > 0; left -= 1) {
    const shared = readNumber(reader);
    const id = before.slice(0, shared) + reader.text();
    values.set(id, each(id));
    before = id;
  }
  return values;
}

/** Of whole characters: half of a surrogate pair has no UTF-8. */
function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  const last = length > 0 ? a.charCodeAt(length - 1) : 0;
  return last >= 0xd800 && last <= 0xdbff ? length - 1 : length;
}
