/** A Parallel state: all branches at once; the first failure cuts the others. */
import { evaluate } from '../expressions/evaluate.ts';
import { runBranch } from './branch.ts';
import type { Frame } from './frame.ts';
import { settle } from './settle.ts';
import type { Visit } from './visit.ts';

/** @throws StatesError of the first branch that failed; the signal's reason */
export async function runParallel(visit: Visit): Promise<unknown[]> {
  const { state, evaluator, branch } = visit;
  const { run, frame } = branch;
  const { value: input } = frame.data.branchInput ?? { value: state.Arguments === undefined ? frame.data.input : await evaluate(state.Arguments, 'Arguments', evaluator) };
  if (frame.data.started === undefined) {
    frame.previous = run.event('ParallelStateStarted', frame.previous);
    frame.patch({ started: frame.previous, branchInput: { value: input } });
  }

  const started = frame.data.started ?? frame.previous;
  const stop = new AbortController();
  const signal = AbortSignal.any([branch.signal, stop.signal]);
  const outer = { ...branch.outer, ...frame.data.variables };
  const machines = state.Branches ?? [];
  const threads = machines.map((machine, index) => openThread(frame, `b${index}`, { state: machine.StartAt, input, previous: started }));
  const work = machines.map((machine, index) => () => runBranch({ run, machine, outer, signal, mapContext: branch.mapContext, frame: threads[index] ?? frame }));
  const results = await settle(work, Infinity, (error, index) => {
    frame.previous = threads[index]?.previous ?? frame.previous;
    stop.abort(error);
  });

  frame.previous = Math.max(started, ...threads.map((thread) => thread.previous));
  run.event('ParallelStateSucceeded', frame.previous);
  return results;
}

/** The frame of a branch or iteration; one that a redrive begins anew hangs on its parent's newest event. */
export function openThread(parent: Frame, name: string, start: { state: string; input: unknown; previous: number }): Frame {
  const thread = parent.open(name, () => ({ ...start, variables: {} }));
  if (thread.data.previous === undefined) thread.previous = start.previous;
  return thread;
}
