/** One visit of a state: entered, worked, left; retried and caught where the definition says so. */
import type { State, WayOut } from '../definition/types.ts';
import { isSuspension, StatesError, takes, toStatesError } from '../errors.ts';
import { type At, evaluate, type Evaluator, type Scope } from '../expressions/evaluate.ts';
import type { Branch } from './branch.ts';
import { contextOf, type StateContext } from './context.ts';
import type { FrameData } from './frame.ts';
import { retryDelayMs } from './retry.ts';
import { reasonOf, sleep } from './time.ts';
import { workOf } from './work.ts';

const MAX_PAYLOAD_BYTES = 256 * 1024;
const DATA = { truncated: false } as const;

export interface Visit {
  readonly branch: Branch;
  readonly state: State;
  readonly name: string;
  readonly at: At;
  readonly context: StateContext;
  /** Evaluates with the values from before this state's Assign. */
  readonly evaluator: Evaluator;
}

export interface Left {
  /** Absent at the end of the thread. */
  readonly next?: string;
  readonly output: unknown;
  readonly variables: FrameData['variables'];
}

/** Error of a Fail state: the state itself is not reported as failed. */
export class FailStateError extends StatesError {}

export async function visitState(branch: Branch, state: State): Promise<Left> {
  const visit = enter(branch, state);
  for (;;) {
    try {
      await restOfRetryPause(visit);
      return await workOf(visit);
    } catch (error) {
      const failure = recordFailure(visit, error);
      if (mayTryAgain(visit, failure)) continue;
      return await caught(visit, failure);
    }
  }
}

/** Records that the state was entered; after a restart of the edge it already is. */
function enter(branch: Branch, state: State): Visit {
  const { run, frame, outer } = branch;
  const { state: name, input } = frame.data;
  if (frame.data.entered === undefined) {
    const before = frame.previous;
    const details = { stateEnteredEventDetails: { name, input: JSON.stringify(input), inputDetails: DATA } };
    const id = run.event(`${state.Type}StateEntered`, before, details);
    frame.previous = id;
    frame.patch({ entered: { id, at: run.host.clock.now(), before } });
  }
  const at = { state: name, enteredEventId: frame.data.entered?.id ?? 0 };
  const context = contextOf(branch, state);
  const scope: Scope = { variables: { ...outer, ...frame.data.variables }, states: { input, context } };
  return { branch, state, name, at, context, evaluator: { scope, at } };
}

/** Evaluates Output and Assign of a way out, records the exit, and says where to go. `seen` is what `$states` has beside the input. */
export async function leave(visit: Visit, way: WayOut, to: { output: unknown; next?: string | undefined; seen?: Partial<Scope['states']> }): Promise<Left> {
  const { branch, state, name } = visit;
  const { run, frame } = branch;
  const evaluator = to.seen === undefined ? visit.evaluator : seeing(visit, to.seen);
  const assigned = way.Assign === undefined ? undefined : (await evaluate(way.Assign, 'Assign', evaluator)) as FrameData['variables'];
  const output = 'Output' in way ? await evaluate(way.Output, 'Output', evaluator) : to.output;

  const text = JSON.stringify(output);
  if (Buffer.byteLength(text) > MAX_PAYLOAD_BYTES) throw new StatesError('States.DataLimitExceeded', `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`);
  branch.signal.throwIfAborted();
  const variables = assigned === undefined ? frame.data.variables : { ...frame.data.variables, ...assigned };
  const assignedDetails = assigned === undefined ? {} : { assignedVariables: texts(assigned), assignedVariablesDetails: DATA };
  frame.previous = run.event(`${state.Type}StateExited`, frame.previous, { stateExitedEventDetails: { name, output: text, outputDetails: DATA, ...assignedDetails } });
  return { ...(to.next === undefined ? {} : { next: to.next }), output, variables };
}

const texts = (values: FrameData['variables']): Record<string, string> => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]));

export function seeing(visit: Visit, more: Partial<Scope['states']>): Evaluator {
  const { scope, at } = visit.evaluator;
  return { at, scope: { ...scope, states: { ...scope.states, ...more } } };
}

/** Writes the events of a failure. @throws the signal's reason when the thread was cut */
function recordFailure({ branch, state, name, at }: Visit, error: unknown): StatesError {
  const { run, frame, signal } = branch;
  if (signal.aborted) {
    if (!isSuspension(signal.reason)) run.event(`${state.Type}StateAborted`, frame.previous);
    throw reasonOf(signal);
  }
  const failure = toStatesError(error);
  if (failure.error === 'States.QueryEvaluationError' && !failure.recorded) {
    failure.recorded = true;
    const untouched = frame.previous === at.enteredEventId && state.Type !== 'Wait';
    const details = { evaluationFailedEventDetails: { state: name, error: failure.error, cause: failure.reason, location: failure.location } };
    frame.previous = run.event('EvaluationFailed', untouched ? (frame.data.entered?.before ?? 0) : frame.previous, details);
  }
  const fansOut = state.Type === 'Map' || state.Type === 'Parallel';
  if (fansOut && !(failure instanceof FailStateError)) frame.previous = run.event(`${state.Type}StateFailed`, frame.previous);
  return failure;
}

/** Takes a retry if one is left: notes when it is due and clears what the failed try left behind. */
function mayTryAgain(visit: Visit, failure: StatesError): boolean {
  const { branch, state } = visit;
  const { run, frame } = branch;
  const index = (state.Retry ?? []).findIndex((retrier) => takes(retrier.ErrorEquals, failure.error));
  const retrier = state.Retry?.[index];
  const used = frame.data.retry?.used ?? [];
  const taken = used[index] ?? 0;
  if (retrier === undefined || taken >= (retrier.MaxAttempts ?? 3)) return false;

  const until = run.host.clock.now() + retryDelayMs(retrier, taken, () => run.host.random());
  const counts = Array.from({ length: Math.max(used.length, index + 1) }, (_, at) => (used[at] ?? 0) + (at === index ? 1 : 0));
  const total = (frame.data.retry?.total ?? 0) + 1;
  frame.startOver({ used: counts, total, until });
  visit.context.State.RetryCount = total;
  return true;
}

async function restOfRetryPause({ branch }: Visit): Promise<void> {
  const { run, frame, signal } = branch;
  const { retry } = frame.data;
  if (retry?.until === undefined) return;
  run.journal.flush();
  await sleep(run.host.clock, retry.until - run.host.clock.now(), signal);
  frame.patch({ retry: { used: retry.used, total: retry.total } });
}

async function caught(visit: Visit, failure: StatesError): Promise<Left> {
  const catcher = visit.state.Catch?.find(({ ErrorEquals }) => takes(ErrorEquals, failure.error));
  if (catcher === undefined) throw failure;
  const { error, reason } = failure;
  const errorOutput = { ...(error === undefined ? {} : { Error: error }), ...(reason === undefined ? {} : { Cause: reason }) };
  return leave(visit, catcher, { output: errorOutput, next: catcher.Next, seen: { errorOutput } });
}
