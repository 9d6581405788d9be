/** The worker processes of all functions: idle ones wait for the next call, old ones leave when the code changed. */
import { workerEnvironment, type EnvironmentSettings } from './environment.ts';
import type { DeployedFunction } from './functions.ts';
import { logStreamName } from './log-shipper.ts';
import { newWorkerId, WorkerProcess } from './worker-process.ts';

const REAP_EVERY_MS = 10_000;
/** Of workers for which nobody waits: behind the endpoint and what answers people, before Spark (glue/spark-process.ts), which has more time still. */
const BACKGROUND_NICENESS = 5;

export interface Worker {
  readonly process: WorkerProcess;
  /** As the running invocation asked for it: versions of one configuration may differ in the ARN (alias or number). */
  fn: DeployedFunction;
  readonly logStream: string;
  /** Whether it steps back behind those that answer somebody: a process cannot take its priority back. */
  readonly background: boolean;
}

export interface WorkerSetSettings extends EnvironmentSettings {
  /** Path of the prepared worker script. */
  readonly script: string;
  /** Idle workers are ended after this time. */
  readonly idleMs: number;
  /** Called once a worker's process will write no more. */
  readonly onGone: (worker: Worker) => void;
}

export interface WorkerSet {
  /** An idle worker of exactly this configuration and priority, or a new one whose code is still to be loaded (`process.ready()`). */
  take(fn: DeployedFunction, background: boolean): { worker: Worker; fresh: boolean };
  /** Back after an invocation: waits for the next one, or ends when its configuration is outdated. */
  giveBack(worker: Worker): void;
  /** Kills busy workers of a function at once; with `workerId` only that one. Returns how many were killed. */
  kill(functionName: string, workerId?: string): number;
  /** Whether the worker is busy with what nobody waits for. */
  isBackground(workerId: string): boolean;
  /** Workers that run or wait, by function name. */
  list(): { functionName: string; version: string; pid: number | undefined; memoryMb: number; busy: boolean }[];
  stop(): void;
}

export function createWorkerSet(settings: WorkerSetSettings): WorkerSet {
  const idle: Worker[] = [];
  const busy = new Set<Worker>();
  /** The newest configuration per function and version: workers of any other one are not reused. */
  const current = new Map<string, string>();

  const end = (worker: Worker): void => {
    worker.process.kill();
    settings.onGone(worker);
  };
  const endIdle = (which: (worker: Worker) => boolean): void => {
    for (const worker of idle.filter(which)) {
      idle.splice(idle.indexOf(worker), 1);
      end(worker);
    }
  };
  const isOutdated = (worker: Worker): boolean => current.get(slot(worker.fn)) !== worker.fn.key;
  const reaper = setInterval(() => endIdle((worker) => !worker.process.alive || Date.now() - worker.process.idleSince > settings.idleMs), REAP_EVERY_MS);
  reaper.unref();

  return {
    take(fn, background) {
      if (current.get(slot(fn)) !== fn.key) {
        current.set(slot(fn), fn.key);
        endIdle((worker) => slot(worker.fn) === slot(fn));
      }
      const at = idle.findLastIndex((worker) => worker.fn.key === fn.key && worker.fn.name === fn.name && worker.background === background && worker.process.alive);
      const found = at < 0 ? undefined : idle.splice(at, 1)[0];
      const worker = found ?? startWorker(fn, background, settings);
      worker.fn = fn;
      busy.add(worker);
      return { worker, fresh: found === undefined };
    },
    giveBack(worker) {
      busy.delete(worker);
      if (worker.process.alive && !isOutdated(worker)) idle.push(worker);
      else end(worker);
    },
    kill(functionName, workerId) {
      const named = [...busy].filter((worker) => worker.fn.name === functionName);
      const exact = named.filter((worker) => worker.process.id === workerId);
      const chosen = exact.length > 0 ? exact : named;
      for (const worker of chosen) worker.process.kill();
      return chosen.length;
    },
    isBackground: (workerId) => [...busy].some((worker) => worker.background && worker.process.id === workerId),
    list: () => [...idle.map((worker) => describe(worker, false)), ...[...busy].map((worker) => describe(worker, true))],
    stop() {
      clearInterval(reaper);
      endIdle(() => true);
      for (const worker of busy) worker.process.kill();
    },
  };
}

const slot = (fn: DeployedFunction): string => `${fn.name}:${fn.version}`;

function startWorker(fn: DeployedFunction, background: boolean, settings: WorkerSetSettings): Worker {
  const id = newWorkerId();
  const logStream = logStreamName(fn.version, id, new Date());
  const env = workerEnvironment({ fn, workerId: id, logStream, settings });
  const niceness = background ? BACKGROUND_NICENESS : 0;
  return { fn, logStream, background, process: new WorkerProcess(id, { script: settings.script, env, memoryMb: fn.memoryMb, niceness }) };
}

function describe({ fn, process }: Worker, busy: boolean): ReturnType<WorkerSet['list']>[number] {
  return { functionName: fn.name, version: fn.version, pid: process.pid, memoryMb: Math.round(process.memory / 1e6), busy };
}
