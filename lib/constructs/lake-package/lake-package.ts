import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { findInCache, pruneCache } from '../../cache/prune-cache.ts';
import { PROJECT_ROOT } from '../bundled-function/bundle-handler.ts';

const SOURCES = join(PROJECT_ROOT, 'glue-scripts', 'waybill_lake');
/** Reference tables: places, regions, lanes, rates. */
const REFERENCE = join(PROJECT_ROOT, 'contracts', 'reference');
/** Packages lie here, named by their content: the same sources give the same folder, so a deployment sees no change. */
const PACKAGES = join(PROJECT_ROOT, '.cache', 'lake-package');

/** Folder whose zip is the Python package of the jobs: code, the model of the contracts, the reference tables. */
export function lakePackage(model: string): string {
  const files = new Map<string, string>([
    ...filesBelow(SOURCES).map((file): [string, string] => [join('waybill_lake', relative(SOURCES, file)), file]),
    ...filesBelow(REFERENCE).map((file): [string, string] => [join('waybill_lake', 'reference', relative(REFERENCE, file)), file]),
  ]);
  const hash = createHash('sha256').update(model);
  for (const [name, file] of [...files].sort()) hash.update(`${name}\n`).update(readFileSync(file));
  const directory = join(PACKAGES, hash.digest('hex').slice(0, 16));
  if (!findInCache(directory)) fill(directory, files, model);
  return directory;
}

/** The script that Glue starts for a job. */
export const jobScript = (job: string): string => join(SOURCES, 'jobs', `${job.replaceAll('-', '_')}.py`);

/** Written beside and renamed: a second synth at the same time finds the whole folder or none. */
function fill(directory: string, files: ReadonlyMap<string, string>, model: string): void {
  const unfinished = `${directory}.${process.pid}`;
  for (const [name, file] of files) {
    mkdirSync(dirname(join(unfinished, name)), { recursive: true });
    cpSync(file, join(unfinished, name));
  }
  mkdirSync(join(unfinished, 'waybill_lake', 'generated'), { recursive: true });
  writeFileSync(join(unfinished, 'waybill_lake', 'generated', 'lake.json'), model);
  if (existsSync(directory)) rmSync(unfinished, { recursive: true, force: true });
  else renameSync(unfinished, directory);
  pruneCache(PACKAGES);
}

const IGNORED = new Set(['__pycache__', '.mypy_cache', '.ruff_cache', '.pytest_cache']);

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !IGNORED.has(name))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort();
}
