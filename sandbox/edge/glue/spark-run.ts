/** Prepares one run: files from S3, arguments, settings, environment; then starts Spark. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FOREIGN_VARIABLES, lakeVariables } from '../../lake-environment.ts';
import type { LakeEnvironment } from '../../lake-environment.ts';
import { JOB_PREFIX } from '../caller.ts';
import type { ControlClient } from '../control-client.ts';
import { fetchArtifact } from './artifacts.ts';
import type { JobRun } from './job-run.ts';
import type { RunLog } from './run-log.ts';
import { sandboxConf } from './sandbox-conf.ts';
import { pinnedModules, sparkArguments } from './spark-arguments.ts';
import { startSpark } from './spark-process.ts';
import type { SparkProcess } from './spark-process.ts';

const REQUIREMENTS = join(import.meta.dirname, '..', '..', '..', 'glue-scripts', 'requirements.txt');

export interface SparkRunSettings {
  readonly control: ControlClient;
  /** Endpoint that jobs get. */
  readonly endpoint: string;
  readonly region: string;
  readonly cores: number;
  /** Folder for what runs download and write aside; one folder a run, removed after it. */
  readonly codeDir: string;
  readonly logDir: string;
}

export interface Launched {
  readonly process: SparkProcess;
  /** Removes what the run left on disk beside its logs. */
  readonly clean: () => void;
}

/** Arguments that count: the job's, the run's over them, and those that a run may not change. */
export const effectiveArguments = ({ job, arguments: own }: JobRun): Record<string, string> => ({ ...job.defaultArguments, ...own, ...job.nonOverridableArguments });

/** @throws JobArgumentError, ControlUnreachableError */
export async function launchSpark(settings: SparkRunSettings, run: JobRun, around: { environment: LakeEnvironment; log: RunLog }): Promise<Launched> {
  const { environment, log } = around;
  const wanted = sparkArguments(run.job.name, effectiveArguments(run), pinnedModules(readFileSync(REQUIREMENTS, 'utf8')));
  const folder = join(settings.codeDir, run.id);
  const clean = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const fetched = async (addresses: readonly string[]): Promise<string[]> => Promise.all(addresses.map((address) => fetchArtifact(settings.control, address, folder)));
    const [script, pyFiles, jars, files] = await Promise.all([fetchArtifact(settings.control, run.job.scriptLocation, folder), fetched(wanted.pyFiles), fetched(wanted.jars), fetched(wanted.files)]);
    const scratch = join(folder, 'scratch');
    mkdirSync(scratch, { recursive: true });
    const conf = sandboxConf(wanted.conf, { environment, endpoint: settings.endpoint, region: settings.region, cores: settings.cores, scratch, jars, workers: run.numberOfWorkers });
    const args = [
      '--name', run.job.name,
      ...Object.entries(conf).flatMap(([key, value]) => ['--conf', `${key}=${value}`]),
      ...(pyFiles.length === 0 ? [] : ['--py-files', pyFiles.join(',')]),
      ...(files.length === 0 ? [] : ['--files', files.join(',')]),
      script,
      ...wanted.script,
    ];
    const process = startSpark({
      command: join(environment.sparkHome, 'bin', 'spark-submit'), args, cwd: folder,
      env: { ...jobEnvironment(settings, run, environment), SPARK_LOCAL_DIRS: scratch },
      logFile: join(settings.logDir, basename(run.id)),
      onLine: log.line,
    });
    return { process, clean };
  } catch (error) {
    clean();
    throw error;
  }
}

/** The edge's own environment without what is only ours or leads elsewhere, and what a job on AWS has. */
function jobEnvironment({ endpoint, region }: SparkRunSettings, run: JobRun, environment: LakeEnvironment): Record<string, string> {
  const kept = Object.entries(process.env).flatMap(([key, value]) => (value === undefined || /^(AWS_|WAYBILL_|SPARK_|PYSPARK_|PYTHON)/.test(key) || FOREIGN_VARIABLES.includes(key) ? [] : [[key, value] as const]));
  return {
    ...Object.fromEntries(kept),
    ...lakeVariables(environment),
    TZ: 'UTC',
    PYTHONUNBUFFERED: '1',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: `${JOB_PREFIX}${run.job.name}`,
    AWS_SECRET_ACCESS_KEY: 'waybill-sandbox',
    AWS_EC2_METADATA_DISABLED: 'true',
    // The user's profiles may name roles, regions and endpoints of a real account.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}
