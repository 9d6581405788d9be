/** Values that the contract does not describe: only whether they are JSON. Compact, or with one space behind a comma or colon, like everything in place. */
import { number } from './number.ts';
import { S } from './state.ts';
import { textEnd } from './text.ts';

const [QUOTE, COMMA, COLON, SPACE, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x20, 0x5c] as const;
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d] as const;
const [SMALL_T, SMALL_F, SMALL_N] = [0x74, 0x66, 0x6e] as const;

/** Deeper values are left to the full way, which counts to a hundred. */
const MAX_DEPTH = 32;
/** Slot 0 of the numbers is nobody's. */
const NOWHERE = 0;

/** Any JSON value. Answers the place behind it; -1: not to be judged here. */
export function anyValue(b: Buffer, p: number, depth: number): number {
  switch (b[p] as number) {
    case QUOTE: {
      const end = textEnd(b, p + 1);
      return end === -1 ? -1 : end + 1;
    }
    case OPEN_BRACE:
      return anyObject(b, p, depth, NOWHERE);
    case OPEN_BRACKET:
      return anyArray(b, p, depth);
    case SMALL_T:
      return literal(b, p, TRUE);
    case SMALL_F:
      return literal(b, p, FALSE);
    case SMALL_N:
      return literal(b, p, NULL);
    default:
      // An overlong number is JSON too, but leads the full way.
      return number(b, p, NOWHERE);
  }
}

const [TRUE, FALSE, NULL] = [Buffer.from('true'), Buffer.from('false'), Buffer.from('null')] as const;

function literal(b: Buffer, p: number, word: Buffer): number {
  for (let index = 0; index < word.length; index += 1) if (b[p + index] !== word[index]) return -1;
  return p + word.length;
}

/** Any object; the number of its members, repeated names included, goes to `slot`. */
export function anyObject(b: Buffer, p: number, depth: number, slot: number): number {
  if (depth > MAX_DEPTH || b[p] !== OPEN_BRACE) return -1;
  let q = p + 1;
  let count = 0;
  if (b[q] === CLOSE_BRACE) {
    S[slot] = 0;
    return q + 1;
  }
  for (;;) {
    if (b[q] !== QUOTE) return -1;
    const end = textEnd(b, q + 1);
    if (end === -1 || b[end + 1] !== COLON) return -1;
    q = anyValue(b, b[end + 2] === SPACE ? end + 3 : end + 2, depth + 1);
    if (q === -1) return -1;
    count += 1;
    if (b[q] === CLOSE_BRACE) {
      S[slot] = count;
      return q + 1;
    }
    if (b[q] !== COMMA) return -1;
    q += b[q + 1] === SPACE ? 2 : 1;
  }
}

function anyArray(b: Buffer, p: number, depth: number): number {
  if (depth > MAX_DEPTH) return -1;
  if (b[p + 1] === CLOSE_BRACKET) return p + 2;
  let q = p + 1;
  for (;;) {
    q = anyValue(b, q, depth + 1);
    if (q === -1) return -1;
    if (b[q] === CLOSE_BRACKET) return q + 1;
    if (b[q] !== COMMA) return -1;
    q += b[q + 1] === SPACE ? 2 : 1;
  }
}

/**
 * A member that the contract does not know, from its opening quote on: newer minor versions have some. A name with an escape is not judged here: it may be a
 * name that the contract knows, spelled otherwise.
 */
export function unknownMember(b: Buffer, p: number): number {
  if (b[p] !== QUOTE) return -1;
  const end = textEnd(b, p + 1);
  if (end === -1 || b[end + 1] !== COLON) return -1;
  for (let q = p + 1; q < end; q += 1) if (b[q] === BACKSLASH) return -1;
  return anyValue(b, b[end + 2] === SPACE ? end + 3 : end + 2, 1);
}
