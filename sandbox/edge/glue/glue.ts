/** Glue's runs as a part of the edge: the API, the runs behind it, their logs and events. */
import { join } from 'node:path';
import { lakeEnvironment, lakeFailure } from '../../lake-environment.ts';
import type { ControlClient } from '../control-client.ts';
import { createLogShipper } from '../lambda/log-shipper.ts';
import type { LogShipper } from '../lambda/log-shipper.ts';
import type { BackgroundPart, EdgePart } from '../router-part.ts';
import { createGlueApi } from './glue-api.ts';
import { createGlueRuns } from './glue-runs.ts';
import type { GlueRuns, SparkState } from './glue-runs.ts';
import { executionSeconds, hasEnded } from './job-run.ts';
import type { JobRun } from './job-run.ts';
import { createRunLog } from './run-log.ts';
import { createRunStore } from './run-store.ts';
import { continuousGroup } from './spark-arguments.ts';
import { isStill, killGroup } from './spark-process.ts';
import { effectiveArguments, launchSpark } from './spark-run.ts';
import type { Launched } from './spark-run.ts';

export interface GlueSettings {
  readonly control: ControlClient;
  /** Folder of this part. */
  readonly dir: string;
  /** Folder for the logs of runs. */
  readonly logDir: string;
  readonly endpoint: string;
  readonly region: string;
  /** False: the sandbox was started without the lake, runs fail at once. */
  readonly lake: boolean;
  /** Spark processes at the same time; more runs wait. */
  readonly places: number;
  /** Cores of each. */
  readonly cores: number;
}

export interface Glue extends EdgePart, BackgroundPart {
  readonly runs: GlueRuns;
  /** Takes up what a former edge left, and what waits. */
  start(): void;
}

export function createGlue(settings: GlueSettings): Glue {
  const { control, dir, endpoint, region, cores, logDir } = settings;
  const shipper = createLogShipper(control);
  const codeDir = join(dir, 'code');
  const launch = async (run: JobRun, environment: Parameters<typeof launchSpark>[2]['environment']): Promise<Launched> => {
    const log = createRunLog(shipper, run, continuousGroup(effectiveArguments(run)));
    const launched = await launchSpark({ control, endpoint, region, cores, codeDir, logDir }, run, { environment, log });
    void launched.process.ended.then(() => log.close());
    return launched;
  };
  const runs = createGlueRuns({
    store: createRunStore(join(dir, 'runs')),
    spark: () => sparkState(settings.lake),
    launch,
    killLeftOver: ({ id, pid }) => { if (pid !== undefined && isStill(pid, id)) killGroup(pid); },
    places: settings.places,
    onEnd: (run) => announce({ control, shipper }, run),
    now: () => Date.now(),
  });
  return {
    ...createGlueApi({ control, runs, now: () => Date.now() }),
    runs,
    name: 'glue',
    start: () => runs.resume(),
    status: () => statusOf(runs, settings),
    flush: () => shipper.flush(),
    async stop() {
      await runs.close();
      await shipper.stop();
    },
  };
}

function sparkState(lake: boolean): SparkState {
  if (!lake) return { kind: 'refused', reason: 'The sandbox was started without the lake (--no-lake), so Spark jobs do not run. Start it again without that flag: npm start.' };
  const environment = lakeEnvironment();
  if (environment !== undefined) return { kind: 'ready', environment };
  const failure = lakeFailure();
  if (failure !== undefined) return { kind: 'refused', reason: `Spark could not be set up: ${failure}` };
  return { kind: 'absent', reason: 'Spark is not set up yet. npm start brings it in the background; by itself: node sandbox/supervisor/main.ts setup --lake.' };
}

function statusOf(runs: GlueRuns, { places, lake }: GlueSettings): object {
  const going = runs.all().filter((run) => !hasEnded(run));
  const spark = sparkState(lake);
  return {
    spark: spark.kind === 'ready' ? spark.environment.versions : spark.reason,
    places,
    going: going.map((run) => ({ job: run.job.name, run: run.id, state: run.state, detail: run.stateDetail, seconds: executionSeconds(run, Date.now()), pid: run.pid })),
    ended: runs.all().length - going.length,
  };
}

const SEVERITY: Readonly<Record<string, string>> = { SUCCEEDED: 'INFO', STOPPED: 'INFO', TIMEOUT: 'WARN', FAILED: 'ERROR' };

/** The end of a run on the event bus, and its reason in the job's error log. */
function announce({ control, shipper }: { control: ControlClient; shipper: LogShipper }, run: JobRun): void {
  if (run.errorMessage !== undefined) {
    shipper.add('/aws-glue/jobs/error', run.id, `[sandbox] ${run.state}: ${run.errorMessage}`);
    shipper.close('/aws-glue/jobs/error', run.id);
  }
  const detail = { jobName: run.job.name, severity: SEVERITY[run.state], state: run.state, jobRunId: run.id, message: run.errorMessage ?? 'Job run succeeded' };
  const entry = { Source: 'aws.glue', DetailType: 'Glue Job State Change', Detail: JSON.stringify(detail) };
  control.json('events', 'AWSEvents.PutEvents', { Entries: [entry] }).catch((error: unknown) => console.error(`glue: the end of ${run.id} could not be put on the event bus: ${String(error)}`));
}
