import { setImmediate as letOthers, setTimeout as sleep } from 'node:timers/promises';

/** Ms of work after which others may go on: about what an answer may have to wait for a reading. */
export const STRETCH_MS = 2;
/** Ms that a reading for which nobody waits leaves to others after each stretch: here, and in the table that it asks. */
export const REST_MS = 6;

/** Called between two pieces of a long work: lets answers go first when the work has held them up for long enough. */
export type Breather = () => Promise<void> | undefined;

export interface BreatherOptions {
  /** Whether somebody waits for the work: then it goes on as soon as others have had their turn. */
  readonly isUrgent: () => boolean;
  /** ms, of a clock that only goes forward */
  readonly now?: () => number;
  /** @param ms 0: only what is due already */
  readonly pause?: (ms: number) => Promise<void>;
}

export function createBreather({ isUrgent, now = () => performance.now(), pause = (ms) => (ms === 0 ? letOthers() : sleep(ms)) }: BreatherOptions): Breather {
  let since = now();
  return () => {
    if (now() - since < STRETCH_MS) return undefined;
    return pause(isUrgent() ? 0 : REST_MS).then(() => {
      since = now();
    });
  };
}
