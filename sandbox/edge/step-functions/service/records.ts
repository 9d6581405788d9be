/** What is known about executions and map runs, as it lies in memory and in journals. Times are milliseconds since 1970. */
import type { MapSpec } from '../run/host.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface ExecutionEnd {
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  readonly stopDate: number;
  /** JSON text. */
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

export interface ExecutionRecord {
  readonly arn: string;
  readonly name: string;
  readonly machineArn: string;
  readonly machineName: string;
  readonly roleArn: string;
  /** JSON text, as given. */
  readonly input: string;
  readonly startDate: number;
  /** Of executions that were started by name; children take theirs from the map run. */
  readonly definition?: string;
  readonly child?: ChildOf;
  status: ExecutionStatus;
  redriveCount: number;
  redriveDate?: number;
  stopDate?: number;
  output?: string;
  error?: string;
  cause?: string;
}

/** Which item of which map run a child execution works on. */
export interface ChildOf {
  readonly mapRunArn: string;
  readonly index: number;
  /** `$states.context.Map`. */
  readonly context: unknown;
  /** Redrives of the map run when the child began, or was redriven last. */
  attempt: number;
}

export interface MapRunRecord {
  readonly arn: string;
  /** Number of the execution in its tree that has the Map state. */
  readonly parent: number;
  readonly parentArn: string;
  readonly machineArn: string;
  readonly spec: MapSpec;
  readonly startDate: number;
  /** Items behind each child. */
  counts: readonly number[];
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  stopDate?: number;
  redriveCount: number;
}
