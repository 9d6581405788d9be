/** Messages between the pool and a worker process. Types only: the worker runs without importing any of our files. */

/** File descriptor on which a worker writes log lines: synchronous, so that nothing is lost when it is killed. */
export const LOG_DESCRIPTOR = 4;

/** The error object that Lambda hands to callers. */
export interface FunctionErrorBody {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export interface InvocationContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
}

/** Pool → worker: run the handler once. */
export interface InvocationMessage {
  /** JSON text of the event. */
  readonly payload: string;
  readonly context: InvocationContext;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

/** Worker → pool: the handler is loaded, or cannot be. */
export type StartMessage = { readonly kind: 'ready' } | { readonly kind: 'init-error'; readonly error: FunctionErrorBody };

/** Worker → pool: how one invocation ended. */
export interface ResultMessage {
  readonly kind: 'result';
  /** JSON text of the answer or of the error. */
  readonly payload: string;
  readonly failed: boolean;
  /** The process ends after this message. */
  readonly leaving: boolean;
  /** Bytes of log written so far: the pool waits until it has read as many. */
  readonly logBytes: number;
  /** Resident memory in bytes. */
  readonly memory: number;
}

export type WorkerMessage = StartMessage | ResultMessage;
