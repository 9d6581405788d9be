/** Who may run now: reserved concurrency per function, and the sandbox's own limit of processes at work. */

/** How long an invocation waits for a free process before it is throttled: two functions that call each other must not wait for ever. */
const WAIT_MS = 10_000;

export type Admission = { readonly admitted: true; readonly release: () => void } | { readonly admitted: false; readonly reason: ThrottleReason };
export type ThrottleReason = 'ReservedFunctionConcurrentInvocationLimitExceeded' | 'ConcurrentInvocationLimitExceeded';

export interface Concurrency {
  /** Reserved concurrency refuses at once; the sandbox's limit lets wait, first come first served. */
  enter(functionName: string, reserved: number | undefined): Promise<Admission>;
  /** Invocations of the function that run now. */
  running(functionName: string): number;
  readonly total: number;
}

export function createConcurrency({ limit, waitMs = WAIT_MS }: { limit: number; waitMs?: number }): Concurrency {
  const running = new Map<string, number>();
  const queue: (() => void)[] = [];
  let total = 0;

  const count = (name: string, change: number): void => {
    const next = (running.get(name) ?? 0) + change;
    if (next === 0) running.delete(name);
    else running.set(name, next);
  };

  const admit = (name: string): Admission => {
    let open = true;
    return {
      admitted: true,
      release: () => {
        if (!open) return;
        open = false;
        count(name, -1);
        const next = queue.shift();
        if (next === undefined) total -= 1;
        else next();
      },
    };
  };

  /** Resolves to true when a leaving invocation hands its place over. */
  const waitForPlace = (): Promise<boolean> =>
    new Promise((resolve) => {
      const enter = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        queue.splice(queue.indexOf(enter), 1);
        resolve(false);
      }, waitMs);
      queue.push(enter);
    });

  return {
    async enter(name, reserved) {
      if (reserved !== undefined && (running.get(name) ?? 0) >= reserved) return { admitted: false, reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' };

      count(name, 1);
      if (total < limit) {
        total += 1;
        return admit(name);
      }
      if (await waitForPlace()) return admit(name);
      count(name, -1);
      return { admitted: false, reason: 'ConcurrentInvocationLimitExceeded' };
    },
    running: (name) => running.get(name) ?? 0,
    get total() {
      return total;
    },
  };
}
