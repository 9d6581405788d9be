import { existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

const DAY = 86_400_000;

/** Whether the cache has this folder; if so it counts as used now, so that nobody prunes it while it is needed. */
export function findInCache(path: string, now: number = Date.now()): boolean {
  if (!existsSync(path)) return false;
  utimesSync(path, now / 1_000, now / 1_000);
  return true;
}

/** Removes what nobody has used for a day: contents are named by their hash, so old ones only pile up. */
export function pruneCache(folder: string, now: number = Date.now()): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    // Somebody else may be pruning too.
    const usedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now;
    if (now - usedAt > DAY) rmSync(path, { recursive: true, force: true });
  }
}
