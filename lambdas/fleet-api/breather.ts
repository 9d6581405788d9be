import { setImmediate as letOthers } from 'node:timers/promises';

/** Ms of work after which others may go on: about what an answer may have to wait for a reading. */
export const STRETCH_MS = 2;

/** Called between two pieces of a long work: lets answers go first when the work has held them up for long enough. */
export type Breather = () => Promise<void> | undefined;

/** @param now ms, of a clock that only goes forward */
export function createBreather({ now = () => performance.now(), pause = letOthers }: { readonly now?: () => number; readonly pause?: () => Promise<void> } = {}): Breather {
  let since = now();
  return () => {
    if (now() - since < STRETCH_MS) return undefined;
    return pause().then(() => {
      since = now();
    });
  };
}
