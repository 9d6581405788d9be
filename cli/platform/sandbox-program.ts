/** The sandbox is a program of its own; the CLI starts it as a child and reads its progress, one JSON object a line. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { isObject } from '../../contracts/json-object.ts';

const SUPERVISOR = join(import.meta.dirname, '..', '..', 'sandbox', 'supervisor', 'main.ts');
const ROOT = join(import.meta.dirname, '..', '..');

const STATES = ['start', 'done', 'skip', 'fail'] as const;
const TEXTS = ['title', 'detail', 'why', 'do', 'endpoint'] as const;

export interface Progress {
  readonly step: string;
  readonly title?: string;
  readonly state?: (typeof STATES)[number];
  readonly seconds?: number;
  readonly detail?: string;
  readonly why?: string;
  readonly do?: string;
  readonly endpoint?: string;
}

export interface SandboxRun {
  readonly child: ChildProcess;
  /** Ends with the program. */
  readonly progress: AsyncIterable<Progress>;
  readonly exit: Promise<number>;
  /** What it wrote to standard error, its last 4,000 characters. */
  readonly complaint: () => string;
}

export function sandboxProgram(args: readonly string[], options: { detached?: boolean } = {}): SandboxRun {
  // Detached = own process group: the terminal's Ctrl-C reaches only us, and we stop the sandbox in order.
  const child = spawn(process.execPath, [SUPERVISOR, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], detached: options.detached ?? false });
  let complaint = '';
  child.stderr.on('data', (part: Buffer) => { complaint = (complaint + part.toString('utf8')).slice(-4000); });
  const exit = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
  return { child, progress: progressLines(child), exit, complaint: () => complaint.trim() };
}

async function* progressLines(child: ChildProcess): AsyncGenerator<Progress> {
  if (child.stdout === null) return;
  for await (const line of createInterface({ input: child.stdout })) {
    const progress = readProgress(line);
    if (progress !== undefined) yield progress;
  }
}

/** Undefined for a line that is no progress: a child of the child may write what it likes. */
export function readProgress(line: string): Progress | undefined {
  const said = parseObject(line);
  if (typeof said?.['step'] !== 'string') return undefined;
  const texts = TEXTS.flatMap((name) => (typeof said[name] === 'string' ? [[name, said[name]] as const] : []));
  const state = STATES.find((each) => each === said['state']);
  const { seconds } = said;
  return { step: said['step'], ...Object.fromEntries(texts), ...(state === undefined ? {} : { state }), ...(typeof seconds === 'number' ? { seconds } : {}) };
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Runs a subcommand to its end; its output as text. */
export async function sandboxCommand(args: readonly string[]): Promise<{ code: number; output: string; complaint: string }> {
  const child = spawn(process.execPath, [SUPERVISOR, ...args], { cwd: ROOT, stdio: ['inherit', 'pipe', 'pipe'] });
  const [output, complaint] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  const code = await new Promise<number>((resolve) => { if (child.exitCode === null) child.on('exit', (status) => resolve(status ?? 1)); else resolve(child.exitCode); });
  return { code, output, complaint };
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(Buffer.from(part as Uint8Array));
  return Buffer.concat(parts).toString('utf8');
}
