/** Collects a child's progress lines and lets steps wait for the ones they show. */
import { WorldError } from '../errors.ts';
import type { Progress, SandboxRun } from '../platform/sandbox-program.ts';

export interface ProgressBoard {
  /** Waits until one of the steps has ended (or a later one began to matter: `ready`). Fails as the child failed. */
  readonly ended: (...steps: string[]) => Promise<Progress>;
  /** Called with each line while a step waits, e.g. to show what goes on. */
  onProgress: (progress: Progress) => void;
}

export function progressBoard(run: SandboxRun, what: string): ProgressBoard {
  const seen: Progress[] = [];
  let failure: Error | undefined;
  let wake: (() => void)[] = [];
  const board: ProgressBoard = {
    onProgress: () => undefined,
    ended: async (...steps) => {
      for (;;) {
        const done = seen.find((each) => steps.includes(each.step) && (each.state === 'done' || each.state === 'skip' || each.step === 'ready'));
        if (done !== undefined) return done;
        if (failure !== undefined) throw failure;
        await new Promise<void>((resolve) => wake.push(resolve));
      }
    },
  };
  const tell = (): void => {
    for (const each of wake) each();
    wake = [];
  };
  void follow(run, what, (progress) => {
    seen.push(progress);
    if (progress.state === 'fail') failure ??= failureOf(progress);
    board.onProgress(progress);
    tell();
  }).then((end) => {
    failure ??= end;
    tell();
  });
  return board;
}

/** What happened, then why; a step that gave neither is named at least. */
function failureOf(progress: Progress): WorldError {
  const words = [progress.detail, progress.why].filter((each) => each !== undefined && each !== '');
  return new WorldError(words.length === 0 ? `${progress.title ?? progress.step} failed.` : words.join(' '), progress.do === undefined ? {} : { todo: progress.do });
}

async function follow(run: SandboxRun, what: string, take: (progress: Progress) => void): Promise<Error> {
  for await (const progress of run.progress) take(progress);
  const code = await run.exit;
  return new WorldError(`${what} ended with code ${code}${run.complaint() === '' ? '.' : `:\n${run.complaint()}`}`, { todo: 'npx waybill doctor says what is missing.' });
}
