import type { Retrier } from '../definition/types.ts';

/** The pause before the retry after `taken` earlier ones: exponential, bounded, with full jitter a random share of it. */
export function retryDelayMs(retrier: Retrier, taken: number, random: () => number): number {
  const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Infinity, JitterStrategy = 'NONE' } = retrier;
  const seconds = Math.min(IntervalSeconds * BackoffRate ** taken, MaxDelaySeconds);
  return 1000 * (JitterStrategy === 'FULL' ? seconds * random() : seconds);
}
