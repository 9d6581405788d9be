/**
 * The Python environment of the control plane: a venv with exact pins, checked by hash, in `.cache/python-<hash>` of the project.
 * It is built beside its place and renamed when it works, so an interrupted set-up leaves nothing half; pip keeps what it has
 * downloaded, so the next try goes on from there.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { SupervisorError } from './errors.ts';
import { CACHE, LAUNCHER, REQUIREMENTS } from './paths.ts';
import { isAlive } from './processes.ts';
import { lastWords, runProgram } from './run-program.ts';

const OLDEST_PYTHON = [3, 10] as const;
/** Measured on Linux x86-64 with Python 3.11. */
export const PYTHON_SIZE = 'about 8 MB to download, 63 MB on disk, once';

const CANDIDATES = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3.14', 'python', '/usr/bin/python3'];
const IMPORT_CHECK = 'import ministack.app, hypercorn.asyncio, cryptography, pins; pins.check()';

export interface PythonFound {
  readonly command: string;
  /** For example `3.11.7`. */
  readonly version: string;
}

export interface PythonEnvironment {
  /** The interpreter to run. */
  readonly python: string;
  readonly dir: string;
}

/** The first interpreter that is new enough. @throws SupervisorError when there is none. */
export async function findPython(): Promise<PythonFound> {
  const chosen = process.env['WAYBILL_PYTHON'];
  const seen: string[] = [];
  for (const command of chosen === undefined ? CANDIDATES : [chosen]) {
    const version = await versionOf(command);
    if (version === undefined) continue;
    if (isNewEnough(version)) return { command, version };
    seen.push(`${command} is ${version}`);
  }
  throw new SupervisorError(`Python ${OLDEST_PYTHON.join('.')} or newer is needed and was not found.`, {
    why: seen.length === 0 ? 'No python3 is on the PATH. The control plane of the sandbox is written in Python.' : `Found only: ${seen.join(', ')}.`,
    todo: 'Install Python 3.10 to 3.13 (Debian and Ubuntu: apt install python3 python3-venv; macOS: brew install python), or name one: WAYBILL_PYTHON=/path/to/python3.',
  });
}

export async function versionOf(command: string): Promise<string | undefined> {
  try {
    const output = await runProgram(command, ['-c', 'import sys; print("%d.%d.%d" % sys.version_info[:3])']);
    return /^\d+\.\d+\.\d+/.exec(output)?.[0];
  } catch {
    return undefined;
  }
}

export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST_PYTHON[0] || (major === OLDEST_PYTHON[0] && minor >= OLDEST_PYTHON[1]);
}

/** Folder of the environment for these pins, this Python and this machine: another pin is another folder. */
export function environmentDir(version: string): string {
  const key = [readFileSync(REQUIREMENTS, 'utf8'), version, process.platform, process.arch].join('\n');
  return join(CACHE, `python-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`);
}

function interpreterIn(dir: string): string {
  return join(dir, 'bin', 'python');
}

/** The environment when it is complete, without building it. */
export function builtEnvironment(version: string): PythonEnvironment | undefined {
  const dir = environmentDir(version);
  return existsSync(interpreterIn(dir)) ? { python: interpreterIn(dir), dir } : undefined;
}

/** Builds the environment. Safe to run twice at once: the first to finish wins. @throws SupervisorError */
export async function buildEnvironment(found: PythonFound): Promise<PythonEnvironment> {
  const dir = environmentDir(found.version);
  const beside = `${dir}.${process.pid}.part`;
  mkdirSync(CACHE, { recursive: true });
  removeAbandoned();
  try {
    await createVenv(found, beside);
    await installPins(interpreterIn(beside));
    await checkImports(interpreterIn(beside));
    if (!existsSync(dir)) renameSync(beside, dir);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
  return { python: interpreterIn(dir), dir };
}

/** Half-built folders of set-ups that were killed. */
function removeAbandoned(): void {
  for (const entry of readdirSync(CACHE)) {
    const pid = /^python-[0-9a-f]+\.(\d+)\.part$/.exec(entry)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(CACHE, entry), { recursive: true, force: true });
  }
}

export async function createVenv(found: PythonFound, dir: string): Promise<void> {
  try {
    await runProgram(found.command, ['-m', 'venv', dir]);
  } catch (error) {
    throw new SupervisorError(`${found.command} (${found.version}) could not create a virtual environment.`, {
      why: lastWords(error),
      todo: 'On Debian and Ubuntu the module is a package of its own: apt install python3-venv. Then run the same command again.',
      cause: error,
    });
  }
}

async function installPins(python: string): Promise<void> {
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--require-hashes', '--no-deps', '-r', REQUIREMENTS];
  try {
    await runProgram(python, pip);
  } catch (error) {
    throw new SupervisorError('The Python packages of the control plane could not be installed.', {
      why: lastWords(error),
      todo: 'Most often the package index could not be reached (pip uses its usual settings). Run the same command again: it goes on with what is there.',
      cause: error,
    });
  }
}

/** @throws SupervisorError when a package does not import or has another version than pinned. */
export async function checkImports(python: string): Promise<void> {
  try {
    await runProgram(python, ['-c', IMPORT_CHECK], { env: { PYTHONPATH: LAUNCHER, LOG_LEVEL: 'ERROR' } });
  } catch (error) {
    throw new SupervisorError('The Python environment does not work.', {
      why: lastWords(error),
      todo: 'Remove the folders .cache/python-* of the project and run the same command again.',
      cause: error,
    });
  }
}
