import type { KinesisEvent } from '../../../lambdas/_shared/kinesis-event.ts';
import type { Tracker } from './tracker.ts';
import { kinesisRecord } from './tracker.ts';
import type { Put } from './tracker.ts';

/** More tries than any generated fault budget: a shard that needs them all is stuck, and the test must say so. */
const MAX_TRIES = 200;

/**
 * Reads a shard as Lambda does: batches in order; an answer that names a record starts again there; a throw repeats the
 * batch. Cuts the stream anew at each try, so bounds never matter.
 */
export async function readShard(tracker: Pick<Tracker, 'handle'>, puts: readonly Put[], cuts: readonly number[]): Promise<void> {
  const records = puts.map((put, index) => kinesisRecord({ sequence: String(index + 1), ...put }));
  let position = 0;
  for (let tries = 0; position < records.length; tries += 1) {
    if (tries > MAX_TRIES) throw new Error(`Stuck at record ${position + 1} of ${records.length}.`);
    const size = cuts[tries % Math.max(cuts.length, 1)] ?? 3;
    const event: KinesisEvent = { Records: records.slice(position, position + size) };
    try {
      const [failure] = (await tracker.handle(event)).batchItemFailures;
      position = failure === undefined ? position + event.Records.length : records.findIndex(({ kinesis }) => kinesis.sequenceNumber === failure.itemIdentifier);
      if (position === -1) throw new RangeError(`The answer names ${failure?.itemIdentifier}, which is not in the batch.`);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }
}

/** The function died here. */
export class Crash extends Error {
  override readonly name = 'Crash';
}
