/** How parts of the sandbox run a deployed function: the interface between the Lambda pool and its callers (event sources, alarms). */

export interface InvokeRequest {
  /** Name or ARN, with or without a qualifier at its end. */
  readonly functionName: string;
  /** Version or alias; `$LATEST` when absent. */
  readonly qualifier?: string;
  /** The event, as JSON text. */
  readonly payload: string;
  /** Nobody waits for the answer, as with batches of a stream and with events: others go first. @default false */
  readonly background?: boolean;
}

/** An invocation without the question who waits for it. */
export type NamedInvoke = Required<Omit<InvokeRequest, 'background'>>;

export interface InvokeResult {
  /** What the function answered, as JSON text; with `functionError` the error object (`errorType`, `errorMessage`, `trace`). */
  readonly payload: string;
  /** `Unhandled` when the function threw, crashed, timed out or could not start. */
  readonly functionError?: string;
  /** The function did not run: its reserved concurrency or the sandbox's own limit was taken. Try later. */
  readonly throttled?: boolean;
  /** Time inside the function in milliseconds; 0 when throttled. */
  readonly durationMs: number;
  /** The last 4 KB of what this invocation wrote, START and REPORT lines included. */
  readonly logTail: string;
  /** The version that ran: `$LATEST` or a number. */
  readonly executedVersion?: string;
}

export interface Invoker {
  /**
   * Runs the function once and waits for its end. Errors of the function are results, not exceptions.
   * @throws FunctionNotFoundError when no such function or version is deployed.
   */
  invoke(request: InvokeRequest): Promise<InvokeResult>;
}

/** No such function, version or alias in the control plane. */
export class FunctionNotFoundError extends Error {
  override readonly name = 'FunctionNotFoundError';

  constructor(functionName: string, qualifier: string, options?: ErrorOptions) {
    super(`No function ${functionName} with version or alias ${qualifier} is deployed. Deploy first, then see GET /_waybill/status for the functions that exist.`, options);
  }
}
