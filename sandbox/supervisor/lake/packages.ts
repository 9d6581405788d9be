/** The Python half of the lake's environment: a venv with pyspark, DuckDB and the test tools. */
import { join } from 'node:path';
import process from 'node:process';
import { SupervisorError } from '../errors.ts';
import { createVenv, versionOf } from '../python.ts';
import type { PythonFound } from '../python.ts';
import { lastWords, runProgram } from '../run-program.ts';
import { makeBeside } from './beside.ts';

/** As AWS Glue 5.0. */
const WANTED = '3.11';
const CANDIDATES = ['python3.11', 'python3', 'python', '/usr/bin/python3.11', '/usr/local/bin/python3.11', '/opt/homebrew/bin/python3.11'];
const IMPORT_CHECK = 'import boto3, duckdb, mypy, pandas, pyarrow, pyspark, pytest, sqlglot; assert pyspark.__version__ == "3.5.6"';
const PIP = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--require-hashes', '--no-deps'];

/** @throws SupervisorError naming the Pythons that are there. */
export async function findLakePython(): Promise<PythonFound> {
  const chosen = process.env['WAYBILL_LAKE_PYTHON'];
  const seen = new Map<string, string>();
  for (const command of chosen === undefined ? CANDIDATES : [chosen]) {
    const version = await versionOf(command);
    if (version?.startsWith(`${WANTED}.`) === true) return { command, version };
    if (version !== undefined) seen.set(command, version);
  }
  const others = [...seen].map(([command, version]) => `${command} is ${version}`).join(', ');
  throw new SupervisorError(`Spark's part of the sandbox needs Python ${WANTED}, as AWS Glue has it, and it was not found.`, {
    why: others === '' ? 'No Python is on the PATH.' : `Found only: ${others}. The stream road works with these; the lake does not.`,
    todo: `Install Python ${WANTED} beside them (Ubuntu: apt install python3.11 python3.11-venv; macOS: brew install python@3.11; or pyenv install 3.11), or name one: WAYBILL_LAKE_PYTHON=/path/to/python3.11. Without the lake: npm start -- --no-lake.`,
  });
}

export interface VenvOrder {
  readonly dir: string;
  readonly found: PythonFound;
  /** Folder with the requirements files. */
  readonly pins: string;
  readonly signal?: AbortSignal | undefined;
}

/** Installs what is not there yet. @throws SupervisorError */
export async function makeVenv({ dir, found, pins, signal }: VenvOrder): Promise<void> {
  await makeBeside(dir, async (beside) => {
    await createVenv(found, beside);
    const python = join(beside, 'bin', 'python');
    try {
      // pyspark comes as source: what builds it is pinned as well, so it is built here and not in a place that pip fills by itself.
      await runProgram(python, [...PIP, '-r', join(pins, 'requirements-build.txt')], { signal });
      await runProgram(python, [...PIP, '--no-build-isolation', '-r', join(pins, 'requirements.txt')], { signal });
      await runProgram(python, ['-c', IMPORT_CHECK], { signal });
    } catch (error) {
      throw new SupervisorError('The Python packages of the lake could not be installed.', {
        why: lastWords(error),
        todo: 'Most often the package index could not be reached (pip uses its usual settings), or the disk is full. Run the same command again: it goes on with what is there.',
        cause: error,
      });
    }
  });
}
