/** Spark, Iceberg and Athena come up in the background: the stream road does not wait for them, and lives on without them. */
import { setPriority } from 'node:os';
import process from 'node:process';
import type { Io } from '../output/io.ts';
import { paint } from '../output/style.ts';
import type { Progress, SandboxRun } from '../platform/sandbox-program.ts';
import { doneLine } from './steps.ts';

const TITLE = 'Spark, Iceberg, Athena';
/** The set-up gives way to the stream road, and what it starts does so too. */
const NICENESS = 10;

export interface LakeSetUp {
  /** Resolves with the line for the list of steps as soon as it is known whether there is anything to do. */
  readonly firstLine: Promise<string>;
  /** Prints the end of what went on in the background, and answers whether all is there. Never rejects. */
  readonly follow: () => Promise<boolean>;
  /** Ends what still runs; the next start goes on from there. */
  readonly stop: () => void;
}

/** @param run `setup --lake`, detached: it has a process group of its own */
export function bringLake(io: Io, run: SandboxRun): LakeSetUp {
  const { pid } = run.child;
  if (pid !== undefined) setPriority(pid, NICENESS);
  let stopped = false;
  const known = Promise.withResolvers<string>();
  const end = watch(io, run, known.resolve);
  return {
    firstLine: known.promise,
    follow: async () => {
      const { isThere, line } = await end;
      if (line !== undefined && !stopped) io.out(line);
      return isThere && !stopped;
    },
    stop: () => {
      stopped = true;
      if (pid === undefined || run.child.exitCode !== null) return;
      try {
        process.kill(-pid, 'SIGTERM');
      } catch {
        // It has just ended.
      }
    },
  };
}

/** `line`: for the end; undefined when the first line has said it already. */
interface End { readonly isThere: boolean; readonly line: string | undefined }

async function watch(io: Io, run: SandboxRun, tell: (line: string) => void): Promise<End> {
  let waits = false;
  let failure: Progress | undefined;
  for await (const progress of run.progress) {
    if (progress.state === 'fail') failure ??= progress;
    if (progress.step !== 'lake') continue;
    if (progress.state === 'skip' || progress.state === 'done') {
      const line = doneStep(io, progress);
      tell(line);
      return { isThere: true, line: waits ? `\n${line}` : undefined };
    }
    if (progress.state === 'start' && progress.detail !== undefined && !waits) {
      waits = true;
      tell(`  ${paint(io, 'yellow', '◌')} ${TITLE.padEnd(42)}in the background; the stream road is already live (${progress.detail})\n`);
    }
  }
  await run.exit;
  const line = failedStep(io, failure, run.complaint());
  tell(line);
  return { isThere: false, line: waits ? `\n${line}` : undefined };
}

const doneStep = (io: Io, { seconds = 0, detail = '' }: Progress): string => `  ${paint(io, 'green', '✔')} ${doneLine(TITLE, seconds * 1000, detail)}\n`;

function failedStep(io: Io, failure: Progress | undefined, complaint: string): string {
  const words = failure === undefined ? [complaint === '' ? 'its set-up ended without a word' : complaint] : [failure.detail, failure.why];
  const todo = failure?.do ?? 'npx waybill doctor says what is missing.';
  return `  ${paint(io, 'red', '✖')} ${TITLE}: ${words.filter((each) => each !== undefined && each !== '').join(' ')}\n    The stream road works without it. Next: ${todo}\n`;
}
