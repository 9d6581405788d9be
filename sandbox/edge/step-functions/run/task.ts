/** A Task state: the call, its job or its token, its time-outs, and their history. */
import { StatesError, toStatesError } from '../errors.ts';
import { evaluate, evaluateAs } from '../expressions/evaluate.ts';
import { callIntegration, type Integration } from '../integrations/call-integration.ts';
import { isFunctionArn, parseResource, type Resource } from '../integrations/resource.ts';
import type { TaskProgress } from './frame.ts';
import { orAborted, reasonOf, sleep } from './time.ts';
import type { Visit } from './visit.ts';

const DATA = { truncated: false } as const;

/** @throws StatesError; the signal's reason */
export async function runTask(visit: Visit): Promise<unknown> {
  const { branch } = visit;
  const { run, frame, signal } = branch;
  const task = describe(visit);
  const progress = frame.data.task ?? (await schedule(visit, task));
  const limits = new AbortController();
  const inner = AbortSignal.any([signal, limits.signal]);
  startTimeout(visit, progress, limits, inner);

  try {
    const output = await work(visit, task, progress, inner);
    frame.previous = run.event(`${task.kind}Succeeded`, frame.previous, task.details('Succeeded', { output: JSON.stringify(output), outputDetails: DATA }));
    return output;
  } catch (error) {
    if (signal.aborted) throw reasonOf(signal);
    throw recordFailure(visit, task, error);
  } finally {
    limits.abort(new Error('the task is over'));
  }
}

interface Task {
  /** What its events are called by. */
  readonly kind: 'Task' | 'LambdaFunction';
  readonly resource: Resource;
  /** The ARN of a function that is the resource itself. */
  readonly functionArn?: string;
  /** `<kind><type>EventDetails` of a history event. */
  details(type: string, more: object): Record<string, unknown>;
}

function describe({ state }: Visit): Task {
  const arn = state.Resource ?? '';
  if (isFunctionArn(arn)) {
    const resource = parseResource('arn:aws:states:::lambda:invoke');
    return { kind: 'LambdaFunction', resource, functionArn: arn, details: (type, more) => ({ [`lambdaFunction${type}EventDetails`]: more }) };
  }
  const resource = parseResource(arn);
  const head = { resourceType: resource.type, resource: resource.name };
  return { kind: 'Task', resource, details: (type, more) => ({ [`task${type}EventDetails`]: { ...head, ...more } }) };
}

/** Evaluates the task's fields, records that it is scheduled and started, and notes all that in the frame. */
async function schedule(visit: Visit, task: Task): Promise<TaskProgress> {
  const { state, branch, evaluator, context } = visit;
  const { run, frame } = branch;
  const timeout = state.TimeoutSeconds === undefined ? undefined : await evaluateAs('number', state.TimeoutSeconds, 'TimeoutSeconds', evaluator);
  const heartbeat = state.HeartbeatSeconds === undefined ? undefined : await evaluateAs('number', state.HeartbeatSeconds, 'HeartbeatSeconds', evaluator);
  const token = task.resource.pattern === 'waitForTaskToken' ? run.host.newId() : undefined;
  if (token !== undefined) context.Task = { Token: token };
  const args = state.Arguments === undefined ? frame.data.input : await evaluate(state.Arguments, 'Arguments', evaluator);

  const limits = { ...(timeout === undefined ? {} : { timeoutInSeconds: timeout }), ...(heartbeat === undefined ? {} : { heartbeatInSeconds: heartbeat }) };
  const text = JSON.stringify(args);
  const what = task.functionArn === undefined ? { region: run.host.region, parameters: text } : { resource: task.functionArn, input: text, inputDetails: DATA };
  frame.previous = run.event(`${task.kind}Scheduled`, frame.previous, task.details('Scheduled', { ...what, ...limits }));
  frame.previous = run.event(`${task.kind}Started`, frame.previous, task.functionArn === undefined ? task.details('Started', {}) : {});
  const progress: TaskProgress = {
    args,
    ...(timeout === undefined ? {} : { timeoutSeconds: timeout, deadline: run.host.clock.now() + timeout * 1000 }),
    ...(heartbeat === undefined ? {} : { heartbeatSeconds: heartbeat }),
    ...(token === undefined ? {} : { token }),
  };
  frame.patch({ task: progress });
  return progress;
}

/** Time is up: neither a failure of the task nor of the service. */
class TimeoutError extends StatesError {}

function startTimeout({ branch }: Visit, progress: TaskProgress, limits: AbortController, signal: AbortSignal): void {
  const { clock } = branch.run.host;
  if (progress.deadline === undefined) return;
  sleep(clock, progress.deadline - clock.now(), signal).then(() => limits.abort(new TimeoutError('States.Timeout')), () => undefined);
}

async function work(visit: Visit, task: Task, progress: TaskProgress, signal: AbortSignal): Promise<unknown> {
  const { run, frame } = visit.branch;
  const { host } = run;
  const { heartbeatSeconds, token } = progress;
  const result = token === undefined ? undefined : host.tokens.wait(token, heartbeatSeconds === undefined ? undefined : heartbeatSeconds * 1000, signal);
  result?.catch(() => undefined);

  const submitted = (output: unknown): void => {
    frame.previous = run.event('TaskSubmitted', frame.previous, task.details('Submitted', { output: JSON.stringify(output), outputDetails: DATA }));
    frame.patch({ task: { ...progress, submitted: output } });
    run.journal.flush();
  };
  run.journal.flush();
  const integration: Integration = { resource: task.resource, host, signal, submitted, earlier: progress.submitted };
  if (result === undefined) return orAborted(invoke(integration, task, progress.args), signal);

  if (progress.submitted === undefined) submitted(await orAborted(invoke(integration, task, progress.args), signal));
  return orAborted(result, signal);
}

/** A function named by its ARN answers with its payload alone. */
async function invoke(integration: Integration, { functionArn }: Task, args: unknown): Promise<unknown> {
  if (functionArn === undefined) return callIntegration(integration, args);
  const answer = (await callIntegration(integration, { FunctionName: functionArn, Payload: args })) as { Payload: unknown };
  return answer.Payload;
}

function recordFailure({ branch, state }: Visit, task: Task, error: unknown): StatesError {
  const { run, frame } = branch;
  const failure = toStatesError(error);
  const late = failure instanceof TimeoutError || failure.error === 'States.HeartbeatTimeout';
  const name = late ? 'States.Timeout' : failure.error;
  const type = late ? 'TimedOut' : 'Failed';
  frame.previous = run.event(`${task.kind}${type}`, frame.previous, task.details(type, { error: name, ...(failure.reason === undefined ? {} : { cause: failure.reason }) }));
  // Who does not name the heartbeat sees the time-out.
  const named = [...(state.Retry ?? []), ...(state.Catch ?? [])].some(({ ErrorEquals }) => failure.error !== undefined && ErrorEquals.includes(failure.error));
  return late && !named ? new StatesError('States.Timeout', failure.reason) : failure;
}
