/**
 * npm run bench:lake -- --events 0.1,1,5
 *
 * CPU of the lake's jobs by size, in million shipment events: bronze of a simulated world is loaded into silver, all its days are built into gold, each size in
 * a Spark and a folder of its own. Then the same SQL on the same Parquet by Spark and by DuckDB, and how much of a table a question
 * touches. CPU is user + system of Python, Java and all they start; starting Spark and making tables stand apart.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { table } from '../../cli/output/style.ts';
import { lakeEnvironment, lakeVariables } from '../../sandbox/lake-environment.ts';
import type { LakeEnvironment } from '../../sandbox/lake-environment.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MILLION = 1e6;
/** Below, nothing but planning is measured; above, the generator's own memory is the limit. */
const [LEAST, MOST] = [1_000, 20 * MILLION];

interface Took { readonly cpu: number; readonly wall: number }
interface Measured {
  readonly events: number;
  readonly start: Took;
  readonly ensure: Took;
  readonly load: Took;
  readonly gold: Took;
  readonly states: readonly string[];
  readonly compare: Readonly<Record<string, { readonly spark: Took; readonly duckdb: Took; readonly rows: number }>>;
  readonly shares: Readonly<Record<string, number>>;
}

async function measure(environment: LakeEnvironment, events: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-bench-lake-'));
  try {
    const bronze = join(folder, 'bronze');
    await run(process.execPath, [join(import.meta.dirname, 'make-bronze.ts'), bronze, String(events)], {});
    const out = await run(environment.python, [join(import.meta.dirname, 'measure.py'), ROOT, bronze, join(folder, 'work')], lakeVariables(environment));
    return JSON.parse(out.trim().split('\n').at(-1) ?? '') as Measured;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[], variables: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...variables } });
    let [out, err] = ['', ''];
    child.stdout.on('data', (part: Buffer) => { out += part.toString('utf8'); });
    child.stderr.on('data', (part: Buffer) => { err += part.toString('utf8'); });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`${args[0] ?? command} ended with ${code ?? '?'}:\n${err.slice(-3_000)}`))));
  });
}

/** Of CPU seconds over events, between two sizes: 1 is linear. */
const exponent = (a: Measured, b: Measured): number => Math.log(jobs(b) / jobs(a)) / Math.log(b.events / a.events);
const jobs = ({ load, gold }: Measured): number => load.cpu + gold.cpu;
const ratio = (name: string, { compare }: Measured): string => ((compare[name]?.spark.cpu ?? Number.NaN) / (compare[name]?.duckdb.cpu ?? Number.NaN)).toFixed(1);
const percent = (share: number | undefined): string => `${((share ?? Number.NaN) * 100).toFixed(1)} %`;

function report(all: readonly Measured[]): string {
  const lines = all.map((each, at) => {
    const before = all[at - 1];
    const growth = before === undefined ? '' : exponent(before, each).toFixed(2);
    return [each.events.toLocaleString('en-US'), each.start.cpu.toFixed(1), each.ensure.cpu.toFixed(1), each.load.cpu.toFixed(1), each.gold.cpu.toFixed(1), (jobs(each) / (each.events / MILLION)).toFixed(0), growth, `${(each.load.wall + each.gold.wall).toFixed(0)} s`, ratio('kpi', each), ratio('dwell', each), percent(each.shares['story']), percent(each.shares['storyPages']), percent(each.shares['storyWithDays']), percent(each.shares['kpiWeekOfGold'])];
  });
  const head = ['events', 'start', 'tables', 'silver', 'gold', 'CPU s/million', 'exponent', 'wall', 'kpi ÷ DuckDB', 'dwell ÷ DuckDB', 'story', 'its pages', 'story + days', 'week of gold'];
  return `${table([head, ...lines])}\nCPU seconds; the last four: share of the table's bytes in files that the question touches. States of days: ${[...new Set(all.flatMap(({ states }) => states))].join(', ')}.\n`;
}

const { values } = parseArgs({ options: { events: { type: 'string', default: '0.1,1' } } });
const sizes = values.events.split(',').map((size) => Math.round(Number(size) * MILLION));
if (!sizes.every((size) => size >= LEAST && size <= MOST)) {
  process.stderr.write(`--events got "${values.events}"; allowed: millions from ${LEAST / MILLION} to ${MOST / MILLION}, with commas. Example: --events 0.1,1,5\n`);
  process.exit(2);
}
const environment = lakeEnvironment();
if (environment === undefined) {
  process.stderr.write('The lake\'s environment is not set up. Next: npm start, or npm test, brings it.\n');
  process.exit(1);
}
const done: Measured[] = [];
for (const size of sizes) {
  done.push(await measure(environment, size));
  process.stdout.write(`${report(done)}\n`);
}
