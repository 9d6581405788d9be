/** Where functions and jobs of a deployment write their logs. */
import { JOBS, OUTPUTS } from '../../contracts/platform-names.ts';
import type { JobName } from '../../contracts/platform-names.ts';
import { UsageError, WorldError } from '../errors.ts';
import { contractNames } from './contracts.ts';
import type { Platform } from './platform.ts';

/** Functions of which a deployment has one: stack and output that name it. Of the two others there is one a contract, and one a listener. */
const ONE_OF_EACH = {
  'track-shipments': ['ingest', OUTPUTS.trackShipmentsFunction],
  'track-vehicles': ['ingest', OUTPUTS.trackVehiclesFunction],
  'catch-up': ['ingest', OUTPUTS.catchUpFunction],
  'tracking-api': ['serving', OUTPUTS.trackingApiFunction],
  'fleet-api': ['serving', OUTPUTS.fleetApiFunction],
  'alerts-api': ['serving', OUTPUTS.alertsApiFunction],
  'count-regions': ['serving', OUTPUTS.countRegionsFunction],
  'raise-alerts': ['ingest', OUTPUTS.raiseAlertsFunction],
  notify: ['ingest', OUTPUTS.notifyFunction],
  'watch-stalls': ['ingest', OUTPUTS.watchStallsFunction],
  'start-run': ['batch', OUTPUTS.startRunFunction],
} as const;

/** All that `waybill logs` takes: functions, then jobs. */
export const LOGGED: readonly string[] = ['archive-events', 'deliver-notice', ...Object.keys(ONE_OF_EACH), ...JOBS];

const isOneOfEach = (name: string): name is keyof typeof ONE_OF_EACH => Object.hasOwn(ONE_OF_EACH, name);
const isJob = (name: string): name is JobName => (JOBS as readonly string[]).includes(name);

export interface LogSource {
  readonly group: string;
  /** Only streams whose names begin with this: a run of a job. */
  readonly streams?: string;
  /** Begin of that run, ms since 1970. */
  readonly since?: number;
}

export interface LogChoice {
  /** Whose archive-events. */
  readonly contract: string;
  /** Whose deliver-notice. */
  readonly listener?: string;
  /** Id of a job's run. @default the last one */
  readonly run?: string;
}

/** @throws UsageError for a name that is none, WorldError for what is not deployed or has not run. */
export async function logSource(platform: Platform, name: string, choice: LogChoice): Promise<LogSource> {
  if (isJob(name)) return jobLog(platform, name, choice.run);
  if (choice.run !== undefined) throw new UsageError(`--run names a run of a job; ${name} is a function.`, { todo: `Jobs: ${JOBS.join(', ')}. Example: waybill logs load-silver --run jr_0123` });
  return functionLog(platform, await functionName(platform, name, choice));
}

async function functionName(platform: Platform, name: string, { contract, listener }: LogChoice): Promise<string> {
  if (name === 'archive-events') {
    if (!contractNames().includes(contract)) throw new UsageError(`There is no contract "${contract}".`, { todo: `Allowed: ${contractNames().join(', ')}` });
    return platform.output('ingest', OUTPUTS.archiveEventsFunction(contract));
  }
  if (name === 'deliver-notice') {
    if (listener === undefined) throw new UsageError('--listener is missing: each listener of alerts has its own function.', { todo: 'It is the name in live.notices. Example: waybill logs deliver-notice --listener night-shift' });
    return platform.output('ingest', OUTPUTS.deliverNoticeFunction(listener));
  }
  if (!isOneOfEach(name)) throw new UsageError(`There is no function or job "${name}".`, { todo: `Allowed: ${LOGGED.join(', ')}. Example: waybill logs track-shipments --follow` });
  const [stack, output] = ONE_OF_EACH[name];
  return platform.output(stack, output);
}

async function functionLog(platform: Platform, name: string): Promise<LogSource> {
  const { LambdaClient, GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
  const client = new LambdaClient(platform.client);
  const answer = await client.send(new GetFunctionConfigurationCommand({ FunctionName: name })).catch((error: unknown) => {
    throw new WorldError(`Function ${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
  client.destroy();
  return { group: answer.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}` };
}

/** Jobs write to a group that the template names; a run has streams of its own there, which begin with its id. */
async function jobLog(platform: Platform, job: JobName, runId: string | undefined): Promise<LogSource> {
  const { GetJobCommand, GetJobRunCommand, GetJobRunsCommand, GlueClient } = await import('@aws-sdk/client-glue');
  const client = new GlueClient(platform.client);
  const JobName = await platform.output('batch', OUTPUTS.job(job));
  try {
    const described = await client.send(new GetJobCommand({ JobName }));
    const group = described.Job?.DefaultArguments?.['--continuous-log-logGroup'] ?? '/aws-glue/jobs/logs-v2';
    const run = runId === undefined ? (await client.send(new GetJobRunsCommand({ JobName, MaxResults: 1 }))).JobRuns?.[0] : (await client.send(new GetJobRunCommand({ JobName, RunId: runId }))).JobRun;
    if (run?.Id === undefined) throw new WorldError(`Job ${job} has not run yet.`, { todo: 'npx waybill executions list shows what has.' });
    return { group, streams: run.Id, since: run.StartedOn?.getTime() ?? 0 };
  } catch (error) {
    if (error instanceof WorldError) throw error;
    throw new WorldError(`${runId === undefined ? `Job ${job}` : `Run ${runId} of job ${job}`} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error, todo: 'npx waybill executions show <name> names the run of each step.' });
  } finally {
    client.destroy();
  }
}
