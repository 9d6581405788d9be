/** Codes that say "later": throttling and conflicts of simultaneous writers. Any status of 500 and above is one too. */
const RETRYABLE_CODES = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'ThrottlingError',
  'Throttling',
  'RequestLimitExceeded',
  'RequestTimeout',
  'SlowDown',
  'TransactionInProgressException',
  // S3 answers 409 while another conditional write of the same key is under way.
  'ConditionalRequestConflict',
  'OperationAborted',
]);

export interface AwsErrorDetails {
  /** AWS's code, e.g. `ConditionalCheckFailedException`, `PreconditionFailed`; `NetworkError` or `TimeoutError` when no answer came. */
  readonly code: string;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly message: string;
  /** What was asked, e.g. `dynamodb:PutItem`. */
  readonly operation: string;
  /** The answer's parsed body, where it carries more than a message (`CancellationReasons`, `Item`). */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** A call to AWS that was answered with an error, or not at all. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;
  readonly operation: string;
  readonly retryable: boolean;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(details: AwsErrorDetails) {
    super(`${details.operation} failed: ${details.code}${details.status === 0 ? '' : ` (HTTP ${details.status})`}: ${details.message}`, { cause: details.cause });
    this.code = details.code;
    this.status = details.status;
    this.operation = details.operation;
    this.body = details.body ?? {};
    this.retryable = details.status === 0 || details.status === 429 || details.status >= 500 || RETRYABLE_CODES.has(details.code);
  }
}

export const isAwsError = (error: unknown, code: string): error is AwsError => error instanceof AwsError && error.code === code;
