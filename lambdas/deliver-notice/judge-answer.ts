/** What a listener's HTTP answer means for a notice, and when to try again. */

export interface Answer {
  readonly status: number;
  /** Beginning of the body; '' when there is none. */
  readonly text: string;
  /** As sent: seconds or an HTTP date. */
  readonly retryAfter?: string;
  readonly location?: string;
}

export type Verdict =
  | { readonly kind: 'delivered' }
  /** `waitSeconds`: as the listener asked, 0 when it did not ask. `everybody`: the next notice would hear the same. */
  | { readonly kind: 'again'; readonly reason: string; readonly waitSeconds: number; readonly everybody: boolean }
  | { readonly kind: 'never'; readonly reason: string };

/** 4xx that only mean "not now": request timeout, too early, too many requests. */
const PASSING = new Set([408, 425, 429]);
const TOO_MANY = new Set([429, 503]);
const LONGEST_ASKED_SECONDS = 900;

/** @param now ms since 1970 */
export function judgeAnswer({ status, text, retryAfter, location }: Answer, now: number): Verdict {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const said = text === '' ? '' : `: ${text}`;
  if (PASSING.has(status) || status >= 500) return { kind: 'again', reason: `HTTP ${status}${said}`, waitSeconds: askedSeconds(retryAfter, now), everybody: TOO_MANY.has(status) };
  if (status >= 300 && status < 400) return { kind: 'never', reason: `HTTP ${status}: redirects${location === undefined ? '' : ` to ${location}`}, which is not followed; name the final address` };
  return { kind: 'never', reason: `HTTP ${status}${said}` };
}

/** Nobody answered in time, or at all: the next notice would only wait as long. */
export const unreachable = (why: string): Verdict => ({ kind: 'again', reason: why, waitSeconds: 0, everybody: true });

const FIRST_SECONDS = 5;
/** Below the alarm's period, so that an outage shows in each. */
const LONGEST_SECONDS = 240;

/** Seconds until the next try: 5, 10, 20 … 240. @param tries that have failed, from 1 */
export const backoffSeconds = (tries: number): number => Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** Math.min(tries - 1, 10));

function askedSeconds(retryAfter: string | undefined, now: number): number {
  if (retryAfter === undefined) return 0;
  const seconds = /^\d+$/.test(retryAfter.trim()) ? Number(retryAfter) : Math.ceil((Date.parse(retryAfter) - now) / 1_000);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), LONGEST_ASKED_SECONDS) : 0;
}
