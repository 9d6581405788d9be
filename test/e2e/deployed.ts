/**
 * The real app on a running sandbox, for end-to-end tests: synthesized as `cdk synth` does, deployed by the real `cdk deploy`,
 * with the demo user. `waybill` runs the command line against it, as a person would.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { synthesize } from '../../cli/start/synthesize.ts';
import { ensureDemoUser } from '../../cli/start/demo-user.ts';
import { connect } from '../../cli/platform/platform.ts';
import type { Platform } from '../../cli/platform/platform.ts';
import { NODE_24, PROJECT, startSandbox, SUPERVISOR } from '../sandbox/harness.ts';
import type { Sandbox, SandboxOptions } from '../sandbox/harness.ts';
import { copyOfTemplate, RUN_FOLDER } from './template.ts';

export interface CommandResult { readonly code: number; readonly out: string; readonly err: string }

export interface Deployed {
  readonly sandbox: Sandbox;
  readonly platform: Platform;
  /** Runs `waybill …` as a process of its own. */
  readonly waybill: (...args: string[]) => Promise<CommandResult>;
  /** The same with `--json`, parsed. Throws with what the command said when it ends with another code than 0. */
  readonly waybillJson: <T>(...args: string[]) => Promise<T>;
  readonly stop: () => Promise<void>;
}

/** In a run of Jest on a copy of the deployment that all its tests share; elsewhere, and with a folder of one's own, on one made for it. */
export async function deployed(options: SandboxOptions = {}): Promise<Deployed> {
  const runFolder = process.env[RUN_FOLDER];
  if (runFolder === undefined || options.dir !== undefined) return started(options, deployTo);
  const copy = await copyOfTemplate(runFolder, async (dir) => (await started({ dir }, deployTo)).stop());
  const app = await started({ ...options, ...copy }, hold);
  return { ...app, stop: async () => {
    await app.stop();
    rmSync(copy.dir, { recursive: true, force: true, maxRetries: 5 });
  } };
}

async function started(options: SandboxOptions, make: (sandbox: Sandbox) => Promise<Deployed>): Promise<Deployed> {
  const sandbox = await startSandbox(options);
  try {
    return await make(sandbox);
  } catch (error) {
    // Nobody else knows of it yet: a failed deployment must not leave a sandbox running.
    await sandbox.stop();
    throw error;
  }
}

async function deployTo(sandbox: Sandbox): Promise<Deployed> {
  const outDir = join(sandbox.dir, 'cdk.out');
  await synthesize(PROJECT, 'local', outDir);
  const deploy = await run(NODE_24, [SUPERVISOR, 'deploy', '--dir', sandbox.dir, '--app', outDir]);
  if (deploy.code !== 0) throw new Error(`cdk deploy failed:\n${deploy.out.slice(-3000)}\n${deploy.err.slice(-3000)}`);
  const app = await hold(sandbox);
  await ensureDemoUser(app.platform, sandbox.dir);
  return app;
}

async function hold(sandbox: Sandbox): Promise<Deployed> {
  const platform = await connect({ env: 'local', dir: sandbox.dir, environment: {} });
  const waybill = (...args: string[]): Promise<CommandResult> => run(NODE_24, [join(PROJECT, 'cli', 'waybill.ts'), '--dir', sandbox.dir, ...args]);
  return {
    sandbox,
    platform,
    waybill,
    waybillJson: async <T>(...args: string[]): Promise<T> => {
      const result = await waybill('--json', ...args);
      if (result.code !== 0) throw new Error(`waybill ${args.join(' ')} ended with ${result.code}:\n${result.out}\n${result.err}`);
      return JSON.parse(result.out) as T;
    },
    stop: () => sandbox.stop(),
  };
}

export function run(command: string, args: readonly string[], input?: string): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: PROJECT, stdio: ['pipe', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (part: Buffer) => { out += part.toString('utf8'); });
    child.stderr.on('data', (part: Buffer) => { err += part.toString('utf8'); });
    child.on('error', reject);
    child.on('exit', (code) => resolve({ code: code ?? 1, out, err }));
    child.stdin.end(input ?? '');
  });
}
