import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import type { Context, Verb } from '../command.ts';
import { UsageError, WorldError } from '../errors.ts';
import { count, paint } from '../output/style.ts';
import { DEMO_USER, demoPasswordFile } from '../platform/api.ts';
import { SANDBOX_ENV } from '../platform/platform.ts';
import type { Platform } from '../platform/platform.ts';
import { sandboxProgram } from '../platform/sandbox-program.ts';
import type { SandboxRun } from '../platform/sandbox-program.ts';
import { PROJECT, version } from '../project.ts';
import { ensureDemoUser } from '../start/demo-user.ts';
import { fingerprint } from '../start/fingerprint.ts';
import { firstScreen } from '../start/first-screen.ts';
import { fillLake } from '../start/lake-fill.ts';
import { bringLake } from '../start/lake-step.ts';
import type { LakeSetUp } from '../start/lake-step.ts';
import { progressBoard } from '../start/progress-board.ts';
import { runSteps } from '../start/steps.ts';
import type { Step } from '../start/steps.ts';
import { synthesize } from '../start/synthesize.ts';
import { openWorld } from '../world/world.ts';
import type { World } from '../world/world.ts';

interface StartOptions { readonly port: string; readonly speed: string; readonly seed: string; readonly days: string; readonly world: boolean; readonly lake: boolean }

/** How long the sandbox may take to stop in order before it is left to `waybill stop`. */
const STOP_PATIENCE_MS = 30_000;
/** Exit code of a program that Ctrl-C ended (128 + SIGINT). */
const INTERRUPTED = 130;

export const start: Verb = {
  register: (program, run) => {
    program.command('start').description('set up and run the sandbox: the platform on this machine, with a world that lives')
      .option('--port <n>', 'port of the sandbox\'s AWS endpoint', '4710')
      .option('--days <n>', 'days of history in a new world', '35')
      .option('--seed <n>', 'seed of a new world', '7')
      .option('--speed <n>', 'how fast the world lives: 1 is real time', '1')
      .option('--no-world', 'start without a world')
      .option('--no-lake', 'start without Spark, Iceberg and Athena')
      .action(run(async (context, options: StartOptions) => startSandbox(context, options)));
  },
};

async function startSandbox(context: Context, options: StartOptions): Promise<void> {
  if (context.options.env !== SANDBOX_ENV) throw new UsageError(`start runs the sandbox; got --env ${context.options.env}.`, { todo: `An environment on AWS is deployed: npx cdk deploy '**' -c env=${context.options.env}` });
  const settings = { port: whole('--port', options.port, 0, 65_535), days: whole('--days', options.days, 1, 400), seed: whole('--seed', options.seed, 0, 2 ** 31), speed: whole('--speed', options.speed, 1, 1000) };
  const dir = context.options.dir ?? join(PROJECT, '.waybill');
  context.io.out(`\n${paint(context.io, 'bold', 'Waybill')} ${version()} · sandbox · environment ${SANDBOX_ENV}\n`);
  const sandbox = sandboxProgram(['up', '--dir', dir, '--port', String(settings.port), ...(options.lake ? [] : ['--no-lake'])], { detached: true });
  const running: { world?: World; lake?: LakeSetUp } = {};
  const ending = new AbortController();
  const stopped = stopOnInterrupt(context, sandbox);
  let isUp = true;
  try {
    const started = bringUp(context, { dir, sandbox, ...settings, withWorld: options.world, signal: ending.signal, keep: (world) => { running.world = world; } });
    const first = await Promise.race([started, stopped.then(() => undefined)]);
    isUp = first !== undefined;
    if (first !== undefined) {
      if (options.lake) context.io.out(await (running.lake = bringLake(context.io, sandboxProgram(['setup', '--lake'], { detached: true }))).firstLine);
      context.io.out(first);
      void running.lake?.follow().then(async (isThere) => (isThere && options.world ? fillLake(context.io, { platform: await context.platform(), days: settings.days, signal: ending.signal }) : undefined));
      await Promise.race([stopped, sandbox.exit.then((code) => endedWithoutUs(sandbox, code))]);
    }
  } finally {
    ending.abort();
    running.lake?.stop();
    await running.world?.stop();
    await stopSandbox(sandbox);
  }
  context.io.out(`\nStopped. State stays in ${relative(context.io.cwd, dir) === '' ? '.' : relative(context.io.cwd, dir)}; npm start goes on from here, npx waybill reset clears it.\n`);
  // A step that was interrupted would try for minutes to reach the sandbox that has just stopped.
  if (!isUp) process.exit(INTERRUPTED);
}

interface BringUp {
  readonly dir: string; readonly sandbox: SandboxRun; readonly days: number; readonly seed: number; readonly speed: number; readonly withWorld: boolean;
  /** Aborted when the sandbox is to end. */
  readonly signal: AbortSignal;
  readonly keep: (world: World) => void;
}

/** All steps from nothing to a living world; answers the first screen. */
async function bringUp(context: Context, settings: BringUp): Promise<string> {
  const { dir, sandbox } = settings;
  const board = progressBoard(sandbox, 'The sandbox');
  const outDir = join(dir, 'cdk.out');
  const hash = fingerprint(PROJECT);
  const synthesized = settle(synthesize(PROJECT, SANDBOX_ENV, outDir, settings.signal));
  let platform: Platform | undefined;
  let featured: string | undefined;
  const connected = async (): Promise<Platform> => (platform ??= await context.platform());
  const steps: Step[] = [
    { title: 'Python environment', run: async (note) => { board.onProgress = (each) => note(each.detail ?? ''); return (await board.ended('python', 'ready')).detail ?? ''; } },
    { title: 'Control plane and edge', run: async () => (await board.ended('ready')).endpoint ?? '' },
    {
      title: 'Platform deployed by cdk',
      run: async (note) => {
        await synthesized();
        const detail = await deploy({ dir, outDir, hash, note });
        await ensureDemoUser(await connected(), dir);
        return detail;
      },
    },
  ];
  if (settings.withWorld) {
    const keep = (world: World): void => {
      featured = world.featured;
      settings.keep(world);
    };
    steps.push(...worldSteps(context, { ...settings, keep }, connected));
  }
  await runSteps(context.io, steps);
  const url = await (await connected()).output('serving', OUTPUTS.siteUrl);
  return firstScreen(featured, { url, user: DEMO_USER, passwordFile: relative(process.cwd(), demoPasswordFile(dir)) });
}

function worldSteps(context: Context, settings: BringUp, connected: () => Promise<Platform>): Step[] {
  let world: World | undefined;
  const open = async (): Promise<World> => {
    world ??= await openWorld({ platform: await connected(), dir: settings.dir, seed: settings.seed, days: settings.days, speed: settings.speed, now: context.io.now, complain: context.io.err });
    settings.keep(world);
    return world;
  };
  return [
    {
      title: existsSync(join(settings.dir, 'world.json')) ? 'History' : `${settings.days} days of history`,
      run: async (note) => {
        const history = await (await open()).putHistory(note);
        return history === undefined ? 'is there' : `${count(history.shipments, 'shipment')}, ${count(history.events, 'event')}`;
      },
    },
    { title: 'World running', run: async () => (await open()).live() },
  ];
}

/** `cdk deploy` through the sandbox's own program, which knows how the unmodified CLI meets the endpoint. */
async function deploy(work: { dir: string; outDir: string; hash: string; note: (text: string) => void }): Promise<string> {
  const run = sandboxProgram(['deploy', '--dir', work.dir, '--app', work.outDir, '--fingerprint', work.hash]);
  const board = progressBoard(run, 'cdk deploy');
  board.onProgress = (each) => work.note(each.detail ?? '');
  return (await board.ended('deploy')).detail ?? '';
}

/** A promise that may fail before anybody waits for it. */
function settle<T>(promise: Promise<T>): () => Promise<T> {
  const settled = promise.then((value) => () => value, (error: unknown) => () => { throw error; });
  return async () => (await settled)();
}

async function stopOnInterrupt(context: Context, sandbox: SandboxRun): Promise<void> {
  await context.io.interrupted;
  context.io.out('\nStopping …\n');
  sandbox.child.kill('SIGTERM');
}

/** In order (code 0) it was stopped from outside, by `waybill stop`: that is an end like Ctrl-C. */
function endedWithoutUs(sandbox: SandboxRun, code: number): void {
  if (code === 0) return;
  throw new WorldError(`The sandbox ended by itself (code ${code}).\n${sandbox.complaint()}`, { todo: 'npm start brings it back where it was; .waybill/logs has its last words.' });
}

async function stopSandbox(sandbox: SandboxRun): Promise<void> {
  if (sandbox.child.exitCode !== null) return;
  sandbox.child.kill('SIGTERM');
  await Promise.race([sandbox.exit, new Promise((resolve) => setTimeout(resolve, STOP_PATIENCE_MS).unref())]);
}

function whole(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(`${option} got "${text}"; allowed: a whole number from ${least} to ${most}.`);
}
