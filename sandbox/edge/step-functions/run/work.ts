/** What each type of state does between being entered and being left. */
import type { State } from '../definition/types.ts';
import { StatesError } from '../errors.ts';
import { evaluateAs, queryError } from '../expressions/evaluate.ts';
import { runMap } from './map.ts';
import { runParallel } from './parallel.ts';
import { runTask } from './task.ts';
import { sleep } from './time.ts';
import { FailStateError, leave, type Left, type Visit } from './visit.ts';

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

export async function workOf(visit: Visit): Promise<Left> {
  const { state } = visit;
  const { input } = visit.branch.frame.data;
  switch (state.Type) {
    case 'Pass':
    case 'Succeed':
      return leave(visit, state, { output: input, next: state.Next });
    case 'Wait':
      await wait(visit);
      return leave(visit, state, { output: input, next: state.Next });
    case 'Choice':
      return choose(visit);
    case 'Fail':
      return fail(visit);
    case 'Task':
      return withResult(visit, await runTask(visit));
    case 'Parallel':
      return withResult(visit, await runParallel(visit));
    case 'Map':
      return withResult(visit, await runMap(visit));
  }
}

const withResult = (visit: Visit, result: unknown): Promise<Left> => leave(visit, visit.state, { output: result, next: visit.state.Next, seen: { result } });

async function choose(visit: Visit): Promise<Left> {
  const { state, evaluator, name, at } = visit;
  const { input } = visit.branch.frame.data;
  for (const [index, rule] of (state.Choices ?? []).entries()) {
    const holds = typeof rule.Condition === 'boolean' ? rule.Condition : await evaluateAs('boolean', rule.Condition, `Choices[${index}]/Condition`, evaluator);
    if (holds) return leave(visit, rule, { output: input, next: rule.Next });
  }
  if (state.Default !== undefined) return leave(visit, state, { output: input, next: state.Default });
  const text = `An error occurred while executing the state '${name}' (entered at the event id #${at.enteredEventId}). Failed to transition out of the state. The state's choices did not match and no default was given.`;
  throw new StatesError('States.NoChoiceMatched', text);
}

async function fail({ state, evaluator }: Visit): Promise<never> {
  const error = state.Error === undefined ? undefined : await evaluateAs('string', state.Error, 'Error', evaluator);
  const cause = state.Cause === undefined ? undefined : await evaluateAs('string', state.Cause, 'Cause', evaluator);
  throw new FailStateError(error, cause);
}

async function wait(visit: Visit): Promise<void> {
  const { run, frame, signal } = visit.branch;
  const { clock } = run.host;
  const until = frame.data.until ?? (await endOfWait(visit.state, visit, clock.now()));
  if (frame.data.until === undefined) frame.patch({ until });
  run.journal.flush();
  await sleep(clock, until - clock.now(), signal);
}

async function endOfWait({ Seconds, Timestamp }: State, { evaluator, at }: Visit, now: number): Promise<number> {
  if (Seconds !== undefined) return now + 1000 * (await evaluateAs('number', Seconds, 'Seconds', evaluator));
  const stamp = await evaluateAs('string', Timestamp, 'Timestamp', evaluator);
  const time = TIMESTAMP.test(stamp) ? Date.parse(stamp) : NaN;
  if (Number.isNaN(time)) throw queryError(at, 'Timestamp', `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${stamp}`);
  return time;
}
