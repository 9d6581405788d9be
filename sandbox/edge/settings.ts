/** Settings of the edge, from the environment that the supervisor gives it. */
import { availableParallelism } from 'node:os';

export interface SparkSettings {
  /** False: started without the lake; Glue runs fail at once. */
  readonly lake: boolean;
  /** Spark processes at the same time; more runs wait. */
  readonly places: number;
  /** Cores of each. */
  readonly cores: number;
}

export interface EdgeSettings {
  /** Port of the sandbox's endpoint; 0 takes a free one. */
  readonly port: number;
  readonly controlPort: number;
  /** Port of the site; 0: none. */
  readonly sitePort: number;
  /** The sandbox's folder, `.waybill` by default. */
  readonly dir: string;
  readonly region: string;
  readonly account: string;
  /** Lambda invocations at work at the same time. */
  readonly maxConcurrent: number;
  /** Whether requests are also written to logs/requests.ndjson. */
  readonly logRequests: boolean;
  /** Spark for Glue runs. */
  readonly spark: SparkSettings;
}

/** A variable of the edge's environment is missing or wrong. */
export class EdgeSettingsError extends Error {
  override readonly name = 'EdgeSettingsError';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws EdgeSettingsError that names every wrong variable */
export function readEdgeSettings(env: Environment): EdgeSettings {
  const problems: string[] = [];
  const text = (name: string, otherwise: string): string => (env[name] === undefined || env[name] === '' ? otherwise : env[name]);
  const number = (name: string, range: { low: number; high: number; otherwise?: number }): number => {
    const given = env[name];
    if ((given === undefined || given === '') && range.otherwise !== undefined) return range.otherwise;
    const value = Number(given ?? 'missing');
    if (Number.isSafeInteger(value) && value >= range.low && value <= range.high) return value;
    problems.push(`${name} is ${given ?? 'missing'}, expected a whole number from ${range.low} to ${range.high}`);
    return range.low;
  };

  const settings: EdgeSettings = {
    port: number('WAYBILL_EDGE_PORT', { low: 0, high: 65_535 }),
    controlPort: number('WAYBILL_CONTROL_PORT', { low: 1, high: 65_535 }),
    sitePort: number('WAYBILL_SITE_PORT', { low: 0, high: 65_535, otherwise: 0 }),
    dir: text('WAYBILL_DIR', '.waybill'),
    region: text('WAYBILL_REGION', 'eu-central-1'),
    account: text('WAYBILL_ACCOUNT', '000000000000'),
    maxConcurrent: number('WAYBILL_MAX_WORKERS', { low: 1, high: 1000, otherwise: Math.max(8, 2 * availableParallelism()) }),
    logRequests: text('WAYBILL_REQUEST_LOG', 'on') !== 'off',
    spark: {
      lake: text('WAYBILL_LAKE', 'on') !== 'off',
      places: number('WAYBILL_SPARK_PROCESSES', { low: 1, high: 64, otherwise: Math.max(1, Math.floor(availableParallelism() / 3)) }),
      cores: number('WAYBILL_SPARK_CORES', { low: 1, high: 64, otherwise: 2 }),
    },
  };
  if (problems.length > 0) throw new EdgeSettingsError(`The edge cannot start: ${problems.join('; ')}. waybill start sets these by itself.`);
  return settings;
}
