/** Where things lie: in the project folder what all sandboxes share, in the state folder what is one sandbox's own. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';

export const PROJECT = join(import.meta.dirname, '..', '..');
export const LAUNCHER = join(PROJECT, 'sandbox', 'launcher');
export const REQUIREMENTS = join(PROJECT, 'sandbox', 'requirements.txt');
/** Shared between sandboxes: the Python environment. Ignored by git. */
export const CACHE = join(PROJECT, '.cache');

export interface SandboxPaths {
  readonly dir: string;
  /** Written while the sandbox runs: endpoint, ports, pids. */
  readonly sandboxFile: string;
  /** Port of the last run, so that addresses handed out before stay valid. */
  readonly settingsFile: string;
  /** What went wrong, one JSON object a line. */
  readonly eventsFile: string;
  readonly deployedFile: string;
  /** What `deploy` synthesized. */
  readonly assembly: string;
  readonly logs: string;
  /** State of the edge: checkpoints and the like. */
  readonly edge: string;
  readonly snapshots: string;
  readonly currentSnapshotFile: string;
  /** Touched while the supervisor lives. */
  readonly aliveFile: string;
}

/** Paths below a state folder; relative folders are taken from the working directory. */
export function sandboxPaths(dir: string): SandboxPaths {
  const root = resolve(process.cwd(), dir);
  return {
    dir: root,
    sandboxFile: join(root, 'sandbox.json'),
    settingsFile: join(root, 'settings.json'),
    eventsFile: join(root, 'events.ndjson'),
    deployedFile: join(root, 'deployed.json'),
    assembly: join(root, 'cdk.out'),
    logs: join(root, 'logs'),
    edge: join(root, 'edge'),
    snapshots: join(root, 'snapshots'),
    currentSnapshotFile: join(root, 'snapshots', 'current.json'),
    aliveFile: join(root, 'alive'),
  };
}

/** Readers see the old content or the new one, never half of it. */
export function writeWhole(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const beside = `${file}.${process.pid}.part`;
  writeFileSync(beside, content);
  renameSync(beside, file);
}
