import { publishDay } from '../../../lib/constructs/machines/publish-day.ts';
import { Lab, TurnedClock } from '../../sandbox/edge/step-functions/lab.ts';

const RESULT = { state: 'published', summary: 'Days: 1 published (3 rows).' };

const { States } = publishDay({ environment: 'test', loadJob: 'load', goldJob: 'gold', gateFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:gate', lakeBucket: 'lake', topicArn: 'arn:aws:sns:eu-central-1:000000000000:notices', restateDays: 2, restateWeeklyDays: 5, workers: 2 }) as { States: Record<string, unknown> };

/** What the gold job was given. */
const given: Record<string, string>[] = [];
let lab: Lab;
beforeEach(() => {
  given.splice(0);
  // A day that is complete at the first look.
  lab = new Lab({
    'lambda:Invoke': () => ({ StatusCode: 200, Payload: { step: 'publish', summary: '' } }),
    'glue:StartJobRun': (args: { Arguments: Record<string, string> }) => ({ JobRunId: `jr_${given.push(args.Arguments)}` }),
    'glue:GetJobRun': ({ RunId }: { RunId: string }) => ({ JobRun: { Id: RunId, JobRunState: 'SUCCEEDED' } }),
    's3:GetObject': () => ({ Body: JSON.stringify(RESULT) }),
    'sns:Publish': () => ({}),
  }, new TurnedClock());
});
afterEach(() => lab.close());

test.each([
  [{}, { '--run': 'publish-day-2026-11-20', '--dates': '2026-11-20,2026-11-19,2026-11-18', '--flagged': 'false' }],
  [{ restateDays: 0, severities: 'shipment_events.usual-volume=warn' }, { '--run': 'publish-day-2026-11-20', '--dates': '2026-11-20', '--flagged': 'false', '--audit-severities': 'shipment_events.usual-volume=warn' }],
])('a person\'s %j reaches the gold job, and nothing is passed that nobody said', async (input, expected) => {
  const ended = await lab.ended(await lab.start(lab.deploy(States, { StartAt: 'Begin' }), { day: '2026-11-20', run: 'publish-day-2026-11-20', ...input }));
  expect(ended.cause ?? '').toBe('');
  expect(ended).toMatchObject({ status: 'SUCCEEDED' });
  expect(given).toEqual([expected]);
});
