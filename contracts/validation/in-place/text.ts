/** Texts, judged where they lie. Each function gets the place of the opening quote and answers the place behind the closing one; -1: not to be judged here. */
import { codePoints } from '../code-points.ts';
import { ASCII, ESCAPED, S, UTF8 } from './state.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** 1 for each byte that is a whole character of a text and needs no escape. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) => Number(byte >= 0x20 && byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH));

/** A text of `min` to `max` characters; its place goes to `slot`. */
export function text(b: Buffer, p: number, min: number, max: number, slot: number): number {
  if (b[p] !== QUOTE) return -1;
  const start = p + 1;
  let q = start;
  while (PLAIN[b[q] as number] === 1) q += 1;
  if (b[q] !== QUOTE) return unusualText(b, start, q, min, max, slot);
  const length = q - start;
  if (length < min || length > max) return -1;
  S[slot] = start;
  S[slot + 1] = q;
  S[slot + 2] = ASCII;
  return q + 1;
}

function unusualText(b: Buffer, start: number, at: number, min: number, max: number, slot: number): number {
  const end = textEnd(b, at);
  if (end === -1) return -1;
  const escaped = b.subarray(at, end).includes(BACKSLASH);
  const length = escaped ? codePoints(JSON.parse(b.toString('utf8', start - 1, end + 1)) as string) : at - start + characters(b, at, end);
  if (length < min || length > max) return -1;
  S[slot] = start;
  S[slot + 1] = end;
  S[slot + 2] = escaped ? ESCAPED : UTF8;
  return end + 1;
}

/** Bytes that begin a character of valid UTF-8. */
function characters(b: Buffer, from: number, end: number): number {
  let count = 0;
  for (let q = from; q < end; q += 1) if (((b[q] as number) & 0xc0) !== 0x80) count += 1;
  return count;
}

/** The closing quote of a text of valid UTF-8 and valid escapes, from anywhere between two of its characters; else -1. */
export function textEnd(b: Buffer, from: number): number {
  let q = from;
  for (;;) {
    const byte = b[q] as number;
    if (byte === QUOTE) return q;
    if (PLAIN[byte] === 1) q += 1;
    else {
      const width = byte === BACKSLASH ? escapeWidth(b, q) : wideWidth(b, q);
      if (width === 0) return -1;
      q += width;
    }
  }
}

const SHORT_ESCAPES = new Set(Array.from('"\\/bfnrt', (character) => character.charCodeAt(0)));
const SMALL_U = 0x75;

/** Bytes of the escape at a place; 0: none that JSON knows. */
function escapeWidth(b: Buffer, q: number): number {
  const kind = b[q + 1] as number;
  if (kind !== SMALL_U) return SHORT_ESCAPES.has(kind) ? 2 : 0;
  for (let digit = q + 2; digit < q + 6; digit += 1) if (!isHexDigit(b[digit] as number)) return 0;
  return 6;
}

const isHexDigit = (byte: number): boolean => (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);

const isTail = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Bytes of the character of several bytes at a place; 0: no valid UTF-8 (RFC 3629: no detours, no surrogates, nothing above U+10FFFF), or a control character. */
function wideWidth(b: Buffer, q: number): number {
  const first = b[q] as number;
  const second = b[q + 1] as number;
  if (first < 0xc2 || first > 0xf4 || !isTail(second)) return 0;
  if (first < 0xe0) return 2;
  if (!isTail(b[q + 2])) return 0;
  if (first < 0xf0) return (first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f) ? 0 : 3;
  if (!isTail(b[q + 3])) return 0;
  return (first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f) ? 0 : 4;
}

/** A table of states: `moves[state * width + classes[byte]]`; 0 refuses, `ACCEPTED` has met the closing quote. */
export interface PatternTable {
  readonly classes: Uint8Array;
  readonly moves: Uint8Array;
  readonly width: number;
}

export const ACCEPTED = 255;
const START = 1;

/** A text of plain ASCII that a pattern accepts. */
export function matching(b: Buffer, p: number, { classes, moves, width }: PatternTable, slot: number): number {
  if (b[p] !== QUOTE) return -1;
  let q = p + 1;
  let state = START;
  do {
    state = moves[state * width + (classes[b[q] as number] as number)] as number;
    q += 1;
  } while (state !== 0 && state !== ACCEPTED);
  if (state === 0) return -1;
  S[slot] = p + 1;
  S[slot + 1] = q - 1;
  S[slot + 2] = ASCII;
  return q;
}
