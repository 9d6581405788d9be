/**
 * What the parts of a decoder tell each other: where the values of the event at hand lie, and what they are. One for each generated decoder, filled anew by
 * each event; a place is only good when the object around it says that the field is there. Typed arrays, so that no event allocates anything.
 */

/** Whole numbers: places and lengths, kinds of text, numbers of enum values, presence of fields as bits. */
export const S = new Int32Array(4096);
/** Values of numbers, and instants in ms since 1970. */
export const N = new Float64Array(1024);

/** Whole numbers that a text takes: first byte, end, kind. */
export const TEXT_SLOTS = 3;
/** One byte a character. */
export const ASCII = 0;
/** Valid UTF-8. */
export const UTF8 = 1;
/** With escapes: to be read by `JSON.parse`. */
export const ESCAPED = 2;

/** The text of a place. */
export function textAt(b: Buffer, slot: number): string {
  const start = S[slot] as number;
  const end = S[slot + 1] as number;
  const kind = S[slot + 2];
  if (kind === ASCII) return b.toString('latin1', start, end);
  return kind === UTF8 ? b.toString('utf8', start, end) : (JSON.parse(b.toString('utf8', start - 1, end + 1)) as string);
}

/** The same, where the bytes from `from` on are at hand as one text of one character a byte: a part of it costs a fifth of a conversion. */
export function textIn(bytes: string, from: number, b: Buffer, slot: number): string {
  return S[slot + 2] === ASCII ? bytes.slice((S[slot] as number) - from, (S[slot + 1] as number) - from) : textAt(b, slot);
}

/** The value of any kind that lies there. */
export const valueAt = (b: Buffer, start: number, end: number): unknown => JSON.parse(b.toString('utf8', start, end));

const memories: string[] = [];

/** The text of a place that often holds the same text as in the event before (a version, a country): compared, and only made anew when it is another. */
export function textMemo(b: Buffer, slot: number): string {
  const memory = (memories[slot] ??= '');
  const start = S[slot] as number;
  const length = (S[slot + 1] as number) - start;
  if (S[slot + 2] !== ASCII) return textAt(b, slot);
  let index = 0;
  if (length === memory.length) while (index < length && b[start + index] === memory.charCodeAt(index)) index += 1;
  return index === length && length === memory.length ? memory : (memories[slot] = textAt(b, slot));
}
