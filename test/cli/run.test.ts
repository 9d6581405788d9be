import { VERBS } from '../../cli/commands/index.ts';
import { failureOf, runMachine } from '../../cli/commands/run.ts';
import { waybill } from './cli-harness.ts';

it('is a verb', () => {
  expect(VERBS).toContain(runMachine);
});

it.each([
  [['run', 'publish'], 'No state machine is called "publish". Allowed: ingest-silver, publish-day'],
  [['run', 'publish-day', '--date', '2026-02-30'], '--date got "2026-02-30"; allowed: a day of the calendar'],
  [['run', 'publish-day', '--size', 'huge'], '--size got "huge"; allowed: larger'],
  [['run', 'publish-day', '--restate-days', '-1'], '--restate-days got "-1"; allowed: a whole number from 0 to 400'],
  [['run', 'publish-day', '--severity', 'usual-volume'], '--severity got "usual-volume"; allowed: <table>.<rule>=<halt, quarantine or warn>'],
  [['run', 'ingest-silver', '--severity', 'a.b=warn'], 'ingest-silver takes no --severity: it is about no day'],
  [['run', 'ingest-silver', '--date', '2026-11-20'], 'ingest-silver takes no --date: it is about no day'],
])('refuses %j before it looks for a platform', async (args, message) => {
  const { code, err } = await waybill(args);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
});

it('says which rule refused a day and what to do, and offers no redrive for it', () => {
  const cause = '2026-11-19: readings broke volume (halt, owner labs): 3; allowed: at least 50% of the median\nTo see more: npx waybill quality report --date 2026-11-19';
  const refused = failureOf({ status: 'FAILED', error: 'Waybill.DayRefused', cause }, 'publish-day-x');
  expect(refused?.message).toBe(`Rules refused what was to be published.\n${cause}`);
  expect(refused?.todo).toBe('By kind of rule: docs/runbooks/day-refused.md');
  expect(failureOf({ status: 'FAILED', error: 'States.TaskFailed', cause: 'no worker' }, 'publish-day-x')).toMatchObject({ message: 'publish-day-x ended FAILED: States.TaskFailed no worker', todo: expect.stringContaining('redrive publish-day-x') as string });
  expect(failureOf({ status: 'SUCCEEDED' }, 'publish-day-x')).toBeUndefined();
});
