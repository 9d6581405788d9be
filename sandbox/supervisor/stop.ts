/** `stop`: by pid, from any process. The supervisor stops its parts in order; if it is gone, this does it. */
import process from 'node:process';
import { messageOf, SupervisorError } from './errors.ts';
import { recordEvent } from './events.ts';
import type { Options } from './options.ts';
import { sandboxPaths } from './paths.ts';
import type { SandboxPaths } from './paths.ts';
import { endProcess, goneWithin, isAlive, sendSignal } from './processes.ts';
import { livenessOf, readSandboxFile, removeSandboxFile } from './sandbox-file.ts';
import type { RunningSandbox } from './sandbox-file.ts';
import { markClean, takeSnapshot } from './snapshots.ts';

/** Edge 12 s, snapshot up to a minute on a busy machine, control plane 8 s. */
const STOP_TIMEOUT_MS = 100_000;

export async function stop(options: Options): Promise<number> {
  const result = await stopSandbox(sandboxPaths(options.dir));
  process.stdout.write(options.json ? `${JSON.stringify({ stopped: result })}\n` : `${result === 'nothing' ? 'No sandbox runs here.' : 'The sandbox is stopped; its state is saved.'}\n`);
  return 0;
}

/** @returns what was stopped. @throws SupervisorError when it did not end. */
export async function stopSandbox(paths: SandboxPaths): Promise<'sandbox' | 'orphans' | 'nothing'> {
  const sandbox = readSandboxFile(paths);
  const liveness = livenessOf(sandbox);
  if (sandbox === undefined || liveness === 'stopped') {
    removeSandboxFile(paths);
    return 'nothing';
  }
  if (liveness === 'orphaned') {
    await stopOrphans(paths, sandbox);
    return 'orphans';
  }
  sendSignal(sandbox.pids.supervisor, 'SIGTERM');
  if (!(await goneWithin(sandbox.pids.supervisor, STOP_TIMEOUT_MS))) {
    throw new SupervisorError(`The supervisor (process ${sandbox.pids.supervisor}) did not end within ${STOP_TIMEOUT_MS / 1000} s.`, {
      why: 'It waits for its parts to end or to save.',
      todo: `Look into ${paths.logs}. If you give its unsaved state up: kill -9 ${sandbox.pids.supervisor}, then stop again.`,
    });
  }
  return 'sandbox';
}

async function stopOrphans(paths: SandboxPaths, sandbox: RunningSandbox): Promise<void> {
  const { edge, control } = sandbox.pids;
  if (edge > 0) await endProcess(edge, 12_000);
  let detail = 'the supervisor had been killed; its parts were saved and stopped';
  if (control > 0 && isAlive(control)) {
    try {
      await takeSnapshot(paths, { ports: sandbox, edgeRuns: false });
      markClean(paths);
    } catch (error) {
      detail = `the supervisor had been killed; its parts could not be saved: ${messageOf(error)}`;
    }
    await endProcess(control, 8_000);
  }
  recordEvent(paths, { event: 'stopped', detail });
  removeSandboxFile(paths);
}
