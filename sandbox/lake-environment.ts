/**
 * Where Spark is: the one description of the lake's environment, written by `setup --lake` (supervisor/lake), read by the edge,
 * the tests and the benches. It counts only while it fits the pins of this checkout and its files are there.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { readJsonFile, textOf } from './json.ts';

const PROJECT = join(import.meta.dirname, '..');
const CACHE = join(PROJECT, '.cache');
const PINNED = ['glue-scripts/requirements.txt', 'glue-scripts/requirements-build.txt', 'glue-scripts/requirements-java.txt', 'sandbox/supervisor/lake/jars.json'];

export interface LakeEnvironment {
  /** Hash of all pins that it was made from. */
  readonly pins: string;
  /** Interpreter with pyspark, boto3, duckdb, pytest, mypy and ruff. */
  readonly python: string;
  readonly sparkHome: string;
  readonly javaHome: string;
  /** Iceberg and what reads `s3://`, in the order of the class path. */
  readonly jars: readonly string[];
  /** Folder with DuckDB's extensions. */
  readonly duckdbExtensions: string;
  /** Classes shared by Spark's JVMs (-XX:SharedArchiveFile), once it is made. It fits this Java and this class path only. */
  readonly sharedArchive: string | null;
  /** For people: `Spark 3.5.6, Iceberg 1.10.1, Python 3.11.7, Java 17.0.15`. */
  readonly versions: string;
}

/** File of the description. `WAYBILL_LAKE_DESCRIPTION` names another one: for tests, or an environment made by other means. */
export const descriptionFile = (): string => process.env['WAYBILL_LAKE_DESCRIPTION'] ?? join(CACHE, 'lake-environment.json');

/** Why the last set-up failed, for those who wait for it; absent when it succeeded or runs. */
export const failureFile = (): string => `${descriptionFile()}.failed`;

/** Hash of everything that is pinned: another pin is another environment. */
export function lakePins(): string {
  const hash = createHash('sha256');
  for (const file of PINNED) hash.update(`${file}\0`).update(readFileSync(join(PROJECT, file))).update('\0');
  return hash.digest('hex').slice(0, 12);
}

/** The environment when it is complete; undefined when it has to be made: `node sandbox/supervisor/main.ts setup --lake`. */
export function lakeEnvironment(): LakeEnvironment | undefined {
  const said = readJsonFile(descriptionFile());
  if (said === undefined || said['pins'] !== lakePins() || !Array.isArray(said['jars'])) return undefined;
  const archive = textOf(said['sharedArchive']);
  const found: LakeEnvironment = {
    pins: textOf(said['pins']),
    python: textOf(said['python']),
    sparkHome: textOf(said['sparkHome']),
    javaHome: textOf(said['javaHome']),
    jars: said['jars'].map((jar) => textOf(jar)),
    duckdbExtensions: textOf(said['duckdbExtensions']),
    sharedArchive: existsSync(archive) ? archive : null,
    versions: textOf(said['versions']),
  };
  return [found.python, found.sparkHome, join(found.javaHome, 'bin', 'java'), ...found.jars].every((path) => existsSync(path)) ? found : undefined;
}

/** What the last set-up said when it failed. */
export function lakeFailure(): string | undefined {
  const said = textOf(readJsonFile(failureFile())?.['message']);
  return said === '' ? undefined : said;
}

/** The site-packages folder of a virtual environment. */
export function sitePackages(venv: string): string {
  const lib = join(venv, 'lib');
  const version = existsSync(lib) ? readdirSync(lib).find((entry) => entry.startsWith('python3')) : undefined;
  return join(lib, version ?? 'python3', 'site-packages');
}

/** Variables with which Spark and our Python tests find everything. The user's own Spark and Hadoop settings must not change the class path. */
export function lakeVariables(environment: LakeEnvironment): Record<string, string> {
  return {
    SPARK_HOME: environment.sparkHome,
    JAVA_HOME: environment.javaHome,
    PYSPARK_PYTHON: environment.python,
    PYSPARK_DRIVER_PYTHON: environment.python,
    SPARK_LOCAL_IP: '127.0.0.1',
    WAYBILL_SPARK_JARS: environment.jars.join(':'),
    WAYBILL_DUCKDB_EXTENSIONS: environment.duckdbExtensions,
    ...(environment.sharedArchive === null ? {} : { WAYBILL_SPARK_ARCHIVE: environment.sharedArchive }),
  };
}

/** Variables of the user's that would lead Spark elsewhere. */
export const FOREIGN_VARIABLES = ['HADOOP_CONF_DIR', 'YARN_CONF_DIR', 'SPARK_CONF_DIR', 'SPARK_DIST_CLASSPATH', 'SPARK_CLASSPATH', 'PYTHONHOME', 'PYSPARK_SUBMIT_ARGS', 'JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', '_JAVA_OPTIONS'];
