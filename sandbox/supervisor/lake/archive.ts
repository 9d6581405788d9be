/**
 * The archive of loaded classes (AppCDS): half of a small job's time is Java loading the same 20,000 classes. Made once, by a small
 * job that does what jobs do; bound to one Java and one class path, so its name carries both.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { heardFrom, runProgram } from '../run-program.ts';
import { makeBeside } from './beside.ts';

export const ARCHIVE_SIZE = 'about 190 MB on disk, once';

export interface ArchiveOrder {
  /** Folder of the cache. */
  readonly cache: string;
  readonly javaHome: string;
  readonly sparkHome: string;
  readonly jars: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

/** Where the archive for this Java and this class path is or will be. */
export async function archivePath({ cache, javaHome, sparkHome, jars }: ArchiveOrder): Promise<string> {
  const java = await heardFrom(join(javaHome, 'bin', 'java'), ['-version']);
  const key = createHash('sha256').update([javaHome, java, sparkHome, ...jars].join('\n')).digest('hex').slice(0, 12);
  return join(cache, `lake-classes-${key}`);
}

/** Makes it. Undefined when this Java cannot: Spark then starts without, only slower. */
export async function makeArchive(order: ArchiveOrder, target: string): Promise<string | undefined> {
  await makeBeside(target, async (beside) => {
    const options = `-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ArchiveClassesAtExit=${beside} -Xlog:disable`;
    const conf = {
      'spark.driver.extraClassPath': order.jars.join(':'),
      'spark.driver.extraJavaOptions': options,
      'spark.driver.memory': '1g',
      'spark.master': 'local[2]',
      'spark.ui.enabled': 'false',
      'spark.driver.host': '127.0.0.1',
      'spark.driver.bindAddress': '127.0.0.1',
    };
    const args = Object.entries(conf).flatMap(([key, value]) => ['--conf', `${key}=${value}`]);
    await runProgram(join(order.sparkHome, 'bin', 'spark-submit'), [...args, join(import.meta.dirname, 'warm_up.py')], { env: order.env, signal: order.signal });
    if (!existsSync(beside)) throw new Error('Java wrote no archive');
  }).catch((error: unknown) => {
    if (order.signal?.aborted === true) throw error;
  });
  return existsSync(target) ? target : undefined;
}
