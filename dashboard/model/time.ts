/** Times and amounts in the words of the page: UTC with Z, durations in words, amounts with their separators. */

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** Milliseconds since 1970 of an RFC 3339 instant; null for what is absent or no instant. */
export function instantOf(text: string | null | undefined): number | null {
  const time = text === null || text === undefined ? NaN : Date.parse(text);
  return Number.isFinite(time) ? time : null;
}

/** `12:00Z`. */
export const clock = (time: number): string => `${new Date(time).toISOString().slice(11, 16)}Z`;
/** `12:00:07Z`. */
export const clockSeconds = (time: number): string => `${new Date(time).toISOString().slice(11, 19)}Z`;
/** `Nov 18`. */
export const day = (time: number): string => `${MONTHS[new Date(time).getUTCMonth()] ?? ''} ${new Date(time).toISOString().slice(8, 10)}`;
/** `Nov 18 12:00Z`. */
export const stamp = (time: number): string => `${day(time)} ${clock(time)}`;
/** Today as `12:00Z`, another day as `Nov 18 12:00Z`. */
export const moment = (time: number, now: number): string => (Math.floor(time / DAY) === Math.floor(now / DAY) ? clock(time) : stamp(time));
/** `Nov 17` of the business date `2026-11-17`. */
export const dateWords = (date: string): string => {
  const time = instantOf(`${date}T00:00:00Z`);
  return time === null ? date : day(time);
};

/** `40 min`, `3 h 20 min`, `2 d 4 h`. Rounded to minutes; never negative. */
export function duration(minutes: number): string {
  const whole = Math.max(0, Math.round(minutes));
  if (whole < 60) return `${whole} min`;
  if (whole < 24 * 60) return whole % 60 === 0 ? `${whole / 60} h` : `${Math.floor(whole / 60)} h ${whole % 60} min`;
  const hours = Math.floor((whole % (24 * 60)) / 60);
  return hours === 0 ? `${Math.floor(whole / (24 * 60))} d` : `${Math.floor(whole / (24 * 60))} d ${hours} h`;
}

/** `6 s`, `12 min`, `3 h`: how long ago, for headers. */
export function age(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return `${whole} s`;
  return whole < 90 * 60 ? `${Math.round(whole / 60)} min` : duration(Math.round(whole / 60));
}

/** `+3 h 20 min`, `−19 min`, with a minus sign and not a hyphen. */
export const signed = (minutes: number): string => `${minutes < 0 ? '−' : '+'}${duration(Math.abs(minutes))}`;

/** `12,480`. */
export const amount = (value: number): string => Math.round(value).toLocaleString('en-US');
/** `16 %` of a share from 0 to 1. */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;
/** `1 shipment`, `23 shipments`. */
export const counted = (count: number, noun: string): string => `${amount(count)} ${noun}${count === 1 ? '' : 's'}`;
