/**
 * Puts records on a stream the way the platform wants them put: full calls, refused records again with a growing pause,
 * an outcome for each record. Repeats are harmless (an event is known by source and eventId) and so is the order in which
 * a refused record comes again: state is a merge that does not depend on order.
 */
import { CALL_LIMITS, RECORD_BYTES, chunk, sizeOf } from './chunk.ts';
import type { PutOutcome, PutRecordsPort, StreamRecord } from './records.ts';

export interface ProducerOptions {
  readonly port: PutRecordsPort;
  readonly stream: string;
  /** Tries per record before its refusal is final. @default 8 */
  readonly attempts?: number;
  /** First pause after a refusal, in ms; doubles with each try up to 5 s. @default 100 */
  readonly firstPauseMs?: number;
  /** Waits that many ms. @default a timer */
  readonly pause?: (ms: number) => Promise<void>;
  /** Limits of one call. @default those of Kinesis */
  readonly limits?: { readonly records: number; readonly bytes: number };
}

export interface PutReport<R extends StreamRecord> {
  readonly accepted: number;
  /** Records whose last try was refused, with the last refusal. */
  readonly failed: readonly { readonly record: R; readonly code: string; readonly message: string }[];
  readonly calls: number;
  /** How often a record was refused and tried again. */
  readonly throttled: number;
}

export const DEFAULT_ATTEMPTS = 8;
export const DEFAULT_FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

const timer = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function putAll<R extends StreamRecord>(records: AsyncIterable<R> | Iterable<R>, options: ProducerOptions): Promise<PutReport<R>> {
  const failed: { record: R; code: string; message: string }[] = [];
  let [accepted, calls, throttled] = [0, 0, 0];
  for await (const call of chunk(records, options.limits ?? CALL_LIMITS)) {
    const tooLarge = call.filter((record) => sizeOf(record) > RECORD_BYTES);
    for (const record of tooLarge) failed.push({ record, code: 'RecordTooLarge', message: `${sizeOf(record)} bytes with its key; a stream takes up to ${RECORD_BYTES}` });
    const result = await putCall(call.filter((record) => !tooLarge.includes(record)), options);
    accepted += result.accepted;
    calls += result.calls;
    throttled += result.throttled;
    failed.push(...result.failed);
  }
  return { accepted, failed, calls, throttled };
}

/** One call's records until each is accepted or out of tries. */
async function putCall<R extends StreamRecord>(records: readonly R[], options: ProducerOptions): Promise<PutReport<R>> {
  const attempts = options.attempts ?? DEFAULT_ATTEMPTS;
  const pause = options.pause ?? timer;
  let waiting: readonly R[] = records;
  let refused: readonly { record: R; code: string; message: string }[] = [];
  let [calls, throttled] = [0, 0];
  for (let attempt = 1; waiting.length > 0 && attempt <= attempts; attempt++) {
    if (attempt > 1) {
      throttled += waiting.length;
      await pause(Math.min(LONGEST_PAUSE_MS, (options.firstPauseMs ?? DEFAULT_FIRST_PAUSE_MS) * 2 ** (attempt - 2)));
    }
    calls++;
    const outcomes = await outcomesOf(waiting, options);
    refused = waiting.flatMap((record, index) => {
      const outcome = outcomes[index];
      return outcome === undefined || outcome.accepted ? [] : [{ record, code: outcome.code, message: outcome.message }];
    });
    waiting = refused.map((each) => each.record);
  }
  return { accepted: records.length - waiting.length, failed: refused, calls, throttled };
}

async function outcomesOf(records: readonly StreamRecord[], options: ProducerOptions): Promise<readonly PutOutcome[]> {
  try {
    return await options.port.putRecords(options.stream, records);
  } catch (error) {
    // A stream that does not exist, or keys that may not write, will not get better by trying again.
    if (error instanceof Error && /ResourceNotFound|AccessDenied|UnrecognizedClient|ExpiredToken|Validation/.test(error.name)) throw error;
    const [code, message] = error instanceof Error ? [error.name, error.message] : ['Unknown', String(error)];
    return records.map(() => ({ accepted: false, code, message }));
  }
}
