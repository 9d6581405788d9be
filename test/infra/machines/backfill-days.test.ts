import { backfillDays } from '../../../lib/constructs/machines/backfill-days.ts';
import { Lab, TurnedClock } from '../../sandbox/edge/step-functions/lab.ts';
import type { Ended } from '../../sandbox/edge/step-functions/lab.ts';

/** Glue and S3 as far as the machine sees them: a run notes its days, and says which it refused. */
class World {
  readonly objects = new Set<string>();
  readonly bad = new Set<string>();
  /** Days that would change more than is allowed. */
  readonly far = new Set<string>();
  readonly runs: Readonly<Record<string, string>>[] = [];
  readonly notices: string[] = [];
  /** What is noted for the alarm `run-failed`. */
  readonly noted: { readonly Namespace: string; readonly MetricData: readonly object[] }[] = [];
  /** Days at which a Glue run dies. */
  readonly deadly = new Set<string>();
  mostAtOnce = 0;
  /** Called when a run has ended; a test may stop everything there. */
  afterRun: () => void = () => undefined;
  #going = 0;
  readonly #states = new Map<string, string>();

  readonly services = {
    's3:ListObjectsV2': ({ Prefix }: { Prefix: string }) => ({ Contents: [...this.objects].filter((key) => key.startsWith(Prefix)).sort().map((Key) => ({ Key })) }),
    'sns:Publish': ({ Message }: { Message: string }) => { this.notices.push(Message); return {}; },
    'cloudwatch:PutMetricData': (input: World['noted'][number]) => { this.noted.push(input); return {}; },
    'glue:StartJobRun': (args: { Arguments: Record<string, string> }) => {
      const id = `jr_${this.runs.push(args.Arguments)}`;
      this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#going);
      this.#states.set(id, 'RUNNING');
      setTimeout(() => this.#end(id, args.Arguments), 3);
      return { JobRunId: id };
    },
    'glue:GetJobRun': ({ RunId }: { RunId: string }) => ({ JobRun: { Id: RunId, JobRunState: this.#states.get(RunId) } }),
    's3:GetObject': ({ Key }: { Key: string }) => {
      const days = this.runs.find((run) => Key === `runs/build-gold/${run['--run'] ?? ''}/summary.json`)?.['--dates']?.split(',') ?? [];
      const refused = days.filter((day) => this.bad.has(day)).map((day) => ({ day, text: `${day}: the audit said no` }));
      const held = days.filter((day) => this.far.has(day)).map((day) => `${day}: 3 of 4 rows differ`);
      return { Body: JSON.stringify({ refused, held }) };
    },
    'glue:BatchStopJobRun': () => ({}),
  };

  #end(id: string, args: Readonly<Record<string, string>>): void {
    const days = (args['--dates'] ?? '').split(',');
    const dies = days.some((day) => this.deadly.has(day));
    if (!dies) for (const day of days) this.objects.add(`${args['--days-prefix'] ?? ''}${this.bad.has(day) || (args['--compare'] === 'true' && this.far.has(day)) ? 'failed' : 'done'}/${day}.json`);
    this.#states.set(id, dies ? 'FAILED' : 'SUCCEEDED');
    this.#going -= 1;
    this.afterRun();
  }
}

const { States } = backfillDays({ environment: 'test', job: 'backfill', lakeBucket: 'lake', topicArn: 'arn:aws:sns:eu-central-1:000000000000:notices', width: 2, daysPerRun: 4 }) as { States: Record<string, unknown> };
let lab: Lab;
let world: World;
beforeEach(() => {
  world = new World();
  lab = new Lab(world.services, new TurnedClock());
});
afterEach(() => lab.close());

const start = async (input: object, name: string): Promise<Ended> => lab.ended(await lab.start(lab.deploy(States, { StartAt: 'Begin' }), { run: 'b', ...input }, name));
const datesOf = (): string[] => world.runs.map((run) => run['--dates'] ?? '').sort();

it('takes every day of the range once, several to a run, as wide as it is told', async () => {
  const ended = await start({ from: '2026-10-23', to: '2026-11-02', width: 3, daysPerRun: 2, logic: 'v2', tables: 'cost_daily' }, 'x1');
  expect(JSON.parse(ended.output ?? ended.cause ?? '')).toEqual({ run: 'b', days: 11, doneBefore: 0 });
  expect(datesOf()).toEqual(['2026-10-23,2026-10-24', '2026-10-25,2026-10-26', '2026-10-27,2026-10-28', '2026-10-29,2026-10-30', '2026-10-31,2026-11-01', '2026-11-02']);
  expect(world.runs[0]).toEqual({ '--run': 'b-2026-10-23', '--dates': '2026-10-23,2026-10-24', '--days-prefix': 'runs/backfill-days/b/days/', '--logic': 'v2', '--tables': 'cost_daily' });
  expect(world.mostAtOnce).toBe(3);
  expect(world.notices).toEqual(['All 11 days from 2026-10-23 to 2026-11-02 are published or were unchanged.']);
});

it('takes width and days of a run from the configuration when the input does not say, and says nothing of logic then', async () => {
  await start({ from: '2026-10-01', to: '2026-10-16' }, 'x1');
  expect(world.runs.map((run) => Object.keys(run))).toEqual(Array.from({ length: 4 }, () => ['--run', '--dates', '--days-prefix']));
  expect(world.mostAtOnce).toBe(2);
});

it('goes on after a kill at the days that are not done', async () => {
  const arn = lab.deploy(States, { StartAt: 'Begin' });
  const input = { run: 'b', from: '2026-10-01', to: '2026-10-08', width: 1, daysPerRun: 2 };
  const first = await lab.start(arn, input, 'x1');
  const stopped = new Promise<void>((resolve) => {
    world.afterRun = () => { if (world.runs.length === 2) void lab.api.call('StopExecution', { executionArn: first }).then(() => resolve()); };
  });
  await stopped;
  expect((await lab.ended(first)).status).toBe('ABORTED');

  world.afterRun = () => undefined;
  const done = [...world.objects].length;
  world.runs.splice(0);
  const second = await lab.ended(await lab.start(arn, input, 'x2'));
  expect(JSON.parse(second.output ?? second.cause ?? '')).toEqual({ run: 'b', days: 8, doneBefore: done });
  expect(done).toBeGreaterThanOrEqual(4);
  expect(datesOf().join(',').split(',')).toHaveLength(8 - done);
  expect(world.objects.size).toBe(8);
});

it('publishes the other days when one cannot be, and says which is left', async () => {
  world.bad.add('2026-10-03');
  const ended = await start({ from: '2026-10-01', to: '2026-10-06', daysPerRun: 2 }, 'x1');
  expect(ended).toMatchObject({ status: 'FAILED', error: 'Waybill.DaysNotPublished' });
  expect(ended.cause).toContain('1 of 6 days were not published: 2026-10-03. 2026-10-03: the audit said no Readers keep');
  expect([...world.objects].filter((key) => key.includes('/done/'))).toHaveLength(5);
  expect([world.notices.length, world.runs.length]).toEqual([1, 3]);

  // The cause is gone: the same run takes exactly that day.
  world.bad.clear();
  world.runs.splice(0);
  expect((await start({ from: '2026-10-01', to: '2026-10-06', daysPerRun: 2 }, 'x2')).status).toBe('SUCCEEDED');
  expect(datesOf()).toEqual(['2026-10-03']);
});

it.each([
  ['rules alone kept days back', [], 1],
  ['a run died, too', ['2026-10-05'], 0],
])('%s (at %j): a note for its alarm, times %i', async (_, deadly, times) => {
  world.bad.add('2026-10-03').add('2026-10-04');
  for (const day of deadly) world.deadly.add(day);
  expect(await start({ from: '2026-10-01', to: '2026-10-06', daysPerRun: 2 }, 'x1')).toMatchObject({ status: 'FAILED', error: 'Waybill.DaysNotPublished' });
  expect(world.noted.map(({ Namespace, MetricData }) => [Namespace, MetricData[0]])).toEqual(Array<unknown>(times).fill(['Waybill/test', expect.objectContaining({ MetricName: 'RefusalsTold', Dimensions: [{ Name: 'Machine', Value: 'backfill-days' }], Value: 1 })]));
  expect(world.notices).toHaveLength(1);
});

it('ends at once when all is done', async () => {
  world.objects.add('runs/backfill-days/b/days/done/2026-10-01.json');
  expect((await start({ from: '2026-10-01', to: '2026-10-01' }, 'x1')).status).toBe('SUCCEEDED');
  expect(world.runs).toEqual([]);
});

describe('compared with what readers have', () => {
  const range = { from: '2026-10-01', to: '2026-10-04', daysPerRun: 2 };

  it('each by itself: a day that would change too much is kept back, the others are published', async () => {
    world.far.add('2026-10-03');
    const ended = await start({ ...range, compare: 'each', tolerancesKey: 'runs/b/t.json' }, 'x1');
    expect(ended).toMatchObject({ status: 'FAILED', error: 'Waybill.DaysNotPublished' });
    expect(ended.cause).toContain('1 of 4 days were not published: 2026-10-03. 2026-10-03: 3 of 4 rows differ Readers keep');
    expect(world.runs.map((run) => run['--stage-only'])).toEqual([undefined, undefined]);
    expect(world.runs[0]).toMatchObject({ '--compare': 'true', '--tolerances-key': 'runs/b/t.json', '--report-prefix': 'reports/backfill-days/b/' });
  });

  it('all together: when one would change too much, none is published', async () => {
    world.far.add('2026-10-03');
    const ended = await start({ ...range, compare: 'all' }, 'x1');
    expect(ended).toMatchObject({ status: 'FAILED', error: 'Waybill.DaysDiffer' });
    expect(ended.cause).toBe('Nothing was published: days differ from what readers have by more than is allowed. 2026-10-03: 3 of 4 rows differ Reports: reports/backfill-days/b/');
    expect(world.runs.map((run) => [run['--run'], run['--stage-only'], run['--days-prefix']])).toEqual([['b-2026-10-01-compare', 'true', 'runs/backfill-days/b/compared/'], ['b-2026-10-03-compare', 'true', 'runs/backfill-days/b/compared/']]);
    expect([...world.objects].filter((key) => key.includes('/days/'))).toEqual([]);
    expect(world.notices).toHaveLength(1);

    // Within what is allowed: first all are looked at, then all are published.
    world.far.clear();
    world.runs.splice(0);
    expect(await start({ ...range, compare: 'all' }, 'x2')).toMatchObject({ status: 'SUCCEEDED' });
    expect(world.runs.map((run) => run['--stage-only'] ?? 'publishes')).toEqual(['true', 'true', 'publishes', 'publishes']);
    expect([...world.objects].filter((key) => key.includes('/days/done/'))).toHaveLength(4);
  });
});
