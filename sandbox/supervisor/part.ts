/** One child process of the sandbox: the control plane or the edge. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { SupervisorError } from './errors.ts';
import { tryAdminCall } from './http-json.ts';
import { endProcess } from './processes.ts';

export interface PartSettings {
  readonly name: 'control' | 'edge';
  /** For people. */
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Answers 200 as soon as the part serves. */
  readonly healthUrl: string;
  readonly startTimeoutMs: number;
}

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class Part {
  readonly settings: PartSettings;
  /** Settles when the process ends, however it ends. */
  readonly ended: Promise<Ending>;
  readonly startedAt = new Date();
  readonly #child: ChildProcess;
  #ending: Ending | undefined;

  /** Starts the process. It has its own process group: the terminal's Ctrl-C reaches only the supervisor, which ends its parts in order. */
  constructor(settings: PartSettings) {
    this.settings = settings;
    mkdirSync(dirname(settings.logFile), { recursive: true });
    const log = openSync(settings.logFile, 'a');
    this.#child = spawn(settings.command, [...settings.args], { stdio: ['ignore', log, log], detached: true, env: { ...inheritedEnvironment(), ...settings.env } });
    closeSync(log);
    this.ended = new Promise((resolve) => {
      const end = (ending: Ending): void => {
        this.#ending = ending;
        resolve(ending);
      };
      this.#child.on('exit', (code, signal) => end({ code, signal }));
      this.#child.on('error', () => end({ code: 127, signal: null }));
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Waits until the health route answers. @throws SupervisorError when the process ends or the time is over. */
  async ready(): Promise<void> {
    const { title, healthUrl, startTimeoutMs, logFile } = this.settings;
    const deadline = Date.now() + startTimeoutMs;
    while ((await tryAdminCall(healthUrl, { timeoutMs: 1_000 })) === undefined) {
      if (this.#ending !== undefined) throw this.#failure(`${title} ended while it started (${describe(this.#ending)}).`, lastLines(logFile));
      if (Date.now() > deadline) throw this.#failure(`${title} did not answer within ${startTimeoutMs / 1000} s.`, lastLines(logFile));
      await sleep(20);
    }
  }

  /** Ends the process. @returns whether it ended by itself within the grace. */
  async stop(graceMs: number): Promise<boolean> {
    if (this.#ending !== undefined || this.pid === 0) return true;
    const orderly = await endProcess(this.pid, graceMs);
    await this.ended;
    return orderly;
  }

  #failure(what: string, words: string): SupervisorError {
    return new SupervisorError(what, {
      why: words === '' ? 'It said nothing.' : `Its last words: ${words}`,
      todo: `The whole log: ${this.settings.logFile}. "waybill doctor" checks the machine.`,
    });
  }
}

export function describe(ending: Ending): string {
  return ending.signal ?? `exit code ${ending.code ?? '?'}`;
}

function lastLines(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').slice(-3).join(' | ').slice(-500);
  } catch {
    return '';
  }
}

/** The user's own AWS settings must not reach the parts: they would sign for, or call, the wrong account. */
export function inheritedEnvironment(): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(process.env)) {
    if (value !== undefined && !key.startsWith('AWS_') && !key.startsWith('WAYBILL_')) kept[key] = value;
  }
  return kept;
}
