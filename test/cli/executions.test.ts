import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { statesOf } from '../../cli/executions/states.ts';
import { VERBS } from '../../cli/commands/index.ts';
import { executions } from '../../cli/commands/executions.ts';
import { waybill } from './cli-harness.ts';

const at = (id: number, previousEventId: number, type: string, more: Partial<HistoryEvent> = {}): HistoryEvent => ({ id, previousEventId, type: type as NonNullable<HistoryEvent['type']>, timestamp: new Date(Date.UTC(2026, 10, 21, 10, 0, id)), ...more });
const entered = (id: number, previous: number, type: string, name: string): HistoryEvent => at(id, previous, `${type}StateEntered`, { stateEnteredEventDetails: { name } });
const exited = (id: number, previous: number, type: string, name: string): HistoryEvent => at(id, previous, `${type}StateExited`, { stateExitedEventDetails: { name } });

it('tells tries, times and the last error of each state, also in branches that ran at the same time', () => {
  const events = [
    at(1, 0, 'ExecutionStarted'),
    entered(2, 0, 'Task', 'Plan'),
    at(3, 2, 'TaskFailed', { taskFailedEventDetails: { resourceType: 'lambda', resource: 'invoke', error: 'NotYet' } }),
    at(4, 3, 'TaskSucceeded'),
    exited(5, 4, 'Task', 'Plan'),
    entered(6, 5, 'Parallel', 'Both'),
    entered(7, 6, 'Task', 'Left'),
    entered(8, 6, 'Task', 'Right'),
    at(9, 8, 'TaskFailed', { taskFailedEventDetails: { resourceType: 'glue', resource: 'startJobRun.sync', error: 'States.TaskFailed', cause: 'no space' } }),
    at(10, 7, 'TaskStateAborted'),
    at(11, 9, 'ParallelStateFailed'),
    at(12, 11, 'ExecutionFailed'),
  ];

  expect(statesOf(events, false)).toEqual([
    { name: 'Plan', type: 'Task', status: 'done', enteredAt: Date.UTC(2026, 10, 21, 10, 0, 2), exitedAt: Date.UTC(2026, 10, 21, 10, 0, 5), retries: 1, error: 'NotYet', mapRuns: [] },
    { name: 'Both', type: 'Parallel', status: 'stopped', enteredAt: Date.UTC(2026, 10, 21, 10, 0, 6), retries: 0, mapRuns: [] },
    { name: 'Left', type: 'Task', status: 'stopped', enteredAt: Date.UTC(2026, 10, 21, 10, 0, 7), retries: 0, mapRuns: [] },
    { name: 'Right', type: 'Task', status: 'failed', enteredAt: Date.UTC(2026, 10, 21, 10, 0, 8), retries: 0, error: 'States.TaskFailed', cause: 'no space', mapRuns: [] },
  ]);
  expect(statesOf(events.slice(0, 8), true).map(({ status }) => status)).toEqual(['done', 'running', 'running', 'running']);
});

it('is a verb, and refuses options that cannot be before it looks for a platform', async () => {
  expect(VERBS).toContain(executions);
  const wrongStatus = await waybill(['executions', 'list', '--status', 'tired']);
  expect([wrongStatus.code, wrongStatus.err]).toEqual([2, expect.stringContaining('--status got "tired"; allowed: running, succeeded')]);
  const wrongLimit = await waybill(['executions', '--limit', '0']);
  expect([wrongLimit.code, wrongLimit.err]).toEqual([2, expect.stringContaining('--limit got "0"')]);
});
