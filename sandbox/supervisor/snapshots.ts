/**
 * One snapshot = control plane and edge together, `.waybill/snapshots/<id>/{control,edge}`, complete or absent.
 *
 * The edge's part is copied first: its checkpoints are then never ahead of the state they stand for, so a restart delivers some
 * records twice (as Kinesis does) and none never.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { adminCall } from './http-json.ts';
import { numberOf, readJsonFile, textOf } from '../json.ts';
import { writeWhole } from './paths.ts';
import type { SandboxPaths } from './paths.ts';

/** Folders of the edge that are derived from what the control plane has: code of functions, its worker script. */
const DERIVED = new Set(['code', 'worker', 'logs']);
/** Writing the control plane's state may take long on a busy machine; it ends its own attempt after a minute. */
const SAVE_TIMEOUT_MS = 75_000;

export interface SnapshotInfo {
  /** Folder name below `snapshots`. */
  readonly id: string;
  /** Moment whose state it holds. */
  readonly takenAt: Date;
  /** True: nothing happened after it, the sandbox was stopped in order. */
  readonly clean: boolean;
  readonly bytes: number;
  readonly milliseconds: number;
  /** The control plane's count of changing requests at that moment; counts start anew with each process. */
  readonly mutations: number;
}

export interface Ports {
  readonly edgePort: number;
  readonly controlPort: number;
}

export function currentSnapshot(paths: SandboxPaths): SnapshotInfo | undefined {
  const value = readJsonFile(paths.currentSnapshotFile);
  const id = textOf(value?.['id']);
  if (value === undefined || id === '' || !existsSync(join(paths.snapshots, id))) return undefined;
  return {
    id,
    takenAt: new Date(textOf(value['takenAt'])),
    clean: value['clean'] === true,
    bytes: numberOf(value['bytes']),
    milliseconds: numberOf(value['milliseconds']),
    mutations: numberOf(value['mutations']),
  };
}

/** Folder of the control plane's files, for its start. */
export function controlFolder(paths: SandboxPaths, snapshot: SnapshotInfo): string {
  return join(paths.snapshots, snapshot.id, 'control');
}

export interface TakeOptions {
  readonly ports: Ports;
  /** The last one of this run: nothing is written when nothing has changed since. */
  readonly last?: SnapshotInfo | undefined;
  /** False at a stop, when the edge has ended and its folder is final. */
  readonly edgeRuns: boolean;
}

/** Takes a snapshot if something changed. @throws Error; the snapshot before stays valid. */
export async function takeSnapshot(paths: SandboxPaths, options: TakeOptions): Promise<SnapshotInfo | undefined> {
  const { ports, last, edgeRuns } = options;
  const id = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const beside = join(paths.snapshots, `${id}.part`);
  removeUnfinished(paths);
  mkdirSync(beside, { recursive: true });
  if (edgeRuns) await adminCall(`http://127.0.0.1:${ports.edgePort}/_waybill/snapshot`, { method: 'POST', timeoutMs: 15_000 });
  copyState(paths.edge, join(beside, 'edge'));

  const answer = await adminCall(`http://127.0.0.1:${ports.controlPort}/_waybill/snapshot`, {
    method: 'POST',
    timeoutMs: SAVE_TIMEOUT_MS,
    body: { target: join(beside, 'control'), ...(last === undefined ? {} : { unlessMutations: last.mutations }) },
  });
  if (answer['changed'] !== true) {
    rmSync(beside, { recursive: true, force: true });
    return undefined;
  }
  renameSync(beside, join(paths.snapshots, id));
  const info: SnapshotInfo = {
    id,
    takenAt: new Date(numberOf(answer['takenAt']) * 1000),
    clean: false,
    bytes: numberOf(answer['bytes']),
    milliseconds: numberOf(answer['milliseconds']),
    mutations: numberOf(answer['mutations']),
  };
  writeCurrent(paths, info);
  removeOthers(paths, id);
  return info;
}

/** Notes that the state ended with this snapshot. */
export function markClean(paths: SandboxPaths): void {
  const current = currentSnapshot(paths);
  if (current !== undefined) writeCurrent(paths, { ...current, clean: true });
}

/** Notes that the state goes on beyond this snapshot. */
export function markLive(paths: SandboxPaths): void {
  const current = currentSnapshot(paths);
  if (current !== undefined) writeCurrent(paths, { ...current, clean: false });
}

function writeCurrent(paths: SandboxPaths, info: SnapshotInfo): void {
  writeWhole(paths.currentSnapshotFile, `${JSON.stringify({ ...info, takenAt: info.takenAt.toISOString() }, undefined, 2)}\n`);
}

/** Sets the edge's folder back to the snapshot, or to nothing when there is none. */
export function restoreEdge(paths: SandboxPaths, snapshot: SnapshotInfo | undefined): void {
  mkdirSync(paths.edge, { recursive: true });
  removeState(paths.edge);
  const saved = snapshot === undefined ? undefined : join(paths.snapshots, snapshot.id, 'edge');
  if (saved !== undefined && existsSync(saved)) cpSync(saved, paths.edge, { recursive: true });
}

function copyState(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  if (!existsSync(from)) return;
  cpSync(from, to, { recursive: true, filter: (source) => !DERIVED.has(basename(source)) });
}

/** Removes what a snapshot holds; derived folders stay, at any depth. */
function removeState(folder: string): boolean {
  let empty = true;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (DERIVED.has(entry.name)) empty = false;
    else if (entry.isDirectory()) empty = (removeState(path) && removeFolder(path)) && empty;
    else rmSync(path, { force: true });
  }
  return empty;
}

function removeFolder(path: string): boolean {
  rmSync(path, { recursive: true, force: true });
  return true;
}

function removeUnfinished(paths: SandboxPaths): void {
  for (const entry of entriesOf(paths.snapshots)) {
    if (entry.endsWith('.part')) rmSync(join(paths.snapshots, entry), { recursive: true, force: true });
  }
}

function removeOthers(paths: SandboxPaths, id: string): void {
  for (const entry of entriesOf(paths.snapshots)) {
    const path = join(paths.snapshots, entry);
    if (entry !== id && statSync(path).isDirectory()) rmSync(path, { recursive: true, force: true });
  }
}

function entriesOf(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** The supervisor's sign of life: after a power cut it tells how far the lost interval reaches. */
export function touchAlive(paths: SandboxPaths): void {
  const now = new Date();
  try {
    utimesSync(paths.aliveFile, now, now);
  } catch {
    writeFileSync(paths.aliveFile, '');
  }
}

export function lastAlive(paths: SandboxPaths): Date | undefined {
  return existsSync(paths.aliveFile) ? statSync(paths.aliveFile).mtime : undefined;
}
