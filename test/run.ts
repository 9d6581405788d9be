/**
 * `npm test`: every check that guards main. First what a developer wants to know within a minute, `npm test -- quick`: generated files,
 * types and all tests that start nothing. Then the suites that start real parts, the sandbox under Jest and Spark under pytest
 * (`npm test -- slow`), and beside all of them, while they wait, lint for both languages and Python's types (`npm test -- checks`).
 * `npm run test:full` runs the proofs that take long (kills at every step, whole worlds against the truth): `full` in a file's name
 * under Jest, the mark `full` under pytest. Ends with one line of counts over all runners.
 * Python's parts run in the lake's environment, which they bring by themselves the first time on a machine.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lakeEnvironment, lakeVariables } from '../sandbox/lake-environment.ts';

type Part = 'quick' | 'checks' | 'slow' | 'full';
type JestPart = Exclude<Part, 'checks'>;

interface Step {
  readonly title: string;
  /** `lake-python`: the interpreter of the lake's environment. */
  readonly command: string;
  readonly args: readonly string[];
  /** Folder to run in; the project's by default. */
  readonly cwd?: string;
  /** The runner writes its counts there: Jest as .json, pytest as JUnit's .xml. */
  readonly counts?: string;
  /** Heard only when it fails. */
  readonly silent?: true;
}

const ROOT = join(import.meta.dirname, '..');
const BIN = join(ROOT, 'node_modules', '.bin');
const results = mkdtempSync(join(tmpdir(), 'waybill-test-'));

const JEST_TITLES: Readonly<Record<JestPart, string>> = { quick: 'Unit, property and template tests', slow: 'Tests on the running sandbox', full: 'Proofs on the running sandbox' };
const jest = (part: JestPart): Step => ({
  title: JEST_TITLES[part],
  command: join(BIN, 'jest'),
  args: ['--ci', '--selectProjects', part, '--json', '--outputFile', join(results, `${part}.json`), '--maxWorkers=2'],
  counts: join(results, `${part}.json`),
});

const LAKE_PYTHON = 'lake-python';
const GLUE_SCRIPTS = join(ROOT, 'glue-scripts');
const lakeSetUp: Step = {
  title: 'Environment of Spark and the Python tools (600 MB to download, once)',
  command: process.execPath,
  args: [join(ROOT, 'sandbox', 'supervisor', 'main.ts'), 'setup', '--lake'],
  silent: true,
};
const python = (title: string, cwd: string, ...args: readonly string[]): Step => ({ title, command: LAKE_PYTHON, args: ['-m', ...args], cwd });
const ATHENA = join(ROOT, 'sandbox', 'athena');
const pytest = (title: string, marked: string): Step => ({
  ...python(title, GLUE_SCRIPTS, 'pytest', '-m', marked, `--junitxml=${join(results, `${title}.xml`)}`),
  counts: join(results, `${title}.xml`),
});

/** Steps that stand in one lane run one after another, in the order that fails fastest; lanes of a stage run side by side. */
type Lane = readonly Step[];
type Stage = readonly Lane[];

const lint: Step = { title: 'Lint', command: join(BIN, 'eslint'), args: ['.', '--max-warnings', '0'] };
const pythonChecks: Lane = [
  python('Python: lint', GLUE_SCRIPTS, 'ruff', 'check', '--config', 'pyproject.toml', '.', '../test/glue', '../sandbox/supervisor/lake', '../bench/lake'),
  python('Python: types', GLUE_SCRIPTS, 'mypy'),
  python('Python of Athena: lint', ATHENA, 'ruff', 'check', '.'),
  python('Python of Athena: types', ATHENA, 'mypy', '.'),
];

const sources: Lane = [
  { title: 'Contracts: generated files are current', command: process.execPath, args: ['contracts/generate/main.ts', '--check'] },
  { title: 'Types', command: join(BIN, 'tsc'), args: ['-p', '.'] },
];

const PARTS: Readonly<Record<Part, Stage>> = {
  quick: [[jest('quick')], sources],
  checks: [[lint, ...pythonChecks]],
  // Spark's tests keep one core busy, the sandbox's mostly wait for clocks, deliveries and starts.
  slow: [[jest('slow')], [pytest('Lake jobs on Spark', 'not full')]],
  full: [[jest('full')], [pytest('Proofs of the lake jobs on Spark', 'full')]],
};
/** The quick part needs no Python, but in a whole run the download is done by the time that somebody does; lint takes what it leaves of the cores. */
const EVERYTHING: readonly Stage[] = [[[jest('quick')], [...sources, lint], [lakeSetUp]], [...PARTS.slow, pythonChecks]];
const stagesOf = (part: Part): readonly Stage[] => (part === 'quick' ? [PARTS.quick] : [[[lakeSetUp]], PARTS[part]]);

interface Run { readonly code: number; readonly said: string }

/** In a lane of its own a step speaks as it goes; beside others it is heard when it has ended, so that lines do not mix. */
function run(step: Step, { aloud }: { readonly aloud: boolean }): Promise<Run> {
  return new Promise((resolve, reject) => {
    const heard = aloud && step.silent !== true ? 'inherit' : 'pipe';
    const { command, variables } = programOf(step);
    const child = spawn(command, step.args, { cwd: step.cwd ?? ROOT, stdio: ['ignore', heard, heard], env: { ...process.env, ...variables, PATH: `${BIN}:${process.env['PATH'] ?? ''}` } });
    const parts: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => parts.push(part));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, said: Buffer.concat(parts).toString('utf8') }));
  });
}

function programOf(step: Step): { command: string; variables: Record<string, string> } {
  if (step.command !== LAKE_PYTHON) return { command: step.command, variables: {} };
  const environment = lakeEnvironment();
  if (environment === undefined) throw new Error('the lake\'s environment is not there although its set-up ended well');
  return { command: environment.python, variables: lakeVariables(environment) };
}

interface Counts { readonly passed: number; readonly failed: number }

function countsOf(step: Step, code: number): Counts {
  // Without counts, or when Jest itself fell, the exit code is all there is.
  if (step.counts === undefined || !existsSync(step.counts)) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
  if (step.counts.endsWith('.xml')) return junitCounts(readFileSync(step.counts, 'utf8'), code);
  const report = JSON.parse(readFileSync(step.counts, 'utf8')) as { numPassedTests: number; numFailedTests: number; numFailedTestSuites: number };
  // A suite that could not even load has no tests to fail, yet it is a failure.
  return { passed: report.numPassedTests, failed: Math.max(report.numFailedTests, report.numFailedTestSuites, code === 0 ? 0 : 1) };
}

/** Sums over all suites of a JUnit file. What did not run has not passed. */
function junitCounts(xml: string, code: number): Counts {
  const total = (name: string): number => sum([...xml.matchAll(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`, 'g'))].map((match) => Number(match[1])));
  const failed = total('failures') + total('errors');
  return { passed: total('tests') - failed - total('skipped'), failed: Math.max(failed, code === 0 ? 0 : 1) };
}

/** Ends at the first step that fails: what comes after would only repeat it. */
async function runLane(lane: Lane, { aloud }: { readonly aloud: boolean }): Promise<Counts> {
  let [passed, failed] = [0, 0];
  for (const step of lane) {
    const start = Date.now();
    if (aloud) process.stdout.write(`\n── ${step.title}\n`);
    const { code, said } = await run(step, { aloud });
    const counts = countsOf(step, code);
    passed += counts.passed;
    failed += counts.failed;
    process.stdout.write(`${said === '' || (step.silent === true && code === 0) ? '' : `\n${said.trimEnd()}\n`}── ${step.title}: ${code === 0 ? 'ok' : 'FAILED'} in ${((Date.now() - start) / 1000).toFixed(0)} s\n`);
    if (code !== 0) break;
  }
  return { passed, failed };
}

async function runStage([first = [], ...others]: Stage): Promise<Counts> {
  const counts = await Promise.all([runLane(first, { aloud: true }), ...others.map((lane) => runLane(lane, { aloud: false }))]);
  return { passed: sum(counts.map(({ passed }) => passed)), failed: sum(counts.map(({ failed }) => failed)) };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
const isPart = (text: string): text is Part => Object.hasOwn(PARTS, text);

async function main(): Promise<number> {
  const only = process.argv[2];
  if (only !== undefined && !isPart(only)) {
    process.stderr.write(`npm test: unknown part "${only}". Allowed: quick, checks, slow, full, or nothing for all but the last. Example: npm test -- quick\n`);
    return 2;
  }
  let [passed, failed] = [0, 0];
  const begun = Date.now();
  for (const stage of only === undefined ? EVERYTHING : stagesOf(only)) {
    const counts = await runStage(stage);
    passed += counts.passed;
    failed += counts.failed;
    if (counts.failed > 0) break;
  }
  rmSync(results, { recursive: true, force: true });
  process.stdout.write(`\n${((Date.now() - begun) / 1000).toFixed(0)} s\n${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
