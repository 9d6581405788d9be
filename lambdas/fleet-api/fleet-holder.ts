import { describeError } from '../_shared/logger.ts';
import type { Logger } from '../_shared/logger.ts';
import type { Fleet } from './fleet.ts';

export interface HeldFleet {
  readonly fleet: Fleet;
  /** `snapshot`: older than the bound, because the table cannot be read. */
  readonly source: 'live' | 'snapshot';
}

export interface FleetHolder {
  /** @throws what reading throws, while nothing has ever been read. */
  readonly get: () => Promise<HeldFleet>;
}

export interface FleetHolderOptions {
  /** @param isUrgent whether an answer waits for it, asked as it goes on */
  readonly read: (asOf: number, isUrgent: () => boolean) => Promise<Fleet>;
  readonly now: () => number;
  /** Age from which the fleet is read again, behind the answers. */
  readonly refreshMs: number;
  /** Age from which an answer waits for that: none is older while the table can be read. */
  readonly boundMs: number;
  readonly log: Logger;
}

/** After a failed reading answers come from memory at once for so long, before one waits again. */
export const RETRY_AFTER_MS = 2_000;

/**
 * Stale-while-revalidate within a bound. Nothing is read while nobody asks: the first question after a pause waits. On Lambda
 * a reading goes on only while the instance is called, which the bound covers too.
 */
export function createFleetHolder({ read, now, refreshMs, boundMs, log }: FleetHolderOptions): FleetHolder {
  let held: Fleet | undefined;
  let reading: Promise<void> | undefined;
  let failedAt = -Infinity;
  let waiting = 0;

  const refresh = (): Promise<void> => {
    const begun = now();
    reading ??= read(begun, () => waiting > 0)
      .then((fleet) => {
        held = fleet;
        failedAt = -Infinity;
      })
      .catch((error: unknown) => {
        failedAt = now();
        log.error('vehicle pages could not be read; answers come from memory', { severity: 2, ...describeError(error), heldAgeSeconds: held === undefined ? -1 : Math.round((now() - held.asOf) / 1_000) });
        throw error;
      })
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };

  const waitFor = async (done: Promise<void>): Promise<void> => {
    waiting += 1;
    try {
      await done;
    } finally {
      waiting -= 1;
    }
  };

  return {
    get: async () => {
      const known = held;
      if (known === undefined) {
        await waitFor(refresh());
        return answerOf(held, { now: now(), boundMs });
      }
      const age = now() - known.asOf;
      const hasJustFailed = now() - failedAt < RETRY_AFTER_MS;
      if (age > refreshMs && !hasJustFailed) {
        const done = refresh().catch(() => undefined);
        if (age > boundMs) await waitFor(done);
      }
      return answerOf(held, { now: now(), boundMs });
    },
  };
}

function answerOf(fleet: Fleet | undefined, { now, boundMs }: { now: number; boundMs: number }): HeldFleet {
  if (fleet === undefined) throw new Error('A reading of vehicle pages ended without pages and without an error.');
  return { fleet, source: now - fleet.asOf > boundMs ? 'snapshot' : 'live' };
}
