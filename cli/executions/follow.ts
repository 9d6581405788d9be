/** Looks at a running execution until it ends, and says each state as it ends. */
import type { DescribeExecutionCommandOutput, SFNClient } from '@aws-sdk/client-sfn';
import type { Io } from '../output/io.ts';
import { paint, table } from '../output/style.ts';
import { duration, timeOfDay } from '../output/times.ts';
import { historyOf } from './history.ts';
import { statesOf } from './states.ts';
import type { StateView } from './states.ts';

const LOOK_EVERY_MS = 1_500;

/** @returns the execution when it has ended; undefined when the person stopped looking. */
export async function follow(client: SFNClient, executionArn: string, io: Io): Promise<DescribeExecutionCommandOutput | undefined> {
  const { DescribeExecutionCommand } = await import('@aws-sdk/client-sfn');
  const interrupted = io.interrupted.then(() => true);
  let told = 0;
  for (;;) {
    const execution = await client.send(new DescribeExecutionCommand({ executionArn }));
    const running = execution.status === 'RUNNING';
    const ended = statesOf(await historyOf(client, executionArn), running).filter(({ status }) => status !== 'running');
    for (const state of ended.slice(told)) io.out(stateLine(io, state));
    told = ended.length;
    if (!running) return execution;
    const pause = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), LOOK_EVERY_MS));
    if (await Promise.race([pause, interrupted])) return undefined;
  }
}

function stateLine(io: Io, state: StateView): string {
  const mark = state.status === 'done' ? paint(io, 'green', '✔') : paint(io, 'red', '✖');
  const took = state.exitedAt === undefined ? '' : duration(state.exitedAt - state.enteredAt);
  const why = state.status === 'done' ? '' : [state.error, state.cause].filter((each) => each !== undefined).join(': ').split('\n', 1).join('').slice(0, 300);
  return table([[`${mark} ${state.name.padEnd(18)}`, took.padStart(10), timeOfDay(state.exitedAt ?? state.enteredAt), why]], '  ');
}
