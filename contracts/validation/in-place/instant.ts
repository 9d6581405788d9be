/** Date and time (RFC 3339 as in `date-time.ts`), judged and read where it lies. */
import { ASCII, N, S } from './state.ts';

const [QUOTE, DASH, T, COLON, POINT, Z, ZERO, PLUS] = [0x22, 0x2d, 0x54, 0x3a, 0x2e, 0x5a, 0x30, 0x2b] as const;
const MINUTE = 60_000;
const MAX_FRACTION_DIGITS = 9;

/** 0 to 99 of two digits; more than 99 when they are none. */
function twoDigits(b: Buffer, at: number): number {
  const tens = (b[at] as number) - ZERO;
  const ones = (b[at + 1] as number) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : 1000;
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= ZERO + 9;

/**
 * An instant of the years 1000 to 2999 between quotes: the place of its text goes to `slot`, its ms since 1970 to `value`. Digits behind the millisecond
 * are cut off, as `Date.parse` does. Answers the place behind the closing quote; -1: not to be judged here.
 */
export function instant(b: Buffer, p: number, slot: number, value: number): number {
  const at = p + 1;
  const [century, year, month, day] = [twoDigits(b, at), twoDigits(b, at + 2), twoDigits(b, at + 5), twoDigits(b, at + 8)];
  const [hour, minute, second] = [twoDigits(b, at + 11), twoDigits(b, at + 14), twoDigits(b, at + 17)];
  const marksFit = b[p] === QUOTE && b[at + 4] === DASH && b[at + 7] === DASH && b[at + 10] === T && b[at + 13] === COLON && b[at + 16] === COLON;
  if (!marksFit || hour > 23 || minute > 59 || second > 59 || year > 99 || century < 10 || century > 29) return -1;
  const days = daysSince1970(century * 100 + year, month, day);
  if (Number.isNaN(days)) return -1;

  let q = at + 19;
  let millisecond = 0;
  if (b[q] === POINT) {
    const digits = fractionDigits(b, q + 1);
    if (digits === 0 || digits > MAX_FRACTION_DIGITS) return -1;
    millisecond = 100 * ((b[q + 1] as number) - ZERO) + (digits > 1 ? 10 * ((b[q + 2] as number) - ZERO) : 0) + (digits > 2 ? (b[q + 3] as number) - ZERO : 0);
    q += 1 + digits;
  }
  const offset = b[q] === Z ? 0 : offsetMinutes(b, q);
  if (Number.isNaN(offset)) return -1;
  q += b[q] === Z ? 1 : 6;
  if (b[q] !== QUOTE) return -1;

  S[slot] = at;
  S[slot + 1] = q;
  S[slot + 2] = ASCII;
  N[value] = (days * 1440 + hour * 60 + minute - offset) * MINUTE + second * 1000 + millisecond;
  return q + 1;
}

function fractionDigits(b: Buffer, from: number): number {
  let q = from;
  while (isDigit(b[q] as number)) q += 1;
  return q - from;
}

const LAST_DAYS = Int8Array.of(0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31);
const DAYS_BEFORE = Int16Array.of(0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334);

/** Of the Gregorian calendar; NaN for a date that it has not. */
function daysSince1970(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1) return Number.NaN;
  const leap = (year & 3) === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > (LAST_DAYS[month] as number) + (leap && month === 2 ? 1 : 0)) return Number.NaN;
  const before = year - 1;
  const leapDays = (before >> 2) - Math.floor(before / 100) + Math.floor(before / 400) - 477;
  return (year - 1970) * 365 + leapDays + (DAYS_BEFORE[month] as number) + (leap && month > 2 ? 1 : 0) + day - 1;
}

/** Minutes east of UTC, up to 14:00; NaN when it is none. */
function offsetMinutes(b: Buffer, q: number): number {
  const sign = b[q];
  const hours = twoDigits(b, q + 1);
  const minutes = twoDigits(b, q + 4);
  const fits = (sign === PLUS || sign === DASH) && b[q + 3] === COLON && minutes < 60 && (hours < 14 || (hours === 14 && minutes === 0));
  if (!fits) return Number.NaN;
  return sign === PLUS ? hours * 60 + minutes : -(hours * 60 + minutes);
}
