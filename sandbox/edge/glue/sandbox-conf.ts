/** Spark's settings in the sandbox: the job's own, and over them what differs on one machine — endpoints, cores, memory, class path. */
import { join } from 'node:path';
import type { LakeEnvironment } from '../../lake-environment.ts';

export interface SparkPlace {
  readonly environment: LakeEnvironment;
  /** The sandbox's endpoint. */
  readonly endpoint: string;
  readonly region: string;
  /** Cores of a Spark process. */
  readonly cores: number;
  /** Folder for what Spark writes aside. */
  readonly scratch: string;
  /** Jars of the job itself, already on this machine. */
  readonly jars: readonly string[];
  /** Workers that the job or the run asks for: more than two mean much data. */
  readonly workers: number;
}

const LOG_SETTINGS = join(import.meta.dirname, 'log4j2.properties');
/** A job of up to two workers is small: the first compiler and the serial collector are ready at once. */
const SMALL_WORKERS = 2;
/** With one compiler the JVM keeps only 48 MB for compiled code; full, it goes on interpreting, many times slower. */
const SMALL_JVM = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:ReservedCodeCacheSize=240m'];

export function sandboxConf(own: Readonly<Record<string, string>>, place: SparkPlace): Record<string, string> {
  const { endpoint, region, cores, scratch, environment, jars } = place;
  const s3a = 'spark.hadoop.fs.s3a';
  return {
    'spark.sql.shuffle.partitions': String(cores),
    'spark.default.parallelism': String(cores),
    ...own,
    ...catalogConf(own, { endpoint, region }),
    'spark.master': `local[${cores}]`,
    'spark.driver.memory': small(place) ? '1g' : '2g',
    'spark.driver.host': '127.0.0.1',
    'spark.driver.bindAddress': '127.0.0.1',
    'spark.driver.extraClassPath': [...environment.jars, ...jars].join(':'),
    'spark.driver.extraJavaOptions': javaOptions(own['spark.driver.extraJavaOptions'], place),
    'spark.ui.enabled': 'false',
    'spark.ui.showConsoleProgress': 'false',
    'spark.sql.catalogImplementation': 'in-memory',
    'spark.hadoop.hadoop.tmp.dir': scratch,
    'spark.sql.warehouse.dir': join(scratch, 'warehouse'),
    'spark.hadoop.fs.s3.impl': 'org.apache.hadoop.fs.s3a.S3AFileSystem',
    [`${s3a}.endpoint`]: endpoint,
    [`${s3a}.endpoint.region`]: region,
    [`${s3a}.path.style.access`]: 'true',
    [`${s3a}.connection.ssl.enabled`]: 'false',
    [`${s3a}.aws.credentials.provider`]: 'com.amazonaws.auth.EnvironmentVariableCredentialsProvider',
  };
}

const small = ({ workers }: SparkPlace): boolean => workers <= SMALL_WORKERS;

/** Every Iceberg catalog of the job that lives in Glue and S3 finds them here. */
function catalogConf(own: Readonly<Record<string, string>>, { endpoint, region }: { endpoint: string; region: string }): Record<string, string> {
  const catalogs = Object.entries(own).flatMap(([key, value]) => (/^spark\.sql\.catalog\.[^.]+$/.test(key) && value.startsWith('org.apache.iceberg.spark.') ? [key] : []));
  return Object.fromEntries(catalogs.flatMap((catalog) => [
    [`${catalog}.glue.endpoint`, endpoint],
    [`${catalog}.s3.endpoint`, endpoint],
    [`${catalog}.s3.path-style-access`, 'true'],
    [`${catalog}.client.region`, region],
  ]));
}

function javaOptions(own: string | undefined, place: SparkPlace): string {
  const { sharedArchive } = place.environment;
  return [
    ...(own === undefined ? [] : [own]),
    ...(small(place) ? SMALL_JVM : ['-XX:+UseParallelGC']),
    '-Duser.timezone=UTC',
    quoted(`-Dlog4j2.configurationFile=file:${LOG_SETTINGS}`),
    ...(sharedArchive === null ? [] : ['-Xshare:auto', '-Xlog:cds=off', '-Xlog:cds+dynamic=off', quoted(`-XX:SharedArchiveFile=${sharedArchive}`)]),
  ].join(' ');
}

/** Spark splits the options as a shell does. */
const quoted = (option: string): string => (/[\s"'\\]/.test(option) ? `"${option.replaceAll(/["\\]/g, '\\$&')}"` : option);
