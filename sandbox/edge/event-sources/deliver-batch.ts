/** One batch of a shard until it succeeded, was split, is too old, or has used its retries. */
import type { Invoker } from '../lambda/invoker.ts';
import { type Answered, askFunction, type NotRun } from './ask-function.ts';
import type { Clock } from './clock.ts';
import type { StreamMapping } from './mapping.ts';
import type { DiscardCondition, FailureDestination } from './on-failure.ts';
import type { EventWriter } from './record-format.ts';
import type { SourceMetrics } from './source-metrics.ts';
import type { StreamRecord } from './stream.ts';

const FIRST_WAIT_MS = 100;
/** AWS does not publish its own cap; five seconds keep a sandbox lively after an outage. */
const LONGEST_WAIT_MS = 5_000;

/** Everything that deliveries of one shard share. */
export interface DeliveryContext {
  readonly mapping: StreamMapping;
  readonly shardId: string;
  readonly writer: EventWriter;
  readonly invoker: Invoker;
  readonly destination: FailureDestination;
  readonly metrics: SourceMetrics;
  readonly clock: Clock;
  /** These records are done with: delivered, or handed to the destination. */
  finish(records: readonly StreamRecord[]): void;
  /** Ends early when the source stops. */
  pause(ms: number): Promise<void>;
  stopping(): boolean;
  /** For the status page: what holds the shard; undefined when nothing does. */
  held(why: string | undefined): void;
}

interface Attempt {
  readonly records: readonly StreamRecord[];
  /** Invocations that count against the retries. A split uses none, so halves start with the count of the whole. */
  readonly failedInvokes: number;
}

export async function deliverBatch(context: DeliveryContext, batch: Attempt): Promise<void> {
  let { records, failedInvokes } = batch;
  let wait = FIRST_WAIT_MS;

  while (!context.stopping()) {
    records = await dropTooOld(context, records, failedInvokes);
    if (records.length === 0) return;

    const outcome = await invoke(context, records);
    if (outcome.kind === 'not-run') {
      context.held(outcome.why);
    } else {
      records = finishSucceeded(context, records, outcome);
      if (records.length === 0) return;
      if (context.stopping()) return;

      failedInvokes += 1;
      context.metrics.failed(records.length);
      context.held(`${outcome.error ?? 'the function reported failed items'} (try ${failedInvokes})`);
      if (outcome.error !== undefined && context.mapping.bisectOnError && records.length > 1) return deliverHalves(context, records, failedInvokes - 1);
      if (context.mapping.maxRetries >= 0 && failedInvokes > context.mapping.maxRetries) return discard(context, { records, condition: 'RetryAttemptsExhausted', invokeCount: failedInvokes, outcome });
    }

    await context.pause(wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

/** The halves go one after the other: the order of the shard holds. */
async function deliverHalves(context: DeliveryContext, records: readonly StreamRecord[], failedInvokes: number): Promise<void> {
  const middle = Math.ceil(records.length / 2);
  await deliverBatch(context, { records: records.slice(0, middle), failedInvokes });
  await deliverBatch(context, { records: records.slice(middle), failedInvokes });
}

interface Ran extends Answered {
  /** Index of the first record to deliver again. */
  readonly failedFrom: number;
}

async function invoke(context: DeliveryContext, records: readonly StreamRecord[]): Promise<Ran | NotRun> {
  const { mapping, invoker, clock, metrics } = context;
  metrics.invoked(records.length, clock.now() - (records.at(-1)?.arrival ?? 0));
  const answer = await askFunction(invoker, { mapping, payload: context.writer.write(records), ids: records.map((record) => record.sequenceNumber) });
  // Order holds: everything from the lowest failed record on comes again.
  return answer.kind === 'not-run' ? answer : { ...answer, failedFrom: Math.min(records.length, ...answer.failed) };
}

/** What remains to be delivered. */
function finishSucceeded(context: DeliveryContext, records: readonly StreamRecord[], outcome: Ran): readonly StreamRecord[] {
  if (outcome.failedFrom > 0) context.finish(records.slice(0, outcome.failedFrom));
  if (outcome.failedFrom === records.length) context.held(undefined);
  return records.slice(outcome.failedFrom);
}

/** Looked at before each try, as on AWS: a batch that is held long enough leaves by its age. */
async function dropTooOld(context: DeliveryContext, records: readonly StreamRecord[], invokeCount: number): Promise<readonly StreamRecord[]> {
  const { maxAgeMs } = context.mapping;
  if (maxAgeMs < 0) return records;

  const oldest = context.clock.now() - maxAgeMs;
  const old = records.filter((record) => record.arrival < oldest);
  if (old.length === 0) return records;

  await discard(context, { records: old, condition: 'RecordAgeExceeded', invokeCount });
  return context.stopping() ? [] : records.filter((record) => record.arrival >= oldest);
}

interface Discard {
  readonly records: readonly StreamRecord[];
  readonly condition: DiscardCondition;
  readonly invokeCount: number;
  readonly outcome?: Ran;
}

/** Holds the shard until the destination has taken the batch: dropping is only for mappings without one. */
async function discard(context: DeliveryContext, { records, condition, invokeCount, outcome }: Discard): Promise<void> {
  const { mapping, shardId, clock, metrics } = context;
  if (mapping.onFailure !== undefined) {
    const response = outcome === undefined ? {} : { response: { executedVersion: outcome.executedVersion, functionError: outcome.functionError } };
    const batch = { mapping, shardId, records, condition, invokeCount, ...response, at: clock.now(), payload: context.writer.write(records) };
    if (!(await untilTaken(context, () => context.destination.deliver(mapping.onFailure ?? '', batch)))) return;
    metrics.deliveredToDestination(records.length);
  }

  metrics.dropped(records.length);
  context.finish(records);
  context.held(undefined);
}

async function untilTaken(context: DeliveryContext, deliver: () => Promise<void>): Promise<boolean> {
  for (let wait = FIRST_WAIT_MS; !context.stopping(); wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    try {
      await deliver();
      return true;
    } catch (error) {
      context.metrics.destinationFailed();
      context.held(`on-failure destination: ${error instanceof Error ? error.message : String(error)}`);
      await context.pause(wait);
    }
  }
  return false;
}
