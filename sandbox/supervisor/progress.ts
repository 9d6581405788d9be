/** Progress of long steps: one JSON object a line on standard output, for the program that started us. */
import process from 'node:process';
import { messageOf, SupervisorError } from './errors.ts';

export type StepState = 'start' | 'done' | 'skip' | 'fail';

export interface ProgressLine {
  readonly step: string;
  readonly title?: string;
  readonly state?: StepState;
  readonly seconds?: number;
  readonly detail?: string;
  readonly why?: string;
  readonly do?: string;
  readonly [more: string]: unknown;
}

/** What a step may say about its end. */
export interface StepResult {
  readonly detail?: string;
  /** True: there was nothing to do. */
  readonly skipped?: boolean;
  readonly [more: string]: unknown;
}

export type Emit = (line: ProgressLine) => void;

export const emitToStandardOutput: Emit = (line) => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

/**
 * Runs one step and reports its start and its end. A failure is reported and thrown on.
 * `say` reports on the way: a line with state `start` and a new detail.
 */
export async function step<Result extends StepResult>(emit: Emit, name: { step: string; title: string; detail?: string }, work: (say: (detail: string) => void) => Promise<Result>): Promise<Result> {
  const begun = performance.now();
  const seconds = (): number => Math.round((performance.now() - begun) / 100) / 10;
  emit({ ...name, state: 'start' });
  try {
    const { skipped, ...rest } = await work((detail) => emit({ ...name, state: 'start', seconds: seconds(), detail }));
    emit({ step: name.step, title: name.title, state: skipped === true ? 'skip' : 'done', seconds: seconds(), ...rest });
    return { skipped, ...rest } as unknown as Result;
  } catch (error) {
    emit({ step: name.step, title: name.title, state: 'fail', seconds: seconds(), ...explain(error) });
    throw new ReportedError(error);
  }
}

/** An error that the progress has already told; it only decides the exit code. */
export class ReportedError extends Error {
  override readonly name = 'ReportedError';
  readonly exitCode: 1 | 2;

  constructor(cause: unknown) {
    super(messageOf(cause), { cause });
    const known = cause instanceof SupervisorError || cause instanceof ReportedError;
    this.exitCode = known ? cause.exitCode : 1;
  }
}

/** An error in the words of a progress line. */
export function explain(error: unknown): { detail: string; why?: string; do?: string } {
  if (error instanceof SupervisorError) return { detail: error.message, why: error.why, do: error.todo };
  return { detail: messageOf(error) };
}
