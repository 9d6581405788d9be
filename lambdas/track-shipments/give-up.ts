import type { DecodedRecord } from '../_shared/decode/decode-records.ts';
import type { KinesisEvent } from '../_shared/kinesis-event.ts';
import { arrivalOf, padSequence } from '../_shared/kinesis-event.ts';
import type { CatchUpNote } from './notes.ts';
import type { ApplyOutcome, Failure } from './state-store.ts';

/** What waiting may not mend. A conflict is not among them: others make progress then, so waiting does. */
const HOPELESS: ReadonlySet<Failure> = new Set<Failure>(['refused', 'newer-format', 'unreadable']);

/** Why the batch may be given up; undefined = hold the checkpoint. */
export function giveUpReason({ failed }: Pick<ApplyOutcome, 'failed'>, { event, now, giveUpAfterMs }: { event: KinesisEvent; now: number; giveUpAfterMs: number }): string | undefined {
  const [first] = event.Records;
  if (first === undefined || now - arrivalOf(first) < giveUpAfterMs) return undefined;
  const kinds = [...new Set(failed.values())].sort();
  return kinds.length > 0 && kinds.every((kind) => HOPELESS.has(kind)) ? `state writes not possible (${kinds.join(', ')}) for ${Math.round((now - arrivalOf(first)) / 60_000)} min` : undefined;
}

export interface GivenUp {
  readonly contract: string;
  readonly event: KinesisEvent;
  readonly shard: string;
  readonly decoded: readonly DecodedRecord[];
  /** First position that is not in state. */
  readonly from: string;
  readonly reason: string;
  readonly now: number;
}

/** The note over all positions from the first unwritten one to the batch's end: folding some of them again does no harm. */
export function noteOf({ contract, event, shard, decoded, from, reason, now }: GivenUp): CatchUpNote {
  const covered = event.Records.filter(({ kinesis }) => padSequence(kinesis.sequenceNumber) >= padSequence(from));
  const [first] = covered;
  const last = covered.at(-1);
  if (first === undefined || last === undefined) throw new Error(`No record of the batch is at or after ${from}.`);
  return {
    contract,
    stream: streamOf(event, contract),
    shard,
    firstSequence: from,
    lastSequence: last.kinesis.sequenceNumber,
    firstArrival: arrivalOf(first),
    lastArrival: arrivalOf(last),
    records: decoded.filter(({ kind, sequence }) => kind !== 'marker' && padSequence(sequence) >= padSequence(from)).length,
    reason,
    notedAt: new Date(now).toISOString(),
  };
}

/** The stream's name from the record's source ARN (`…:stream/<name>`); the contract's name where there is none. */
function streamOf({ Records: [first] }: KinesisEvent, contract: string): string {
  const arn: unknown = first !== undefined && 'eventSourceARN' in first ? first.eventSourceARN : undefined;
  return typeof arn === 'string' && arn.includes('/') ? arn.slice(arn.lastIndexOf('/') + 1) : contract;
}
