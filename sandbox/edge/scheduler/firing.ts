/** One firing of a schedule: call the target, try again, give up into the dead-letter queue, count. */
import type { MetricSink } from '../metric-sink.ts';
import type { Clock } from '../event-sources/clock.ts';
import { type ServiceCalls, ServiceError } from '../step-functions/run/host.ts';
import { sleep } from '../step-functions/run/time.ts';
import type { Schedule } from './schedule.ts';
import { callOf, queueUrl } from './target.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

export interface FiringTools {
  readonly calls: ServiceCalls;
  readonly sink: MetricSink;
  readonly clock: Clock;
  readonly newId: () => string;
  /** The edge stops: no further tries. */
  readonly signal: AbortSignal;
}

/** Never rejects; `dueAt` is the time that the schedule names. */
export async function fire(schedule: Schedule, dueAt: number, tools: FiringTools): Promise<void> {
  const { clock, signal } = tools;
  const { target } = schedule;
  const id = tools.newId();
  for (let attempt = 1; ; attempt++) {
    const failure = await tryOnce(schedule, { id, dueAt, attempt }, tools);
    if (failure === undefined || signal.aborted) return;
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
    const tooOld = clock.now() + pause - dueAt > target.maxAgeMs;
    if (!failure.mayPass || attempt > target.maxRetries || tooOld) {
      await drop(schedule, { id, dueAt, attempt, failure }, tools);
      return;
    }
    await sleep(clock, pause, signal).catch(() => undefined);
  }
}

interface Attempt {
  readonly id: string;
  readonly dueAt: number;
  readonly attempt: number;
}

interface Failure {
  readonly code: string;
  readonly message: string;
  /** Another try may succeed. */
  readonly mayPass: boolean;
}

async function tryOnce(schedule: Schedule, attempt: Attempt, { calls, sink, clock }: FiringTools): Promise<Failure | undefined> {
  count(sink, schedule, 'InvocationAttemptCount', clock.now());
  try {
    const { service, operation, args } = callOf(schedule.target, inputOf(schedule, attempt));
    await calls.call(service, operation, args);
    return undefined;
  } catch (error) {
    count(sink, schedule, 'TargetErrorCount', clock.now());
    if (!(error instanceof ServiceError)) return { code: 'InvalidInput', message: error instanceof Error ? error.message : String(error), mayPass: false };
    const { code, message, status } = error;
    return { code, message, mayPass: status === 0 || status === 429 || status >= 500 || /Throttl|TooManyRequests/.test(code) };
  }
}

async function drop({ name, group, arn, target }: Schedule, { id, dueAt, attempt, failure }: Attempt & { failure: Failure }, { calls, sink, clock }: FiringTools): Promise<void> {
  count(sink, { group }, 'InvocationDroppedCount', clock.now());
  console.error(`schedule ${group}/${name}: ${target.arn} was not called for ${new Date(dueAt).toISOString()} after ${attempt} tries: ${failure.code} ${failure.message}`);
  if (target.deadLetterQueue === undefined) return;
  const attributes = { ERROR_CODE: failure.code, ERROR_MESSAGE: failure.message.slice(0, 1000), EXECUTION_ID: id, SCHEDULE_ARN: arn, SCHEDULED_TIME: new Date(dueAt).toISOString(), TARGET_ARN: target.arn, RETRY_ATTEMPTS: String(attempt - 1) };
  const MessageAttributes = Object.fromEntries(Object.entries(attributes).map(([key, StringValue]) => [key, { DataType: 'String', StringValue: StringValue === '' ? '-' : StringValue }]));
  try {
    await calls.call('sqs', 'SendMessage', { QueueUrl: queueUrl(target.deadLetterQueue), MessageBody: target.input ?? '{}', MessageAttributes });
    count(sink, { group }, 'InvocationsSentToDeadLetterCount', clock.now());
  } catch (error) {
    count(sink, { group }, 'InvocationsFailedToBeSentToDeadLetterCount', clock.now());
    console.error(`schedule ${group}/${name}: the dead-letter queue took nothing: ${String(error)}`);
  }
}

function inputOf({ arn, target }: Schedule, { id, dueAt, attempt }: Attempt): string {
  const time = new Date(dueAt).toISOString().replace('.000Z', 'Z');
  if (target.input === undefined) {
    return JSON.stringify({ version: '0', id, 'detail-type': 'Scheduled Event', source: 'aws.scheduler', account: arn.split(':')[4], time, region: arn.split(':')[3], resources: [arn], detail: '{}' });
  }
  const values: Readonly<Record<string, string>> = { 'schedule-arn': arn, 'scheduled-time': time, 'execution-id': id, 'attempt-number': String(attempt) };
  return target.input.replaceAll(/<aws\.scheduler\.([a-z-]+)>/g, (all, name: string) => values[name] ?? all);
}

/** Metrics of the service have one dimension, the schedule's group. */
function count(sink: MetricSink, { group }: Pick<Schedule, 'group'>, name: string, time: number): void {
  sink.put({ namespace: 'AWS/Scheduler', name, dimensions: { ScheduleGroup: group }, time, value: 1, unit: 'Count' });
}
