import { publishDay } from '../../../lib/constructs/machines/publish-day.ts';
import { Lab, TurnedClock } from '../../sandbox/edge/step-functions/lab.ts';
import type { Ended } from '../../sandbox/edge/step-functions/lab.ts';

const RESULT = { state: 'published', summary: 'Days: 1 published (3 rows).' };
const REFUSED = {
  state: 'failed',
  summary: 'Days: 1 published (3 rows), 1 failed.',
  refused: [{ day: '2026-11-19', table: 'readings', rule: 'volume', text: '2026-11-19: readings broke volume (halt): 3 rows' }],
  advice: 'Readers keep what was published before.',
};

const { States } = publishDay({ environment: 'test', loadJob: 'load', goldJob: 'gold', gateFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:gate', lakeBucket: 'lake', topicArn: 'arn:aws:sns:eu-central-1:000000000000:notices', restateDays: 2, restateWeeklyDays: 5, workers: 2 }) as { States: Record<string, unknown> };

/** What the gold job was given. */
const given: Record<string, string>[] = [];
/** What people were told. */
const notices: { Subject: string; Message: string }[] = [];
let [result, runState]: [object, string] = [RESULT, 'SUCCEEDED'];
let lab: Lab;
beforeEach(() => {
  given.splice(0);
  notices.splice(0);
  [result, runState] = [RESULT, 'SUCCEEDED'];
  // A day that is complete at the first look.
  lab = new Lab({
    'lambda:Invoke': () => ({ StatusCode: 200, Payload: { step: 'publish', summary: '' } }),
    'glue:StartJobRun': (args: { Arguments: Record<string, string> }) => ({ JobRunId: `jr_${given.push(args.Arguments)}` }),
    'glue:GetJobRun': ({ RunId }: { RunId: string }) => ({ JobRun: { Id: RunId, JobRunState: runState, ErrorMessage: 'build-gold: no such table' } }),
    's3:GetObject': ({ Key }: { Key: string }) => ({ Body: JSON.stringify({ key: Key, ...result }) }),
    'sns:Publish': (notice: { Subject: string; Message: string }) => { notices.push(notice); return {}; },
  }, new TurnedClock());
});
afterEach(() => lab.close());

const publish = async (input: object = {}): Promise<Ended> => lab.ended(await lab.start(lab.deploy(States, { StartAt: 'Begin' }), { day: '2026-11-20', run: 'publish-day-2026-11-20', ...input }));

test.each([
  [{}, { '--run': 'publish-day-2026-11-20', '--dates': '2026-11-20,2026-11-19,2026-11-18', '--flagged': 'false' }],
  [{ restateDays: 0, severities: 'shipment_events.usual-volume=warn' }, { '--run': 'publish-day-2026-11-20', '--dates': '2026-11-20', '--flagged': 'false', '--audit-severities': 'shipment_events.usual-volume=warn' }],
])('a person\'s %j reaches the gold job, and nothing is passed that nobody said', async (input, expected) => {
  const ended = await publish(input);
  expect(ended.cause ?? '').toBe('');
  expect(ended).toMatchObject({ status: 'SUCCEEDED' });
  expect(given).toEqual([expected]);
});

it('a day that a rule refused is not tried again, and people are told once which rule and what to do', async () => {
  result = REFUSED;
  const ended = await publish();
  expect(ended).toMatchObject({ status: 'FAILED', error: 'Waybill.DayRefused', cause: '2026-11-19: readings broke volume (halt): 3 rows\nReaders keep what was published before.\nDays: 1 published (3 rows), 1 failed.' });
  expect(given).toHaveLength(1);
  expect(notices).toEqual([expect.objectContaining({ Subject: 'waybill test: refused, readers keep what they had: gold of 2026-11-19', Message: ended.cause })]);
});

it('a run that failed is tried once more, and its last words are what people read', async () => {
  runState = 'FAILED';
  expect(await publish()).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed', cause: 'build-gold: no such table' });
  expect([given.length, notices.map(({ Message }) => Message)]).toEqual([2, ['States.TaskFailed: build-gold: no such table']]);
});
