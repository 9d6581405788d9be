/**
 * The runs of all jobs: accepted, waiting for a place, running, ended. What is known stands on disk before anybody hears of it.
 * A run whose Spark died with the edge is a lost run: it failed, says why, and is tried again if its job allows it.
 */
import type { LakeEnvironment } from '../../lake-environment.ts';
import type { GlueJob } from './job-definition.ts';
import { hasEnded, newRun, nextAttempt } from './job-run.ts';
import type { JobRun, RunWishes } from './job-run.ts';
import type { RunStore } from './run-store.ts';
import { JobArgumentError } from './spark-arguments.ts';
import type { SparkEnding } from './spark-process.ts';
import type { Launched } from './spark-run.ts';

/** How often a waiting run looks whether Spark's set-up is done. */
const LOOK_MS = 500;

export class ConcurrentRunsError extends Error {
  override readonly name = 'ConcurrentRunsExceededException';
}

/** What the sandbox knows about Spark. `absent`: not there yet, it may come; `refused`: it will not. */
export type SparkState =
  | { readonly kind: 'ready'; readonly environment: LakeEnvironment }
  | { readonly kind: 'absent'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

export interface GlueRunsSettings {
  readonly store: RunStore;
  readonly spark: () => SparkState;
  readonly launch: (run: JobRun, environment: LakeEnvironment) => Promise<Launched>;
  /** Ends what a run of a former edge left, if it is still there. */
  readonly killLeftOver: (run: JobRun) => void;
  /** Spark processes at the same time. */
  readonly places: number;
  /** Told about each run that has ended. */
  readonly onEnd: (run: JobRun) => void;
  readonly now: () => number;
  /** Length of a minute of a job's timeout, in milliseconds. */
  readonly minuteMs?: number;
}

export interface GlueRuns {
  /** @throws ConcurrentRunsError when the job has as many runs as it may */
  start(job: GlueJob, wishes: RunWishes): JobRun;
  find(id: string): JobRun | undefined;
  /** Newest first. */
  of(jobName: string): JobRun[];
  all(): JobRun[];
  /** True: it will stop. False: it has ended already. */
  stop(id: string): boolean;
  /** Takes up what a former edge left. */
  resume(): void;
  /** Ends all Spark processes; their runs failed, with the reason. */
  close(): Promise<void>;
}

interface Active {
  launched?: Launched;
  timer?: NodeJS.Timeout;
  /** Why it was killed, when it was us. */
  verdict?: Pick<JobRun, 'state' | 'errorMessage'>;
  done: Promise<void>;
}

export function createGlueRuns(settings: GlueRunsSettings): GlueRuns {
  return new Runs(settings);
}

class Runs implements GlueRuns {
  readonly #settings: GlueRunsSettings;
  readonly #active = new Map<string, Active>();
  #look: NodeJS.Timeout | undefined;
  #closed = false;
  /** While the runs are gone through: what changes meanwhile is looked at afterwards. */
  #busy = false;
  #again = false;

  constructor(settings: GlueRunsSettings) {
    this.#settings = settings;
  }

  start(job: GlueJob, wishes: RunWishes): JobRun {
    const going = this.of(job.name).filter((run) => !hasEnded(run)).length;
    if (going >= job.maxConcurrentRuns) throw new ConcurrentRunsError(`Concurrent runs exceeded for ${job.name}: ${going} of ${job.maxConcurrentRuns} are going.`);
    const run = newRun(job, wishes, this.#settings.now());
    this.#settings.store.save(run);
    this.#advance();
    return this.find(run.id) ?? run;
  }

  find(id: string): JobRun | undefined {
    return this.#settings.store.find(id);
  }

  of(jobName: string): JobRun[] {
    return this.all().filter((run) => run.job.name === jobName);
  }

  all(): JobRun[] {
    return this.#settings.store.all();
  }

  stop(id: string): boolean {
    const run = this.find(id);
    if (run === undefined || hasEnded(run)) return false;
    const active = this.#active.get(id);
    if (active === undefined) this.#end(run, { state: 'STOPPED' });
    else {
      active.verdict ??= { state: 'STOPPED' };
      this.#change(run, { state: 'STOPPING' });
      active.launched?.process.kill();
    }
    return true;
  }

  resume(): void {
    this.#busy = true;
    for (const run of this.all().filter((each) => !hasEnded(each))) {
      if (run.pid === undefined && run.state !== 'STOPPING') continue;
      this.#settings.killLeftOver(run);
      if (run.state === 'STOPPING') this.#end(run, { state: 'STOPPED' });
      else this.#end(run, { state: 'FAILED', errorMessage: 'The run was lost: the sandbox\'s edge ended while Spark was at work.' });
    }
    this.#busy = false;
    this.#advance();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#look);
    for (const active of this.#active.values()) {
      active.verdict ??= { state: 'FAILED', errorMessage: 'The run was ended: the sandbox was stopped while Spark was at work.' };
      active.launched?.process.kill();
    }
    await Promise.all([...this.#active.values()].map(({ done }) => done));
  }

  /** Starts what may start, oldest first; the others learn what they wait for. */
  #advance(): void {
    this.#again = true;
    if (this.#busy) return;
    this.#busy = true;
    while (this.#again && !this.#closed) {
      this.#again = false;
      this.#goThrough();
    }
    this.#busy = false;
  }

  #goThrough(): void {
    clearTimeout(this.#look);
    const waiting = this.all().reverse().filter((run) => !hasEnded(run) && !this.#active.has(run.id));
    if (waiting.length === 0) return;
    const spark = this.#settings.spark();
    for (const run of waiting) {
      if (spark.kind === 'refused') this.#end(run, { state: 'FAILED', errorMessage: spark.reason });
      else if (spark.kind === 'absent') this.#wait(run, spark.reason);
      else if (this.#active.size >= this.#settings.places) this.#wait(run, `${this.#active.size} of ${this.#settings.places} places for Spark are taken.`);
      else this.#launch(run, spark.environment);
    }
    if (spark.kind === 'absent') this.#look = setTimeout(() => this.#advance(), LOOK_MS).unref();
  }

  #wait(run: JobRun, stateDetail: string): void {
    if (run.state !== 'WAITING' || run.stateDetail !== stateDetail) this.#change(run, { state: 'WAITING', stateDetail });
  }

  #launch(run: JobRun, environment: LakeEnvironment): void {
    const { stateDetail: _waited, ...rest } = run;
    const starting = this.#change(rest, { state: 'STARTING' });
    const active: Active = { done: Promise.resolve() };
    this.#active.set(run.id, active);
    active.done = this.#follow(starting, active, environment).finally(() => {
      this.#active.delete(run.id);
      this.#advance();
    });
  }

  /** Never rejects. */
  async #follow(run: JobRun, active: Active, environment: LakeEnvironment): Promise<void> {
    try {
      const launched = await this.#settings.launch(run, environment);
      active.launched = launched;
      const running = this.#change(run, { state: active.verdict === undefined ? 'RUNNING' : 'STOPPING', runningSince: this.#settings.now(), pid: launched.process.pid });
      if (active.verdict === undefined) this.#watchTime(running, active);
      else launched.process.kill();
      const ending = await launched.process.ended;
      clearTimeout(active.timer);
      launched.clean();
      this.#end(running, active.verdict ?? verdictOf(ending));
    } catch (error) {
      const words = error instanceof JobArgumentError ? error.message : `The run could not be started: ${String(error)}`;
      this.#end(run, active.verdict ?? { state: 'FAILED', errorMessage: words });
    }
  }

  #watchTime(run: JobRun, active: Active): void {
    const ms = run.timeoutMinutes * (this.#settings.minuteMs ?? 60_000);
    // setTimeout counts to 24 days; Glue's longest timeout is seven.
    active.timer = setTimeout(() => {
      active.verdict ??= { state: 'TIMEOUT', errorMessage: `The run took longer than its timeout of ${run.timeoutMinutes} minutes.` };
      active.launched?.process.kill();
    }, ms).unref();
  }

  #change(run: JobRun, news: Partial<JobRun>): JobRun {
    const changed = { ...run, ...news, changedAt: this.#settings.now() };
    this.#settings.store.save(changed);
    return changed;
  }

  #end(run: JobRun, verdict: Pick<JobRun, 'state' | 'errorMessage'>): void {
    const { pid: _gone, stateDetail: _past, ...rest } = run;
    const ended = this.#change(rest, { ...verdict, endedAt: this.#settings.now() });
    this.#settings.onEnd(ended);
    // A stop of the sandbox is no failure of the job: its next try would only be ended as well.
    if (ended.state !== 'FAILED' || ended.attempt >= ended.job.maxRetries) return;
    this.#settings.store.save(nextAttempt(ended, this.#settings.now()));
    this.#advance();
  }
}

function verdictOf({ code, signal, lastWords }: SparkEnding): Pick<JobRun, 'state' | 'errorMessage'> {
  if (code === 0) return { state: 'SUCCEEDED' };
  const how = signal === null ? `Spark ended with code ${code ?? '?'}` : `Spark was killed (${signal})`;
  return { state: 'FAILED', errorMessage: signal === null && lastWords !== '' ? lastWords : how };
}
