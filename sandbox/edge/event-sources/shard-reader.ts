/** Reads one shard of one mapping from its checkpoint on and hands out batches, until the shard ends or the source stops. */
import type { MappingCheckpoints } from './checkpoints.ts';
import { Pause, type Clock } from './clock.ts';
import { deliverBatch, type DeliveryContext } from './deliver-batch.ts';
import { matchesPattern } from './event-pattern.ts';
import { FinishedPrefix } from './finished-prefix.ts';
import { Lanes, type Batch } from './lanes.ts';
import type { StreamMapping } from './mapping.ts';
import type { FailureDestination } from './on-failure.ts';
import { formatOf } from './record-format.ts';
import type { Invoker } from '../lambda/invoker.ts';
import type { SourceMetrics } from './source-metrics.ts';
import { ExpiredIteratorError, type EventStream, type ReadFrom, type StreamRecord } from './stream.ts';

/** Small batches still read in pages worth the call. */
const MIN_PAGE_RECORDS = 500;
/** Pages and waiting records are kept to some tens of MB whatever the size of a record. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
const AFTER_ERROR_MS = 500;

export interface ShardReaderOptions {
  readonly mapping: StreamMapping;
  readonly shardId: string;
  /** Where to begin when there is no checkpoint. */
  readonly from: ReadFrom;
  readonly stream: EventStream;
  readonly invoker: Invoker;
  readonly destination: FailureDestination;
  readonly checkpoints: MappingCheckpoints;
  readonly metrics: SourceMetrics;
  readonly clock: Clock;
  /** Pause between reads of a shard that has nothing more to give. */
  readonly pollMs: number;
}

export interface ShardStatus {
  readonly shard: string;
  readonly checkpoint: string | null;
  /** Age of the oldest record that is not finished, in milliseconds; 0 when there is none. */
  readonly lagMs: number;
  readonly waiting: number;
  readonly inFlight: number;
  /** Records that were finished since the edge began, those that a filter left out too. */
  readonly finished: number;
  /** All records put before this moment have been read (milliseconds since 1970); null before the first such read. */
  readonly readUpTo: number | null;
  /** Why the shard does not move, and since when (milliseconds since 1970). */
  readonly held?: { readonly why: string; readonly since: number };
  readonly readError?: string;
}

export class ShardReader {
  readonly #options: ShardReaderOptions;
  readonly #context: DeliveryContext;
  readonly #lanes: Lanes;
  readonly #prefix = new FinishedPrefix();
  readonly #loop: Pause;
  /** Pauses of deliveries between tries, ended early by a stop. */
  readonly #retries = new Set<Pause>();
  readonly #inFlight = new Set<Promise<void>>();
  #iterator: string | undefined;
  #readUpTo: number | null = null;
  #ended = false;
  #lastRead: string | undefined;
  #nextReadAt = 0;
  #averageBytes = 1_000;
  #finished = 0;
  #stopping = false;
  #abandoned = false;
  #held: { why: string; since: number } | undefined;
  #readError: string | undefined;

  constructor(options: ShardReaderOptions) {
    this.#options = options;
    const writer = formatOf(options.mapping.kind).writer(options.mapping, options.shardId);
    this.#lanes = new Lanes(options.mapping, writer);
    this.#loop = new Pause(options.clock);
    this.#context = {
      ...options,
      writer,
      finish: (records) => this.#finish(records),
      pause: (ms) => this.#retryPause(ms),
      stopping: () => this.#stopping,
      held: (why) => this.#noteHeld(why),
    };
  }

  /** Resolves when the shard was read to its end, or after a stop when nothing of it is in flight any more. */
  async run(): Promise<void> {
    while (!this.#stopping) {
      await this.#read();
      this.#startBatches();
      if (this.#ended && this.#lanes.waiting === 0 && this.#inFlight.size === 0) {
        this.#options.checkpoints.set(this.#options.shardId, { ended: true });
        return;
      }
      await this.#loop.wait(this.#idleMs());
    }
    await Promise.all(this.#inFlight);
  }

  /** Takes no new work; what is in flight may finish and is checkpointed. */
  stop(): void {
    this.#stopping = true;
    this.#loop.wake();
    for (const pause of this.#retries) pause.wake();
  }

  /** The stream no longer has the shard: what was read is delivered, then it counts as read to its end. */
  endOfShard(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#loop.wake();
  }

  /** What finishes from now on is not checkpointed: it will be delivered again. */
  abandon(): void {
    this.#abandoned = true;
  }

  status(): ShardStatus {
    const oldest = this.#prefix.oldest();
    return {
      shard: this.#options.shardId,
      checkpoint: this.#options.checkpoints.get(this.#options.shardId)?.sequenceNumber ?? null,
      lagMs: oldest === undefined ? 0 : Math.max(0, this.#options.clock.now() - oldest.arrival),
      waiting: this.#lanes.waiting,
      inFlight: this.#lanes.busy,
      finished: this.#finished,
      readUpTo: this.#readUpTo,
      ...(this.#held === undefined ? {} : { held: this.#held }),
      ...(this.#readError === undefined ? {} : { readError: this.#readError }),
    };
  }

  async #read(): Promise<void> {
    if (this.#ended || !this.#hasRoom() || this.#options.clock.now() < this.#nextReadAt) return;
    const limit = this.#pageLimit();
    const begun = this.#options.clock.now();
    try {
      this.#iterator ??= await this.#options.stream.iterator(this.#options.shardId, this.#position());
      const page = await this.#options.stream.records(this.#iterator, limit);
      this.#iterator = page.next;
      this.#ended = page.next === undefined;
      this.#readError = undefined;
      this.#take(page.records, page.millisBehindLatest);
      if (page.millisBehindLatest === 0) this.#readUpTo = begun;
      this.#nextReadAt = page.records.length >= limit ? 0 : this.#options.clock.now() + this.#options.pollMs;
    } catch (error) {
      this.#iterator = undefined;
      if (error instanceof ExpiredIteratorError) return;
      this.#readError = error instanceof Error ? error.message : String(error);
      this.#nextReadAt = this.#options.clock.now() + AFTER_ERROR_MS;
    }
  }

  /** After the last record read, not after the checkpoint: what waits in the lanes must not come twice. */
  #position(): ReadFrom {
    const sequenceNumber = this.#lastRead ?? this.#options.checkpoints.get(this.#options.shardId)?.sequenceNumber;
    return sequenceNumber === undefined ? this.#options.from : { kind: 'AFTER', sequenceNumber };
  }

  #hasRoom(): boolean {
    const { batchSize, parallelization } = this.#options.mapping;
    return this.#lanes.waiting < 2 * batchSize * parallelization && this.#lanes.waitingBytes < MAX_WAITING_BYTES;
  }

  #pageLimit(): number {
    const { batchSize, parallelization } = this.#options.mapping;
    const wanted = Math.max(MIN_PAGE_RECORDS, batchSize * parallelization);
    const fitting = Math.floor(MAX_WAITING_BYTES / this.#averageBytes);
    return Math.max(1, Math.min(this.#options.stream.maxPageRecords, wanted, fitting));
  }

  #take(records: readonly StreamRecord[], millisBehindLatest: number): void {
    const { metrics, clock } = this.#options;
    const now = clock.now();
    const last = records.at(-1);
    metrics.polled(records.length, last === undefined ? millisBehindLatest : now - last.arrival);
    if (last === undefined) return;

    this.#lastRead = last.sequenceNumber;
    this.#averageBytes = Math.max(1, records.reduce((sum, record) => sum + record.data.length, 0) / records.length);
    const unwanted: StreamRecord[] = [];
    for (const record of records) {
      this.#prefix.add(record);
      if (this.#wanted(record)) this.#lanes.add(record, now);
      else unwanted.push(record);
    }
    if (unwanted.length > 0) {
      metrics.filteredOut(unwanted.length);
      this.#finish(unwanted);
    }
  }

  #wanted(record: StreamRecord): boolean {
    const { filters } = this.#options.mapping;
    if (filters.length === 0) return true;
    const event = formatOf(this.#options.mapping.kind).filterable(record);
    return filters.some((filter) => matchesPattern(filter, event));
  }

  #startBatches(): void {
    for (const batch of this.#lanes.take(this.#options.clock.now(), this.#ended)) {
      const job = this.#deliver(batch).finally(() => {
        this.#inFlight.delete(job);
        this.#lanes.release(batch.lane);
        this.#loop.wake();
      });
      this.#inFlight.add(job);
    }
  }

  async #deliver(batch: Batch): Promise<void> {
    await deliverBatch(this.#context, { records: batch.records, failedInvokes: 0 });
  }

  #finish(records: readonly StreamRecord[]): void {
    if (this.#abandoned) return;
    this.#finished += records.length;
    const sequenceNumber = this.#prefix.finish(records);
    if (sequenceNumber !== undefined) this.#options.checkpoints.set(this.#options.shardId, { sequenceNumber });
  }

  async #retryPause(ms: number): Promise<void> {
    if (this.#stopping) return;
    const pause = new Pause(this.#options.clock);
    this.#retries.add(pause);
    await pause.wait(ms);
    this.#retries.delete(pause);
  }

  #noteHeld(why: string | undefined): void {
    this.#held = why === undefined ? undefined : { why, since: this.#held?.since ?? this.#options.clock.now() };
  }

  #idleMs(): number {
    const now = this.#options.clock.now();
    const untilRead = this.#ended || !this.#hasRoom() ? Infinity : this.#nextReadAt - now;
    // A full lane that only waits for a delivery is woken by its end; the upper bound is a safety net.
    return Math.max(0, Math.min(untilRead, this.#lanes.untilReady(now), 60_000));
  }
}
