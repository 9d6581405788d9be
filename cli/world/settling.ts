/** When nothing of what was put is under way any more, seen from what consumers say of themselves. */

/** One shard of a stream, or a queue, as one consumer reads it. */
export interface ShardProgress {
  /** Age of the oldest record that is read and not finished, ms; 0 = none. */
  readonly lagMs: number;
  /** Records that are read and not finished: waiting for a batch, and batches at work. */
  readonly waiting: number;
  readonly inFlight: number;
  /** All that was put before this moment is read, epoch ms; null before the first read. */
  readonly readUpTo: number | null;
  /** Records finished since the sandbox runs; grows only. */
  readonly finished: number;
}

export interface Consumer {
  readonly uuid: string;
  /** Name of the stream, table or queue. */
  readonly stream: string;
  readonly shards: readonly ShardProgress[];
}

/**
 * Follows records from stream to stream. A step ends when all that lay anywhere at its beginning is worked off; what this has caused
 * lies on the next streams by then, and is worked off by the end of the next step. All is at rest when a step saw nobody finish
 * anything, and, while others go on putting, after as many steps as there are streams: no chain is longer.
 */
export class Settling {
  #since: number;
  #steps = 0;
  #finishedBefore: string | undefined;

  /** @param since - what is put until this moment counts, epoch ms */
  constructor(since: number) {
    this.#since = since;
  }

  /** Whether all is at rest. @param askedAt - before the consumers were asked. @param answeredAt - after that; epoch ms */
  look(consumers: readonly Consumer[], { askedAt, answeredAt }: { readonly askedAt: number; readonly answeredAt: number }): boolean {
    if (!this.#isWorkedOff(consumers, askedAt)) return false;
    const finished = JSON.stringify(consumers.map(({ uuid, shards }) => [uuid, shards.map((shard) => shard.finished)]));
    const wasAtRest = finished === this.#finishedBefore;
    this.#steps += 1;
    this.#since = answeredAt;
    this.#finishedBefore = finished;
    return wasAtRest || this.#steps >= new Set(consumers.map(({ stream }) => stream)).size;
  }

  #isWorkedOff(consumers: readonly Consumer[], askedAt: number): boolean {
    // What came in the very millisecond may have come before it.
    const isDone = ({ lagMs, waiting, inFlight, readUpTo }: ShardProgress): boolean => (readUpTo ?? 0) > this.#since && (lagMs + waiting + inFlight === 0 || askedAt - lagMs > this.#since);
    return consumers.length > 0 && consumers.every(({ shards }) => shards.length > 0 && shards.every(isDone));
  }
}

/** The greatest age of what is not finished, ms. */
export const greatestLag = (consumers: readonly Consumer[]): number => Math.max(0, ...consumers.flatMap(({ shards }) => shards.map(({ lagMs }) => lagMs)));
