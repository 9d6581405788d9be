/** Bytes out and in, big-endian: varints, 6-byte times, 8-byte hashes, texts with their length. */

/** The bytes are no packed state: cut short, or not written by us. */
export class PackedStateError extends Error {
  override readonly name = 'PackedStateError';
}

const TIME_BYTES = 6;
const HASH_BYTES = 8;
/** So few are copied faster one by one. */
const FEW_BYTES = 32;
/** Who comes here without the digits of all bytes wants but the last few hashes. */
const NEAR_END = 128;

/** Ms since 1970 of six bytes. What `readUIntBE` says, without its looks at what it is asked for: a shipment has two in each entry. */
export const timeAt = (bytes: Buffer, at: number): number => shortAt(bytes, at) * 0x1_00_00_00_00 + shortAt(bytes, at + 2) * 0x1_00_00 + shortAt(bytes, at + 4);
const shortAt = (bytes: Buffer, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

const [DIGIT_0, LETTER_A] = [0x30, 0x61] as const;

const hexDigit = (code: number): number => (code < LETTER_A ? code - DIGIT_0 : code - LETTER_A + 10);

export class ByteWriter {
  private buffer: Buffer;
  private length = 0;

  constructor(expectedBytes = 256) {
    this.buffer = Buffer.allocUnsafe(expectedBytes);
  }

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.length++] = value;
  }

  /** An integer from 0 to 2³¹ − 1 in groups of 7 bits, the low ones first. */
  varint(value: number): void {
    let rest = value;
    for (; rest > 127; rest >>>= 7) this.byte((rest & 127) | 128);
    this.byte(rest);
  }

  /** From 0 to 2³² − 1. */
  uint32(value: number): void {
    this.reserve(4);
    this.length = this.buffer.writeUInt32BE(value, this.length);
  }

  /** Ms since 1970, up to the year 10889. */
  time(milliseconds: number): void {
    this.reserve(TIME_BYTES);
    this.length = this.buffer.writeUIntBE(milliseconds, this.length, TIME_BYTES);
  }

  /** 16 hex digits, lower case. Digit by digit: a call of `Buffer.write` costs more than so few bytes. */
  hash(hex: string): void {
    this.reserve(HASH_BYTES);
    for (let at = 0; at < 2 * HASH_BYTES; at += 2) {
      this.buffer[this.length++] = (hexDigit(hex.charCodeAt(at)) << 4) | hexDigit(hex.charCodeAt(at + 1));
    }
  }

  text(value: string): void {
    const size = Buffer.byteLength(value);
    this.varint(size);
    this.reserve(size);
    this.length += this.buffer.write(value, this.length, size, 'utf8');
  }

  copy(from: Buffer, at: number, bytes: number): void {
    this.reserve(bytes);
    if (bytes > FEW_BYTES) this.length += from.copy(this.buffer, this.length, at, at + bytes);
    else for (let next = at; next < at + bytes; next += 1) this.buffer[this.length++] = from[next] ?? 0;
  }

  finish(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + bytes));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}

export class ByteReader {
  readonly buffer: Buffer;
  /** All bytes as digits, made once: a state is mostly hashes. */
  private hex: string | undefined;
  private position = 0;

  constructor(bytes: Uint8Array) {
    this.buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    return this.buffer[this.advance(1)] ?? 0;
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      const group = this.byte();
      value |= (group & 127) << shift;
      if (group < 128) return value;
    }
    throw new PackedStateError(`A number at byte ${this.position} of the packed state has no end.`);
  }

  uint32(): number {
    return this.buffer.readUInt32BE(this.advance(4));
  }

  time(): number {
    return timeAt(this.buffer, this.advance(TIME_BYTES));
  }

  hash(): string {
    const from = this.advance(HASH_BYTES);
    if (this.hex === undefined && this.buffer.length - from < NEAR_END) return this.buffer.toString('hex', from, from + HASH_BYTES);
    this.hex ??= this.buffer.toString('hex');
    return this.hex.slice(2 * from, 2 * (from + HASH_BYTES));
  }

  text(): string {
    const size = this.varint();
    const from = this.advance(size);
    return this.buffer.toString('utf8', from, from + size);
  }

  /** Reads a count and then so many values. */
  list<Value>(read: () => Value): Value[] {
    const values: Value[] = [];
    for (let left = this.varint(); left > 0; left -= 1) values.push(read());
    return values;
  }

  /** Throws unless everything was read. */
  finish(): void {
    const left = this.buffer.length - this.position;
    if (left !== 0) throw new PackedStateError(`The packed state goes on for ${left} bytes after its end.`);
  }

  /** Goes over so many bytes; answers where they begin in `buffer`. */
  advance(bytes: number): number {
    const from = this.position;
    if (from + bytes > this.buffer.length) {
      throw new PackedStateError(`The packed state is cut short: ${bytes} bytes expected at byte ${from}, it has ${this.buffer.length}.`);
    }
    this.position += bytes;
    return from;
  }
}
