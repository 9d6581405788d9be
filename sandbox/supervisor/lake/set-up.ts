/**
 * `setup --lake`: everything that makes Spark run, into `.cache/` of the project. Idempotent by pin hashes, resumable, safe to run
 * twice at once. It ends in one description (lake-environment.ts); Spark can run before the archive of classes is there.
 */
import { existsSync, mkdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { descriptionFile, failureFile, FOREIGN_VARIABLES, lakeEnvironment, lakePins, lakeVariables, sitePackages } from '../../lake-environment.ts';
import type { LakeEnvironment } from '../../lake-environment.ts';
import { messageOf, SupervisorError } from '../errors.ts';
import { CACHE, PROJECT, writeWhole } from '../paths.ts';
import { step } from '../progress.ts';
import type { Emit } from '../progress.ts';
import { ARCHIVE_SIZE, archivePath, makeArchive } from './archive.ts';
import type { ArchiveOrder } from './archive.ts';
import { removeFormer } from './beside.ts';
import { findOrInstallJava } from './java.ts';
import type { JavaFound } from './java.ts';
import { fetchJars, jarPins } from './jars.ts';
import { withLock } from './lock.ts';
import { findLakePython, makeVenv } from './packages.ts';

/** Measured on Linux x86-64 with Java 17 on the machine. */
export const LAKE_SIZE = 'about 600 MB to download, 1.2 GB on disk, once';
const PACKAGES_SIZE = 'about 480 MB to download, 870 MB on disk, once';
const JARS_SIZE = '120 MB, once';
const LEAST_FREE_BYTES = 2.5e9;
const PINS = join(PROJECT, 'glue-scripts');

interface Work {
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** @throws ReportedError after the failing step has been reported. */
export async function setUpLake(emit: Emit): Promise<LakeEnvironment> {
  const ending = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => ending.abort());
  const work: Work = { emit, signal: ending.signal };
  const whole = { step: 'lake', title: 'Spark, Iceberg, Athena' };
  const { environment } = await step(emit, whole, async (say) => {
    const present = lakeEnvironment();
    if (present !== undefined && present.sharedArchive !== null) return { environment: present, detail: present.versions, skipped: true };
    const onWait = (holder: number): void => say(`process ${holder} is at it already; waiting for it`);
    const made = await withLock(join(CACHE, 'lake.lock'), { onWait, work: () => make(work, say) });
    return { environment: made, detail: made.versions };
  });
  return environment;
}

async function make(work: Work, say: (detail: string) => void): Promise<LakeEnvironment> {
  const present = lakeEnvironment();
  try {
    if (present === undefined) {
      say(LAKE_SIZE);
      rmSync(failureFile(), { force: true });
      demandSpace();
    }
    return await withArchive(present ?? (await assemble(work)), work);
  } catch (error) {
    const words = error instanceof Error && error.cause instanceof SupervisorError ? error.cause : error;
    const message = words instanceof SupervisorError ? `${words.message} ${words.why} Next: ${words.todo}` : messageOf(words);
    if (!work.signal.aborted && lakeEnvironment() === undefined) writeWhole(failureFile(), `${JSON.stringify({ message, at: new Date().toISOString() })}\n`);
    throw error;
  }
}

function demandSpace(): void {
  mkdirSync(CACHE, { recursive: true });
  const { bavail, bsize } = statfsSync(CACHE);
  if (bavail * bsize >= LEAST_FREE_BYTES) return;
  throw new SupervisorError('There is too little space for Spark.', { why: `${(bavail * bsize / 1e9).toFixed(1)} GB are free in ${CACHE}; 2.5 GB are needed while it is set up.`, todo: 'Free space and run the same command again, or start without the lake: npm start -- --no-lake.' });
}

/** Python, then Java, then jars: each needs the one before. */
async function assemble({ emit, signal }: Work): Promise<LakeEnvironment> {
  const pins = lakePins();
  const found = await findLakePython();
  const venv = join(CACHE, `lake-python-${pins}`);
  await step(emit, { step: 'lake-python', title: 'Spark and DuckDB (Python packages)' }, async (say) => {
    if (existsSync(venv)) return { skipped: true, detail: `Python ${found.version}` };
    say(PACKAGES_SIZE);
    await makeVenv({ dir: venv, found, pins: PINS, signal });
    return { detail: `Python ${found.version}` };
  });
  const python = join(venv, 'bin', 'python');
  const sparkHome = join(sitePackages(venv), 'pyspark');
  const java = await step(emit, { step: 'lake-java', title: 'Java' }, async (say) => {
    const answer = await findOrInstallJava({ python, dir: join(CACHE, `lake-java-${pins}`), requirements: join(PINS, 'requirements-java.txt'), say, signal });
    return { ...answer, detail: `Java ${answer.version}` };
  });
  const jars = await step(emit, { step: 'lake-jars', title: 'Iceberg (jars)' }, async (say) => {
    say(JARS_SIZE);
    const env = { ...withoutForeign(), SPARK_HOME: sparkHome, JAVA_HOME: java.home, PYSPARK_PYTHON: python, SPARK_LOCAL_IP: '127.0.0.1' };
    return { files: await fetchJars({ dir: join(CACHE, `lake-jars-${pins}`), ivy: join(CACHE, 'lake-ivy'), env, sparkHome, signal }) };
  });
  for (const part of ['python', 'java', 'jars']) removeFormer(join(CACHE, `lake-${part}-${pins}`), `lake-${part}-`);
  const environment: LakeEnvironment = {
    pins, python, sparkHome, javaHome: java.home, jars: jars.files, sharedArchive: null,
    duckdbExtensions: join(sitePackages(venv), 'duckdb_ext', 'extensions'),
    versions: versionsOf(found.version, java),
  };
  describe(environment);
  return environment;
}

function versionsOf(python: string, java: JavaFound): string {
  const iceberg = jarPins()[0]?.artifact.split(':').at(-1) ?? '';
  return `Spark 3.5.6, Iceberg ${iceberg}, DuckDB 1.4.4, Python ${python}, Java ${java.version}`;
}

/** From here on the edge and the tests find it. */
function describe(environment: LakeEnvironment): void {
  writeWhole(descriptionFile(), `${JSON.stringify(environment, undefined, 2)}\n`);
}

async function withArchive(environment: LakeEnvironment, { emit, signal }: Work): Promise<LakeEnvironment> {
  if (environment.sharedArchive !== null) return environment;
  const { file } = await step(emit, { step: 'lake-classes', title: 'Shared classes of Spark' }, async (say) => {
    const order: ArchiveOrder = { ...environment, cache: CACHE, env: { ...withoutForeign(), ...lakeVariables(environment) }, signal };
    const target = await archivePath(order);
    if (!existsSync(target)) say(ARCHIVE_SIZE);
    const made = await makeArchive(order, target);
    if (made !== undefined) removeFormer(made, 'lake-classes-');
    return { file: made ?? null, detail: made === undefined ? 'this Java makes none; Spark starts without, about 5 s slower' : '' };
  });
  const whole = { ...environment, sharedArchive: file };
  describe(whole);
  return whole;
}

const withoutForeign = (): Record<string, undefined> => Object.fromEntries(FOREIGN_VARIABLES.map((name) => [name, undefined]));
