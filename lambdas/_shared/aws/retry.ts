import { setTimeout as wait } from 'node:timers/promises';
import { AwsError } from './aws-error.ts';

export interface RetryOptions {
  /** Tries in all, the first included. Few: the event source repeats the whole batch anyway. */
  readonly attempts: number;
  /** Longest wait before the second try, in ms; doubles with each further one. */
  readonly baseDelayMs: number;
  /** A number in [0, 1) per wait; seedable in tests. */
  readonly jitter: () => number;
}

/** Repeats a call on retryable `AwsError`s; any other error, and the last one, goes to the caller. */
export async function withRetries<T>(call: () => Promise<T>, { attempts, baseDelayMs, jitter }: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const again = error instanceof AwsError && error.retryable && attempt < attempts;
      if (!again) throw error;
      await wait(baseDelayMs * 2 ** (attempt - 1) * jitter());
    }
  }
}
