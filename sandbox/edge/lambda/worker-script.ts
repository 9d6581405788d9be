/** Makes the worker's plain JavaScript once per edge start, see worker.ts for why. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';

/** Writes the script into `dir` and returns its path; the name carries the content's hash, so several edges may share a folder. */
export function prepareWorkerScript(dir: string): string {
  const source = readFileSync(join(import.meta.dirname, 'worker.ts'), 'utf8');
  const path = join(dir, `worker-${createHash('sha256').update(source).digest('hex').slice(0, 12)}.mjs`);

  mkdirSync(dir, { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, withoutWarning(() => stripTypeScriptTypes(source)));
  renameSync(temporary, path);
  return path;
}

/** Node calls the function experimental on every start; it is pinned with Node's version and not news to anybody. */
function withoutWarning<T>(work: () => T): T {
  const original = Object.getOwnPropertyDescriptor(process, 'emitWarning') ?? {};
  process.emitWarning = () => undefined;
  try {
    return work();
  } finally {
    Object.defineProperty(process, 'emitWarning', original);
  }
}
