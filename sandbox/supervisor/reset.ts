/** `reset`: stops the sandbox and removes its state folder. The Python environment stays, it is shared. */
import { existsSync, rmSync } from 'node:fs';
import { parse } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { UsageError } from './errors.ts';
import type { Options } from './options.ts';
import { PROJECT, sandboxPaths } from './paths.ts';
import type { SandboxPaths } from './paths.ts';
import { stopSandbox } from './stop.ts';

export async function reset(options: Options): Promise<number> {
  const paths = sandboxPaths(options.dir);
  if (!existsSync(paths.dir)) return say(options, 'nothing', `There is no sandbox state in ${paths.dir}.`);
  refuseForeignFolder(paths);
  if (!options.yes && !(await confirmed(paths))) return say(options, 'kept', 'Nothing was removed.');
  await stopSandbox(paths);
  rmSync(paths.dir, { recursive: true, force: true, maxRetries: 5 });
  return say(options, 'removed', `Removed ${paths.dir}. Next: npm start`);
}

/** Removing a folder is final: it must be one that a sandbox made. */
function refuseForeignFolder(paths: SandboxPaths): void {
  const tooHigh = [PROJECT, parse(paths.dir).root, process.cwd(), process.env['HOME']].includes(paths.dir);
  const made = [paths.settingsFile, paths.sandboxFile, paths.eventsFile, paths.logs].some((path) => existsSync(path));
  if (tooHigh || !made) throw new UsageError(`${paths.dir} does not look like the state folder of a sandbox.`, 'Name the folder that "up" was given: --dir .waybill');
}

async function confirmed(paths: SandboxPaths): Promise<boolean> {
  if (process.stdin.isTTY !== true) throw new UsageError(`Removing ${paths.dir} needs a yes, and there is nobody to ask.`, 'Add --yes.');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Remove everything in ${paths.dir}: streams, objects, tables, logs? [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

function say(options: Options, reset: string, text: string): number {
  process.stdout.write(options.json ? `${JSON.stringify({ reset })}\n` : `${text}\n`);
  return 0;
}
