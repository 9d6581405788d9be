/** Things of the cache that take long to make: built beside their place and renamed when they work, so that nothing half is ever found. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { isAlive } from '../processes.ts';

/** Makes a file or folder unless it is there. `make` gets the place beside it. */
export async function makeBeside(target: string, make: (beside: string) => Promise<void>): Promise<void> {
  if (existsSync(target)) return;
  mkdirSync(dirname(target), { recursive: true });
  removeAbandoned(dirname(target));
  const beside = `${target}.${process.pid}.part`;
  try {
    await make(beside);
    if (!existsSync(target)) renameSync(beside, target);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

/** What set-ups left that were killed. */
function removeAbandoned(folder: string): void {
  for (const entry of readdirSync(folder)) {
    const pid = /^lake-.*\.(\d+)\.part$/.exec(entry)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(folder, entry), { recursive: true, force: true });
  }
}

/** Removes former versions of a thing: entries of the folder with the same first words and another key. */
export function removeFormer(target: string, prefix: string): void {
  const former = readdirSync(dirname(target)).filter((entry) => entry.startsWith(prefix) && !entry.includes('.') && entry !== basename(target));
  for (const entry of former) rmSync(join(dirname(target), entry), { recursive: true, force: true });
}
