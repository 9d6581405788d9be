/** `.sync`: jobs that are polled until they end, and stopped when the task is. */
import { asObject, type JsonObject } from '../../../json.ts';
import { isSuspension, StatesError } from '../errors.ts';
import { ServiceError } from '../run/host.ts';
import { reasonOf, sleep } from '../run/time.ts';
import { call, type Integration } from './call-integration.ts';

const FIRST_POLL_MS = 200;
const SLOWEST_POLL_MS = 2_000;

export interface JobState {
  readonly state: 'running' | 'succeeded' | 'failed';
  /** The task's result, or the failure's cause. */
  readonly output: unknown;
}

export interface Job {
  poll(): Promise<JobState>;
  stop(): Promise<unknown>;
}

/** @throws StatesError `States.TaskFailed` with the job's description as cause; the signal's reason, after the job was stopped */
export async function followJob({ host, signal }: Integration, job: Job): Promise<unknown> {
  try {
    for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 1.5, SLOWEST_POLL_MS)) {
      const { state, output } = await pollThrough(job);
      if (state === 'succeeded') return output;
      if (state === 'failed') throw new StatesError('States.TaskFailed', JSON.stringify(output));
      await sleep(host.clock, pause, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    // The edge stops, the job does not: after its start the execution goes on with this job.
    if (!isSuspension(signal.reason)) await job.stop().catch(() => undefined);
    throw reasonOf(signal);
  }
}

/** A service that is just restarting says nothing about the job. */
async function pollThrough(job: Job): Promise<JobState> {
  try {
    return await job.poll();
  } catch (error) {
    if (error instanceof ServiceError && (error.status === 0 || error.status >= 500 || error.code.startsWith('Throttl'))) return { state: 'running', output: undefined };
    throw error;
  }
}

const FAILED_RUNS: readonly unknown[] = ['FAILED', 'STOPPED', 'TIMEOUT', 'ERROR', 'EXPIRED'];

export function glueJob(integration: Integration, jobName: string, started: JsonObject): Job {
  const { calls } = integration.host;
  const runId = started['JobRunId'];
  return {
    async poll() {
      const { JobRun: run } = await calls.call('glue', 'GetJobRun', { JobName: jobName, RunId: runId });
      const state = asObject(run)['JobRunState'];
      return { state: state === 'SUCCEEDED' ? 'succeeded' : FAILED_RUNS.includes(state) ? 'failed' : 'running', output: run };
    },
    stop: () => calls.call('glue', 'BatchStopJobRun', { JobName: jobName, JobRunIds: [runId] }),
  };
}

export function athenaJob(integration: Integration, started: JsonObject): Job {
  const { calls } = integration.host;
  const query = { QueryExecutionId: started['QueryExecutionId'] };
  return {
    async poll() {
      const answer = await calls.call('athena', 'GetQueryExecution', query);
      const execution = asObject(answer['QueryExecution']);
      const state = asObject(execution['Status'])['State'];
      if (state === 'SUCCEEDED') return { state: 'succeeded', output: answer };
      return { state: state === 'FAILED' || state === 'CANCELLED' ? 'failed' : 'running', output: execution };
    },
    stop: () => calls.call('athena', 'StopQueryExecution', query),
  };
}

const EXECUTION_FIELDS = ['ExecutionArn', 'StateMachineArn', 'Name', 'Status', 'StartDate', 'StopDate', 'Input', 'Output', 'Error', 'Cause'];

export function executionJob(integration: Integration, started: JsonObject): Job {
  const execution = { ExecutionArn: started['ExecutionArn'] };
  return {
    async poll() {
      const answer = await call(integration, 'sfn', 'DescribeExecution', execution);
      const status = answer['Status'];
      const view = Object.fromEntries(EXECUTION_FIELDS.filter((field) => answer[field] !== undefined).map((field) => [field, answer[field]]));
      return { state: status === 'RUNNING' ? 'running' : status === 'SUCCEEDED' ? 'succeeded' : 'failed', output: integration.resource.pattern === 'sync:2' ? withParsed(view) : view };
    },
    stop: () => call(integration, 'sfn', 'StopExecution', { ...execution, Error: 'States.TaskFailed', Cause: 'The execution that started this one was stopped.' }),
  };
}

/** `.sync:2` hands on input and output as values, `.sync` as texts. */
function withParsed(view: JsonObject): JsonObject {
  const parsed = Object.entries(view).map(([field, value]) => [field, (field === 'Input' || field === 'Output') && typeof value === 'string' ? (JSON.parse(value) as unknown) : value]);
  return Object.fromEntries(parsed) as JsonObject;
}
