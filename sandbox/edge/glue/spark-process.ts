/** One spark-submit as a process group of its own: a stop reaches Java and the Python that it started. */
import { execFileSync, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { dirname } from 'node:path';
import { LineReader } from '../lambda/line-reader.ts';
import { createLastWords } from './last-words.ts';

/** Spark gives way to the stream road, which has to answer at once. */
const NICENESS = 10;

export interface SparkOrder {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Gets both streams as files, `<logFile>.out` and `<logFile>.err`. */
  readonly logFile: string;
  readonly onLine: (stream: 'output' | 'error', line: string) => void;
}

export interface SparkEnding {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it ended, in its own words; empty when it said nothing. */
  readonly lastWords: string;
}

export interface SparkProcess {
  readonly pid: number;
  /** Settles when the process and what it wrote have ended. */
  readonly ended: Promise<SparkEnding>;
  /** Ends the whole group at once. */
  kill(): void;
}

export function startSpark(order: SparkOrder): SparkProcess {
  mkdirSync(dirname(order.logFile), { recursive: true });
  const child = spawn(order.command, [...order.args], { env: order.env, cwd: order.cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const pid = child.pid ?? 0;
  if (pid > 0) setPriority(pid, NICENESS);
  const lastWords = createLastWords();
  for (const [stream, source, suffix] of [['output', child.stdout, 'out'], ['error', child.stderr, 'err']] as const) {
    const file = createWriteStream(`${order.logFile}.${suffix}`);
    const lines = new LineReader((line) => {
      lastWords.hear(line);
      order.onLine(stream, line);
    });
    source.on('data', (chunk: Buffer) => {
      file.write(chunk);
      lines.push(chunk);
    }).on('end', () => {
      lines.end();
      file.end();
    });
  }
  const ended = new Promise<SparkEnding>((resolve) => {
    child.on('error', (error) => resolve({ code: 127, signal: null, lastWords: error.message }));
    // Python may outlive a killed Java and hold the pipes open: it goes first, then the streams end.
    child.on('exit', () => killGroup(pid));
    child.on('close', (code, signal) => resolve({ code, signal, lastWords: lastWords.words() }));
  });
  return { pid, ended, kill: () => killGroup(pid) };
}

export function killGroup(pid: number): void {
  if (pid <= 1) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody of the group is left.
  }
}

/** Whether the process is still the one that ran this: pids are used again. `mark` stands on its command line. */
export function isStill(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark);
  } catch {
    return process.platform !== 'linux' && saysPs(pid, mark);
  }
}

function saysPs(pid: number, mark: string): boolean {
  try {
    return execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).includes(mark);
  } catch {
    return false;
  }
}
