/** A sandbox with the app, a simulated past and silver, for figures about gold: nothing of it is left afterwards. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { GetJobRunCommand, GlueClient, StartJobRunCommand } from '@aws-sdk/client-glue';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import type { JobName } from '../../contracts/platform-names.ts';
import { caughtUp } from '../../cli/world/caught-up.ts';
import { putSimulated } from '../../cli/world/put-simulated.ts';
import { PROJECT } from '../../cli/project.ts';
import { createWorld, history } from '../../simulator/index.ts';
import { benchSandbox } from '../stream/sandbox.ts';
import type { BenchSandbox } from '../stream/sandbox.ts';

/** Ticks a second of /proc/<pid>/stat. */
const TICKS = 100;
const LOOK_EVERY_MS = 500;

export interface Past { readonly seed: number; readonly now: number; readonly days: number; readonly shipments: number }
export interface Took { readonly wall: number; readonly cpu: number }
type Row = Readonly<Record<string, unknown>>;

export interface LakeSandbox extends BenchSandbox {
  /** Runs `waybill …` as a person does. @throws Error with what it said when it ends with another code than 0 */
  readonly waybill: (...args: string[]) => Promise<string>;
  readonly rows: (sql: string) => Promise<Row[]>;
  /** One run of a Spark job by Glue's own call. @throws Error when it does not succeed */
  readonly job: (name: JobName, args: Readonly<Record<string, string>>) => Promise<void>;
  /** Wall and CPU seconds of Spark: of all processes that the edge started and that have ended meanwhile. */
  readonly measured: (work: () => Promise<unknown>) => Promise<Took>;
}

/** The past is put on the streams, archived and loaded into silver. */
export async function lakeSandbox(past: Past): Promise<LakeSandbox> {
  const sandbox = await benchSandbox();
  try {
    const lake = operations(sandbox);
    const client = new KinesisClient(sandbox.platform.client);
    const put = await putSimulated(client, 'local', history(createWorld({ ...past, vehicles: 0, orders: true })));
    client.destroy();
    await caughtUp(sandbox.platform);
    process.stdout.write(`${put.toLocaleString('en-US')} records are archived; silver is loaded …\n`);
    await lake.waybill('run', 'ingest-silver');
    const loaded = Number((await lake.rows('SELECT count(*) AS n FROM waybill_local_silver.shipments'))[0]?.['n']);
    if (loaded === 0) throw new Error('the load ended well and loaded nothing');
    return { ...sandbox, ...lake };
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

function operations(sandbox: BenchSandbox): Pick<LakeSandbox, 'waybill' | 'rows' | 'job' | 'measured'> {
  const waybill = (...args: string[]): Promise<string> => command([join(PROJECT, 'cli', 'waybill.ts'), '--dir', sandbox.dir, ...args]);
  return {
    waybill,
    rows: async (sql) => (JSON.parse(await waybill('--json', 'query', sql)) as { rows: Row[] }).rows,
    job: async (name, args) => runJob(sandbox, name, args),
    measured: async (work) => {
      const [begun, before] = [Date.now(), await endedCpu(sandbox)];
      await work();
      return { wall: (Date.now() - begun) / 1_000, cpu: (await endedCpu(sandbox)) - before };
    },
  };
}

function command(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: PROJECT, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (part: Buffer) => { out += part.toString('utf8'); });
    child.stderr.on('data', (part: Buffer) => { err += part.toString('utf8'); });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`waybill ${args.slice(3).join(' ')} ended with ${code ?? '?'}:\n${out.slice(-2_000)}${err.slice(-2_000)}`))));
  });
}

async function runJob({ platform }: BenchSandbox, name: JobName, args: Readonly<Record<string, string>>): Promise<void> {
  const client = new GlueClient(platform.client);
  try {
    const JobName = await platform.output('batch', OUTPUTS.job(name));
    const { JobRunId } = await client.send(new StartJobRunCommand({ JobName, Arguments: { ...args } }));
    for (;;) {
      const { JobRun } = await client.send(new GetJobRunCommand({ JobName, RunId: JobRunId }));
      if (JobRun?.JobRunState === 'SUCCEEDED') return;
      if (['FAILED', 'STOPPED', 'TIMEOUT', 'ERROR'].includes(JobRun?.JobRunState ?? '')) throw new Error(`${name}: ${JobRun?.ErrorMessage ?? JobRun?.JobRunState ?? ''}`);
      await wait(LOOK_EVERY_MS);
    }
  } finally {
    client.destroy();
  }
}

/** User and system seconds of the edge's children that have ended, and of theirs: Spark's runs. */
async function endedCpu({ processes }: BenchSandbox): Promise<number> {
  const edge = (await processes()).find(([name]) => name === 'edge')?.[1];
  const stat = readFileSync(`/proc/${edge ?? ''}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / TICKS;
}
