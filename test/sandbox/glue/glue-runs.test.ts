/** The life of runs, with processes that do as told: who waits, who is tried again, who is lost. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConcurrentRunsError, createGlueRuns } from '../../../sandbox/edge/glue/glue-runs.ts';
import type { GlueRuns, GlueRunsSettings, SparkState } from '../../../sandbox/edge/glue/glue-runs.ts';
import { parseJob } from '../../../sandbox/edge/glue/job-definition.ts';
import type { GlueJob } from '../../../sandbox/edge/glue/job-definition.ts';
import { describeRun } from '../../../sandbox/edge/glue/job-run.ts';
import type { JobRun } from '../../../sandbox/edge/glue/job-run.ts';
import { createRunStore } from '../../../sandbox/edge/glue/run-store.ts';
import { JobArgumentError } from '../../../sandbox/edge/glue/spark-arguments.ts';
import type { SparkEnding } from '../../../sandbox/edge/glue/spark-process.ts';

const READY: SparkState = { kind: 'ready', environment: { pins: '', python: '', sparkHome: '', javaHome: '', jars: [], duckdbExtensions: '', sharedArchive: null, versions: '' } };
const job = (more: Record<string, unknown> = {}): GlueJob => parseJob({ Name: 'load', Command: { Name: 'glueetl', ScriptLocation: 's3://b/k' }, ExecutionProperty: { MaxConcurrentRuns: 5 }, ...more });

let folder: string;
let ended: JobRun[];
let spark: SparkState;
/** Ends of the processes that run, by run id. */
let finish: Map<string, (ending: Partial<SparkEnding>) => void>;
let leftOver: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-runs-'));
  spark = READY;
  finish = new Map();
  ended = [];
  leftOver = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function runs(more: Partial<GlueRunsSettings> = {}): GlueRuns {
  return createGlueRuns({
    store: createRunStore(folder),
    spark: () => spark,
    launch: (run) => {
      const { promise, resolve } = Promise.withResolvers<SparkEnding>();
      const end = (ending: Partial<SparkEnding>): void => resolve({ code: 0, signal: null, lastWords: '', ...ending });
      finish.set(run.id, end);
      return Promise.resolve({ process: { pid: 4711, ended: promise, kill: () => end({ code: null, signal: 'SIGKILL' }) }, clean: () => undefined });
    },
    killLeftOver: (run) => leftOver.push(run.id),
    places: 1,
    onEnd: (run) => ended.push(run),
    now: () => Date.now(),
    ...more,
  });
}

const settled = (): Promise<void> => sleep(5);
const stateOf = (all: GlueRuns, id: string): string => all.find(id)?.state ?? '';

describe('runs of jobs', () => {
  it('run one after another when there is one place, oldest first, even those of one millisecond', async () => {
    const all = runs({ now: () => 1_795_000_000_000 });
    const [first, second, third] = [all.start(job(), { arguments: {} }), all.start(job(), { arguments: {} }), all.start(job(), { arguments: {} })];
    await settled();
    expect([first, second, third].map(({ id }) => stateOf(all, id))).toEqual(['RUNNING', 'WAITING', 'WAITING']);

    finish.get(first.id)?.({});
    await settled();
    expect([first, second, third].map(({ id }) => stateOf(all, id))).toEqual(['SUCCEEDED', 'RUNNING', 'WAITING']);
    expect(all.find(second.id)?.stateDetail).toBeUndefined();
  });

  it('are refused above the limit of their job, counting those that wait', () => {
    const all = runs();
    const limited = job({ ExecutionProperty: { MaxConcurrentRuns: 2 } });
    all.start(limited, { arguments: {} });
    all.start(limited, { arguments: {} });
    expect(() => all.start(limited, { arguments: {} })).toThrow(ConcurrentRunsError);
  });

  it('end by timeout when they take too long, and are not tried again', async () => {
    const all = runs({ minuteMs: 10 });
    const run = all.start(job({ MaxRetries: 1 }), { arguments: {}, timeoutMinutes: 2 });
    await sleep(60);
    expect(all.find(run.id)).toMatchObject({ state: 'TIMEOUT', errorMessage: expect.stringContaining('2 minutes') as string });
    expect(all.all()).toHaveLength(1);
  });

  it('are tried again as often as the job says, with the same arguments under ids of their own', async () => {
    const all = runs();
    const run = all.start(job({ MaxRetries: 2 }), { arguments: { '--run': 'r' } });
    for (const id of [run.id, `${run.id}_attempt_1`, `${run.id}_attempt_2`]) {
      await settled();
      finish.get(id)?.({ code: 1, lastWords: 'ValueError: no' });
    }
    await settled();
    expect(ended.map(({ id, state, attempt, errorMessage, arguments: own }) => [id, state, attempt, errorMessage, own])).toEqual([
      [run.id, 'FAILED', 0, 'ValueError: no', { '--run': 'r' }],
      [`${run.id}_attempt_1`, 'FAILED', 1, 'ValueError: no', { '--run': 'r' }],
      [`${run.id}_attempt_2`, 'FAILED', 2, 'ValueError: no', { '--run': 'r' }],
    ]);
  });

  it('fail with the reason when they cannot be started', async () => {
    const all = runs({ launch: () => Promise.reject(new JobArgumentError('s3://b/k cannot be read (HTTP 404).')) });
    const run = all.start(job(), { arguments: {} });
    await settled();
    expect(all.find(run.id)).toMatchObject({ state: 'FAILED', errorMessage: 's3://b/k cannot be read (HTTP 404).' });
  });

  it('stop while they are being started', async () => {
    const all = runs();
    const run = all.start(job(), { arguments: {} });
    expect(all.stop(run.id)).toBe(true);
    await settled();
    expect(stateOf(all, run.id)).toBe('STOPPED');
    expect(all.stop(run.id)).toBe(false);
  });

  it('fail at once in a sandbox without the lake, and wait while Spark is set up', async () => {
    spark = { kind: 'refused', reason: 'started with --no-lake' };
    const all = runs();
    expect(all.start(job(), { arguments: {} })).toMatchObject({ state: 'FAILED', errorMessage: 'started with --no-lake' });

    spark = { kind: 'absent', reason: 'not yet' };
    const waiting = all.start(job(), { arguments: {} });
    expect(waiting).toMatchObject({ state: 'WAITING', stateDetail: 'not yet' });
    spark = READY;
    await sleep(700);
    expect(stateOf(all, waiting.id)).toBe('RUNNING');
  });
});

describe('an edge that comes after another', () => {
  it('takes what was at work for lost, tries it again if the job allows it, and runs what waited', async () => {
    let known: SparkState = READY;
    const before = runs({ places: 2, spark: () => known });
    const lost = before.start(job(), { arguments: {} });
    const again = before.start(job({ MaxRetries: 1 }), { arguments: {} });
    await settled();
    known = { kind: 'absent', reason: 'not yet' };
    const waiting = before.start(job(), { arguments: {} });

    const after = runs({ places: 3 });
    after.resume();
    await settled();

    expect(leftOver.sort()).toEqual([lost.id, again.id].sort());
    expect(after.find(lost.id)).toMatchObject({ state: 'FAILED', errorMessage: expect.stringContaining('lost') as string });
    expect([again.id, `${again.id}_attempt_1`, waiting.id].map((id) => stateOf(after, id))).toEqual(['FAILED', 'RUNNING', 'RUNNING']);
  });

  it('finds runs that a stop in order has ended', async () => {
    const before = runs();
    const run = before.start(job(), { arguments: {} });
    await settled();
    await before.close();
    const after = runs();
    after.resume();
    expect(after.find(run.id)).toMatchObject({ state: 'FAILED', errorMessage: expect.stringContaining('the sandbox was stopped') as string });
    expect(leftOver).toEqual([]);
  });
});

describe('a run as the API shows it', () => {
  it('counts seconds from the moment when Spark ran, not those of waiting', async () => {
    let now = 1_000_000;
    const all = runs({ now: () => now });
    const run = all.start(job(), { arguments: {} });
    await settled();
    now += 42_400;
    expect(describeRun(all.find(run.id)!, now)).toMatchObject({ JobRunState: 'RUNNING', ExecutionTime: 42, StartedOn: 1000 });
    finish.get(run.id)?.({});
    await settled();
    expect(describeRun(all.find(run.id)!, now + 9_000)).toMatchObject({ JobRunState: 'SUCCEEDED', ExecutionTime: 42, CompletedOn: 1042.4 });
  });
});
