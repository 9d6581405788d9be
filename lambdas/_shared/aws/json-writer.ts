/** Longer texts are written faster by the library. */
const [SHORT_PLAIN, SHORT_QUOTED] = [40, 64] as const;
const [FIRST_PRINTABLE, BEHIND_LAST, QUOTE, BACKSLASH] = [0x20, 0x7f, 0x22, 0x5c] as const;
const DIGIT_0 = 0x30;
/** A time in ms falls into two halves that are small integers to the engine: seven digits, and those before them. */
const [HALF, HALF_DIGITS, BEHIND_TIMES] = [10_000_000, 7, 100_000_000_000_000] as const;
/** Of one character as UTF-16 counts them, at most. */
const UTF8_BYTES = 3;
const FIRST_ROOM = 16 * 1024;

/**
 * JSON as bytes, piece by piece. A text grown by appending is a tree of its pieces, which whoever hashes or sends it must
 * take apart: for a bulk request that costs three times as much as writing the bytes at once.
 */
export class JsonWriter {
  #room = Buffer.allocUnsafeSlow(FIRST_ROOM);
  #end = 0;

  /** What was written since the last `clear`; good until then. */
  get bytes(): Buffer {
    return this.#room.subarray(0, this.#end);
  }

  /** Bytes that it holds on to. */
  get size(): number {
    return this.#room.length;
  }

  clear(): void {
    this.#end = 0;
  }

  /** JSON as it is: printable ASCII only. */
  plain(json: string): void {
    const { length } = json;
    this.#reserve(length);
    if (length > SHORT_PLAIN) {
      this.#end += this.#room.write(json, this.#end, 'latin1');
      return;
    }
    const room = this.#room;
    let end = this.#end;
    for (let at = 0; at < length; at += 1) room[end++] = json.charCodeAt(at);
    this.#end = end;
  }

  /** What `String` says of a number; of whole ones without making the text. */
  digits(value: number): void {
    if (!(value >= 0 && value < BEHIND_TIMES && Number.isInteger(value))) {
      this.plain(String(value));
      return;
    }
    this.#reserve(2 * HALF_DIGITS);
    const high = Math.trunc(value / HALF);
    if (high > 0) this.#small(high, 1);
    this.#small(value - high * HALF, high > 0 ? HALF_DIGITS : 1);
  }

  /** So many digits at least. */
  #small(value: number, least: number): void {
    let digits = least;
    for (let bound = 10 ** least; value >= bound; bound *= 10) digits += 1;
    const room = this.#room;
    this.#end += digits;
    for (let [at, left] = [this.#end - 1, value]; digits > 0; digits -= 1, at -= 1) {
      const tens = (left / 10) | 0;
      room[at] = DIGIT_0 + left - 10 * tens;
      left = tens;
    }
  }

  /** JSON as it is, whatever characters it has. */
  any(json: string): void {
    this.#reserve(json.length * UTF8_BYTES);
    this.#end += this.#room.write(json, this.#end);
  }

  /** What `JSON.stringify` says of a text. */
  quoted(text: string): void {
    const { length } = text;
    if (length > SHORT_QUOTED || !this.#quotedShort(text)) this.any(JSON.stringify(text));
  }

  /** False, and nothing written, when a character needs more than a byte. */
  #quotedShort(text: string): boolean {
    const { length } = text;
    this.#reserve(length + 2);
    const room = this.#room;
    let end = this.#end;
    room[end++] = QUOTE;
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at);
      if (code < FIRST_PRINTABLE || code >= BEHIND_LAST || code === QUOTE || code === BACKSLASH) return false;
      room[end++] = code;
    }
    room[end++] = QUOTE;
    this.#end = end;
    return true;
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#room.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#room.length, this.#end + bytes));
    this.#room.copy(larger, 0, 0, this.#end);
    this.#room = larger;
  }
}
