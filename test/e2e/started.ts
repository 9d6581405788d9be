/** `waybill start` as a child process without a terminal: what it printed, every process that it started, how it ended. */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { NODE_24, PROJECT } from '../sandbox/harness.ts';
import { until } from '../until.ts';

export interface Started {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  /** Exit code; -1 when a signal ended it. */
  readonly exit: Promise<number>;
  /** Waits until this was printed. @throws Error with everything it said when it ends before. */
  readonly printed: (text: string, timeoutMs?: number) => Promise<void>;
  /** Pids of all that descends from it now, itself included. */
  readonly processes: () => number[];
}

const CLI = join(PROJECT, 'cli', 'waybill.ts');

export function startWaybill(dir: string, ...args: string[]): Started {
  const child = spawn(NODE_24, [CLI, '--dir', dir, ...args], { cwd: PROJECT, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  let ended = false;
  child.stdout.on('data', (part: Buffer) => { said.out += part.toString('utf8'); });
  child.stderr.on('data', (part: Buffer) => { said.err += part.toString('utf8'); });
  const exit = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      ended = true;
      resolve(code ?? -1);
    });
  });
  return {
    child,
    out: () => said.out,
    err: () => said.err,
    exit,
    printed: async (text, timeoutMs = 120_000) => {
      await until(() => said.out.includes(text) || ended, `"${text}" was printed; so far:\n${said.out}\n${said.err}`, timeoutMs);
      if (!said.out.includes(text)) throw new Error(`It ended without printing "${text}":\n${said.out}\n${said.err}`);
    },
    processes: () => descendants(child.pid ?? 0),
  };
}

function descendants(root: number): number[] {
  const parents = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const found = new Set([root]);
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const [pid = 0, parent = 0] of parents) if (found.has(parent)) found.add(pid);
  }
  return [...found].filter((pid) => pid !== process.pid);
}

/** The command lines on a screen, as a person would copy them; `a && b` is two. What is printed after the first screen's end does not count. */
export function commandsOn(screen: string): string[][] {
  const [first = ''] = screen.split('Ctrl-C');
  return first.split('\n').flatMap((line) => {
    const at = line.indexOf('npx waybill ');
    return at === -1 ? [] : line.slice(at).split('&&').map((each) => each.trim().replace(/^npx waybill /, '').split(' '));
  });
}
