/** How the two parts are started, and what they are told: the same variables for both. */
import { join } from 'node:path';
import process from 'node:process';
import { LAUNCHER, PROJECT } from './paths.ts';
import type { SandboxPaths } from './paths.ts';
import type { PartSettings } from './part.ts';
import { controlFolder } from './snapshots.ts';
import type { SnapshotInfo } from './snapshots.ts';

/** `WAYBILL_EDGE_ENTRY` replaces the edge's program; the supervisor's own tests use it. */
const EDGE_ENTRY = process.env['WAYBILL_EDGE_ENTRY'] ?? join(PROJECT, 'sandbox', 'edge', 'main.ts');

export interface PartsSettings {
  readonly paths: SandboxPaths;
  readonly edgePort: number;
  readonly controlPort: number;
  /** Where the deployed site is served. */
  readonly sitePort: number;
  readonly region: string;
  readonly account: string;
  /** Interpreter of the Python environment. */
  readonly python: string;
  /** False: Glue runs fail at once instead of waiting for Spark's set-up. */
  readonly lake: boolean;
}

export function controlSettings(settings: PartsSettings, snapshot: SnapshotInfo | undefined): PartSettings {
  return {
    name: 'control',
    title: 'The control plane',
    command: settings.python,
    args: [join(LAUNCHER, 'main.py')],
    env: { ...common(settings), PYTHONUNBUFFERED: '1', ...(snapshot === undefined ? {} : { WAYBILL_SNAPSHOT: controlFolder(settings.paths, snapshot) }), ...passedOn('WAYBILL_STREAM_RECORDS', 'WAYBILL_TABLE_STREAM_RECORDS', 'WAYBILL_LOG_EVENTS') },
    logFile: join(settings.paths.logs, 'control.log'),
    healthUrl: `http://127.0.0.1:${settings.controlPort}/_waybill/health`,
    startTimeoutMs: 60_000,
  };
}

export function edgeSettings(settings: PartsSettings): PartSettings {
  return {
    name: 'edge',
    title: 'The edge',
    command: process.execPath,
    args: [EDGE_ENTRY],
    env: { ...common(settings), WAYBILL_LAKE: settings.lake ? 'on' : 'off', ...passedOn('WAYBILL_LAMBDA_CONCURRENCY', 'WAYBILL_REQUEST_LOG', 'WAYBILL_SPARK_PROCESSES', 'WAYBILL_SPARK_CORES', 'WAYBILL_LAKE_DESCRIPTION') },
    logFile: join(settings.paths.logs, 'edge.log'),
    healthUrl: `http://127.0.0.1:${settings.edgePort}/_waybill/health`,
    startTimeoutMs: 30_000,
  };
}

function common(settings: PartsSettings): Record<string, string> {
  return {
    WAYBILL_EDGE_PORT: String(settings.edgePort),
    WAYBILL_CONTROL_PORT: String(settings.controlPort),
    WAYBILL_SITE_PORT: String(settings.sitePort),
    WAYBILL_DIR: settings.paths.dir,
    WAYBILL_REGION: settings.region,
    WAYBILL_ACCOUNT: settings.account,
  };
}

/** Limits that a user may set in the environment. */
function passedOn(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}
