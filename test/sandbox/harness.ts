/**
 * A whole sandbox for a test: the real supervisor, control plane and edge, on free ports, in a folder of its own, nothing deployed.
 *
 *   const sandbox = await startSandbox();
 *   const kinesis = new KinesisClient(sandbox.client);        // any AWS SDK v3 client
 *   …
 *   await sandbox.stop();                                      // in afterAll: also removes the folder
 *
 * Give such a test file `jest.setTimeout(120_000)`: the first start on a machine installs the Python environment.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { awsEnvironment } from '../../sandbox/supervisor/cdk-environment.ts';
import { sandboxPaths } from '../../sandbox/supervisor/paths.ts';
import { isAlive } from '../../sandbox/supervisor/processes.ts';
import { readSandboxFile } from '../../sandbox/supervisor/sandbox-file.ts';
import type { RunningSandbox } from '../../sandbox/supervisor/sandbox-file.ts';
import { until } from '../until.ts';

export const PROJECT = join(import.meta.dirname, '..', '..');
/** The pinned Node 24: jest itself may run on an older one. */
export const NODE_24 = join(PROJECT, 'node_modules', 'node', 'bin', 'node');
export const SUPERVISOR = join(PROJECT, 'sandbox', 'supervisor', 'main.ts');

export interface SandboxOptions {
  /** State folder; by default a fresh one, removed by `stop()`. */
  readonly dir?: string;
  /** Port of the endpoint; by default a free one, the same again after a restart. */
  readonly port?: number;
  /** Seconds between snapshots. Default 30: none in a short test. */
  readonly snapshotSeconds?: number;
  /** More variables for the supervisor, for example `WAYBILL_STREAM_RECORDS`. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Sandbox {
  /** For example `http://127.0.0.1:40123`. */
  readonly endpoint: string;
  /** Variables by which AWS SDKs, the CDK and our own programs find it. */
  readonly env: Readonly<Record<string, string>>;
  /** Settings of an AWS SDK v3 client. Path-style addressing for S3 included. */
  readonly client: { readonly endpoint: string; readonly region: string; readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }; readonly forcePathStyle: true };
  readonly dir: string;
  /** What `sandbox.json` says now: ports and pids. */
  readonly running: () => RunningSandbox;
  /** Stops everything in order and, when the folder was made here, removes it. */
  readonly stop: () => Promise<void>;
  /** Ends one part by SIGKILL and waits until the supervisor has brought it back. */
  readonly kill: (part: 'edge' | 'control') => Promise<void>;
  /** Stops in order and starts again on the same state and port. */
  readonly restart: () => Promise<void>;
}

/** Below the time of the suites: a start that hangs fails by itself, and leaves no process behind. */
const START_PATIENCE_MS = 100_000;

interface Process {
  readonly child: ChildProcess;
  readonly ready: RunningSandbox;
}

/** @throws Error with everything the supervisor said when it does not come up. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'waybill-sandbox-'));
  const removeFolder = (): void => {
    if (options.dir === undefined) rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  };
  let current = await launch(dir, options).catch((error: unknown) => {
    removeFolder();
    throw error;
  });
  const { endpoint, region, account } = current.ready;
  const target = { endpoint, region, account };
  const restart = async (): Promise<void> => {
    await end(current.child);
    current = await launch(dir, { ...options, port: Number(new URL(endpoint).port) });
  };
  const running = (): RunningSandbox => {
    const found = readSandboxFile(sandboxPaths(dir));
    if (found === undefined) throw new Error(`no sandbox.json in ${dir}: the sandbox does not run`);
    return found;
  };
  return {
    endpoint,
    env: awsEnvironment(target),
    client: { endpoint, region, credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' }, forcePathStyle: true },
    dir,
    running,
    restart,
    async stop() {
      await end(current.child);
      removeFolder();
    },
    async kill(part) {
      const before = running().pids[part];
      process.kill(before, 'SIGKILL');
      await until(() => isBack(dir, part, before), `the ${part} came back`);
    },
  };
}

function isBack(dir: string, part: 'edge' | 'control', before: number): boolean {
  const now = readSandboxFile(sandboxPaths(dir));
  return now !== undefined && now.pids[part] !== before && isAlive(now.pids[part]) && isAlive(now.pids.edge);
}

function launch(dir: string, options: SandboxOptions): Promise<Process> {
  const flags = ['--dir', dir, '--port', String(options.port ?? 0), '--snapshot-seconds', String(options.snapshotSeconds ?? 30)];
  const child = spawn(NODE_24, [SUPERVISOR, 'up', ...flags], { cwd: PROJECT, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } });
  let words = '';
  child.stderr.on('data', (part: Buffer) => { words += part.toString('utf8'); });
  const patience = setTimeout(() => child.kill('SIGTERM'), START_PATIENCE_MS);
  return new Promise<Process>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the supervisor ended with code ${String(code)} before it was ready:\n${words}\n${logsOf(dir)}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      words += `${line}\n`;
      const ready = line.includes('"step":"ready"') ? readSandboxFile(sandboxPaths(dir)) : undefined;
      if (ready !== undefined) resolve({ child, ready });
    });
  }).finally(() => clearTimeout(patience));
}

function logsOf(dir: string): string {
  return ['control', 'edge'].map((part) => {
    try {
      return readFileSync(join(dir, 'logs', `${part}.log`), 'utf8').slice(-1500);
    } catch {
      return '';
    }
  }).join('\n');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
