import { compareLogic } from '../../../lib/constructs/machines/compare-logic.ts';
import { Lab, TurnedClock } from '../../sandbox/edge/step-functions/lab.ts';

const { States } = compareLogic({ environment: 'test', job: 'compare', lakeBucket: 'lake', topicArn: 'arn:aws:sns:eu-central-1:000000000000:notices' }) as { States: Record<string, unknown> };
let lab: Lab;
let state: string;
const runs: Record<string, string>[] = [];
const notices: string[] = [];
beforeEach(() => {
  state = 'SUCCEEDED';
  runs.splice(0);
  notices.splice(0);
  lab = new Lab({
    'glue:StartJobRun': (args: { Arguments: Record<string, string> }) => { runs.push(args.Arguments); return { JobRunId: 'jr' }; },
    'glue:GetJobRun': () => ({ JobRun: { Id: 'jr', JobRunState: state, ErrorMessage: 'no such table' } }),
    's3:GetObject': ({ Key }: { Key: string }) => ({ Body: JSON.stringify({ read: Key, exceeds: true }) }),
    'sns:Publish': ({ Message }: { Message: string }) => { notices.push(Message); return {}; },
  }, new TurnedClock());
});
afterEach(() => lab.close());

it('hands on what it is asked, and answers what the job found', async () => {
  const input = { run: 'c1', from: '2026-10-01', to: '2026-10-02' };
  expect(await lab.output(States, { ...input, candidate: 'v2', tolerancesKey: 'k' })).toEqual({ run: 'c1', result: { read: 'runs/compare-logic/c1/result.json', exceeds: true } });
  expect(await lab.output(States, { ...input, against: 'published', tables: 'cost_daily' }, { name: 'second' })).toMatchObject({ run: 'c1' });
  const common = { '--run': 'c1', '--from': '2026-10-01', '--to': '2026-10-02' };
  expect(runs).toEqual([{ ...common, '--candidate': 'v2', '--tolerances-key': 'k' }, { ...common, '--against': 'published', '--tables': 'cost_daily' }]);
  expect(notices).toEqual([]);
});

it('tells people once when the job fails twice', async () => {
  state = 'FAILED';
  expect(await lab.run(States, { run: 'c1', from: '2026-10-01', to: '2026-10-02', candidate: 'v2' })).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
  expect([runs.length, notices.length]).toEqual([2, 1]);
  expect(notices[0]).toContain('no such table');
});
