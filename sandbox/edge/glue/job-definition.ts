/** A Glue job as the control plane keeps it (CloudFormation and CreateJob write it there), as far as a run needs it. */
import { asObject, isObject, numberOf, textOf } from '../../json.ts';
import type { JsonObject } from '../../json.ts';
import type { ControlClient } from '../control-client.ts';

export interface GlueJob {
  readonly name: string;
  /** `glueetl`, `pythonshell`, … */
  readonly command: string;
  /** `s3://bucket/key`. */
  readonly scriptLocation: string;
  readonly defaultArguments: Readonly<Record<string, string>>;
  readonly nonOverridableArguments: Readonly<Record<string, string>>;
  readonly maxRetries: number;
  readonly timeoutMinutes: number;
  readonly maxConcurrentRuns: number;
  readonly workerType: string;
  readonly numberOfWorkers: number;
  readonly glueVersion: string;
}

/** @throws ControlError EntityNotFoundException, ControlUnreachableError */
export async function getJob(control: ControlClient, name: string): Promise<GlueJob> {
  return parseJob(asObject((await control.json('glue', 'AWSGlue.GetJob', { JobName: name }))['Job']));
}

/** Templates may give numbers as text. */
export function parseJob(job: JsonObject): GlueJob {
  const number = (value: unknown, otherwise: number): number => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : numberOf(value, otherwise));
  const command = asObject(job['Command']);
  return {
    name: textOf(job['Name']),
    command: textOf(command['Name']),
    scriptLocation: textOf(command['ScriptLocation']),
    defaultArguments: texts(job['DefaultArguments']),
    nonOverridableArguments: texts(job['NonOverridableArguments']),
    maxRetries: number(job['MaxRetries'], 0),
    timeoutMinutes: number(job['Timeout'], 480),
    maxConcurrentRuns: number(asObject(job['ExecutionProperty'])['MaxConcurrentRuns'], 1),
    workerType: textOf(job['WorkerType'], 'G.1X'),
    numberOfWorkers: number(job['NumberOfWorkers'], 2),
    glueVersion: textOf(job['GlueVersion'], '5.0'),
  };
}

export function texts(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).flatMap(([key, each]) => (typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean' ? [[key, String(each)]] : [])));
}
