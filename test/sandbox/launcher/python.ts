/** Runs Python of the launcher in the sandbox's own environment (built on first use). */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { builtEnvironment, buildEnvironment, findPython } from '../../../sandbox/supervisor/python.ts';
import { PROJECT } from '../harness.ts';

export const LAUNCHER = join(PROJECT, 'sandbox', 'launcher');

export async function interpreter(): Promise<string> {
  const found = await findPython();
  return (builtEnvironment(found.version) ?? (await buildEnvironment(found))).python;
}

/** Runs a script beside the tests and parses what it prints. */
export async function runProbe(script: string, options: { args?: readonly string[]; env?: Readonly<Record<string, string>> } = {}): Promise<unknown> {
  const output = execFileSync(await interpreter(), [join(import.meta.dirname, script), LAUNCHER, ...(options.args ?? [])], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', LOG_LEVEL: 'ERROR', ...options.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(output) as unknown;
}
