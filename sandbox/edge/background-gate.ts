/**
 * The control plane does one thing after another: a batch that writes its pages by ten calls at once holds up whoever asks meanwhile
 * for as long as all ten take. Of what functions ask for whom nobody waits, few calls go on at a time, and nothing is lost by it.
 */
import type { CallIdentity } from './router-part.ts';

/** One is worked on while the next is on its way. */
const AT_ONCE = 2;
/** Only calls that are all work: one that may wait inside, for a message of a queue say, would hold the place of others. */
const SERVICES = new Set(['dynamodb']);

export interface BackgroundGate {
  /** Does the work, at once or when it is its turn. Rejects as the work does. */
  pass<T>(call: Pick<CallIdentity, 'service' | 'worker'>, work: () => Promise<T>): Promise<T>;
}

/** @param isBackground whether nobody waits for what the worker does */
export function createBackgroundGate(isBackground: (workerId: string) => boolean): BackgroundGate {
  const waiting: (() => void)[] = [];
  let free = AT_ONCE;

  return {
    async pass({ service, worker }, work) {
      if (!SERVICES.has(service) || worker === '' || !isBackground(worker)) return work();
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => void waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        // Whoever waits first takes the place over.
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
