/** The query process's own checks: types, lint, golden values, views and named queries on the lake's schemas. In the lake's Python. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { lakePython } from './lake-python.ts';

jest.setTimeout(600_000);

const PROJECT = join(import.meta.dirname, '..', '..', '..');
const [CODE, TESTS] = [join(PROJECT, 'sandbox', 'athena'), join(PROJECT, 'test', 'sandbox', 'athena')];
const CONFIG = join(CODE, 'pyproject.toml');

let python: string;

beforeAll(async () => {
  python = await lakePython();
});

/** Runs a module; answers what it said when it failed, and nothing when all is well. */
function complaint(module: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, MYPYPATH: [CODE, TESTS, join(PROJECT, 'glue-scripts')].join(':'), PYTHONDONTWRITEBYTECODE: '1' };
  return new Promise((resolve) => {
    execFile(python, ['-m', module, ...args], { cwd: CODE, env, maxBuffer: 16 << 20 }, (error, stdout, stderr) => resolve(error === null ? '' : `${stdout}\n${stderr}`));
  });
}

test('it is typed throughout', async () => {
  expect(await complaint('mypy', ['.', join(TESTS, 'test_translation.py'), join(TESTS, 'test_lake_sql.py')])).toBe('');
});

test('it passes the lint rules of the jobs', async () => {
  expect(await complaint('ruff', ['check', '--config', CONFIG, CODE, TESTS])).toBe('');
});

test('golden values, views and named queries', async () => {
  expect(await complaint('pytest', ['-q', '-p', 'no:cacheprovider', '--import-mode=importlib', '--rootdir', TESTS, TESTS])).toBe('');
});
