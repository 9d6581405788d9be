/** The command line: global options, the verbs, and how an error becomes words and an exit code. */
import { join, resolve } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import type { Context, GlobalOptions, Run, Verb } from './command.ts';
import { VERBS } from './commands/index.ts';
import { EXIT, exitCodeOf, UsageError, WorldError } from './errors.ts';
import type { ExitCode } from './errors.ts';
import type { Io } from './output/io.ts';
import { paint } from './output/style.ts';
import { connect, SANDBOX_ENV } from './platform/platform.ts';
import type { Platform } from './platform/platform.ts';
import { PROJECT, version } from './project.ts';

/** Runs one command line; answers the exit code. Never throws for a user's mistake or a refusal of the world. */
export async function runCli(args: readonly string[], io: Io, verbs: readonly Verb[] = VERBS): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const program = buildProgram(io, verbs, (failed) => { code = failed; });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.askedWrongly;
    throw error;
  }
}

function buildProgram(io: Io, verbs: readonly Verb[], end: (code: ExitCode) => void): Command {
  const program = new Command('waybill')
    .description('Waybill: shipments, live and in a lake. The same verbs on a laptop and on AWS.')
    .version(version())
    .addOption(new Option('--env <name>', 'environment to work on').default(SANDBOX_ENV, 'local, the sandbox').env('WAYBILL_ENV'))
    .option('--profile <name>', 'AWS profile (other environments than local)')
    .option('--region <name>', 'AWS region (other environments than local)')
    .option('--dir <folder>', 'state folder of the sandbox', process.env['WAYBILL_DIR'])
    .option('--json', 'one JSON document for programs instead of text for people')
    .showSuggestionAfterError()
    .showHelpAfterError('(waybill --help lists the commands)')
    .addHelpText('after', '\nExit codes: 0 done, 1 the world said no, 2 you asked wrongly.')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err });
  for (const verb of verbs) verb.register(program, runner(io, end));
  groupCommands(program);
  for (const command of program.commands) command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err }).showSuggestionAfterError();
  return program;
}

/** Headings of `waybill --help`: what a person wants to do. A command without a place here stands under "Commands". */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'The sandbox:': ['start', 'stop', 'reset', 'doctor', 'simulate', 'break', 'heal'],
  'See:': ['track', 'watch', 'query', 'quality', 'lag', 'status', 'executions', 'logs', 'quarantine'],
  'Send:': ['put', 'contract'],
  'Repair:': ['skip', 'redrive', 'catch-up', 'replay', 'run', 'backfill', 'compare-logic', 'promote'],
};

function groupCommands(program: Command): void {
  for (const [heading, names] of Object.entries(GROUPS)) {
    for (const command of program.commands) if (names.includes(command.name())) command.helpGroup(heading);
  }
}

const runner = (io: Io, end: (code: ExitCode) => void): Run => <A extends unknown[]>(action: (context: Context, ...args: A) => Promise<void>) => async (...args: [...A, Command]) => {
  const command = args.at(-1) as Command;
  const options = command.optsWithGlobals<GlobalOptions>();
  try {
    await action(contextOf(io, options), ...(args.slice(0, -1) as unknown as A));
  } catch (error) {
    report(io, options, error);
    end(exitCodeOf(error));
  }
};

function contextOf(io: Io, options: GlobalOptions): Context {
  let connected: Promise<Platform> | undefined;
  const dir = sandboxDir(options, io);
  return {
    io,
    options: { ...options, dir },
    platform: () => (connected ??= connect({ env: options.env, profile: useProfile(options), region: options.region, dir, environment: io.env })),
    answer: (document, text) => io.out(options.json === true ? `${JSON.stringify(document, null, 2)}\n` : text()),
  };
}

/** The SDK's own chain reads the profile from the environment; it is set before the first client is made. */
function useProfile(options: GlobalOptions): string | undefined {
  if (options.profile !== undefined) process.env['AWS_PROFILE'] = options.profile;
  return options.profile;
}

const sandboxDir = (options: GlobalOptions, io: Io): string => (options.dir === undefined ? join(PROJECT, '.waybill') : resolve(io.cwd, options.dir));

function report(io: Io, options: GlobalOptions, error: unknown): void {
  const known = error instanceof UsageError || error instanceof WorldError;
  const message = error instanceof Error ? error.message : String(error);
  const todo = known ? error.todo : undefined;
  if (options.json === true) {
    io.err(`${JSON.stringify({ error: { name: error instanceof Error ? error.name : 'Error', message, ...(todo === undefined ? {} : { todo }) } })}\n`);
    return;
  }
  io.err(`${paint(io, 'red', known ? message : `${error instanceof Error ? error.name : 'Error'}: ${message}`)}\n`);
  if (todo !== undefined) io.err(`  ${todo}\n`);
  if (!known && io.env['WAYBILL_DEBUG'] !== undefined && error instanceof Error) io.err(`${error.stack ?? ''}\n`);
}
