/** How things go wrong inside an execution: errors that Retry and Catch see, and interruptions, which they do not. */

/** An error with a States Language name, such as `States.TaskFailed` or `DataError`. */
export class StatesError extends Error {
  override readonly name = 'StatesError';
  /** The error's name; a Fail state may leave it out. */
  readonly error: string | undefined;
  /** The text for people, JSON for failed jobs. */
  readonly reason: string | undefined;
  /** The field whose expression failed. */
  readonly location: string | undefined;
  /** Its history event is written: states around it do not write another one. */
  recorded = false;

  constructor(error: string | undefined, reason?: string, location?: string) {
    super(`${error ?? 'Error'}: ${reason ?? ''}`);
    this.error = error;
    this.reason = reason;
    this.location = location;
  }
}

/** Why an execution is cut from outside. `suspended`: the edge stops, and the execution goes on after its next start. */
export type Interruption = 'aborted' | 'timedOut' | 'suspended';

export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly kind: Interruption;
  readonly error: string | undefined;
  readonly reason: string | undefined;

  constructor(kind: Interruption, error?: string, reason?: string) {
    super(kind);
    this.kind = kind;
    this.error = error;
    this.reason = reason;
  }
}

export const isSuspension = (value: unknown): boolean => value instanceof Interrupted && value.kind === 'suspended';

/** Anything thrown, as an error with a name. What nobody expected is `States.Runtime`, which no Catch takes. */
export function toStatesError(error: unknown): StatesError {
  if (error instanceof StatesError) return error;
  if (error instanceof Interrupted) return new StatesError(error.error ?? 'States.TaskFailed', error.reason);
  return new StatesError('States.Runtime', error instanceof Error ? error.message : String(error));
}

/** What `States.ALL` leaves out: the definition or the data is wrong, a repeat cannot help. */
const UNCATCHABLE = ['States.DataLimitExceeded', 'States.Runtime'];
const NO_TASK_FAILURE = ['States.Timeout', 'States.HeartbeatTimeout', ...UNCATCHABLE];

/** Whether a retrier's or catcher's `ErrorEquals` takes an error. */
export function takes(patterns: readonly string[], error: string | undefined): boolean {
  return patterns.some((pattern) => {
    if (pattern === error) return true;
    if (pattern === 'States.ALL') return error === undefined || !UNCATCHABLE.includes(error);
    if (pattern === 'States.TaskFailed') return error !== undefined && !NO_TASK_FAILURE.includes(error);
    return pattern === 'States.Timeout' && error === 'States.HeartbeatTimeout';
  });
}
