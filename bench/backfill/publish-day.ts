/**
 * npm run bench:publish-day -- --events 100000
 *
 * A day's world on the stream of a sandbox of its own whose tables are made and whose schedules are off, archived and not loaded; then `waybill run publish-day --date D` from the gate to
 * the readers, each step as it is shown: silver is loaded, gold of the day and of the days before that it touches is built. Then the
 * same again with nothing new.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { addDays, businessDay } from '../../domain/time/business-day.ts';
import { caughtUp } from '../../cli/world/caught-up.ts';
import { putSimulated } from '../../cli/world/put-simulated.ts';
import { PROJECT } from '../../cli/project.ts';
import { local } from '../../lib/config/environments/local.ts';
import { createWorld, history } from '../../simulator/index.ts';
import type { SimulatedWorld } from '../../simulator/index.ts';
import { benchSandbox } from '../stream/sandbox.ts';

const ZONE = 'Europe/Berlin';
/** The day before today, whole, and the part of today. */
const DAYS = 2;
/** Shipments of the world that says how many records one has: it depends on the hour, since many are still under way. */
const SAMPLE = 2_000;

/** With its words on this screen. */
function waybill(dir: string, ...args: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(PROJECT, 'cli', 'waybill.ts'), '--dir', dir, ...args], { cwd: PROJECT, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

function worldOf(shipments: number, now: number): SimulatedWorld {
  return createWorld({ seed: 31, now, days: DAYS, shipments, vehicles: 0, orders: true });
}

/** A past of about so many records: within a hundredth. */
function pastOf(records: number, now: number): ReturnType<typeof history> {
  const sampled = [...history(worldOf(SAMPLE, now))].length;
  return history(worldOf(Math.round((records * SAMPLE) / sampled), now));
}

async function publish(dir: string, day: string, what: string): Promise<number> {
  const begun = Date.now();
  const code = await waybill(dir, 'run', 'publish-day', '--date', day);
  process.stdout.write(`${what}: ${((Date.now() - begun) / 1_000).toFixed(0)} s\n\n`);
  return code;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { events: { type: 'string', default: '100000' } } });
  const events = Number(values.events);
  if (!(Number.isInteger(events) && events >= 1_000)) {
    process.stderr.write(`bench:publish-day: --events got "${values.events}"; allowed: whole numbers from 1,000. Example: npm run bench:publish-day -- --events 100000\n`);
    process.exitCode = 2;
    return;
  }
  const now = Date.now();
  // A scheduled load in the middle would take a part of the work away, and of the machine.
  const sandbox = await benchSandbox({ ...local, batch: { ...local.batch, schedules: false } });
  try {
    if ((await waybill(sandbox.dir, 'run', 'ingest-silver')) !== 0) throw new Error('the tables could not be made');
    const client = new KinesisClient(sandbox.platform.client);
    const put = await putSimulated(client, 'local', pastOf(events, now));
    client.destroy();
    await caughtUp(sandbox.platform);
    process.stdout.write(`${put.toLocaleString('en-US')} records are archived, none is loaded.\n`);
    const day = addDays(businessDay(now, ZONE), -1);
    const codes = [await publish(sandbox.dir, day, 'From the stream to the readers'), await publish(sandbox.dir, day, 'The same with nothing new')];
    process.exitCode = Math.max(...codes);
  } finally {
    await sandbox.stop();
  }
}

await main();
