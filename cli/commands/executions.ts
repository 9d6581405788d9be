import type { Command } from 'commander';
import type { ExecutionStatus, SFNClient } from '@aws-sdk/client-sfn';
import type { Context, Run, Verb } from '../command.ts';
import { UsageError, WorldError } from '../errors.ts';
import { findExecution, type Found } from '../executions/find.ts';
import { historyOf } from '../executions/history.ts';
import { chosenMachines, machinesOf } from '../executions/machines.ts';
import { describeMapRun } from '../executions/map-runs.ts';
import { statesOf } from '../executions/states.ts';
import { type ListedExecution, listText, showText } from '../executions/text.ts';
import { confirm } from '../output/confirm.ts';

interface MachineOption { readonly machine?: string }
interface ListOptions extends MachineOption { readonly status?: string; readonly limit: string }
interface ChangeOptions extends MachineOption { readonly yes?: boolean }
interface StopOptions extends ChangeOptions { readonly reason: string }

const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;

export const executions: Verb = {
  register: (program, run) => {
    const group = program.command('executions').description('runs of the state machines: list, show each state, stop, redrive');
    list(group, run);
    show(group, run);
    stop(group, run);
    redrive(group, run);
  },
};

const ofMachine = (command: Command): Command => command.option('--machine <name>', 'only of this state machine');

function list(group: Command, run: Run): void {
  ofMachine(group.command('list', { isDefault: true }).description('the newest executions'))
    .option('--status <status>', `only these: ${STATUSES.join(', ').toLowerCase()}`)
    .option('--limit <n>', 'at most so many', '20')
    .action(run(async (context, options: ListOptions) => {
      const limit = Number(options.limit);
      if (!Number.isInteger(limit) || limit < 1 || limit > 1000) throw new UsageError(`--limit got "${options.limit}"; allowed: a whole number from 1 to 1000. Example: --limit 50`);
      const status = statusOf(options.status);
      const listed = await withClient(context, async (client) => newest(client, context, { machine: options.machine, status, limit }));
      context.answer({ executions: listed }, () => listText(context.io, listed));
    }));
}

function statusOf(given: string | undefined): ExecutionStatus | undefined {
  const status = STATUSES.find((each) => each === given?.toUpperCase().replaceAll('-', '_'));
  if (given !== undefined && status === undefined) throw new UsageError(`--status got "${given}"; allowed: ${STATUSES.join(', ').toLowerCase()}`);
  return status;
}

async function newest(client: SFNClient, context: Context, options: { machine: string | undefined; status: ExecutionStatus | undefined; limit: number }): Promise<ListedExecution[]> {
  const { ListExecutionsCommand } = await import('@aws-sdk/client-sfn');
  const machines = chosenMachines(await machinesOf(await context.platform()), options.machine);
  const found = await Promise.all(machines.map(async (machine) => {
    const { executions: page = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn: machine.arn, maxResults: options.limit, ...(options.status === undefined ? {} : { statusFilter: options.status }) }));
    return page.map((each): ListedExecution => ({
      status: each.status ?? '',
      machine: machine.name,
      name: each.name ?? '',
      arn: each.executionArn ?? '',
      startedAt: each.startDate?.getTime() ?? 0,
      ...(each.stopDate === undefined ? {} : { stoppedAt: each.stopDate.getTime() }),
      redrives: each.redriveCount ?? 0,
    }));
  }));
  return found.flat().sort((a, b) => b.startedAt - a.startedAt).slice(0, options.limit);
}

function show(group: Command, run: Run): void {
  ofMachine(group.command('show <execution>').description('one execution, by ARN, name or the beginning of its name: its states with times, tries and errors'))
    .action(run(async (context, given: string, options: MachineOption) => withClient(context, async (client) => {
      const { machine, execution } = await find(client, context, given, options);
      const states = statesOf(await historyOf(client, execution.executionArn ?? ''), execution.status === 'RUNNING');
      const mapRuns = await Promise.all(states.flatMap((state) => state.mapRuns).map((arn) => describeMapRun(client, arn)));
      const { $metadata: _metadata, ...described } = execution;
      context.answer({ machine: machine.name, execution: described, states, mapRuns }, () => showText(context.io, { machine: machine.name, execution, states, mapRuns }));
    })));
}

function stop(group: Command, run: Run): void {
  ofMachine(group.command('stop <execution>').description('stop a running execution, with the jobs that it waits for'))
    .option('--reason <text>', 'why, kept with the execution', 'stopped by hand')
    .option('--yes', 'do not ask')
    .action(run(async (context, given: string, options: StopOptions) => withClient(context, async (client) => {
      const { machine, execution } = await find(client, context, given, options);
      if (execution.status !== 'RUNNING') throw new WorldError(`Execution ${execution.name ?? given} does not run: it is ${execution.status ?? 'unknown'}.`);
      await confirm(context, `Stop ${execution.name ?? given} of ${machine.name}?`, options.yes === true);
      const { StopExecutionCommand } = await import('@aws-sdk/client-sfn');
      await client.send(new StopExecutionCommand({ executionArn: execution.executionArn, error: 'Operator', cause: options.reason }));
      context.answer({ stopped: execution.executionArn }, () => `Stopped. It can go on later: npx waybill executions redrive ${execution.name ?? given}\n`);
    })));
}

function redrive(group: Command, run: Run): void {
  ofMachine(group.command('redrive <execution>').description('go on with a failed or stopped execution: what is done stays done, only failed states and items run again'))
    .option('--yes', 'do not ask')
    .action(run(async (context, given: string, options: ChangeOptions) => withClient(context, async (client) => {
      const { machine, execution } = await find(client, context, given, options);
      if (execution.redriveStatus !== 'REDRIVABLE') throw new WorldError(`Execution ${execution.name ?? given} cannot be redriven: ${execution.redriveStatusReason ?? execution.status ?? 'unknown'}.`);
      await confirm(context, `Redrive ${execution.name ?? given} of ${machine.name}?`, options.yes === true);
      const { RedriveExecutionCommand } = await import('@aws-sdk/client-sfn');
      await client.send(new RedriveExecutionCommand({ executionArn: execution.executionArn }));
      context.answer({ redriven: execution.executionArn }, () => `It runs again. Look on: npx waybill executions show ${execution.name ?? given}\n`);
    })));
}

const find = async (client: SFNClient, context: Context, given: string, options: MachineOption): Promise<Found> =>
  findExecution(client, chosenMachines(await machinesOf(await context.platform()), options.machine), given);

async function withClient<T>(context: Context, work: (client: SFNClient) => Promise<T>): Promise<T> {
  const platform = await context.platform();
  const { SFNClient } = await import('@aws-sdk/client-sfn');
  const client = new SFNClient(platform.client);
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
