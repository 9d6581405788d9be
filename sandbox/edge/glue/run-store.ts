/** Runs on disk, one file each, replaced whole: a SIGKILL of the edge leaves what was known, and the next edge reads it. */
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonFile } from '../../json.ts';
import { hasEnded } from './job-run.ts';
import type { JobRun } from './job-run.ts';

/** Ended runs beyond this number go, oldest first. */
const MOST_ENDED = 1_000;

export interface RunStore {
  save(run: JobRun): void;
  find(id: string): JobRun | undefined;
  /** Newest first. */
  all(): JobRun[];
}

export function createRunStore(folder: string): RunStore {
  mkdirSync(folder, { recursive: true });
  const runs = new Map<string, JobRun>();
  for (const entry of readdirSync(folder)) {
    // Written by us, whole or not at all.
    const run = entry.endsWith('.json') ? (readJsonFile(join(folder, entry)) as JobRun | undefined) : undefined;
    if (run !== undefined) runs.set(run.id, run);
  }

  // Of one millisecond, the one that came later is newer.
  const all = (): JobRun[] => [...runs.values()].reverse().sort((one, other) => other.startedAt - one.startedAt);
  return {
    all,
    find: (id) => runs.get(id),
    save(run) {
      runs.set(run.id, run);
      const file = join(folder, `${run.id}.json`);
      writeFileSync(`${file}.part`, JSON.stringify(run));
      renameSync(`${file}.part`, file);
      for (const old of all().filter(hasEnded).slice(MOST_ENDED)) {
        runs.delete(old.id);
        rmSync(join(folder, `${old.id}.json`), { force: true });
      }
    },
  };
}
