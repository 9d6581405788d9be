/** The Python process with DuckDB: started by the first query, ended after a pause, started again when it died. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { asObject, numberOf, textOf } from '../../json.ts';
import type { JsonObject } from '../../json.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', 'athena', 'main.py');
/** A process that nobody asks anything gives its memory back (about 200 MB). */
const IDLE_MS = 10 * 60_000;
const START_PATIENCE_MS = 60_000;

export interface QueryRequest {
  readonly id: string;
  readonly sql: string;
  readonly database?: string;
  readonly parameters: readonly string[];
  /** Address of the result without an ending. */
  readonly output: string;
  /** Bytes that may be read. */
  readonly limit?: number;
}

export type QueryOutcome =
  | { readonly kind: 'done'; readonly output: string; readonly statement: string; readonly substatement: string; readonly scannedBytes: number; readonly engineMs: number }
  | { readonly kind: 'failed' | 'cancelled'; readonly reason: string; readonly byUser: boolean; readonly scannedBytes: number; readonly engineMs: number };

export interface QueryProcess {
  /** Never rejects: a process that cannot start or dies is a failed query. */
  run(request: QueryRequest): Promise<QueryOutcome>;
  cancel(id: string): void;
  status(): object;
  stop(): Promise<void>;
}

/** What of the lake's environment is needed here. */
export interface QueryEnvironment {
  readonly python: string;
  /** Folder with DuckDB's extensions. */
  readonly duckdbExtensions: string;
}

export interface QueryProcessOptions {
  /** Undefined while it is not set up. */
  readonly lake: () => QueryEnvironment | undefined;
  readonly endpoint: string;
  readonly region: string;
  readonly logFile: string;
  readonly idleMs?: number;
}

const NOT_SET_UP = 'The lake\'s Python environment is not set up yet: npm start does it in the background (not with --no-lake). "waybill status" shows how far it is. Start the query again then.';

export function createQueryProcess(options: QueryProcessOptions): QueryProcess {
  const waiting = new Map<string, (outcome: QueryOutcome) => void>();
  let running: Child | undefined;
  let idle: NodeJS.Timeout | undefined;

  function start(lake: QueryEnvironment): Child {
    const child: Child = listenTo(launch(lake, options), { onEvent: take, onEnd: (words) => ended(child, words) });
    return child;
  }

  function take(event: JsonObject): void {
    const id = textOf(event['id']);
    const settle = waiting.get(id);
    waiting.delete(id);
    settle?.(toOutcome(event));
    if (waiting.size > 0) return;
    clearTimeout(idle);
    idle = setTimeout(() => running?.end(), options.idleMs ?? IDLE_MS).unref();
  }

  /** What it was working on has failed; the next query starts another. */
  function ended(child: Child, words: string): void {
    if (running === child) running = undefined;
    const reason = `GENERIC_INTERNAL_ERROR: The process that runs queries ended (${words}); its words are in ${options.logFile}. The next query starts it again.`;
    for (const settle of waiting.values()) settle(notRun(reason));
    waiting.clear();
  }

  return {
    async run(request) {
      clearTimeout(idle);
      const lake = running === undefined ? options.lake() : undefined;
      if (running === undefined && lake === undefined) return notRun(NOT_SET_UP);
      const child = running ?? start(lake as QueryEnvironment);
      running = child;
      const outcome = new Promise<QueryOutcome>((resolve) => waiting.set(request.id, resolve));
      if (await child.ready) child.say({ op: 'run', ...request });
      return outcome;
    },
    cancel: (id) => running?.say({ op: 'cancel', id }),
    status: () => ({ pid: running?.pid, running: waiting.size }),
    async stop() {
      clearTimeout(idle);
      await running?.kill();
    },
  };
}

const notRun = (reason: string): QueryOutcome => ({ kind: 'failed', reason, byUser: false, scannedBytes: 0, engineMs: 0 });

interface Child {
  readonly pid: number | undefined;
  /** Whether it came up. */
  readonly ready: Promise<boolean>;
  say(message: object): void;
  /** Lets it end by itself. */
  end(): void;
  kill(): Promise<void>;
}

function listenTo(child: ChildProcess, { onEvent, onEnd }: { onEvent: (event: JsonObject) => void; onEnd: (words: string) => void }): Child {
  const patience = setTimeout(() => child.kill('SIGKILL'), START_PATIENCE_MS);
  const gone = new Promise<void>((resolve) => {
    const end = (words: string): void => {
      clearTimeout(patience);
      onEnd(words);
      resolve();
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, signal) => end(signal ?? `exit code ${code ?? '?'}`));
  });
  const up = new Promise<boolean>((resolve) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const event = asObject(JSON.parse(line));
      if (event['event'] !== 'ready') return onEvent(event);
      clearTimeout(patience);
      resolve(true);
    });
  });
  return {
    pid: child.pid,
    ready: Promise.race([up, gone.then(() => false)]),
    say: (message) => void child.stdin?.write(`${JSON.stringify(message)}\n`),
    end: () => void child.stdin?.end(),
    kill: () => {
      child.kill('SIGTERM');
      return gone;
    },
  };
}

function launch({ python, duckdbExtensions }: QueryEnvironment, { endpoint, region, logFile }: QueryProcessOptions): ChildProcess {
  mkdirSync(dirname(logFile), { recursive: true });
  const env = {
    ...Object.fromEntries(['PATH', 'HOME', 'TMPDIR', 'LANG', 'WAYBILL_ATHENA_MEMORY', 'WAYBILL_ATHENA_THREADS'].flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))),
    WAYBILL_DUCKDB_EXTENSIONS: duckdbExtensions,
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'athena',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const log = openSync(logFile, 'a');
  const child = spawn(python, [SCRIPT], { stdio: ['pipe', 'pipe', log], env });
  closeSync(log);
  // A write to a process that just died is answered by its end.
  child.stdin?.on('error', () => undefined);
  return child;
}

function toOutcome(event: JsonObject): QueryOutcome {
  const measured = { scannedBytes: numberOf(event['scannedBytes']), engineMs: numberOf(event['engineMs']) };
  if (event['event'] === 'done') return { kind: 'done', output: textOf(event['output']), statement: textOf(event['statement']), substatement: textOf(event['substatement']), ...measured };
  return { kind: event['event'] === 'cancelled' ? 'cancelled' : 'failed', reason: textOf(event['message']), byUser: event['user'] !== false, ...measured };
}
