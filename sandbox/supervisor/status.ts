/** `status`: which parts run, their memory, the last snapshot, what was lost. */
import process from 'node:process';
import { readEvents } from './events.ts';
import type { SandboxEvent } from './events.ts';
import { tryAdminCall } from './http-json.ts';
import type { JsonObject } from '../json.ts';
import type { Options } from './options.ts';
import { sandboxPaths } from './paths.ts';
import type { SandboxPaths } from './paths.ts';
import { isAlive, residentBytes } from './processes.ts';
import { livenessOf, readSandboxFile } from './sandbox-file.ts';
import type { Liveness, Pids, RunningSandbox } from './sandbox-file.ts';
import { currentSnapshot } from './snapshots.ts';

export interface PartStatus {
  readonly part: keyof Pids;
  readonly pid: number;
  readonly alive: boolean;
  /** Resident memory in bytes. */
  readonly memoryBytes: number | null;
  readonly port: number | null;
}

export interface SandboxStatus {
  readonly state: Liveness;
  readonly dir: string;
  readonly endpoint: string | null;
  /** Address of the deployed site. */
  readonly site: string | null;
  readonly uptimeSeconds: number | null;
  readonly parts: readonly PartStatus[];
  readonly snapshot: { readonly takenAt: string; readonly ageSeconds: number; readonly bytes: number; readonly milliseconds: number } | null;
  /** Intervals whose state was lost, newest last. */
  readonly lost: readonly SandboxEvent[];
  readonly restarts: readonly SandboxEvent[];
  /** Records that the cap on stream storage removed before their retention was over, by stream. */
  readonly trimmed: JsonObject;
  /** The edge's own status: functions, event sources with their lag. */
  readonly edge: JsonObject | null;
}

export async function status(options: Options): Promise<number> {
  const found = await sandboxStatus(sandboxPaths(options.dir));
  process.stdout.write(options.json ? `${JSON.stringify(found)}\n` : `${statusText(found)}\n`);
  return found.state === 'running' ? 0 : 1;
}

export async function sandboxStatus(paths: SandboxPaths): Promise<SandboxStatus> {
  const sandbox = readSandboxFile(paths);
  const state = livenessOf(sandbox);
  const running = state === 'running' && sandbox !== undefined;
  const snapshot = currentSnapshot(paths);
  const events = readEvents(paths);
  const control = running ? await tryAdminCall(`http://127.0.0.1:${sandbox.controlPort}/_waybill/health`) : undefined;
  return {
    state,
    dir: paths.dir,
    endpoint: running ? sandbox.endpoint : null,
    site: running ? `http://127.0.0.1:${sandbox.sitePort}` : null,
    uptimeSeconds: running ? Math.round((Date.now() - Date.parse(sandbox.startedAt)) / 1000) : null,
    parts: sandbox === undefined ? [] : partsOf(sandbox),
    snapshot: snapshot === undefined ? null : {
      takenAt: snapshot.takenAt.toISOString(),
      ageSeconds: Math.round((Date.now() - snapshot.takenAt.getTime()) / 1000),
      bytes: snapshot.bytes,
      milliseconds: snapshot.milliseconds,
    },
    lost: events.filter((event) => event.lostFrom !== undefined),
    restarts: events.filter((event) => event.event === 'edge-restarted' || event.event === 'control-restarted'),
    trimmed: (control?.['trimmed'] as JsonObject | undefined) ?? {},
    edge: running ? ((await tryAdminCall(`${sandbox.endpoint}/_waybill/status`)) ?? null) : null,
  };
}

function partsOf(sandbox: RunningSandbox): PartStatus[] {
  const ports = { supervisor: null, edge: sandbox.edgePort, control: sandbox.controlPort };
  return (['supervisor', 'edge', 'control'] as const).map((part) => {
    const pid = sandbox.pids[part];
    const alive = pid > 0 && isAlive(pid);
    return { part, pid, alive, memoryBytes: alive ? (residentBytes(pid) ?? null) : null, port: ports[part] };
  });
}

export function statusText(found: SandboxStatus): string {
  const lines = [headline(found)];
  for (const part of found.parts) {
    const port = part.port === null ? '' : `   127.0.0.1:${part.port}`;
    lines.push(`  ${part.part.padEnd(11)} ${part.alive ? `pid ${part.pid}   ${megabytes(part.memoryBytes ?? 0)}${port}` : 'not running'}`);
  }
  if (found.site !== null) lines.push(`  site        ${found.site}`);
  lines.push(found.snapshot === null ? '  snapshot    none yet' : `  snapshot    ${found.snapshot.takenAt}, ${found.snapshot.ageSeconds} s ago, ${megabytes(found.snapshot.bytes)} in ${found.snapshot.milliseconds} ms`);
  for (const [stream, count] of Object.entries(found.trimmed)) lines.push(`  trimmed     ${stream}: the ${String(count)} oldest records went by the local cap, before their retention was over`);
  for (const event of found.lost) lines.push(`  lost        ${event.lostSeconds ?? 0} s of state, ${event.lostFrom ?? ''} to ${event.lostTo ?? ''}: ${event.detail ?? event.event}`);
  for (const event of found.restarts.filter((entry) => entry.lostFrom === undefined)) lines.push(`  restarted   ${event.at}: ${event.detail ?? event.event}`);
  return lines.join('\n');
}

function headline(found: SandboxStatus): string {
  switch (found.state) {
    case 'running':
      return `Sandbox at ${found.endpoint ?? ''}, up ${found.uptimeSeconds ?? 0} s, state in ${found.dir}`;
    case 'orphaned':
      return `The supervisor is gone and parts still run. Next: waybill stop (saves and stops them)`;
    case 'stopped':
      return `No sandbox runs here (${found.dir}). Next: npm start`;
  }
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e5) / 10} MB`;
