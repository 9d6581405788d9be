/** `.waybill/sandbox.json`: written while a sandbox runs, so that other programs find it. */
import { rmSync } from 'node:fs';
import { asObject, numberOf, readJsonFile, textOf } from '../json.ts';
import { writeWhole } from './paths.ts';
import type { SandboxPaths } from './paths.ts';
import { isAlive } from './processes.ts';

export interface Pids {
  readonly supervisor: number;
  readonly edge: number;
  readonly control: number;
}

export interface RunningSandbox {
  /** `http://127.0.0.1:<edgePort>` */
  readonly endpoint: string;
  readonly edgePort: number;
  readonly controlPort: number;
  /** Where the deployed site is served: `http://127.0.0.1:<sitePort>`. */
  readonly sitePort: number;
  readonly region: string;
  readonly account: string;
  readonly pids: Pids;
  /** ISO time. */
  readonly startedAt: string;
  /** State folder, absolute. */
  readonly dir: string;
}

export function writeSandboxFile(paths: SandboxPaths, sandbox: RunningSandbox): void {
  writeWhole(paths.sandboxFile, `${JSON.stringify(sandbox, undefined, 2)}\n`);
}

export function removeSandboxFile(paths: SandboxPaths): void {
  rmSync(paths.sandboxFile, { force: true });
}

/** What the file says, whether or not the processes still live. */
export function readSandboxFile(paths: SandboxPaths): RunningSandbox | undefined {
  const value = readJsonFile(paths.sandboxFile);
  if (value === undefined) return undefined;
  const pids = asObject(value['pids']);
  return {
    endpoint: textOf(value['endpoint']),
    edgePort: numberOf(value['edgePort']),
    controlPort: numberOf(value['controlPort']),
    sitePort: numberOf(value['sitePort']),
    region: textOf(value['region']),
    account: textOf(value['account']),
    pids: { supervisor: numberOf(pids['supervisor']), edge: numberOf(pids['edge']), control: numberOf(pids['control']) },
    startedAt: textOf(value['startedAt']),
    dir: textOf(value['dir'], paths.dir),
  };
}

export type Liveness = 'running' | 'orphaned' | 'stopped';

/** `orphaned`: the supervisor is gone and a part still runs. */
export function livenessOf(sandbox: RunningSandbox | undefined): Liveness {
  if (sandbox === undefined) return 'stopped';
  if (alive(sandbox.pids.supervisor)) return 'running';
  return alive(sandbox.pids.edge) || alive(sandbox.pids.control) ? 'orphaned' : 'stopped';
}

/** A pid of 0 stands for a part that is not there yet. */
const alive = (pid: number): boolean => pid > 0 && isAlive(pid);
