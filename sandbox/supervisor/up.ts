/** `up`: set-up, start, stay until a signal or a failure, stop in order. */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { SupervisorError } from './errors.ts';
import { numberOf, readJsonFile } from '../json.ts';
import { ACCOUNT, REGION } from './options.ts';
import type { Options } from './options.ts';
import { PROJECT, sandboxPaths, writeWhole } from './paths.ts';
import type { SandboxPaths } from './paths.ts';
import { demandFree, freePort, isFree } from './ports.ts';
import { emitToStandardOutput, step } from './progress.ts';
import type { Emit } from './progress.ts';
import { livenessOf, readSandboxFile, removeSandboxFile } from './sandbox-file.ts';
import { setUp } from './set-up.ts';
import { stopSandbox } from './stop.ts';
import { Supervisor } from './supervisor.ts';

/** Set in the background process of `up --detach`. */
const DETACHED = 'WAYBILL_DETACHED';

export async function up(options: Options): Promise<number> {
  if (options.detach && process.env[DETACHED] === undefined) return upInBackground(options);
  // The reader of our progress may go away (--detach does): that must not end the sandbox.
  process.stdout.on('error', () => undefined);
  const emit = emitToStandardOutput;
  const paths = sandboxPaths(options.dir);
  await refuseSecond(paths, emit);
  const environment = await setUp(emit);

  const signal = nextSignal();
  const edgePort = await step(emit, { step: 'ports', title: 'Ports' }, async () => {
    const port = await choosePort(paths, options.port);
    const site = await chooseSitePort(paths, { asked: options.sitePort, endpoint: port });
    return { port, site, detail: `127.0.0.1:${port}, site ${site}` };
  });
  const supervisor = new Supervisor({
    paths,
    edgePort: edgePort.port,
    sitePort: edgePort.site,
    controlPort: await freePort(),
    region: REGION,
    account: ACCOUNT,
    python: environment.python,
    lake: options.lake,
    snapshotEveryMs: options.snapshotEveryMs,
  });
  await step(emit, { step: 'sandbox', title: 'Control plane and edge' }, async () => {
    const lost = await supervisor.start();
    return { detail: supervisor.endpoint, ...(lost === '' ? {} : { why: lost }) };
  });
  writeWhole(paths.settingsFile, `${JSON.stringify({ port: edgePort.port, sitePort: edgePort.site })}\n`);
  emit({ step: 'ready', ...readSandboxFile(paths) });
  return stay(supervisor, { signal, paths, emit });
}

async function stay(supervisor: Supervisor, around: { signal: Promise<string>; paths: SandboxPaths; emit: Emit }): Promise<number> {
  const ending = await Promise.race([around.signal.then(() => undefined), supervisor.failed]);
  try {
    await step(around.emit, { step: 'stop', title: 'Stopping' }, async () => {
      await supervisor.stop();
      return ending === undefined ? { detail: 'state is saved' } : { detail: ending };
    });
  } finally {
    removeSandboxFile(around.paths);
  }
  if (ending === undefined) return 0;
  around.emit({ step: 'sandbox', title: 'Control plane and edge', state: 'fail', detail: ending, do: 'Look into the log named above; "waybill doctor" checks the machine.' });
  return 1;
}

function nextSignal(): Promise<string> {
  return new Promise((resolve) => {
    // A second Ctrl-C must not cut the snapshot off, so the handlers stay.
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => resolve(name));
  });
}

async function refuseSecond(paths: SandboxPaths, emit: Emit): Promise<void> {
  const sandbox = readSandboxFile(paths);
  const liveness = livenessOf(sandbox);
  if (liveness === 'running' && sandbox !== undefined) {
    await step(emit, { step: 'ports', title: 'Ports' }, () => Promise.reject(new SupervisorError(`A sandbox already runs in ${paths.dir}, at ${sandbox.endpoint}.`, {
      why: `Its supervisor is process ${sandbox.pids.supervisor}.`,
      todo: 'Use it as it is, stop it (waybill stop), or start another one beside it: --dir .waybill-2 --port 0.',
    })));
  }
  if (liveness === 'orphaned') {
    await step(emit, { step: 'orphans', title: 'Parts of a sandbox whose supervisor was killed' }, async () => {
      await stopSandbox(paths);
      return { detail: 'saved and stopped' };
    });
  }
}

async function choosePort(paths: SandboxPaths, asked: number): Promise<number> {
  if (asked !== 0) {
    await demandFree(asked);
    return asked;
  }
  const before = numberOf(readJsonFile(paths.settingsFile)?.['port']);
  return before !== 0 && (await isFree(before)) ? before : freePort();
}

/** A flag is an order; otherwise the one of before, then the endpoint's neighbour, then any that is free. */
async function chooseSitePort(paths: SandboxPaths, { asked, endpoint }: { asked: number | undefined; endpoint: number }): Promise<number> {
  if (asked !== undefined) {
    await demandFree(asked);
    return asked;
  }
  const before = readJsonFile(paths.settingsFile);
  const wished = numberOf(before?.['port']) === endpoint && numberOf(before?.['sitePort']) !== 0 ? numberOf(before?.['sitePort']) : endpoint + 1;
  return wished <= 65_535 && (await isFree(wished)) ? wished : freePort();
}

/** Starts the same command in the background and passes its progress on until it is ready or has failed. */
function upInBackground(options: Options): Promise<number> {
  const paths = sandboxPaths(options.dir);
  mkdirSync(paths.logs, { recursive: true });
  const log = openSync(join(paths.logs, 'supervisor.log'), 'a');
  const args = ['up', '--dir', paths.dir, '--port', String(options.port), '--snapshot-seconds', String(options.snapshotEveryMs / 1000), '--detach', ...(options.sitePort === undefined ? [] : ['--site-port', String(options.sitePort)]), ...(options.lake ? [] : ['--no-lake'])];
  const child = spawn(process.execPath, [join(PROJECT, 'sandbox', 'supervisor', 'main.ts'), ...args], {
    stdio: ['ignore', 'pipe', log],
    detached: true,
    env: { ...process.env, [DETACHED]: '1' },
  });
  const progress = child.stdout as Readable;
  return new Promise((resolve) => {
    child.on('exit', (code) => resolve(code ?? 1));
    createInterface({ input: progress }).on('line', (line) => {
      process.stdout.write(`${line}\n`);
      if (!line.includes('"step":"ready"')) return;
      progress.destroy();
      child.unref();
      resolve(0);
    });
  });
}
