/** Iterations of an inline Map state: threads of the execution itself. */
import { runBranch } from './branch.ts';
import type { Frame, MapItem } from './frame.ts';
import { openThread } from './parallel.ts';
import { settle } from './settle.ts';
import type { Visit } from './visit.ts';

/** AWS runs no more iterations of an inline map at once, whatever MaxConcurrency says. */
const MAX_CONCURRENT = 40;

/** @throws StatesError of the first iteration that failed; the signal's reason */
export async function runIterations(visit: Visit, items: readonly MapItem[], concurrency: number): Promise<unknown[]> {
  const { frame, run, signal: outerSignal } = visit.branch;
  const stop = new AbortController();
  const chain: Chain = { last: frame.previous, ended: frame.previous };
  const signal = AbortSignal.any([outerSignal, stop.signal]);
  const work = items.map((item, index) => () => iterate(visit, { item, index, signal, chain }));
  try {
    const results = await settle(work, Math.min(concurrency > 0 ? concurrency : MAX_CONCURRENT, MAX_CONCURRENT), (error) => stop.abort(error));
    frame.previous = chain.ended;
    run.event('MapStateSucceeded', frame.previous);
    return results;
  } catch (error) {
    frame.previous = chain.failed ?? chain.last;
    throw error;
  }
}

/** How AWS links the events of iterations: each begins after the last one that ended before it. */
interface Chain {
  last: number;
  ended: number;
  failed?: number;
}

interface Iteration {
  readonly item: MapItem;
  readonly index: number;
  readonly signal: AbortSignal;
  readonly chain: Chain;
}

async function iterate(visit: Visit, { item, index, signal, chain }: Iteration): Promise<unknown> {
  const { run, frame, outer, machine } = visit.branch;
  const processor = visit.state.ItemProcessor ?? machine;
  const about = { index, name: visit.name };
  const thread = begin(visit, { name: `m${index}`, state: processor.StartAt, input: item.input, previous: chain.last, about });
  if (thread.data.done !== undefined) return thread.data.done.output;
  try {
    const output = await runBranch({ run, machine: processor, outer: { ...outer, ...frame.data.variables }, signal, mapContext: item.context, frame: thread });
    chain.last = thread.previous;
    chain.ended = run.event('MapIterationSucceeded', thread.previous, { mapIterationSucceededEventDetails: about });
    return output;
  } catch (error) {
    chain.failed ??= thread.previous;
    const [type, details] = signal.aborted ? ['MapIterationAborted', 'mapIterationAbortedEventDetails'] : ['MapIterationFailed', 'mapIterationFailedEventDetails'];
    if (!visit.branch.run.suspended) run.event(type ?? '', thread.previous, { [details ?? '']: about });
    throw error;
  }
}

/** Opens the iteration's frame and records its start, unless it has begun before a restart of the edge. */
function begin({ branch }: Visit, start: { name: string; state: string; input: unknown; previous: number; about: object }): Frame {
  const { run, frame } = branch;
  const known = frame.inside.get(start.name);
  if (known?.data.done !== undefined || known?.data.previous !== undefined) return known;
  const previous = run.event('MapIterationStarted', start.previous, { mapIterationStartedEventDetails: start.about });
  return openThread(frame, start.name, { state: start.state, input: start.input, previous });
}
