import type { Position } from './fold-batch.ts';
import type { CatchUpNote } from './notes.ts';
import type { ApplyOutcome, Failure } from './state-store.ts';

/** What waiting may not mend. A conflict is not among them: others make progress then, so waiting does. */
const HOPELESS: ReadonlySet<Failure> = new Set<Failure>(['refused', 'newer-format', 'unreadable']);

/** Why the batch may be given up; undefined = hold the checkpoint. `firstArrival`: of its first record, ms since 1970. */
export function giveUpReason({ failed }: Pick<ApplyOutcome, 'failed'>, { firstArrival, now, giveUpAfterMs }: { firstArrival: number; now: number; giveUpAfterMs: number }): string | undefined {
  if (now - firstArrival < giveUpAfterMs) return undefined;
  const kinds = [...new Set(failed.values())].sort();
  return kinds.length > 0 && kinds.every((kind) => HOPELESS.has(kind)) ? `state writes not possible (${kinds.join(', ')}) for ${Math.round((now - firstArrival) / 60_000)} min` : undefined;
}

export interface GivenUp {
  readonly contract: string;
  /** @default the contract's name */
  readonly stream: string | undefined;
  readonly shard: string;
  /** First position that is not in state. */
  readonly from: Position;
  readonly last: Pick<Position, 'sequence' | 'arrivalTime'>;
  /** Records of the batch that are no markers. */
  readonly records: number;
  readonly reason: string;
  readonly now: number;
}

/** The note over all positions from the first unwritten one to the batch's end: folding some of them again does no harm. */
export const noteOf = ({ contract, stream = contract, shard, from, last, records, reason, now }: GivenUp): CatchUpNote => ({
  contract,
  stream,
  shard,
  firstSequence: from.sequence,
  lastSequence: last.sequence,
  firstArrival: from.arrivalTime,
  lastArrival: last.arrivalTime,
  records: records - from.recordsBefore,
  reason,
  notedAt: new Date(now).toISOString(),
});
