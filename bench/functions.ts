/**
 * Size and module load time of every packaged function. Prints, asserts nothing.
 * Usage: node bin/run.mjs bench/functions.ts [--env prod] [--runs 9]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { packagedFunctions } from './packaged-functions.ts';
import type { PackagedFunction } from './packaged-functions.ts';

/** In a fresh process: how long the import takes, from a warm file cache. */
const LOAD = `const begun = performance.now(); await import(process.argv[1]); process.stdout.write(String(performance.now() - begun));`;

function loadMilliseconds({ directory, variables }: PackagedFunction, runs: number): number {
  const env = { ...Object.fromEntries(variables.map((name) => [name, '1'])), AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' };
  const times = Array.from({ length: runs + 1 }, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', LOAD, join(directory, 'index.mjs')], { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${directory} could not be loaded: ${stderr}`);
    return Number(stdout);
  });
  // The first run fills the file cache.
  return times.slice(1).sort((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;
}

const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} KB`;

function main(): void {
  const { values } = parseArgs({ options: { env: { type: 'string', default: 'prod' }, runs: { type: 'string', default: '9' } } });
  const outdir = mkdtempSync(join(tmpdir(), 'waybill-functions-'));
  try {
    const rows = packagedFunctions({ env: values.env, outdir }).map((made) => [made.name, kilobytes(made.bytes), kilobytes(made.zipBytes), `${loadMilliseconds(made, Number(values.runs)).toFixed(1)} ms`]);
    const table = [['function', 'index.mjs', 'zip', 'module load, median'], ...rows];
    const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
    for (const row of table) process.stdout.write(`${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('   ')}\n`);
    process.stdout.write(`Node ${process.versions.node}, ${process.platform} ${process.arch}, environment ${values.env}; load time of a fresh process on this machine, not of Lambda.\n`);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

main();
