/** One thing that is asked for again and again, and what is known of it. */

/** Why the last question was not answered. */
export interface Failure {
  /** Path that was asked, without its query. */
  readonly endpoint: string;
  /** HTTP status; null when nothing answered at all. */
  readonly status: number | null;
  /** The server's own words, when it had any. */
  readonly detail: string | null;
  /** Ms since 1970. */
  readonly at: number;
}

export interface Feed<T> {
  /** The last good answer, also while it is too old. */
  readonly data: T | null;
  /** When `data` came, ms since 1970. */
  readonly receivedAt: number | null;
  readonly failure: Failure | null;
  /** Failures in a row. */
  readonly failures: number;
  /** Ms since 1970; null while a question is under way or none is planned. */
  readonly nextTryAt: number | null;
}

export const EMPTY_FEED: Feed<never> = { data: null, receivedAt: null, failure: null, failures: 0, nextTryAt: null };

export const answered = <T>(data: T, now: number): Feed<T> => ({ data, receivedAt: now, failure: null, failures: 0, nextTryAt: null });
export const failed = <T>(feed: Feed<T>, failure: Failure): Feed<T> => ({ ...feed, failure, failures: feed.failures + 1, nextTryAt: null });

/** No pause between questions is longer, ms. */
export const LONGEST_PAUSE = 60_000;

/** Ms until the next question: the usual pause, doubled by each failure in a row. */
export const pauseAfter = (failures: number, everyMs: number): number => Math.min(Math.max(LONGEST_PAUSE, everyMs), everyMs * 2 ** Math.min(failures, 10));

/** How a panel shows its feed. `stale`: an older answer stands while newer questions fail. */
export type Mood = 'loading' | 'error' | 'stale' | 'live';

export function moodOf(feed: Feed<unknown>): Mood {
  if (feed.data === null) return feed.failure === null ? 'loading' : 'error';
  // One failure is a hiccup: the next question comes in seconds.
  return feed.failures >= 2 ? 'stale' : 'live';
}

/** Who answered what, when, and what happens next. */
export function failureWords({ failure, failures, nextTryAt }: Pick<Feed<unknown>, 'failure' | 'failures' | 'nextTryAt'>, now: number, clock: (time: number) => string): string {
  if (failure === null) return '';
  const answer = failure.status === null ? `${failure.endpoint} did not answer at ${clock(failure.at)}.` : `${failure.endpoint} answered ${failure.status} at ${clock(failure.at)}.`;
  const tries = failures === 1 ? 'One try' : `${failures} tries`;
  const next = nextTryAt === null ? 'the next is under way' : `the next in ${Math.max(0, Math.ceil((nextTryAt - now) / 1000))} s`;
  return `${answer} ${tries}; ${next}.`;
}
