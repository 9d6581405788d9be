/** What Step Functions itself publishes about a machine, dimension StateMachineArn (Developer Guide, "Monitoring with CloudWatch"). */
import type { MetricSink } from '../../metric-sink.ts';
import type { ExecutionRecord, ExecutionStatus } from './records.ts';

const BY_STATUS: Readonly<Record<ExecutionStatus, string>> = {
  RUNNING: 'ExecutionsStarted',
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};
const ENDS = Object.values(BY_STATUS).filter((name) => name !== BY_STATUS.RUNNING);

/** Every end is counted in all of its metrics, with 0 in those it is not, so that alarms see data points. */
export function putExecutionMetrics(sink: MetricSink, { machineArn, status, startDate, redriveDate, stopDate }: ExecutionRecord, time: number): void {
  const common = { namespace: 'AWS/States', dimensions: { StateMachineArn: machineArn }, time };
  if (status === 'RUNNING') {
    sink.put({ ...common, name: BY_STATUS.RUNNING, value: 1, unit: 'Count' });
    return;
  }
  for (const name of ENDS) sink.put({ ...common, name, value: name === BY_STATUS[status] ? 1 : 0, unit: 'Count' });
  sink.put({ ...common, name: 'ExecutionTime', value: (stopDate ?? time) - (redriveDate ?? startDate), unit: 'Milliseconds' });
}
