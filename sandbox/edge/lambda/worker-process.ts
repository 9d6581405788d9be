/** The pool's side of one worker process: start, run one invocation at a time, kill. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { getPriority, setPriority } from 'node:os';
import type { Readable } from 'node:stream';
import { LineReader } from './line-reader.ts';
import { type FunctionErrorBody, type InvocationMessage, LOG_DESCRIPTOR, type ResultMessage, type WorkerMessage } from './worker-protocol.ts';

/** Lambda's own limit for loading a function's code. */
const INIT_TIMEOUT_MS = 10_000;
/** How long a dead process's last log lines are waited for; a grandchild may hold the pipe open for ever. */
const LAST_WORDS_MS = 200;
const LOWEST_PRIORITY = 19;

export interface WorkerSpec {
  /** Path of the prepared worker script. */
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  /** How far it steps back behind our own process; 0 = not at all, 19 = as far as it can. @default 0 */
  readonly niceness?: number;
}

export type Outcome =
  | { readonly kind: 'answer'; readonly payload: string; readonly failed: boolean }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'exit'; readonly reason: string };

/** The function's code could not be loaded. `body` is what Lambda answers to the caller. */
export class WorkerInitError extends Error {
  override readonly name = 'WorkerInitError';
  readonly body: FunctionErrorBody;

  constructor(body: FunctionErrorBody) {
    super(`${body.errorType}: ${body.errorMessage}`);
    this.body = body;
  }
}

export class WorkerProcess {
  /** Travels as session token with every call of this worker, so that the edge knows which process asks. */
  readonly id: string;
  /** Gets every line that the process writes; the pool points it at the running invocation. */
  onLine: (line: string) => void = () => undefined;
  /** Resident memory in bytes after the last invocation. */
  memory = 0;
  /** Milliseconds since 1970 of the last end of an invocation. */
  idleSince = Date.now();

  readonly #child: ChildProcess;
  readonly #log: LineReader;
  #leaving = false;
  #exit: { code: number | null; signal: NodeJS.Signals | null } | undefined;
  #onMessage: (message: WorkerMessage) => void = () => undefined;
  #onExit: () => void = () => undefined;
  #onBytes: () => void = () => undefined;

  /** @param id names the worker; see `newWorkerId`. */
  constructor(id: string, spec: WorkerSpec) {
    this.id = id;
    this.#log = new LineReader((line) => this.onLine(line));
    this.#child = fork(spec.script, [], {
      execArgv: [`--max-old-space-size=${spec.memoryMb}`],
      env: spec.env,
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
    });
    stepBack(this.#child.pid, spec.niceness ?? 0);
    this.#listen();
  }

  get alive(): boolean {
    return this.#exit === undefined && !this.#leaving && this.#child.connected;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Waits until the handler is loaded. @throws WorkerInitError */
  async ready(): Promise<void> {
    const message = await this.#next(INIT_TIMEOUT_MS);
    if (message === 'timeout') throw this.#initError('Sandbox.Timedout', `Error: Loading the function's code took longer than ${INIT_TIMEOUT_MS / 1000} seconds`);
    if (message === 'exit') throw this.#initError('Runtime.ExitError', `Error: Runtime exited while loading the function's code: ${this.#exitReason()}`);
    if (message.kind === 'init-error') throw new WorkerInitError(message.error);
  }

  /** Runs the handler once. After any outcome but a plain answer the process is gone. */
  async run(message: InvocationMessage, timeoutMs: number): Promise<Outcome> {
    if (this.alive) this.#child.send(message, () => undefined);
    const answer = await this.#next(timeoutMs);
    this.idleSince = Date.now();

    if (answer === 'exit') return { kind: 'exit', reason: this.#exitReason() };
    if (answer === 'timeout' || answer.kind !== 'result') {
      await this.#killAndDrain();
      return { kind: 'timeout' };
    }
    this.memory = answer.memory;
    this.#leaving = answer.leaving;
    await this.#readLogUpTo(answer);
    return { kind: 'answer', payload: answer.payload, failed: answer.failed };
  }

  /** Ends the process at once, whatever it does. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** The next message, the end of the process or the end of the time, whichever comes first. */
  #next(timeoutMs: number): Promise<WorkerMessage | 'timeout' | 'exit'> {
    if (this.#exit !== undefined) return Promise.resolve('exit');

    return new Promise((resolve) => {
      const timer = setTimeout(() => done('timeout'), timeoutMs);
      const done = (result: WorkerMessage | 'timeout' | 'exit'): void => {
        clearTimeout(timer);
        this.#onMessage = () => undefined;
        this.#onExit = () => undefined;
        resolve(result);
      };
      this.#onMessage = done;
      this.#onExit = () => done('exit');
    });
  }

  #listen(): void {
    const { stdout, stderr } = this.#child;
    const log = this.#child.stdio[LOG_DESCRIPTOR] as Readable;
    log.on('data', (chunk: Buffer) => {
      this.#log.push(chunk);
      this.#onBytes();
    });
    // Only what bypasses the worker's own writing ends here: V8's last words, output of grandchildren.
    for (const stream of [stdout, stderr]) {
      const lines = new LineReader((line) => this.onLine(line));
      stream?.on('data', (chunk: Buffer) => lines.push(chunk)).on('end', () => lines.end());
    }
    this.#child.on('message', (message) => this.#onMessage(message as WorkerMessage));
    this.#child.on('error', () => this.#ended(null, null));
    this.#child.once('exit', (code, signal) => void this.#drain().then(() => this.#ended(code, signal)));
  }

  #ended(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#exit !== undefined) return;
    this.#exit = { code, signal };
    this.#log.end();
    this.#onBytes();
    this.#onExit();
  }

  #drain(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LAST_WORDS_MS);
      this.#child.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #killAndDrain(): Promise<void> {
    if (this.#exit !== undefined) return;
    const ended = new Promise<void>((resolve) => {
      this.#onExit = resolve;
    });
    this.kill();
    await ended;
  }

  /** The answer travels on another pipe than the log: wait until everything written before it has arrived. */
  async #readLogUpTo(answer: ResultMessage): Promise<void> {
    while (this.#log.bytes < answer.logBytes && this.#exit === undefined) {
      await new Promise<void>((resolve) => {
        this.#onBytes = resolve;
      });
    }
    this.#onBytes = () => undefined;
  }

  #exitReason(): string {
    const signal = this.#exit?.signal ?? undefined;
    if (signal !== undefined) return signal === 'SIGKILL' ? 'signal: killed' : `signal: ${signal}`;
    return `exit status ${this.#exit?.code ?? 'unknown'}`;
  }

  #initError(errorType: string, errorMessage: string): WorkerInitError {
    this.kill();
    return new WorkerInitError({ errorType, errorMessage });
  }
}

/** At the very start: the threads that the process begins later inherit it. */
function stepBack(pid: number | undefined, niceness: number): void {
  if (pid === undefined || niceness === 0) return;
  try {
    setPriority(pid, Math.min(LOWEST_PRIORITY, getPriority() + niceness));
  } catch {
    // It has already ended, which the next call tells better.
  }
}

export const newWorkerId = (): string => randomUUID().replaceAll('-', '');
