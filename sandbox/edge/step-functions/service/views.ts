/** Records in the shapes of the API's answers. The wire counts times in seconds. */
import type { JsonObject } from '../../../json.ts';
import type { HistoryEvent } from '../run/journal.ts';
import type { ChildResult } from '../run/host.ts';
import type { ExecutionTree, MapRun } from './execution-tree.ts';
import type { ExecutionRecord, ExecutionStatus } from './records.ts';

export const seconds = (milliseconds: number): number => milliseconds / 1000;

const REDRIVABLE: readonly ExecutionStatus[] = ['FAILED', 'ABORTED', 'TIMED_OUT'];

/** Why an execution cannot be redriven, or undefined. */
export function notRedrivable({ status, child }: ExecutionRecord): string | undefined {
  if (child !== undefined) return 'Execution was started by a map run: redrive the execution that the map run belongs to.';
  return REDRIVABLE.includes(status) ? undefined : `Execution is ${status} and cannot be redriven`;
}

export function describeExecution(record: ExecutionRecord): object {
  const { arn, name, machineArn, status, input, output, error, cause, child, redriveCount } = record;
  const reason = notRedrivable(record);
  return {
    executionArn: arn,
    stateMachineArn: machineArn,
    name,
    status,
    ...timesOf(record),
    input,
    inputDetails: { included: true },
    ...(output === undefined ? {} : { output, outputDetails: { included: true } }),
    error,
    cause,
    mapRunArn: child?.mapRunArn,
    redriveCount,
    redriveStatus: child !== undefined ? 'REDRIVABLE_BY_MAP_RUN' : reason === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    redriveStatusReason: reason,
  };
}

export function listedExecution(record: ExecutionRecord, itemCount?: number): object {
  const { arn, name, machineArn, status, child, redriveCount } = record;
  return { executionArn: arn, stateMachineArn: machineArn, name, status, ...timesOf(record), mapRunArn: child?.mapRunArn, itemCount, redriveCount };
}

function timesOf({ startDate, stopDate, redriveDate }: ExecutionRecord): object {
  return { startDate: seconds(startDate), ...(stopDate === undefined ? {} : { stopDate: seconds(stopDate) }), ...(redriveDate === undefined ? {} : { redriveDate: seconds(redriveDate) }) };
}

export function toChildResult({ arn, name, status, startDate, stopDate, input, output, error, cause }: ExecutionRecord): ChildResult {
  return {
    arn, name, status, startDate, input,
    ...(stopDate === undefined ? {} : { stopDate }),
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
}

const DATA_FIELDS = ['input', 'output', 'parameters'];

export function historyEvent(event: HistoryEvent, withData: boolean): object {
  const plain = { ...event, timestamp: seconds(event.timestamp) };
  if (withData) return plain;
  return JSON.parse(JSON.stringify(plain, (key, value: unknown) => (DATA_FIELDS.includes(key) && typeof value === 'string' ? undefined : value))) as object;
}

export function listedMapRun({ record }: MapRun): object {
  const { arn, parentArn, machineArn, spec, startDate, stopDate } = record;
  return { executionArn: parentArn, mapRunArn: arn, stateMachineArn: `${machineArn}/${spec.label}`, startDate: seconds(startDate), ...(stopDate === undefined ? {} : { stopDate: seconds(stopDate) }) };
}

export function describeMapRun(mapRun: MapRun): object {
  const { arn, parentArn, status, startDate, stopDate, spec, redriveCount } = mapRun.record;
  return {
    mapRunArn: arn,
    executionArn: parentArn,
    status,
    startDate: seconds(startDate),
    ...(stopDate === undefined ? {} : { stopDate: seconds(stopDate) }),
    maxConcurrency: spec.maxConcurrency,
    toleratedFailureCount: spec.toleratedCount ?? 0,
    toleratedFailurePercentage: spec.toleratedPercentage ?? 0,
    itemCounts: counts(mapRun, (items) => items),
    executionCounts: counts(mapRun, () => 1),
    redriveCount,
  };
}

const COUNTED: Readonly<Record<ExecutionStatus, string>> = { RUNNING: 'running', SUCCEEDED: 'succeeded', FAILED: 'failed', TIMED_OUT: 'timedOut', ABORTED: 'aborted' };

function counts({ record, children }: MapRun, weight: (items: number) => number): JsonObject {
  const found: Record<string, number> = { pending: 0, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0, total: 0 };
  record.counts.forEach((items, index) => {
    const child = children[index];
    const name = child === undefined ? 'pending' : COUNTED[child.record.status];
    found[name] = (found[name] ?? 0) + weight(items);
    found['total'] = (found['total'] ?? 0) + weight(items);
  });
  return { ...found, resultsWritten: found['succeeded'] ?? 0, failuresNotRedrivable: 0, pendingRedrive: 0 };
}

/** All map runs below an execution, oldest first. */
export const mapRunsOf = (tree: ExecutionTree, parentArn: string): MapRun[] => [...tree.mapRuns.values()].filter(({ record }) => record.parentArn === parentArn);
