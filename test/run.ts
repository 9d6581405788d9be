/**
 * `npm test`: every check that guards main. The quick part reads the code (generated files, types, lint) on one core while
 * Jest runs on the others; then come the suites that start real parts. `npm test -- quick` stops before those,
 * `npm test -- slow` runs only those. Ends with one line of counts over all runners.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Part = 'quick' | 'slow';

interface Step {
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Jest writes its counts there. */
  readonly counts?: string;
}

const ROOT = join(import.meta.dirname, '..');
const BIN = join(ROOT, 'node_modules', '.bin');
const results = mkdtempSync(join(tmpdir(), 'waybill-test-'));

const jest = (part: Part): Step => ({
  title: part === 'quick' ? 'Unit, property and template tests' : 'Tests on the running sandbox',
  command: join(BIN, 'jest'),
  args: ['--ci', '--selectProjects', part, '--json', '--outputFile', join(results, `${part}.json`), '--maxWorkers=2'],
  counts: join(results, `${part}.json`),
});

/** Steps that stand in one lane run one after another, in the order that fails fastest; lanes of a part run side by side. */
type Lane = readonly Step[];

const PARTS: Readonly<Record<Part, readonly Lane[]>> = {
  quick: [
    [jest('quick')],
    [
      { title: 'Contracts: generated files are current', command: process.execPath, args: ['contracts/generate/main.ts', '--check'] },
      { title: 'Types', command: join(BIN, 'tsc'), args: ['-p', '.'] },
      { title: 'Lint', command: join(BIN, 'eslint'), args: ['.', '--max-warnings', '0'] },
    ],
  ],
  slow: [[jest('slow')]],
};

interface Run { readonly code: number; readonly said: string }

/** In a lane of its own a step speaks as it goes; beside others it is heard when it has ended, so that lines do not mix. */
function run(step: Step, { aloud }: { readonly aloud: boolean }): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(step.command, step.args, { cwd: ROOT, stdio: ['ignore', aloud ? 'inherit' : 'pipe', aloud ? 'inherit' : 'pipe'], env: { ...process.env, PATH: `${BIN}:${process.env['PATH'] ?? ''}` } });
    const parts: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part: Buffer) => parts.push(part));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, said: Buffer.concat(parts).toString('utf8') }));
  });
}

interface Counts { readonly passed: number; readonly failed: number }

function countsOf(step: Step, code: number): Counts {
  // Without counts, or when Jest itself fell, the exit code is all there is.
  if (step.counts === undefined || !existsSync(step.counts)) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
  const report = JSON.parse(readFileSync(step.counts, 'utf8')) as { numPassedTests: number; numFailedTests: number; numFailedTestSuites: number };
  // A suite that could not even load has no tests to fail, yet it is a failure.
  return { passed: report.numPassedTests, failed: Math.max(report.numFailedTests, report.numFailedTestSuites, code === 0 ? 0 : 1) };
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
    process.stdout.write(`${said === '' ? '' : `\n${said.trimEnd()}\n`}── ${step.title}: ${code === 0 ? 'ok' : 'FAILED'} in ${((Date.now() - start) / 1000).toFixed(0)} s\n`);
    if (code !== 0) break;
  }
  return { passed, failed };
}

async function runPart(part: Part): Promise<Counts> {
  const [first = [], ...others] = PARTS[part];
  const counts = await Promise.all([runLane(first, { aloud: true }), ...others.map((lane) => runLane(lane, { aloud: false }))]);
  return { passed: sum(counts.map(({ passed }) => passed)), failed: sum(counts.map(({ failed }) => failed)) };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
const isPart = (text: string): text is Part => text === 'quick' || text === 'slow';

async function main(): Promise<number> {
  const only = process.argv[2];
  if (only !== undefined && !isPart(only)) {
    process.stderr.write(`npm test: unknown part "${only}". Allowed: quick, slow, or nothing for both. Example: npm test -- quick\n`);
    return 2;
  }
  let [passed, failed] = [0, 0];
  const begun = Date.now();
  for (const part of only === undefined ? (['quick', 'slow'] as const) : [only]) {
    const counts = await runPart(part);
    passed += counts.passed;
    failed += counts.failed;
    if (counts.failed > 0) break;
  }
  rmSync(results, { recursive: true, force: true });
  process.stdout.write(`\n${((Date.now() - begun) / 1000).toFixed(0)} s\n${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
