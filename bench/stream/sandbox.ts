/** A sandbox of its own with the real app deployed, for figures: nothing of it is left afterwards. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { progressBoard } from '../../cli/start/progress-board.ts';
import { ensureDemoUser } from '../../cli/start/demo-user.ts';
import { synthesize } from '../../cli/start/synthesize.ts';
import { connect } from '../../cli/platform/platform.ts';
import type { Platform } from '../../cli/platform/platform.ts';
import { sandboxProgram } from '../../cli/platform/sandbox-program.ts';
import { PROJECT } from '../../cli/project.ts';
import type { EnvironmentInput } from '../../lib/config/platform-config.ts';
import { sandboxPaths } from '../../sandbox/supervisor/paths.ts';
import { readSandboxFile } from '../../sandbox/supervisor/sandbox-file.ts';

export interface BenchSandbox {
  readonly platform: Platform;
  /** Its state folder. */
  readonly dir: string;
  /** Name and pid of each process: control plane, edge, supervisor, Lambda workers. */
  readonly processes: () => Promise<readonly (readonly [name: string, pid: number])[]>;
  /** Waits until no Glue run is under way: a new sandbox makes its tables with Spark, on the same cores. Answers the seconds. @throws Error after five minutes */
  readonly sparkAtRest: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

interface Status { readonly parts: { readonly glue: { readonly going: readonly unknown[] }; readonly lambda: { readonly workers: readonly { readonly functionName: string; readonly pid: number }[] } } }

/** @param environment - what to deploy instead of the local environment as it is; it must be called `local` too */
export async function benchSandbox(environment?: EnvironmentInput): Promise<BenchSandbox> {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-bench-'));
  const up = sandboxProgram(['up', '--dir', dir, '--port', '0']);
  await progressBoard(up, 'The sandbox').ended('ready');
  const stop = async (): Promise<void> => {
    up.child.kill('SIGTERM');
    await up.exit;
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  };
  // Nobody else knows of it yet: a failed deployment, or a signal, must not leave a sandbox running.
  process.once('SIGTERM', () => void stop().finally(() => process.exit(143)));
  const platform = await deploy(dir, environment).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const statusNow = async (): Promise<Status> => (await (await fetch(`${platform.sandbox?.endpoint ?? ''}/_waybill/status`)).json()) as Status;
  return {
    platform,
    dir,
    sparkAtRest: () => sparkAtRest(statusNow),
    processes: async () => {
      const pids = readSandboxFile(sandboxPaths(dir))?.pids;
      const workers = (await statusNow()).parts.lambda.workers.map((each) => [`${each.functionName.replace(/^waybill-local-\w+-/, '').replace(/[0-9A-F]{6,}.*$/, '')} (worker ${each.pid})`, each.pid] as const);
      return [...Object.entries<number>({ ...pids }), ...workers];
    },
    stop,
  };
}

const REST_CHECKS = 300;

async function sparkAtRest(statusNow: () => Promise<Status>): Promise<number> {
  for (let seconds = 0; seconds < REST_CHECKS; seconds += 1) {
    if ((await statusNow()).parts.glue.going.length === 0) return seconds;
    await wait(1_000);
  }
  throw new Error(`A Glue run is under way for ${REST_CHECKS} s.`);
}

async function deploy(dir: string, environment: EnvironmentInput | undefined): Promise<Platform> {
  const outDir = join(dir, 'cdk.out');
  await synthesize(PROJECT, environment === undefined ? 'local' : { config: writeConfig(dir, environment) }, outDir);
  await progressBoard(sandboxProgram(['deploy', '--dir', dir, '--app', outDir]), 'cdk deploy').ended('deploy');
  const platform = await connect({ env: 'local', dir, environment: {} });
  await ensureDemoUser(platform, dir);
  return platform;
}

function writeConfig(dir: string, environment: EnvironmentInput): string {
  const file = join(dir, 'environment.json');
  mkdirSync(dir, { recursive: true });
  writeFileSync(file, JSON.stringify(environment));
  return file;
}
