import process from 'node:process';
import type { Readable } from 'node:stream';

/** All that a command reads from and writes to, so that a test can stand in for the terminal. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly stdin: Readable;
  /** Whether people watch: progress is redrawn, colours are used. */
  readonly interactive: boolean;
  readonly colour: boolean;
  readonly columns: number;
  readonly now: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Resolves when the user presses Ctrl-C (or the process is told to end). */
  readonly interrupted: Promise<void>;
}

export function terminalIo(): Io {
  const interactive = process.stdout.isTTY;
  let interrupt: () => void = () => undefined;
  const interrupted = new Promise<void>((resolve) => { interrupt = resolve; });
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    stdin: process.stdin,
    interactive,
    // https://no-color.org: any non-empty value switches colour off.
    colour: interactive && (process.env['NO_COLOR'] ?? '') === '',
    columns: interactive ? process.stdout.columns : 120,
    now: () => Date.now(),
    env: process.env,
    cwd: process.cwd(),
    get interrupted() {
      // Only a command that waits for Ctrl-C takes it over; every other one just ends.
      // The listener stays after the first signal: the terminal list brings one of its own (to show the cursor again),
      // which ends the process at once when it finds that nobody else listens.
      for (const signal of ['SIGINT', 'SIGTERM'] as const) if (!process.listeners(signal).includes(interrupt)) process.on(signal, interrupt);
      return interrupted;
    },
  };
}
