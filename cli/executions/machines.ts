import { MACHINES, OUTPUTS } from '../../contracts/platform-names.ts';
import { UsageError, WorldError } from '../errors.ts';
import type { Platform } from '../platform/platform.ts';

export interface MachineView {
  /** As people call it, for example `publish-day`. */
  readonly name: string;
  readonly arn: string;
}

/** The environment's state machines. A sandbox is one environment, so all of its machines are. */
export async function machinesOf(platform: Platform): Promise<MachineView[]> {
  const outputs = await platform.outputs('batch').catch((error: unknown) => {
    if (error instanceof WorldError && platform.sandbox !== undefined) return {};
    throw error;
  });
  const named = MACHINES.flatMap((name): MachineView[] => {
    const arn = (outputs as Readonly<Record<string, string>>)[OUTPUTS.machine(name)];
    return arn === undefined ? [] : [{ name, arn }];
  });
  return platform.sandbox === undefined ? named : [...named, ...(await others(platform, named))];
}

async function others(platform: Platform, named: readonly MachineView[]): Promise<MachineView[]> {
  const { SFNClient, paginateListStateMachines } = await import('@aws-sdk/client-sfn');
  const client = new SFNClient(platform.client);
  const found: MachineView[] = [];
  try {
    for await (const { stateMachines = [] } of paginateListStateMachines({ client }, {})) {
      for (const { name = '', stateMachineArn: arn = '' } of stateMachines) if (!named.some((each) => each.arn === arn)) found.push({ name, arn });
    }
  } finally {
    client.destroy();
  }
  return found;
}

/** Those that `--machine` names; all without it. @throws UsageError with the names there are */
export function chosenMachines(machines: readonly MachineView[], name: string | undefined): readonly MachineView[] {
  if (name === undefined) return machines;
  const chosen = machines.filter((each) => each.name === name || each.arn === name);
  if (chosen.length === 0) throw new UsageError(`There is no state machine "${name}".`, { todo: machines.length === 0 ? 'None is deployed to this environment.' : `Allowed: ${machines.map((each) => each.name).join(', ')}` });
  return chosen;
}
