/**
 * A newcomer's file becomes a table of gold as docs/guide/data-product.md says: a copy of the project, the example's contract directory in
 * it, the mapping, and the commands. Not a line of code is written.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { connect } from '../../cli/platform/platform.ts';
import { caughtUp } from '../../cli/world/caught-up.ts';
import { freePort } from '../../sandbox/supervisor/ports.ts';
import { run } from '../e2e/deployed.ts';
import type { CommandResult } from '../e2e/deployed.ts';
import { NODE_24, PROJECT } from '../sandbox/harness.ts';
import { until } from '../until.ts';

export type Check = (what: string, holds: boolean, found: unknown) => void;

const EXAMPLE = join(PROJECT, 'docs', 'guide', 'data-product');
const DAY = '2016-01-17';
/** Business days of the local profile are those of this zone (lib/config/profiles.ts). */
const SILVER = `SELECT route, count(*) AS fixes, count(DISTINCT bus_id) AS buses FROM waybill_local_silver.bus_positions
  WHERE CAST(event_time AT TIME ZONE 'Europe/Berlin' AS date) = DATE '${DAY}' GROUP BY route ORDER BY route`;
/** What a checkout does not have, and what is only linked. */
const LEFT_OUT = new Set(['.git', '.waybill', 'cdk.out', 'node_modules', '.cache']);

interface Newcomer {
  readonly waybill: (...args: string[]) => Promise<CommandResult>;
  readonly json: <T>(...args: string[]) => Promise<T>;
  readonly caughtUp: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function busDayAsProduct(check: Check, file: string): Promise<void> {
  process.stdout.write('The day of buses as a data product: contract directory, mapping, gold.json\n');
  const begun = Date.now();
  const newcomer = await start();
  try {
    const put = await newcomer.json<{ records: number; put: number; quarantined: number }>('put', file, '--mapping', join(EXAMPLE, 'bus-day.mapping.json'));
    const rows = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n').length - 1;
    check('every row of the file was put', put.records === rows && put.put === rows, put);
    await newcomer.caughtUp();
    const published = await newcomer.waybill('run', 'publish-day', '--date', DAY, '--restate-days', '0');
    check('publish-day publishes its day', published.code === 0 && published.out.includes('published'), published);

    const silver = (await newcomer.json<Answer>('query', SILVER)).rows;
    const gold = (await newcomer.json<Answer>('query', `SELECT route, fixes, buses FROM waybill_local_gold.bus_route_daily WHERE business_date = DATE '${DAY}' ORDER BY route`)).rows;
    check('gold has the figures of silver for each route', gold.length > 10 && JSON.stringify(gold) === JSON.stringify(silver), { gold: gold.slice(0, 3), silver: silver.slice(0, 3) });
    const [total] = (await newcomer.json<Answer>('query', 'SELECT count(*) AS n FROM waybill_local_silver.bus_positions')).rows;
    check('silver holds every distinct position that was not quarantined', Number(total?.['n']) === distinctRows(file) - put.quarantined, { silver: total, quarantined: put.quarantined, distinct: distinctRows(file) });
    process.stdout.write(`  ${rows} rows, ${gold.length} routes in gold, ${((Date.now() - begun) / 1000).toFixed(0)} s from a copy of the project to a report\n`);
  } finally {
    await newcomer.stop();
  }
}

interface Answer { readonly rows: readonly Record<string, unknown>[] }

/** By what the mapping makes the event's id of. */
function distinctRows(file: string): number {
  const [head = '', ...lines] = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  const at = ['vehicle_id', 'timestamp', 'latitude', 'longitude'].map((name) => head.trim().split(',').indexOf(name));
  return new Set(lines.map((line) => at.map((index) => line.split(',')[index]).join(','))).size;
}

async function start(): Promise<Newcomer> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-newcomer-'));
  const project = join(folder, 'waybill');
  cpSync(PROJECT, project, { recursive: true, filter: (from) => !LEFT_OUT.has(relative(PROJECT, from)) && !from.includes('__pycache__') });
  for (const linked of ['node_modules', '.cache']) symlinkSync(join(PROJECT, linked), join(project, linked));
  cpSync(join(EXAMPLE, 'bus-position'), join(project, 'contracts', 'bus-position'), { recursive: true });
  const generated = await run(NODE_24, [join(project, 'contracts', 'generate', 'main.ts')]);
  if (generated.code !== 0) throw new Error(`npm run generate:\n${generated.out}${generated.err}`);

  const dir = join(folder, 'sandbox');
  const cli = join(project, 'cli', 'waybill.ts');
  const sandbox = spawn(NODE_24, [cli, '--dir', dir, 'start', '--no-world', '--port', String(await freePort())], { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [sandbox.stdout, sandbox.stderr]) stream.on('data', (part: Buffer) => { said += part.toString('utf8'); });
  const gone = new Promise<void>((resolve) => { sandbox.on('close', () => resolve()); });
  const stop = async (): Promise<void> => {
    sandbox.kill('SIGINT');
    await gone;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await until(() => said.includes('reset clears it') || sandbox.exitCode !== null, 'the newcomer\'s sandbox is up', 300_000);
    if (sandbox.exitCode !== null) throw new Error(`waybill start ended:\n${said}`);
  } catch (error) {
    await stop();
    throw error;
  }
  const waybill = (...args: string[]): Promise<CommandResult> => run(NODE_24, [cli, '--dir', dir, ...args]);
  return {
    waybill,
    json: async <T>(...args: string[]): Promise<T> => {
      const { code, out, err } = await waybill('--json', ...args);
      if (code !== 0) throw new Error(`waybill ${args.join(' ')} ended with ${code}:\n${out}${err}`);
      return JSON.parse(out) as T;
    },
    caughtUp: async () => caughtUp(await connect({ env: 'local', dir, environment: {} })),
    stop,
  };
}
