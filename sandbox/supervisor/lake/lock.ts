/** One set-up at a time: a second one waits and then finds everything done. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../processes.ts';

const POLL_MS = 500;

/**
 * Runs the work while holding the lock. The lock of a process that has died is taken over; should two take it over at the same
 * moment, both work, and makeBeside keeps them apart.
 */
export async function withLock<T>(file: string, tools: { readonly onWait: (holder: number) => void; readonly work: () => Promise<T> }): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  while (!tryTake(file)) {
    const holder = holderOf(file);
    if (holder !== undefined && !isAlive(holder)) rmSync(file, { force: true });
    else if (holder !== undefined && !told) {
      told = true;
      tools.onWait(holder);
    }
    await sleep(POLL_MS);
  }
  try {
    return await tools.work();
  } finally {
    if (holderOf(file) === process.pid) rmSync(file, { force: true });
  }
}

function tryTake(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

/** Undefined while the file is gone or not yet written. */
function holderOf(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
