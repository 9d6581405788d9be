/** One thread through the states of a machine: the execution itself, a branch of a Parallel state, an iteration of a Map state. */
import type { Machine } from '../definition/types.ts';
import { StatesError } from '../errors.ts';
import type { Frame, FrameData } from './frame.ts';
import type { Run } from './run.ts';
import { visitState } from './visit.ts';

export interface Branch {
  readonly run: Run;
  readonly frame: Frame;
  readonly machine: Machine;
  /** Variables of the threads around it: readable, not assignable. */
  readonly outer: FrameData['variables'];
  /** `$states.context.Map`. */
  readonly mapContext?: unknown;
  readonly signal: AbortSignal;
}

/** Runs from where the frame stands to the end and answers the output. @throws StatesError; the signal's reason */
export async function runBranch(branch: Branch): Promise<unknown> {
  const { frame, machine, signal } = branch;
  while (frame.data.done === undefined) {
    signal.throwIfAborted();
    const state = machine.States[frame.data.state];
    if (state === undefined) throw new StatesError('States.Runtime', `State ${frame.data.state} does not exist`);
    const { next, output, variables } = await visitState(branch, state);
    if (next === undefined) frame.finish(output);
    else frame.move(next, output, variables);
  }
  return frame.data.done.output;
}
