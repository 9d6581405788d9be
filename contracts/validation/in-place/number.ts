/** Numbers, read where they lie, to the bit as `JSON.parse` reads them. */
import { N } from './state.ts';

const [ZERO, NINE, MINUS, PLUS, POINT, SMALL_E] = [0x30, 0x39, 0x2d, 0x2b, 0x2e, 0x65] as const;
/** With so many digits a number and the power of ten under it are both exact, so that one division rounds right. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

/** A finite number; its value goes to `value`. Answers the place behind it; -1: none. */
export function number(b: Buffer, p: number, value: number): number {
  const negative = b[p] === MINUS;
  const first = negative ? p + 1 : p;
  let q = first;
  let digits = 0;
  let byte = b[q] as number;
  while (byte >= ZERO && byte <= NINE) {
    digits = digits * 10 + (byte - ZERO);
    byte = b[(q += 1)] as number;
  }
  const whole = q - first;
  if (whole === 0 || (whole > 1 && b[first] === ZERO)) return -1;
  let decimals = 0;
  if (byte === POINT) {
    const from = q + 1;
    byte = b[(q += 1)] as number;
    while (byte >= ZERO && byte <= NINE) {
      digits = digits * 10 + (byte - ZERO);
      byte = b[(q += 1)] as number;
    }
    decimals = q - from;
    if (decimals === 0) return -1;
  }
  if ((byte | 0x20) === SMALL_E || whole + decimals > EXACT_DIGITS) return longNumber(b, p, q, value);
  const size = decimals === 0 ? digits : digits / (POWERS_OF_TEN[decimals] as number);
  N[value] = negative ? -size : size;
  return q;
}

/** With an exponent, or with more digits than are exact. `mantissaEnd` is the place behind its digits. */
function longNumber(b: Buffer, p: number, mantissaEnd: number, value: number): number {
  let q = mantissaEnd;
  if (((b[q] as number) | 0x20) === SMALL_E) {
    q += b[q + 1] === PLUS || b[q + 1] === MINUS ? 2 : 1;
    const from = q;
    while ((b[q] as number) >= ZERO && (b[q] as number) <= NINE) q += 1;
    if (q === from) return -1;
  }
  const size = Number(b.toString('latin1', p, q));
  N[value] = size;
  return Number.isFinite(size) ? q : -1;
}
