/** Something that a person has to hear about: what happened, why, and what to do next. */
export class SupervisorError extends Error {
  override readonly name: string = 'SupervisorError';
  readonly why: string;
  readonly todo: string;
  /** 1: the world said no. 2: asked wrongly. */
  readonly exitCode: 1 | 2;

  constructor(what: string, explanation: { why: string; todo: string; exitCode?: 1 | 2; cause?: unknown }) {
    super(what, { cause: explanation.cause });
    this.why = explanation.why;
    this.todo = explanation.todo;
    this.exitCode = explanation.exitCode ?? 1;
  }
}

/** A wrong flag or argument. */
export class UsageError extends SupervisorError {
  override readonly name = 'UsageError';

  constructor(what: string, todo: string) {
    super(what, { why: 'The command line is not understood.', todo, exitCode: 2 });
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
