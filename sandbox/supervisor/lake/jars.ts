/**
 * The jars of Spark's class path: Iceberg, and what lets Spark read `s3://` as Glue does. Resolved by the Ivy inside Spark (no Maven
 * needed), checked by hash. Ivy looks into ~/.m2 first; behind a mirror it takes the settings file that WAYBILL_IVY_SETTINGS names.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, linkSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pipeline } from 'node:stream/promises';
import { SupervisorError } from '../errors.ts';
import { lastWords, runProgram } from '../run-program.ts';
import { makeBeside } from './beside.ts';

interface Pin {
  /** `group:name:version`. */
  readonly artifact: string;
  readonly sha256: string;
}

const PINS_FILE = join(import.meta.dirname, 'jars.json');
/** Spark brings these, in its own versions; the SDK in one piece is 280 MB and not needed. */
const NOT_WANTED = ['com.amazonaws:aws-java-sdk-bundle', 'com.fasterxml.jackson.*:*', 'org.apache.httpcomponents:*', 'joda-time:*', 'commons-*:*', 'org.wildfly.openssl:*'];

export const jarPins = (): Pin[] => (JSON.parse(readFileSync(PINS_FILE, 'utf8')) as { jars: Pin[] }).jars;

const fileOf = ({ artifact }: Pin): string => `${artifact.split(':').slice(1).join('-')}.jar`;

export interface JarOrder {
  readonly dir: string;
  /** Ivy's own folder: what was downloaded before an interruption is still there. */
  readonly ivy: string;
  /** SPARK_HOME, JAVA_HOME and the like. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly sparkHome: string;
  readonly signal?: AbortSignal | undefined;
}

/** Paths of the jars, in the order of the class path. @throws SupervisorError naming the files to place by hand when they cannot be had. */
export async function fetchJars(order: JarOrder): Promise<string[]> {
  const pins = jarPins();
  // Files that somebody placed by hand count as well, if they are the right ones.
  if (existsSync(order.dir) && !(await allRight(order.dir, pins))) rmSync(order.dir, { recursive: true, force: true });
  await makeBeside(order.dir, async (beside) => {
    await resolve(order, pins);
    mkdirSync(beside);
    for (const pin of pins) await place(order, pin, beside);
  });
  rmSync(order.ivy, { recursive: true, force: true });
  return pins.map((pin) => join(order.dir, fileOf(pin)));
}

async function resolve({ ivy, env, sparkHome, signal, dir }: JarOrder, pins: readonly Pin[]): Promise<void> {
  mkdirSync(ivy, { recursive: true });
  const script = join(ivy, 'nothing.py');
  writeFileSync(script, '');
  const settings = process.env['WAYBILL_IVY_SETTINGS'];
  const conf = [`spark.jars.ivy=${ivy}`, ...(settings === undefined ? [] : [`spark.jars.ivySettings=${settings}`])];
  const args = [...conf.flatMap((pair) => ['--conf', pair]), '--packages', pins.map((pin) => pin.artifact).join(','), '--exclude-packages', NOT_WANTED.join(','), script];
  try {
    await runProgram(join(sparkHome, 'bin', 'spark-submit'), args, { env, signal });
  } catch (error) {
    throw new SupervisorError('The jars of Iceberg could not be downloaded.', {
      why: lastWords(error),
      todo: `Run the same command again. Behind a mirror: WAYBILL_IVY_SETTINGS=/path/to/ivysettings.xml. Or place these files into ${dir} yourself: ${pins.map(fileOf).join(', ')}.`,
      cause: error,
    });
  }
}

async function place({ ivy }: JarOrder, pin: Pin, folder: string): Promise<void> {
  const name = fileOf(pin);
  const from = readdirSync(join(ivy, 'jars')).find((entry) => entry === `${pin.artifact.split(':')[0] ?? ''}_${name}`);
  const source = from === undefined ? undefined : join(ivy, 'jars', from);
  const hash = source === undefined ? 'none' : await sha256(source);
  if (source === undefined || hash !== pin.sha256) {
    rmSync(ivy, { recursive: true, force: true });
    throw new SupervisorError(`${name} is not the file that is pinned.`, {
      why: `Expected SHA-256 ${pin.sha256}, got ${hash}.`,
      todo: 'Run the same command again. If it stays so, the mirror or ~/.m2 has another file under this name: remove it there.',
    });
  }
  try {
    linkSync(source, join(folder, name));
  } catch {
    copyFileSync(source, join(folder, name));
  }
}

async function allRight(dir: string, pins: readonly Pin[]): Promise<boolean> {
  const hashes = await Promise.all(pins.map((pin) => sha256(join(dir, fileOf(pin)))));
  return pins.every((pin, index) => pin.sha256 === hashes[index]);
}

async function sha256(file: string): Promise<string> {
  if (!existsSync(file)) return 'none';
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
