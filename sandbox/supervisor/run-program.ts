/** Runs a program of the set-up to its end. */
import { execFile } from 'node:child_process';
import process from 'node:process';

export interface ProgramOptions {
  /** Added to our own environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Ends the program early. */
  readonly signal?: AbortSignal | undefined;
  readonly cwd?: string;
}

/** Standard output of the program. @throws Error with its code and its standard error */
export function runProgram(command: string, args: readonly string[], options: ProgramOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const { env, signal, cwd } = options;
    const settings = { env: { ...process.env, ...env }, maxBuffer: 16 * 1024 * 1024, ...(signal === undefined ? {} : { signal }), ...(cwd === undefined ? {} : { cwd }) };
    execFile(command, [...args], settings, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${error.message}\n${stderr}`));
    });
  });
}

/** Both streams of the program, joined: some write their version to standard error. @throws as runProgram */
export function heardFrom(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, [...args], (error, stdout, stderr) => (error === null ? resolve(`${stdout}\n${stderr}`) : reject(new Error(`${error.message}\n${stderr}`))));
  });
}

/** The end of what a program said: the reason stands there. */
export function lastWords(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n').slice(-3).join(' ').slice(-600);
}
