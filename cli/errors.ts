/** Why a command ends without having done its work. Anything else that is thrown is a defect of ours. */

interface Advice {
  /** The next step, as a sentence or a command. */
  readonly todo?: string;
  readonly cause?: unknown;
}

/** The user asked wrongly: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly todo: string | undefined;
  constructor(message: string, advice: Advice = {}) {
    super(message, { cause: advice.cause });
    this.todo = advice.todo;
  }
}

/** The world said no: something is missing, refused or failed. Exit code 1. */
export class WorldError extends Error {
  override readonly name = 'WorldError';
  readonly todo: string | undefined;
  constructor(message: string, advice: Advice = {}) {
    super(message, { cause: advice.cause });
    this.todo = advice.todo;
  }
}

export const EXIT = { done: 0, worldSaidNo: 1, askedWrongly: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The code that a thrown value ends the command with. */
export const exitCodeOf = (error: unknown): ExitCode => (error instanceof UsageError ? EXIT.askedWrongly : EXIT.worldSaidNo);
