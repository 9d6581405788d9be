/**
 * npm run bench:stream -- --rate 500 --minutes 5
 *
 * Puts simulated shipment events at a steady rate on the stream of the app deployed in a sandbox of its own, waits until every
 * consumer is through, and judges all of it by the simulator's truth. Prints the rate reached, how long consumers needed after
 * the end, and CPU and memory of each process. The generator shares the machine with what it measures: nothing here is a
 * figure of AWS. A worker that the pool ended meanwhile is not in the table.
 */
import { setTimeout as wait } from 'node:timers/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { duration } from '../../cli/output/times.ts';
import { table } from '../../cli/output/style.ts';
import { caughtUp } from '../../cli/world/caught-up.ts';
import { putSimulated } from '../../cli/world/put-simulated.ts';
import { createTruth, createWorld, history } from '../../simulator/index.ts';
import type { SimulatedRecord } from '../../simulator/index.ts';
import { benchSandbox } from './sandbox.ts';
import type { BenchSandbox } from './sandbox.ts';
import { judge } from './judge.ts';
import { usageOf } from './process-usage.ts';
import type { Usage } from './process-usage.ts';

/** Events of a simulated shipment, about: how many shipments a run needs. */
const EVENTS_PER_SHIPMENT = 13;
const TICK_MS = 250;

interface Load { readonly put: number; readonly seconds: number; readonly late: number }

async function load(sandbox: BenchSandbox, records: readonly SimulatedRecord[], rate: number): Promise<Load> {
  const client = new KinesisClient(sandbox.platform.client);
  const begun = Date.now();
  let [put, late] = [0, 0];
  while (put < records.length) {
    const due = Math.min(records.length, Math.ceil(((Date.now() - begun) / 1000) * rate));
    if (due > put) put += await putSimulated(client, 'local', records.slice(put, due));
    const next = begun + (put / rate) * 1000;
    if (Date.now() > next + 1000) late++;
    await wait(Math.max(0, Math.min(TICK_MS, next + TICK_MS - Date.now())));
  }
  client.destroy();
  return { put, seconds: (Date.now() - begun) / 1000, late };
}

function usageRows(before: ReadonlyMap<string, Usage>, after: ReadonlyMap<string, Usage>, seconds: number): string[][] {
  return [...after].map(([name, usage]) => {
    const cpu = usage.cpuSeconds - (before.get(name)?.cpuSeconds ?? 0);
    return [name, `${cpu.toFixed(1)} s`, `${((cpu / seconds) * 100).toFixed(0)} %`, `${usage.residentMb.toFixed(0)} MB`];
  });
}

async function usages(sandbox: BenchSandbox): Promise<Map<string, Usage>> {
  const found = new Map<string, Usage>();
  for (const [name, pid] of [...(await sandbox.processes()), ['generator (this process)', process.pid] as const]) {
    const usage = usageOf(pid);
    if (usage !== undefined) found.set(name, usage);
  }
  return found;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rate: { type: 'string', default: '500' }, minutes: { type: 'string', default: '5' }, seed: { type: 'string', default: '11' } } });
  const [rate, minutes] = [Number(values.rate), Number(values.minutes)];
  if (!(rate > 0 && minutes > 0)) {
    process.stderr.write('bench:stream: --rate (events/s) and --minutes take numbers above 0. Example: npm run bench:stream -- --rate 500 --minutes 5\n');
    process.exitCode = 2;
    return;
  }
  const wanted = Math.round(rate * minutes * 60);
  const world = createWorld({ seed: Number(values.seed), now: Date.now(), days: 35, shipments: Math.ceil(wanted / EVENTS_PER_SHIPMENT), shares: { duplicates: 0.1, disorder: 0.2, corrupt: 0.01 } });
  const records = [...history(world)].slice(0, wanted);
  const truth = createTruth();
  for (const record of records) truth.add(record);
  const sandbox = await benchSandbox();
  try {
    process.stdout.write(`Putting ${records.length.toLocaleString('en-US')} events at ${rate}/s for about ${duration((records.length / rate) * 1000)} …\n`);
    const before = await usages(sandbox);
    const done = await load(sandbox, records, rate);
    const ended = Date.now();
    await caughtUp(sandbox.platform);
    const lag = (Date.now() - ended) / 1000;
    const after = await usages(sandbox);
    process.stdout.write(`Rate reached     ${(done.put / done.seconds).toFixed(0)} events/s (${done.put.toLocaleString('en-US')} in ${done.seconds.toFixed(1)} s; more than a second late ${done.late} times)\n`);
    process.stdout.write(`Lag back at zero ${lag.toFixed(1)} s after the end (batch window 2 s included)\n\n`);
    process.stdout.write(`${table([['process', 'CPU', 'of one core', 'memory'], ...usageRows(before, after, done.seconds + lag)])}\n`);
    const verdict = await judge(sandbox.platform, truth, records.length);
    process.stdout.write(`${verdict.words}\n`);
    process.exitCode = verdict.right ? 0 : 1;
  } finally {
    await sandbox.stop();
  }
}

await main();
