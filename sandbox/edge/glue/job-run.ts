/** One run of a job: what is kept about it, and how GetJobRun shows it. */
import { randomBytes } from 'node:crypto';
import type { GlueJob } from './job-definition.ts';

export const ENDED = ['SUCCEEDED', 'FAILED', 'STOPPED', 'TIMEOUT'] as const;
/** WAITING: for a place on this machine, or for Spark's set-up; `stateDetail` says for which. */
export type RunState = 'WAITING' | 'STARTING' | 'RUNNING' | 'STOPPING' | (typeof ENDED)[number];

export interface JobRun {
  readonly id: string;
  /** The job as it was when the run was asked for. */
  readonly job: GlueJob;
  /** The run's own arguments, without the job's. */
  readonly arguments: Readonly<Record<string, string>>;
  readonly timeoutMinutes: number;
  readonly workerType: string;
  readonly numberOfWorkers: number;
  /** 0 for the first try. */
  readonly attempt: number;
  readonly previousRunId?: string;
  /** Times in milliseconds since 1970. */
  readonly startedAt: number;
  readonly state: RunState;
  readonly changedAt: number;
  readonly stateDetail?: string;
  readonly runningSince?: number;
  readonly endedAt?: number;
  readonly errorMessage?: string;
  /** Process group of Spark while it runs. */
  readonly pid?: number;
}

export const hasEnded = ({ state }: JobRun): boolean => (ENDED as readonly string[]).includes(state);

export interface RunWishes {
  readonly arguments: Readonly<Record<string, string>>;
  readonly timeoutMinutes?: number;
  readonly workerType?: string;
  readonly numberOfWorkers?: number;
}

export function newRun(job: GlueJob, wishes: RunWishes, now: number): JobRun {
  return {
    id: `jr_${randomBytes(32).toString('hex')}`,
    job,
    arguments: wishes.arguments,
    timeoutMinutes: wishes.timeoutMinutes ?? job.timeoutMinutes,
    workerType: wishes.workerType ?? job.workerType,
    numberOfWorkers: wishes.numberOfWorkers ?? job.numberOfWorkers,
    attempt: 0,
    startedAt: now,
    changedAt: now,
    state: 'STARTING',
  };
}

/** The next try of a run that failed: an own run with an id of its own, as Glue names it. */
export function nextAttempt(failed: JobRun, now: number): JobRun {
  const attempt = failed.attempt + 1;
  const { id, job, arguments: own, timeoutMinutes, workerType, numberOfWorkers } = failed;
  return { id: `${id.replace(/_attempt_\d+$/, '')}_attempt_${attempt}`, job, arguments: own, timeoutMinutes, workerType, numberOfWorkers, attempt, previousRunId: id, startedAt: now, changedAt: now, state: 'STARTING' };
}

/** Seconds of running so far; waiting costs nothing. */
export function executionSeconds(run: JobRun, now: number): number {
  return run.runningSince === undefined ? 0 : Math.round(((run.endedAt ?? now) - run.runningSince) / 1000);
}

/** As GetJobRun answers. */
export function describeRun(run: JobRun, now: number): object {
  return {
    Id: run.id,
    Attempt: run.attempt,
    ...(run.previousRunId === undefined ? {} : { PreviousRunId: run.previousRunId }),
    JobName: run.job.name,
    JobMode: 'SCRIPT',
    StartedOn: run.startedAt / 1000,
    LastModifiedOn: run.changedAt / 1000,
    ...(run.endedAt === undefined ? {} : { CompletedOn: run.endedAt / 1000 }),
    JobRunState: run.state,
    ...(run.stateDetail === undefined ? {} : { StateDetail: run.stateDetail }),
    ...(run.errorMessage === undefined ? {} : { ErrorMessage: run.errorMessage }),
    Arguments: run.arguments,
    PredecessorRuns: [],
    AllocatedCapacity: run.numberOfWorkers,
    MaxCapacity: run.numberOfWorkers,
    ExecutionTime: executionSeconds(run, now),
    Timeout: run.timeoutMinutes,
    WorkerType: run.workerType,
    NumberOfWorkers: run.numberOfWorkers,
    LogGroupName: '/aws-glue/jobs',
    GlueVersion: run.job.glueVersion,
  };
}
