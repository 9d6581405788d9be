import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import type { MachineName } from '../../contracts/platform-names.ts';
import { isDay } from '../../domain/time/business-day.ts';
import type { Context, Verb } from '../command.ts';
import { UsageError, WorldError } from '../errors.ts';
import { follow } from '../executions/follow.ts';
import { duration } from '../output/times.ts';
import { invoker } from '../platform/invoke.ts';
import type { Platform } from '../platform/platform.ts';

interface RunOptions { readonly date?: string; readonly size?: string; readonly restateDays?: string; readonly severity: readonly string[]; readonly follow: boolean }

/** Machines that need no more than a day. Others have commands of their own, which ask for what they need. */
const RUNNABLE = ['ingest-silver', 'publish-day'] as const satisfies readonly MachineName[];

const OWN_COMMANDS: Readonly<Record<string, string>> = { 'backfill-days': 'backfill --from <day> --to <day>', 'compare-logic': 'compare-logic --from <day> --to <day> --candidate <logic>' };

/** Machines whose runs are about a business day, and are named by it. */
const BY_DAY: readonly string[] = ['publish-day'];

export const runMachine: Verb = {
  register: (program, run) => {
    program.command('run <machine>').description(`start a run of a state machine (${RUNNABLE.join(', ')}) and follow it`)
      .option('--date <day>', 'business day YYYY-MM-DD (default: the one that ended last)')
      .option('--size <size>', '"larger" takes twice the workers')
      .option('--restate-days <n>', 'days back that are built again where late events touched them')
      .option('--severity <rule=severity>', 'for this run, another severity of a quality rule or audit: shipment_events.usual-volume=warn; repeat for more', (value: string, before: readonly string[]) => [...before, value], [] as readonly string[])
      .option('--no-follow', 'start it and return at once')
      .action(run(async (context, machine: string, options: RunOptions) => startRun(context, machine, options)));
  },
};

async function startRun(context: Context, machine: string, options: RunOptions): Promise<void> {
  const name = RUNNABLE.find((each) => each === machine);
  if (name === undefined) throw new UsageError(`No state machine is called "${machine}". Allowed: ${RUNNABLE.join(', ')}. Example: npx waybill run publish-day --date 2026-11-20`, { ...(OWN_COMMANDS[machine] === undefined ? {} : { todo: `It has a command of its own: npx waybill ${OWN_COMMANDS[machine]}` }) });
  const input = inputOf(name, options);
  const platform = await context.platform();
  const arn = BY_DAY.includes(name) ? await startForDay(context, platform, { machine: name, ...(options.date === undefined ? {} : { day: options.date }), input }) : await startNow(context, platform, name);
  if (!options.follow) return context.answer({ execution: arn }, () => `Started. Look on: npx waybill executions show ${nameOf(arn)}\n`);
  if (!context.options.json) context.io.out(`${nameOf(arn)}\n`);
  await followRun(context, platform, arn);
}

/** `<table>.<rule>` of silver, or a rule of gold. */
const SEVERITY = /^([a-z]\w*\.)?[a-z][a-z0-9-]*=(halt|quarantine|warn)$/;

function inputOf(machine: MachineName, { date, size, restateDays, severity }: RunOptions): Record<string, unknown> {
  const given = Object.entries({ date, size, restateDays, severity: severity[0] }).filter(([, value]) => value !== undefined).map(([option]) => option);
  if (!BY_DAY.includes(machine) && given.length > 0) throw new UsageError(`${machine} takes no ${given.map((option) => `--${option.replace('restateDays', 'restate-days')}`).join(', ')}: it is about no day.`);
  if (date !== undefined && !isDay(date)) throw new UsageError(`--date got "${date}"; allowed: a day of the calendar, YYYY-MM-DD. Example: --date 2026-11-20`);
  if (size !== undefined && size !== 'larger') throw new UsageError(`--size got "${size}"; allowed: larger`);
  const days = restateDays === undefined ? undefined : Number(restateDays);
  if (days !== undefined && !(Number.isInteger(days) && days >= 0 && days <= 400)) throw new UsageError(`--restate-days got "${restateDays ?? ''}"; allowed: a whole number from 0 to 400. Example: --restate-days 35`);
  const odd = severity.find((each) => !SEVERITY.test(each));
  if (odd !== undefined) throw new UsageError(`--severity got "${odd}"; allowed: <table>.<rule>=<halt, quarantine or warn>. Example: --severity shipment_events.usual-volume=warn`, { todo: 'Rules by their names: waybill quality report' });
  return { ...(severity.length === 0 ? {} : { severities: severity.join(',') }), ...(size === undefined ? {} : { size }), ...(days === undefined ? {} : { restateDays: days }) };
}

/** A person's run stands beside the night's: its mark is the moment, so two runs by hand are two. */
async function startForDay(context: Context, platform: Platform, request: { readonly machine: string; readonly day?: string; readonly input: Record<string, unknown> }): Promise<string> {
  const invoke = await invoker(platform);
  const again = `hand-${Math.floor(context.io.now() / 1_000).toString(36)}`;
  const answer = await invoke(await platform.output('batch', OUTPUTS.startRunFunction), JSON.stringify({ ...request, again }));
  if (answer.error !== undefined) throw new WorldError(`The run was not started: ${answer.error}`);
  const { execution } = answer.payload as { execution: string };
  return execution;
}

async function startNow(context: Context, platform: Platform, machine: MachineName): Promise<string> {
  const { SFNClient, StartExecutionCommand } = await import('@aws-sdk/client-sfn');
  const client = new SFNClient(platform.client);
  const { executionArn = '' } = await client.send(new StartExecutionCommand({ stateMachineArn: await platform.output('batch', OUTPUTS.machine(machine)), name: `${machine}-hand-${Math.floor(context.io.now() / 1_000).toString(36)}`, input: '{}' }));
  client.destroy();
  return executionArn;
}

async function followRun(context: Context, platform: Platform, arn: string): Promise<void> {
  const { SFNClient } = await import('@aws-sdk/client-sfn');
  const client = new SFNClient(platform.client);
  const quiet = { ...context.io, out: () => undefined };
  const execution = await follow(client, arn, context.options.json ? quiet : context.io);
  client.destroy();
  if (execution === undefined) return context.io.out(`\nIt goes on without this screen: npx waybill executions show ${nameOf(arn)}\n`);
  context.answer({ execution: arn, status: execution.status, output: parsed(execution.output) }, () => endText(execution));
  const failure = failureOf(execution, nameOf(arn));
  if (failure !== undefined) throw failure;
}

/** How publish-day ends when rules kept days from their readers (lib/constructs/machines/publish-day.ts). */
const REFUSED = 'Waybill.DayRefused';

/** What a person is told of a run that did not succeed. Rules that refused a day would refuse the same rows again: no redrive is offered. */
export function failureOf({ status, error, cause = '' }: Pick<DescribeExecutionCommandOutput, 'status' | 'error' | 'cause'>, name: string): WorldError | undefined {
  if (status === 'SUCCEEDED') return undefined;
  // The cause is written for people: a line for each rule, then what to do.
  if (error === REFUSED) return new WorldError(`Rules refused what was to be published.\n${cause}`, { todo: 'By kind of rule: docs/runbooks/day-refused.md' });
  return new WorldError(`${name} ended ${status ?? ''}: ${error ?? ''} ${cause.slice(0, 500)}`.trim(), { todo: `npx waybill executions show ${name}; when the cause is gone: npx waybill executions redrive ${name}` });
}

function endText({ status, startDate, stopDate, output }: DescribeExecutionCommandOutput): string {
  if (status !== 'SUCCEEDED') return '';
  const took = duration((stopDate?.getTime() ?? 0) - (startDate?.getTime() ?? 0));
  const result = (parsed(output) as { result?: { summary?: string } } | undefined)?.result;
  return `Done in ${took}.${result?.summary === undefined ? '' : ` ${result.summary}`}\n`;
}

const parsed = (text: string | undefined): unknown => (text === undefined || text === '' ? undefined : JSON.parse(text));
const nameOf = (arn: string): string => arn.split(':').at(-1) ?? arn;
