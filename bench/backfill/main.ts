/**
 * npm run bench:backfill -- --days 30 --shipments 300
 *
 * Days of gold built by one backfill that is ended in the middle and gone on with, while the stream road lives; and the same days
 * of the same world by single runs one after another, each a Spark of its own, in a sandbox of its own. Prints the progress by
 * day, whether both gave the same rows, wall and CPU of both with the start-up apart, and what a live shipment waited meanwhile.
 */
import { setTimeout as wait } from 'node:timers/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { addDays, businessDay } from '../../domain/time/business-day.ts';
import { table } from '../../cli/output/style.ts';
import { differences, goldRows } from './gold-rows.ts';
import type { GoldRows } from './gold-rows.ts';
import { lakeSandbox } from './lake-sandbox.ts';
import type { LakeSandbox, Past, Took } from './lake-sandbox.ts';
import { liveLatency } from './live-latency.ts';
import type { Latency } from './live-latency.ts';

/** Business time zone of the local profile (lib/config/profiles.ts). */
const ZONE = 'Europe/Berlin';
const QUIET_PROBES_MS = 20_000;
/** The world is older than the range: days at its beginning have few events. */
const MORE_DAYS = 3;

interface Asked { readonly days: number; readonly shipments: number; readonly width: number; readonly daysPerRun: number }
interface Range { readonly from: string; readonly to: string; readonly days: readonly string[] }
interface Single { readonly rows: GoldRows; readonly took: Took; readonly startUp: Took }
interface Backfilled { readonly rows: GoldRows; readonly took: Took; readonly runs: number; readonly quiet: Latency; readonly during: Latency }

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Each day by a run of its own, one after another. Start-up: a run that finds its day unchanged. */
async function oneByOne(lake: LakeSandbox, { from, to, days }: Range): Promise<Single> {
  const build = (day: string, again = ''): Promise<void> => lake.job('backfill-days', { '--run': `single-${day}${again}`, '--dates': day });
  const took = await lake.measured(async () => {
    for (const day of days) {
      await build(day);
      say(`  single run of ${day} done`);
    }
  });
  const startUp = await lake.measured(() => build(to, '-again'));
  return { rows: await goldRows(lake, from, to), took, startUp };
}

async function backfilled(lake: LakeSandbox, { from, to, days }: Range, { width, daysPerRun }: Asked): Promise<Backfilled> {
  const args = ['backfill', '--from', from, '--to', to, '--run', 'bench', '--width', String(width), '--days-per-run', String(daysPerRun), '--yes'];
  const quietUntil = Date.now() + QUIET_PROBES_MS;
  const quiet = await liveLatency(lake.platform, () => Date.now() > quietUntil);
  let isOver = false;
  const live = liveLatency(lake.platform, () => isOver);
  const took = await lake.measured(async () => {
    const { execution } = JSON.parse(await lake.waybill('--json', ...args, '--no-follow')) as { execution: string };
    const left = async (): Promise<number> => (JSON.parse(await lake.waybill('--json', ...args, '--dry-run')) as { days: unknown[] }).days.length;
    while ((await left()) > days.length * 0.7) await wait(1_000);
    await lake.waybill('executions', 'stop', execution, '--yes');
    say(`  ended with ${days.length - (await left())} of ${days.length} days done; the same command again:\n${await lake.waybill(...args)}`);
  });
  isOver = true;
  const during = await live;
  const runs = (JSON.parse(await lake.waybill('--json', 'query', `SELECT count(DISTINCT run) AS n FROM waybill_local_ops.data_versions`)) as { rows: { n: number }[] }).rows[0]?.n ?? 0;
  return { rows: await goldRows(lake, from, to), took, runs: Number(runs), quiet, during };
}

async function within<T>(past: Past, work: (lake: LakeSandbox) => Promise<T>): Promise<T> {
  const lake = await lakeSandbox(past);
  try {
    return await work(lake);
  } finally {
    await lake.stop();
  }
}

const seconds = (value: number): string => `${value.toFixed(0)} s`;

function report(single: Single, many: Backfilled, days: number): string {
  const apart = (took: Took, runs: number): Took => ({ wall: took.wall - runs * single.startUp.wall, cpu: took.cpu - runs * single.startUp.cpu });
  const [one, all] = [apart(single.took, days), apart(many.took, many.runs)];
  const differ = differences(single.rows, many.rows);
  const latency = (name: string, { probes, p50, p99, worst }: Latency): string[] => [name, String(probes), `${p50} ms`, `${p99} ms`, `${worst} ms`];
  return [
    table([
      ['', 'Spark starts', 'wall', 'CPU', 'wall without starts', 'CPU without starts'],
      ['one after another', String(days), seconds(single.took.wall), seconds(single.took.cpu), seconds(one.wall), seconds(one.cpu)],
      ['backfill, ended once', String(many.runs), seconds(many.took.wall), seconds(many.took.cpu), seconds(all.wall), seconds(all.cpu)],
    ]),
    `A start (a run whose day is unchanged): ${seconds(single.startUp.wall)} wall, ${seconds(single.startUp.cpu)} CPU.`,
    `Rows: ${Object.values(many.rows).reduce((sum, rows) => sum + rows.length, 0).toLocaleString('en-US')}; ${Object.keys(differ).length === 0 ? 'the same by both roads.' : `DIFFERENT: ${JSON.stringify(differ)}`}`,
    '',
    table([['a live shipment, put to seen', 'probes', 'p50', 'p99', 'worst'], latency('before the backfill', many.quiet), latency('during it', many.during)]),
  ].join('\n');
}

const whole = (value: string, name: string): number => {
  const found = Number(value);
  if (!(Number.isInteger(found) && found > 0)) throw new RangeError(`--${name} got "${value}"; allowed: a whole number above 0. Example: --${name} 30`);
  return found;
};

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { days: { type: 'string', default: '30' }, shipments: { type: 'string', default: '300' }, width: { type: 'string', default: '2' }, 'days-per-run': { type: 'string', default: '8' } } });
  const asked: Asked = { days: whole(values.days, 'days'), shipments: whole(values.shipments, 'shipments'), width: whole(values.width, 'width'), daysPerRun: whole(values['days-per-run'], 'days-per-run') };
  const past: Past = { seed: 23, now: Date.now(), days: asked.days + MORE_DAYS, shipments: asked.shipments };
  const to = addDays(businessDay(past.now, ZONE), -1);
  const days = Array.from({ length: asked.days }, (_, back) => addDays(to, back - asked.days + 1));
  const range: Range = { from: days[0] ?? to, to, days };
  say(`Backfill of ${asked.days} days, ${range.from} to ${to}:`);
  const many = await within(past, (lake) => backfilled(lake, range, asked));
  say(`${asked.days} single runs, one after another:`);
  const single = await within(past, (lake) => oneByOne(lake, range));
  say(`\n${report(single, many, asked.days)}`);
  process.exitCode = Object.keys(differences(single.rows, many.rows)).length === 0 ? 0 : 1;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof RangeError)) throw error;
  process.stderr.write(`bench:backfill: ${error.message}\n`);
  process.exitCode = 2;
}
