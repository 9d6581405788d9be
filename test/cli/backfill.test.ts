import { daysBetween, machineInput, readBackfill } from '../../cli/backfill/ask.ts';
import { daysWatch, readDay } from '../../cli/backfill/days.ts';
import type { EndedDay } from '../../cli/backfill/days.ts';
import { ASSUMED, bytesToRead, paceOf, plan } from '../../cli/backfill/estimate.ts';
import { nextStep } from '../../cli/backfill/execution.ts';
import { barLine, eta, progress } from '../../cli/backfill/progress.ts';
import type { ObjectStore } from '../../cli/lake/objects.ts';
import type { Io } from '../../cli/output/io.ts';
import { waybill } from './cli-harness.ts';

const RANGE = ['--from', '2026-10-01', '--to', '2026-10-31'];

it.each([
  [['backfill', '--to', '2026-10-31'], '--from is missing. Example'],
  [['backfill', '--from', '2026-02-30', '--to', '2026-03-01'], '--from got "2026-02-30"; allowed: a day of the calendar'],
  [['backfill', '--from', '2026-10-02', '--to', '2026-10-01'], '--from 2026-10-02 lies after --to 2026-10-01'],
  [['backfill', '--from', '2020-01-01', '--to', '2026-10-01'], 'at most 1000 go into one backfill'],
  [['backfill', ...RANGE, '--width', '21'], '--width got "21"; allowed: 1 to 20'],
  [['backfill', ...RANGE, '--logic', 'v9'], '--logic: there is no logic version "v9"; allowed: v1, v2'],
  [['backfill', ...RANGE, '--days-per-run', '0'], '--days-per-run got "0"; allowed: 1 to 31'],
  [['backfill', ...RANGE, '--compare', 'some'], '--compare got "some"; allowed: each, all. Example: --compare all'],
  [['backfill', ...RANGE, '--tolerances', 'x.json'], '--tolerances says how far days may differ, but nothing compares them'],
  [['backfill', ...RANGE, '--compare', '--tolerances', 'no-such-file.json'], '--tolerances'],
  [['backfill', ...RANGE, '--run', 'a b'], '--run got "a b"; allowed: up to 64'],
  [['run', 'backfill-days'], 'No state machine is called "backfill-days"'],
])('refuses %j before it looks for a platform', async (args, message) => {
  const { code, err } = await waybill(args);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
});

it('names a run by what it builds, so that the same question is the same run', () => {
  const options = { from: '2026-10-01', to: '2026-10-31', follow: true };
  expect(readBackfill([], options).run).toBe('backfill-2026-10-01-2026-10-31');
  expect(readBackfill(['cost_daily'], { ...options, logic: 'v1:90,v2:10' }).run).toBe('backfill-2026-10-01-2026-10-31-v1-90-v2-10-cost-daily');
  expect(machineInput(readBackfill(['a', 'b'], { ...options, width: '3' }))).toEqual({ run: 'backfill-2026-10-01-2026-10-31-a', from: '2026-10-01', to: '2026-10-31', tables: 'a,b', width: 3 });
  expect(machineInput(readBackfill([], { ...options, compare: true }), 'k')).toMatchObject({ compare: 'each', tolerancesKey: 'k' });
  expect(machineInput(readBackfill([], { ...options, compare: 'all' }))).not.toHaveProperty('tolerancesKey');
  expect(daysBetween('2026-02-27', '2026-03-02')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02']);
});

describe('a run that was asked for before', () => {
  const past = (name: string, status: string): { name: string; arn: string; status: string } => ({ name, arn: `arn:${name}`, status });

  it.each([
    ['never', [], { kind: 'start', name: 'b-x1', run: 'b', resumes: false }],
    ['was ended', [past('b-x1', 'ABORTED')], { kind: 'start', name: 'b-x2', run: 'b', resumes: true }],
    ['failed twice', [past('b-x2', 'FAILED'), past('b-x1', 'TIMED_OUT')], { kind: 'start', name: 'b-x3', run: 'b', resumes: true }],
    ['goes on', [past('b-x2', 'RUNNING'), past('b-x1', 'ABORTED')], { kind: 'follow', arn: 'arn:b-x2', run: 'b' }],
    ['is over', [past('b-x1', 'SUCCEEDED')], { kind: 'start', name: 'b-again2-x1', run: 'b-again2', resumes: false }],
    ['is over, and its second was ended', [past('b-again2-x1', 'ABORTED'), past('b-x1', 'SUCCEEDED')], { kind: 'start', name: 'b-again2-x2', run: 'b-again2', resumes: true }],
    ['is another with a longer name', [past('b-longer-x1', 'RUNNING')], { kind: 'start', name: 'b-x1', run: 'b', resumes: false }],
  ])('%s', (_what, executions, step) => {
    expect(nextStep('b', executions)).toEqual(step);
  });
});

describe('the estimate', () => {
  it('takes the pace of past runs: start and days apart where runs took different numbers of days', () => {
    expect(paceOf([])).toBe(ASSUMED);
    expect(paceOf([{ days: 1, seconds: 50 }, { days: 4, seconds: 80 }, { days: 0, seconds: 9 }])).toEqual({ startSeconds: 40, secondsPerDay: 10, runs: 2 });
    expect(paceOf([{ days: 4, seconds: 100 }])).toEqual({ startSeconds: 50, secondsPerDay: 12.5, runs: 1 });
  });

  it('ends when the last run ends, and costs what all workers cost for as long as they run', () => {
    const pace = { startSeconds: 60, secondsPerDay: 60, runs: 1 };
    const planned = plan({ days: 10, daysPerRun: 4, width: 2, workers: 2 }, pace);
    expect(planned).toMatchObject({ days: 10, runs: 3, seconds: 480 });
    expect(planned.usd).toBeCloseTo(((300 + 300 + 180) / 3_600) * 2 * 0.44, 10);
    expect(plan({ days: 0, daysPerRun: 4, width: 2, workers: 2 }, pace)).toEqual({ days: 0, runs: 0, seconds: 0, usd: 0 });
  });

  it('counts the days with their neighbours, what has no days once a run, and no metadata', () => {
    const file = (table: string, rest: string, size: number): { key: string; size: number } => ({ key: `warehouse/s.db/${table}/${rest}`, size });
    const objects = [
      file('shipment_events', 'data/event_time_day=2026-10-09/a.parquet', 1),
      file('shipment_events', 'data/event_time_day=2026-10-10/a.parquet', 10),
      file('shipment_events', 'data/event_time_day=2026-10-13/a.parquet', 1_000),
      file('shipments', 'data/00000.parquet', 100),
      file('shipments', 'metadata/v1.json', 5),
    ];
    expect(bytesToRead(objects, ['2026-10-10', '2026-10-11'], 2)).toBe(11 + 200);
  });
});

describe('days as they end', () => {
  const note = (state: string, tables: object[] = []): Buffer => Buffer.from(JSON.stringify({ day: '2026-10-01', state, run: 'r', tables }));

  it('are read once, and again when they were tried again', async () => {
    const objects = new Map([['runs/backfill-days/b/days/failed/2026-10-01.json', { modified: 5, body: note('failed', [{ table: 'cost_daily', state: 'failed', rows: 3, audits: [{ rule: 'amounts-not-negative', passed: false, severity: 'halt' }, { rule: 'some-rows', passed: false, severity: 'warn' }] }]) }]]);
    const store = { list: async function* (_bucket: string, prefix: string) { for (const [key, { modified }] of objects) if (key.startsWith(prefix)) yield await Promise.resolve({ key, size: 1, modified }); }, read: (_bucket: string, key: string) => Promise.resolve(objects.get(key)?.body ?? Buffer.alloc(0)) } as unknown as ObjectStore;
    const watch = daysWatch(store, 'lake', 'b');
    expect(await watch()).toEqual([{ day: '2026-10-01', state: 'failed', rows: 0, broken: ['cost_daily: amounts-not-negative'], compared: undefined, held: [], at: 5 }]);
    expect(await watch()).toEqual([]);
    objects.set('runs/backfill-days/b/days/done/2026-10-01.json', { modified: 9, body: note('published', [{ table: 'cost_daily', state: 'published', rows: 7, audits: [] }, { table: 'x', state: 'unchanged', rows: 9 }]) });
    expect(await watch()).toEqual([{ day: '2026-10-01', state: 'published', rows: 7, broken: [], compared: undefined, held: [], at: 9 }]);
  });

  it('are a line each; those of an earlier start are counted and not shown again', () => {
    let out = '';
    const io = { out: (text: string) => { out += text; }, interactive: false, colour: false, now: () => 100 } as unknown as Io;
    const day = (name: string, state: string, at: number): EndedDay => ({ ...readDay({ day: name, state, tables: [] }, at) });
    const shown = progress(io, { run: 'b', total: 3, startedAt: 50 });
    shown.add([day('2026-10-01', 'published', 10), day('2026-10-02', 'failed', 60)]);
    shown.add([day('2026-10-02', 'published', 70)]);
    // The older note of a day that is done now changes nothing.
    shown.add([day('2026-10-02', 'failed', 60)]);
    expect(out.trimEnd().split('\n').map((line) => line.trim().split(/\s+/).slice(0, 3))).toEqual([['✖', '2026-10-02', 'failed'], ['✔', '2026-10-02', 'published']]);
    expect(shown.counts()).toEqual({ done: 2, changed: 2, failed: [] });
  });

  it('say how far they differ from what readers had, and why one was held', () => {
    let out = '';
    const io = { out: (text: string) => { out += text; }, interactive: false, colour: false, now: () => 100 } as unknown as Io;
    const shown = progress(io, { run: 'b', total: 2, startedAt: 50 });
    const compared = [{ table: 'cost_daily', rows: 40, changed: 2, only_current: 1, only_candidate: 0 }, { table: 'lane_daily', rows: 2, changed: 0, only_current: 0, only_candidate: 0 }];
    shown.compared([readDay({ day: '2026-10-01', state: 'staged', tables: [], compared, held: [] }, 60)]);
    shown.add([readDay({ day: '2026-10-01', state: 'published', tables: [], compared, held: [] }, 70), readDay({ day: '2026-10-02', state: 'held', tables: [], compared, held: ['cost_daily: 3 of 40 rows differ (7.50 %, allowed 1 %)'] }, 80)]);
    const lines = out.trimEnd().split('\n').map((line) => line.trim().replaceAll(/\s+/g, ' '));
    expect(lines[0]).toMatch(/^✔ 2026-10-01 compared .* 3 of 42 rows differ from before$/);
    expect(lines[1]).toMatch(/^✔ 2026-10-01 published 0 rows .* 3 of 42 rows differ from before$/);
    expect(lines[2]).toMatch(/^✖ 2026-10-02 held .* cost_daily: 3 of 40 rows differ \(7\.50 %, allowed 1 %\)$/);
    expect(shown.counts()).toMatchObject({ done: 1, changed: 1, failed: [{ day: '2026-10-02' }] });
  });

  it('fill a bar with what is left by the pace so far', () => {
    expect(barLine({ run: 'b', total: 4, done: 1, failed: 1, eta: eta(1, 3, 60_000) })).toBe('b  █████░░░░░░░░░░░░░░░  1/4 days   1 failed   eta 3 min');
    expect(eta(0, 3, 60_000)).toBeUndefined();
  });
});
