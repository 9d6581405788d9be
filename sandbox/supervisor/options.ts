/** The command line: `main.ts <command> [flags]`. */
import { parseArgs } from 'node:util';
import { messageOf, UsageError } from './errors.ts';

const COMMANDS = ['setup', 'up', 'stop', 'status', 'doctor', 'reset', 'deploy'] as const;
export type Command = (typeof COMMANDS)[number];

export const DEFAULT_PORT = 4710;
export const DEFAULT_DIR = '.waybill';
/** Seconds between snapshots. Sandbox promise: at most 30. */
export const DEFAULT_SNAPSHOT_SECONDS = 20;
export const REGION = 'eu-central-1';
export const ACCOUNT = '000000000000';

export const USAGE = `Usage: node sandbox/supervisor/main.ts <command> [flags]
  setup [--lake]           bring the Python environment; with --lake Spark, Iceberg and DuckDB instead
  up                       start the sandbox and stay; Ctrl-C stops it, state survives
  stop | status | doctor   stop it; what runs; what is missing, only stored, or was lost
  reset                    stop it and remove its state
  deploy --app <command or folder>   bootstrap and deploy a CDK app into it

  --dir <folder>           state folder (default ${DEFAULT_DIR})
  --port <number>          port of the endpoint (default ${DEFAULT_PORT}; 0: any free one, the last one again if it is free)
  --site-port <number>     port of the deployed site (default: the endpoint's port + 1, or a free one)
  --snapshot-seconds <n>   seconds between snapshots, 0.2 to 30 (default ${DEFAULT_SNAPSHOT_SECONDS})
  --detach                 up: return as soon as it runs
  --no-lake                up: Glue runs fail at once instead of waiting for Spark's set-up
  --json                   status, doctor, stop, reset: JSON
  --yes                    reset: do not ask
  --template-dir <folder>  doctor: judge the types of the templates below it
  --fingerprint <hash>     deploy: skip when this app is already deployed
  -c, --context key=value  deploy: passed on to cdk; may be repeated`;

export interface Options {
  readonly command: Command;
  readonly dir: string;
  readonly port: number;
  /** undefined: the next one after the endpoint's, or a free one. */
  readonly sitePort: number | undefined;
  readonly snapshotEveryMs: number;
  readonly detach: boolean;
  /** `setup`: Spark's environment. `up`: whether Glue runs may wait for it; on unless --no-lake. */
  readonly lake: boolean;
  readonly json: boolean;
  readonly yes: boolean;
  readonly templateDirs: readonly string[];
  readonly app: string | undefined;
  readonly fingerprint: string | undefined;
  readonly context: readonly string[];
}

const FLAGS = {
  dir: { type: 'string', default: DEFAULT_DIR },
  port: { type: 'string', default: String(DEFAULT_PORT) },
  'site-port': { type: 'string' },
  'snapshot-seconds': { type: 'string', default: String(DEFAULT_SNAPSHOT_SECONDS) },
  detach: { type: 'boolean', default: false },
  lake: { type: 'boolean', default: false },
  'no-lake': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  'template-dir': { type: 'string', multiple: true, default: [] as string[] },
  app: { type: 'string' },
  fingerprint: { type: 'string' },
  context: { type: 'string', short: 'c', multiple: true, default: [] as string[] },
} as const;

/** @throws UsageError naming the flag, what was given and what is allowed. */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  const command = COMMANDS.find((known) => known === positionals[0]);
  if (command === undefined || positionals.length !== 1) {
    throw new UsageError(`Unknown command: got ${positionals.length === 0 ? 'none' : `"${positionals.join(' ')}"`}, allowed: ${COMMANDS.join(', ')}.`, USAGE);
  }
  return {
    command,
    dir: values.dir,
    port: numberFlag('--port', values.port, { least: 0, most: 65_535, whole: true, example: '4720' }),
    sitePort: values['site-port'] === undefined ? undefined : numberFlag('--site-port', values['site-port'], { least: 1, most: 65_535, whole: true, example: '4721' }),
    snapshotEveryMs: 1000 * numberFlag('--snapshot-seconds', values['snapshot-seconds'], { least: 0.2, most: 30, whole: false, example: '10' }),
    detach: values.detach,
    lake: command === 'setup' ? values.lake : !values['no-lake'],
    json: values.json,
    yes: values.yes,
    templateDirs: values['template-dir'],
    app: values.app,
    fingerprint: values.fingerprint,
    context: values.context,
  };
}

function parse(args: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof FLAGS; allowPositionals: true; args: string[] }>> {
  try {
    return parseArgs({ args: [...args], options: FLAGS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(messageOf(error), USAGE);
  }
}

function numberFlag(flag: string, given: string, rule: { least: number; most: number; whole: boolean; example: string }): number {
  const value = given.trim() === '' ? NaN : Number(given);
  if (Number.isNaN(value) || value < rule.least || value > rule.most || (rule.whole && !Number.isInteger(value))) {
    throw new UsageError(`${flag}: got "${given}", allowed: ${rule.whole ? 'a whole number' : 'a number'} from ${rule.least} to ${rule.most}, example: ${rule.example}.`, USAGE);
  }
  return value;
}
