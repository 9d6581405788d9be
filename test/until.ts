import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the condition holds. @throws Error naming it when it does not within the time. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, timeoutMs = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs / 1000} s in vain until ${what}`);
    await sleep(50);
  }
}
