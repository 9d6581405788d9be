/** States that several machines share, in Amazon States Language with JSONata. */
import { DIMENSIONS, METRIC, metricNamespace } from '../../../contracts/metrics.ts';

export type State = Readonly<Record<string, unknown>>;

/** The job had as many runs as it may: another load or a backfill is at work, and will be done. */
const CAPACITY_ERRORS = ['Glue.ConcurrentRunsExceededException', 'Glue.ThrottlingException', 'Glue.ResourceNumberLimitExceededException', 'Glue.InternalServiceException', 'Glue.OperationTimeoutException'];

/** A run that failed is worth one more try: a worker was lost, a catalog commit met another. What fails twice fails for a reason. */
const RUN_ERRORS = ['States.TaskFailed'];

/** A failed run's cause is the run's description as JSON; what people need of it is its last words. */
const RUN_FAILURE = `{% ( $cause := $exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : ''; { 'Error': $states.errorOutput.Error, 'Cause': $contains($cause, '"ErrorMessage"') ? $parse($cause).ErrorMessage : $cause } ) %}`;

export interface JobTask {
  readonly jobName: string;
  /** `--name` to value; a value may be an expression, and so may the whole. */
  readonly arguments: Readonly<Record<string, string>> | string;
  readonly next: string;
  readonly catch?: string;
  /** More of StartJobRun's arguments, such as workers. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Runs a Spark job and waits for its end. Its result lies in the lake bucket; a run itself answers nothing. */
export const jobTask = ({ jobName, arguments: given, next, catch: failed, more = {} }: JobTask): State => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::glue:startJobRun.sync',
  Arguments: { JobName: jobName, Arguments: given, ...more },
  Output: '{% $states.input %}',
  Retry: [
    { ErrorEquals: CAPACITY_ERRORS, IntervalSeconds: 20, BackoffRate: 1.5, MaxAttempts: 12, MaxDelaySeconds: 300, JitterStrategy: 'FULL' },
    { ErrorEquals: RUN_ERRORS, IntervalSeconds: 30, BackoffRate: 2, MaxAttempts: 1 },
  ],
  ...(failed === undefined ? {} : { Catch: [{ ErrorEquals: ['States.ALL'], Assign: { failure: RUN_FAILURE }, Next: failed }] }),
  ...(next === 'End' ? { End: true } : { Next: next }),
});

/** Reads what a job wrote of its run into `$result`; a state holds at most 256 KiB. @param key expression of the object's key */
export const resultTask = ({ bucket, key, next, catch: failed }: { readonly bucket: string; readonly key: string; readonly next: string; readonly catch: string }): State => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:s3:getObject',
  Arguments: { Bucket: bucket, Key: `{% ${key} %}` },
  Assign: { result: '{% $parse($states.result.Body) %}' },
  Output: '{% $states.input %}',
  Retry: [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 3 }],
  Catch: [{ ErrorEquals: ['States.ALL'], Assign: { failure: '{% $states.errorOutput %}' }, Next: failed }],
  Next: next,
});

/** Errors of a Lambda call that pass: throttling, a service that is busy. */
const LAMBDA_ERRORS = ['Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException', 'Lambda.TooManyRequestsException', 'Lambda.ClientExecutionTimeoutException'];

export interface FunctionTask {
  readonly functionArn: string;
  readonly payload: unknown;
  readonly assign: Readonly<Record<string, string>>;
  readonly next: string;
  readonly catch: string;
}

export const functionTask = ({ functionArn, payload, assign, next, catch: failed }: FunctionTask): State => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: functionArn, Payload: payload },
  Assign: assign,
  Output: '{% $states.input %}',
  Retry: [{ ErrorEquals: LAMBDA_ERRORS, IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 6, JitterStrategy: 'FULL' }],
  Catch: [{ ErrorEquals: ['States.ALL'], Assign: { failure: '{% $states.errorOutput %}' }, Next: failed }],
  Next: next,
});

export interface Notice {
  readonly topicArn: string;
  /** At most 100 characters on the wire; expressions cut themselves. */
  readonly subject: string;
  readonly message: string;
  readonly next: string;
}

/** Tells people. That nobody could be told is no reason to stop. */
export const noticeTask = ({ topicArn, subject, message, next }: Notice): State => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::sns:publish',
  Arguments: { TopicArn: topicArn, Subject: subject, Message: message },
  Output: '{% $states.input %}',
  Retry: [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 3 }],
  Catch: [{ ErrorEquals: ['States.ALL'], Next: next }],
  Next: next,
});

/** The run ends within this after it noted the refusal, tries included, ms; usually within a second. */
const END_WITHIN_MS = 10_000;

export interface Refusal {
  readonly environment: string;
  readonly machine: string;
  readonly next: string;
}

/**
 * The last step before a run fails because rules refused its days: its alarm `run-failed` subtracts what is noted here, since `day-refused` has told it.
 * Noted in the minute of the failure, and in the next when the failure may fall there: alarms look at windows that move by minutes.
 */
export const refusalTask = ({ environment, machine, next }: Refusal): State => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:cloudwatch:putMetricData',
  Arguments: {
    Namespace: metricNamespace(environment),
    MetricData: `{% ( $now := $millis(); [$distinct([$floor($now / 60000), $floor(($now + ${END_WITHIN_MS}) / 60000)]).{ 'MetricName': '${METRIC.refusalsTold}', 'Dimensions': [{ 'Name': '${DIMENSIONS.machine}', 'Value': '${machine}' }], 'Timestamp': $fromMillis($ * 60000), 'Value': 1 }] ) %}`,
  },
  Output: '{% $states.input %}',
  Retry: [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 2 }],
  // A second alarm is better than a run that ends for another reason than its own.
  Catch: [{ ErrorEquals: ['States.ALL'], Next: next }],
  Next: next,
});
