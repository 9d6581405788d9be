/** Batches of several lanes finish in any order; the checkpoint is the end of the finished prefix of the shard. */
import type { StreamRecord } from './stream.ts';

const TIDY_AFTER = 10_000;

export class FinishedPrefix {
  #open: StreamRecord[] = [];
  #head = 0;
  readonly #done = new Set<string>();

  /** Records in the order of the shard. */
  add(record: StreamRecord): void {
    this.#open.push(record);
  }

  /** Returns the new checkpoint when the prefix grew. */
  finish(records: readonly StreamRecord[]): string | undefined {
    for (const record of records) this.#done.add(record.sequenceNumber);

    let last: string | undefined;
    for (let next = this.#open[this.#head]; next !== undefined && this.#done.delete(next.sequenceNumber); next = this.#open[this.#head]) {
      last = next.sequenceNumber;
      this.#head += 1;
    }
    this.#tidy();
    return last;
  }

  /** The first record that is not finished. */
  oldest(): StreamRecord | undefined {
    return this.#open[this.#head];
  }

  #tidy(): void {
    if (this.#head < TIDY_AFTER && this.#head < this.#open.length) return;
    this.#open = this.#open.slice(this.#head);
    this.#head = 0;
  }
}
