/** `deploy`: the real CDK CLI against the running sandbox, with its progress counted. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { CdkApp } from './cdk-environment.ts';
import { bootstrapArguments, CDK_PROGRAM, cdkEnvironment, deployArguments } from './cdk-environment.ts';
import { SupervisorError, UsageError } from './errors.ts';
import { readJsonFile, textOf } from '../json.ts';
import type { Options } from './options.ts';
import { PROJECT, sandboxPaths, writeWhole } from './paths.ts';
import type { SandboxPaths } from './paths.ts';
import { emitToStandardOutput, step } from './progress.ts';
import { livenessOf, readSandboxFile } from './sandbox-file.ts';
import type { RunningSandbox } from './sandbox-file.ts';
import { countResources, isComplete, listStacks, TOOLKIT_STACK } from './stacks.ts';

/** `stack |  3/12 | 9:23:11 AM | CREATE_COMPLETE | AWS::…`: a line of `cdk deploy --progress events`. */
const EVENT_LINE = /^(\S+) \|\s+(\d+)\/(\d+) \|/;
const FAILURE_LINE = /_FAILED|failed:|Error:|error:/;

export async function deploy(options: Options): Promise<number> {
  const { app, fingerprint } = options;
  if (app === undefined) throw new UsageError('deploy: --app is missing.', 'Give a command or a folder with a synthesized app: deploy --app cdk.out');
  const paths = sandboxPaths(options.dir);
  const sandbox = demandRunning(paths);
  const emit = emitToStandardOutput;
  const name = { step: 'deploy', title: 'Platform deployed by cdk' };

  if (fingerprint !== undefined && (await isDeployed(paths, sandbox, fingerprint))) {
    await step(emit, name, () => Promise.resolve({ skipped: true, detail: 'nothing has changed since the last deployment' }));
    return 0;
  }
  await step(emit, { step: 'bootstrap', title: 'Bootstrap' }, () => bootstrap(paths, sandbox));
  await step(emit, name, async (say) => {
    await runCdk(deployArguments({ ...whatToDeploy(app, paths), context: options.context }), { cwd: PROJECT, sandbox, log: join(paths.logs, 'deploy.log') }, countEvents(say));
    return remember(paths, sandbox, fingerprint);
  });
  return 0;
}

/** A synthesized folder is taken as it is; what a command synthesizes goes into the state folder, so sandboxes side by side do not mix. */
function whatToDeploy(app: string, paths: SandboxPaths): CdkApp {
  return existsSync(join(app, 'manifest.json')) ? { app: resolve(app) } : { app, output: paths.assembly };
}

function demandRunning(paths: SandboxPaths): RunningSandbox {
  const sandbox = readSandboxFile(paths);
  if (sandbox !== undefined && livenessOf(sandbox) === 'running') return sandbox;
  throw new SupervisorError(`No sandbox runs in ${paths.dir}.`, { why: 'deploy needs one that runs.', todo: 'Start one: npm start' });
}

async function isDeployed(paths: SandboxPaths, sandbox: RunningSandbox, fingerprint: string): Promise<boolean> {
  const before = readJsonFile(paths.deployedFile);
  if (textOf(before?.['fingerprint']) !== fingerprint || textOf(before?.['endpoint']) !== sandbox.endpoint) return false;
  const wanted = Array.isArray(before?.['stacks']) ? before['stacks'].map(String) : [];
  const complete = new Set((await listStacks(sandbox.endpoint, sandbox.region)).filter((stack) => isComplete(stack.status)).map((stack) => stack.name));
  return wanted.length > 0 && wanted.every((name) => complete.has(name));
}

async function bootstrap(paths: SandboxPaths, sandbox: RunningSandbox): Promise<{ skipped?: boolean; detail: string }> {
  const stacks = await listStacks(sandbox.endpoint, sandbox.region);
  if (stacks.some((stack) => stack.name === TOOLKIT_STACK && isComplete(stack.status))) return { skipped: true, detail: `aws://${sandbox.account}/${sandbox.region}` };
  const folder = join(paths.dir, 'bootstrap');
  mkdirSync(folder, { recursive: true });
  await runCdk(bootstrapArguments(sandbox), { cwd: folder, sandbox, log: join(paths.logs, 'bootstrap.log') }, () => undefined);
  return { detail: `aws://${sandbox.account}/${sandbox.region}` };
}

/** Turns event lines into `3 stacks, 41 of 96 resources`, said when it changes. */
function countEvents(say: (detail: string) => void): (line: string) => void {
  const stacks = new Map<string, { done: number; of: number }>();
  let said = '';
  return (line) => {
    const [, stack, done, of] = EVENT_LINE.exec(line) ?? [];
    if (stack === undefined) return;
    stacks.set(stack, { done: Number(done), of: Number(of) });
    const sum = (field: 'done' | 'of'): number => [...stacks.values()].reduce((total, entry) => total + entry[field], 0);
    const detail = `${count(stacks.size, 'stack')}, ${sum('done')} of ${count(sum('of'), 'resource')}`;
    if (detail !== said) say(detail);
    said = detail;
  };
}

async function remember(paths: SandboxPaths, sandbox: RunningSandbox, fingerprint: string | undefined): Promise<{ detail: string; stacks: number; resources: number }> {
  const stacks = (await listStacks(sandbox.endpoint, sandbox.region)).filter((stack) => stack.name !== TOOLKIT_STACK && isComplete(stack.status));
  const counts = await Promise.all(stacks.map((stack) => countResources(sandbox.endpoint, sandbox.region, stack.name)));
  const resources = counts.reduce((total, one) => total + one, 0);
  writeWhole(paths.deployedFile, `${JSON.stringify({ fingerprint: fingerprint ?? '', endpoint: sandbox.endpoint, stacks: stacks.map((stack) => stack.name), at: new Date().toISOString() }, undefined, 2)}\n`);
  return { detail: `${count(stacks.length, 'stack')}, ${count(resources, 'resource')}`, stacks: stacks.length, resources };
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

interface CdkRun {
  readonly cwd: string;
  readonly sandbox: RunningSandbox;
  /** Where all its words go. */
  readonly log: string;
}

async function runCdk(args: readonly string[], around: CdkRun, onLine: (line: string) => void): Promise<void> {
  const child = spawn(process.execPath, [CDK_PROGRAM, ...args], { cwd: around.cwd, env: cdkEnvironment(around.sandbox), stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      onLine(line);
    });
  }
  const code = await new Promise<number>((resolveCode, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolveCode(status ?? 1));
  });
  writeWhole(around.log, `${lines.join('\n')}\n`);
  if (code === 0) return;
  const reasons = lines.filter((line) => FAILURE_LINE.test(line)).slice(-4);
  throw new SupervisorError(`cdk ${args[0] ?? ''} ended with code ${code}.`, {
    why: (reasons.length === 0 ? lines.slice(-4) : reasons).join('\n').slice(0, 1500),
    todo: `All its words: ${around.log}. A failed update was rolled back; repair the app and deploy again.`,
  });
}
