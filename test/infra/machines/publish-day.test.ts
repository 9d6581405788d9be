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

const { States } = publishDay({ environment: 'test', loadJob: 'load', goldJob: 'gold', gateFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:gate', lakeBucket: 'lake', topicArn: 'arn:aws:sns:eu-central-1:000000000000:notices', restateDays: 2, restateWeeklyDays: 5, workers: 2, windowSeconds: 10 }) as { States: Record<string, unknown> };

/** What the gold job was given. */
const given: Record<string, string>[] = [];
/** What people were told. */
const notices: { Subject: string; Message: string }[] = [];
let [result, runState]: [object, string] = [RESULT, 'SUCCEEDED'];
/** What is noted for the alarm `run-failed`. */
interface Noted { readonly Namespace: string; readonly MetricData: readonly { readonly Timestamp: string }[] }
const noted: Noted[] = [];
/** What the gate answers, look by look, and what it was asked. */
let looks: object[] = [];
const asked: object[] = [];
/** Runs of the gold job before this one, newest first. */
let before: object[] = [];
let lab: Lab;
let clock: TurnedClock;
beforeEach(() => {
  given.splice(0);
  notices.splice(0);
  noted.splice(0);
  asked.splice(0);
  [result, runState, looks, before] = [RESULT, 'SUCCEEDED', [], []];
  clock = new TurnedClock(600_000);
  // A day that is complete at the first look.
  lab = new Lab({
    'lambda:Invoke': ({ Payload }: { Payload: object }) => {
      asked.push(Payload);
      return { StatusCode: 200, Payload: { summary: '', objective: '05:30', agreement: '06:00', estimate: '05:50', late: false, hurry: false, ...(looks.shift() ?? { step: 'publish' }) } };
    },
    'glue:GetJobRuns': () => ({ JobRuns: before }),
    'glue:StartJobRun': (args: { Arguments: Record<string, string> }) => ({ JobRunId: `jr_${given.push(args.Arguments)}` }),
    'glue:GetJobRun': ({ RunId }: { RunId: string }) => ({ JobRun: { Id: RunId, JobRunState: runState, ErrorMessage: 'build-gold: no such table' } }),
    's3:GetObject': ({ Key }: { Key: string }) => ({ Body: JSON.stringify({ key: Key, ...result }) }),
    'cloudwatch:PutMetricData': (input: Noted) => { noted.push(input); return {}; },
    'sns:Publish': (notice: { Subject: string; Message: string }) => { notices.push(notice); return {}; },
  }, clock);
});
afterEach(() => lab.close());

const publish = async (input: object = {}): Promise<Ended> => lab.ended(await lab.start(lab.deploy(States, { StartAt: 'Begin' }), { day: '2026-11-20', run: 'publish-day-2026-11-20', ...input }, `run-${asked.length}`));

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

it('notes a refusal in the minute in which its run fails, so that one alarm tells of it', async () => {
  result = REFUSED;
  await publish();
  const ended = Date.now();
  expect(noted.map(({ Namespace }) => Namespace)).toEqual(['Waybill/test']);
  const MetricData = noted.flatMap((one) => one.MetricData);
  for (const { Timestamp, ...datum } of MetricData) {
    expect(datum).toEqual({ MetricName: 'RefusalsTold', Dimensions: [{ Name: 'Machine', Value: 'publish-day' }], Value: 1 });
    expect(Math.abs(Date.parse(Timestamp) - ended)).toBeLessThan(2 * 60_000);
  }
  const minutes = MetricData.map(({ Timestamp }) => Date.parse(Timestamp) / 60_000);
  expect(minutes).toContain(Math.floor(ended / 60_000));
  expect(new Set(minutes).size).toBe(minutes.length);
});

it('a run that failed is tried once more, and its last words are what people read', async () => {
  runState = 'FAILED';
  expect(await publish()).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed', cause: 'build-gold: no such table' });
  expect([given.length, notices.map(({ Message }) => Message), noted]).toEqual([2, ['States.TaskFailed: build-gold: no such table'], []]);
});

const past = (dates: string, minutes: number, state = 'SUCCEEDED'): object => ({ JobRunState: state, ExecutionTime: minutes * 60, Arguments: { '--dates': dates } });

it('measures by the last good runs how long building takes, of the day alone and with the days before it', async () => {
  before = [past('2026-11-19,2026-11-18', 31), past('2026-11-19', 6.5), past('2026-11-18', 90, 'FAILED'), { JobRunState: 'SUCCEEDED', ExecutionTime: 5_940 }];
  await publish();
  expect(asked).toEqual([expect.objectContaining({ buildMinutes: 7, restateMinutes: 31 })]);
  before = [];
  await publish();
  expect(asked[1]).toMatchObject({ buildMinutes: 20, restateMinutes: 20 });
});

it('waits for markers before each load: at first what the start of a job leaves of two batch windows, later both, then a load\'s time', async () => {
  looks = [{ step: 'wait' }, { step: 'wait' }, { step: 'wait' }, { step: 'wait' }];
  expect(await publish()).toMatchObject({ status: 'SUCCEEDED' });
  expect(clock.slept.filter((ms) => ms > 0)).toEqual([15_000, 20_000, 20_000, 300_000]);
});

it('leaves out days that can wait when time is short, and says so', async () => {
  looks = [{ step: 'publish', hurry: true }];
  const ended = await publish();
  expect(JSON.parse(ended.output ?? '')).toMatchObject({ skipped: true });
  expect(given.map((args) => args['--dates'])).toEqual(['2026-11-20']);
  expect(notices.map(({ Message }) => Message)).toEqual([`${RESULT.summary} Time was short: days that late events touched were not built again; the next run does it.`]);
  // Who says how many days has the last word.
  looks = [{ step: 'publish', hurry: true }];
  await publish({ restateDays: 1 });
  expect(given[1]).toMatchObject({ '--dates': '2026-11-20,2026-11-19' });
});

it('tells people once, with an estimate, that the objective is in danger', async () => {
  looks = [{ step: 'warn', late: true, summary: 'readings: s0: not loaded' }, { step: 'publish', late: true, hurry: true }];
  await publish();
  expect(asked.map((each) => (each as { warned: boolean }).warned)).toEqual([false, true]);
  expect(notices.map(({ Subject }) => Subject)).toEqual(['waybill test: gold of 2026-11-20 may miss its objective', 'waybill test: gold of 2026-11-20 is published']);
  expect(notices[0]?.Message).toContain('Not complete yet: readings: s0: not loaded. Objective 05:30, agreement 06:00. Readers have it, by the last runs (20 min), if the rest came now: 05:50.');

  notices.splice(0);
  looks = [{ step: 'publish', late: true }];
  await publish();
  expect(notices.map(({ Subject }) => Subject)).toEqual(['waybill test: gold of 2026-11-20 will be late', 'waybill test: gold of 2026-11-20 is published']);
});

it.each([
  ['publish-flagged', { status: 'SUCCEEDED' }, 'waybill test: gold of 2026-11-20 is published, incomplete', 1],
  ['keep-previous', { status: 'FAILED', error: 'Waybill.DayIncomplete' }, 'waybill test: gold of 2026-11-20 was not published by its agreement', 0],
])('at the agreement it does as the environment is set: %s', async (step, end, subject, builds) => {
  looks = [{ step, summary: 'readings: s0: not loaded' }];
  expect(await publish()).toMatchObject(end);
  expect(notices.map(({ Subject }) => Subject)).toEqual([subject]);
  expect(notices[0]?.Message).toContain('readings: s0: not loaded');
  expect(given.map((args) => args['--flagged'])).toEqual(builds === 0 ? [] : ['true']);
});
