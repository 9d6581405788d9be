import type { Context, Verb } from '../command.ts';
import { WorldError } from '../errors.ts';
import { paint, table } from '../output/style.ts';
import { dayAndMinute, duration } from '../output/times.ts';
import { alarmsOf } from '../platform/alarms.ts';
import type { AlarmView } from '../platform/alarms.ts';
import { consumersOf } from '../platform/consumers.ts';
import type { ConsumerView } from '../platform/consumers.ts';
import { sandboxCommand } from '../platform/sandbox-program.ts';
import type { Platform } from '../platform/platform.ts';

/** Parts of the names of the alarms that silence raises: of a contract, of loads (lib/monitoring). */
const [SILENT, LATE] = ['contract-silent', 'gold-late'];
const YOUNG_MS = 3 * 60_000;

export const status: Verb = {
  register: (program, run) => {
    program.command('status').description('what runs, how far behind each consumer is, which alarms stand')
      .action(run(async (context) => printStatus(context)));
  },
};

async function printStatus(context: Context): Promise<void> {
  const platform = await context.platform();
  if (!(await isDeployed(platform))) return printUndeployed(context, platform);
  const [sandbox, consumers, alarms] = await Promise.all([sandboxStatus(platform), consumersOf(platform), alarmsOf(platform)]);
  context.answer({ env: platform.env, region: platform.region, ...(sandbox === undefined ? {} : { sandbox: sandbox.document }), consumers, alarms }, () =>
    [sandbox?.text ?? `Environment ${platform.env} in ${platform.region}\n`, consumersText(consumers), alarmsText(context, alarms)].join('\n'));
}

/** While `npm start` still deploys, the sandbox runs and the platform is not there: a state to show, not an error. On AWS it is one. */
async function isDeployed(platform: Platform): Promise<boolean> {
  try {
    await platform.outputs('ingest');
    return true;
  } catch (error) {
    if (error instanceof WorldError && platform.sandbox !== undefined) return false;
    throw error;
  }
}

async function printUndeployed(context: Context, platform: Platform): Promise<void> {
  const sandbox = await sandboxStatus(platform);
  context.answer({ env: platform.env, region: platform.region, deployed: false, sandbox: sandbox?.document ?? null, consumers: [], alarms: [] }, () =>
    `${sandbox?.text ?? ''}\nThe platform is not deployed yet: npm start is still at it, or was stopped before (then run it again).\n`);
}

async function sandboxStatus(platform: Platform): Promise<{ document: unknown; text: string } | undefined> {
  if (platform.sandbox === undefined) return undefined;
  const args = ['status', '--dir', platform.sandbox.dir];
  const [text, json] = await Promise.all([sandboxCommand(args), sandboxCommand([...args, '--json'])]);
  return { text: text.output, document: json.output.trim() === '' ? null : (JSON.parse(json.output) as unknown) };
}

function consumersText(consumers: readonly ConsumerView[]): string {
  const rows = consumers.map((each) => [each.name, each.stream, each.state, each.behindMs === undefined ? 'idle' : each.behindMs < 1000 ? 'up to date' : `${duration(each.behindMs)} behind`]);
  return `Consumers\n${table([['function', 'stream', 'state', 'age of the newest batch'], ...rows], '  ')}`;
}

function alarmsText(context: Context, alarms: readonly AlarmView[]): string {
  const word = (alarm: AlarmView): string => (alarm.state === 'ALARM' ? paint(context.io, 'red', 'ALARM') : alarm.state === 'OK' ? paint(context.io, 'green', 'OK') : 'no data yet');
  const rows = alarms.map((each) => [word(each), each.name, `since ${dayAndMinute(each.since)}`]);
  const open = alarms.filter((each) => each.state === 'ALARM');
  return `Alarms\n${table(rows, '  ')}${silenceNote(open, context.io.now())}${open.map((each) => `\n${each.name}\n${each.description.split('\n').map((line) => `  ${line}`).join('\n')}\n`).join('')}`;
}

/** Nothing was counted before the first deployment: people who see red in their first minute are told why. */
export function silenceNote(open: readonly AlarmView[], now: number): string {
  const young = open.some((each) => each.name.includes(`-${SILENT}-`) && now - each.since < YOUNG_MS);
  const unheard = open.some((each) => each.name.includes(`-${LATE}-`));
  return `${young ? '\n  Right after a first deployment the silence alarms stand until a minute of records is counted.\n' : ''}${unheard ? `\n  ${LATE} stands, too, until the first load of silver has told how old gold is; without Spark (--no-lake) none does.\n` : ''}`;
}
