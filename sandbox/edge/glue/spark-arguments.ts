/** From Glue's arguments to those of spark-submit: which are Glue's own, which are the script's. */

/** What Glue takes for itself and a script never sees; those not read below have no meaning on one machine. */
const GLUE_OWN = new Set([
  '--conf', '--datalake-formats', '--extra-py-files', '--additional-python-modules', '--python-modules-installer-option', '--extra-jars', '--extra-files',
  '--class', '--job-language', '--job-bookmark-option', '--enable-metrics', '--enable-observability-metrics', '--enable-continuous-cloudwatch-log',
  '--enable-continuous-log-filter', '--continuous-log-logGroup', '--continuous-log-logStreamPrefix', '--continuous-log-conversionPattern', '--custom-logGroup-prefix',
  '--custom-logStream-prefix', '--enable-job-insights', '--enable-spark-ui', '--spark-event-logs-path', '--enable-auto-scaling', '--enable-glue-datacatalog',
  '--customer-driver-env-vars', '--customer-executor-env-vars', '--user-jars-first', '--use-postgres-driver', '--enable-s3-parquet-optimized-committer',
  '--write-shuffle-files-to-s3', '--enable-rename-algorithm-v2', '--TempDir', '--scriptLocation',
]);

/** An argument that the sandbox cannot honour; the run fails with these words. */
export class JobArgumentError extends Error {
  override readonly name = 'JobArgumentError';
}

export interface SparkArguments {
  /** The job's own Spark settings, from `--conf`. */
  readonly conf: Readonly<Record<string, string>>;
  /** `s3://` addresses. */
  readonly pyFiles: readonly string[];
  readonly jars: readonly string[];
  readonly files: readonly string[];
  /** What follows the script. */
  readonly script: readonly string[];
}

/**
 * @param given arguments of job and run, already laid over one another
 * @param installed versions by package name of the Spark environment (`name` in lower case with hyphens)
 * @throws JobArgumentError
 */
export function sparkArguments(jobName: string, given: Readonly<Record<string, string>>, installed: ReadonlyMap<string, string>): SparkArguments {
  checkModules(list(given['--additional-python-modules']), installed);
  const formats = list(given['--datalake-formats']).filter((format) => format !== 'iceberg');
  if (formats.length > 0) throw new JobArgumentError(`--datalake-formats got "${formats.join(',')}"; the sandbox has: iceberg.`);
  const own = Object.entries(given).filter(([name]) => !GLUE_OWN.has(name));
  return {
    conf: splitConf(given['--conf'] ?? ''),
    pyFiles: list(given['--extra-py-files']),
    jars: list(given['--extra-jars']),
    files: list(given['--extra-files']),
    script: [...own.flat(), '--JOB_NAME', jobName],
  };
}

/** Group that gets the driver's log as it goes, when the job wants that. */
export function continuousGroup(given: Readonly<Record<string, string>>): string | undefined {
  return given['--enable-continuous-cloudwatch-log'] === 'true' ? (given['--continuous-log-logGroup'] ?? '/aws-glue/jobs/logs-v2') : undefined;
}

/** Glue takes several settings in one argument: `a=b --conf c=d --conf e=f`. @throws JobArgumentError for a part without `=` */
export function splitConf(value: string): Record<string, string> {
  const pairs = `--conf ${value}`.split(/(?:^|\s)--conf\s/).map((part) => part.trim()).filter((part) => part !== '');
  return Object.fromEntries(pairs.map((pair) => {
    const at = pair.indexOf('=');
    if (at <= 0) throw new JobArgumentError(`--conf got "${pair}"; expected key=value, several chained as: key=value --conf key=value.`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  }));
}

const list = (value: string | undefined): string[] => (value ?? '').split(',').map((part) => part.trim()).filter((part) => part !== '');

/** Nothing is installed at run time here: what a job wants must be in the environment already, in that version. */
function checkModules(wanted: readonly string[], installed: ReadonlyMap<string, string>): void {
  for (const module of wanted) {
    const [, name = module, version] = /^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?(?:==(.+))?$/.exec(module) ?? [];
    const have = installed.get(canonical(name));
    if (have !== undefined && (version === undefined || version === have)) continue;
    throw new JobArgumentError(`--additional-python-modules got "${module}"; the sandbox installs nothing at run time and has ${have === undefined ? `no ${name}` : `${name}==${have}`}. Pin it in glue-scripts/requirements.in.`);
  }
}

/** Names and versions that a requirements file pins. */
export function pinnedModules(requirements: string): Map<string, string> {
  const pins = [...requirements.matchAll(/^([A-Za-z0-9._-]+)==([^\s;\\]+)/gm)];
  return new Map(pins.map(([, name = '', version = '']) => [canonical(name), version]));
}

const canonical = (name: string): string => name.toLowerCase().replaceAll(/[._-]+/g, '-');
