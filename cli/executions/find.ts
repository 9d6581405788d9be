import type { DescribeExecutionCommandOutput, SFNClient } from '@aws-sdk/client-sfn';
import { UsageError, WorldError } from '../errors.ts';
import type { MachineView } from './machines.ts';

/** How far back the beginning of a name is looked for, per machine. */
const LOOK_BACK = 1000;

export interface Found {
  readonly machine: MachineView;
  readonly execution: DescribeExecutionCommandOutput;
}

/** An execution by ARN, name, or the beginning of its name. @throws WorldError, UsageError when several begin so */
export async function findExecution(client: SFNClient, machines: readonly MachineView[], given: string): Promise<Found> {
  if (given.startsWith('arn:')) return byArn(client, machines, given);
  for (const machine of machines) {
    const execution = await describe(client, executionArn(machine, given));
    if (execution !== undefined) return { machine, execution };
  }
  return byBeginning(client, machines, given);
}

const executionArn = (machine: MachineView, name: string): string => `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;

async function byArn(client: SFNClient, machines: readonly MachineView[], arn: string): Promise<Found> {
  const execution = await describe(client, arn);
  if (execution === undefined) throw missing(arn);
  const machineArn = execution.stateMachineArn ?? '';
  return { execution, machine: machines.find((each) => each.arn === machineArn) ?? { arn: machineArn, name: machineArn.split(':').at(-1) ?? '' } };
}

async function byBeginning(client: SFNClient, machines: readonly MachineView[], given: string): Promise<Found> {
  const { paginateListExecutions } = await import('@aws-sdk/client-sfn');
  const matches: { machine: MachineView; arn: string; name: string }[] = [];
  for (const machine of machines) {
    let seen = 0;
    for await (const { executions = [] } of paginateListExecutions({ client }, { stateMachineArn: machine.arn, maxResults: 200 })) {
      for (const { executionArn: arn = '', name = '' } of executions) if (name.startsWith(given)) matches.push({ machine, arn, name });
      seen += executions.length;
      if (seen >= LOOK_BACK) break;
    }
  }
  const [first, ...more] = matches;
  if (first === undefined) throw missing(given);
  if (more.length > 0) throw new UsageError(`Several executions begin with "${given}".`, { todo: `Give more of the name: ${matches.slice(0, 5).map(({ name }) => name).join(', ')}${matches.length > 5 ? ', …' : ''}` });
  return byArn(client, machines, first.arn);
}

async function describe(client: SFNClient, arn: string): Promise<DescribeExecutionCommandOutput | undefined> {
  const { DescribeExecutionCommand } = await import('@aws-sdk/client-sfn');
  try {
    return await client.send(new DescribeExecutionCommand({ executionArn: arn }));
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'ExecutionDoesNotExist') return undefined;
    if (name === 'InvalidArn') throw new UsageError(`"${arn}" is no ARN of an execution.`, { todo: 'waybill executions list shows what there is.', cause: error });
    throw error;
  }
}

const missing = (given: string): WorldError => new WorldError(`There is no execution "${given}".`, { todo: 'waybill executions list shows what there is.' });
