/** One event source mapping on a stream of Kinesis or of a table: which shards are read, from where, and parents before children. */
import type { Invoker } from '../lambda/invoker.ts';
import type { MappingCheckpoints, MappingStart } from './checkpoints.ts';
import { Pause, type Clock } from './clock.ts';
import { qualifiedName, type StreamMapping } from './mapping.ts';
import type { FailureDestination } from './on-failure.ts';
import { ShardReader, type ShardStatus } from './shard-reader.ts';
import type { SourceMetrics } from './source-metrics.ts';
import type { EventStream, ReadFrom, StreamShard } from './stream.ts';

const LIST_SHARDS_MS = 1_000;
const DEFAULT_POLL_MS = 200;

export interface StreamSourceOptions {
  readonly mapping: StreamMapping;
  readonly stream: EventStream;
  readonly invoker: Invoker;
  readonly destination: FailureDestination;
  readonly checkpoints: MappingCheckpoints;
  readonly metrics: SourceMetrics;
  readonly clock: Clock;
  readonly pollMs?: number;
}

export interface SourceStatus {
  readonly uuid: string;
  readonly function: string;
  /** Name of the stream, table or queue. */
  readonly stream: string;
  /** The greatest lag of its shards, in milliseconds. */
  readonly lagMs: number;
  readonly shards: readonly ShardStatus[];
  readonly error?: string;
}

export class StreamSource {
  readonly mapping: StreamMapping;
  readonly #options: StreamSourceOptions;
  readonly #readers = new Map<string, ShardReader>();
  readonly #running = new Set<Promise<void>>();
  readonly #pause: Pause;
  #stopping = false;
  #error: string | undefined;
  #done: Promise<void> | undefined;

  constructor(options: StreamSourceOptions) {
    this.mapping = options.mapping;
    this.#options = options;
    this.#pause = new Pause(options.clock);
  }

  start(): void {
    this.#done ??= this.#run();
  }

  /** Batches in flight may take up to `graceMs` to finish; later ones are not checkpointed and are delivered again by the next start. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#pause.wake();
    for (const reader of this.#readers.values()) reader.stop();

    const grace = new Pause(this.#options.clock);
    await Promise.race([Promise.resolve(this.#done), grace.wait(graceMs)]);
    grace.wake();
    for (const reader of this.#readers.values()) reader.abandon();
  }

  status(): SourceStatus {
    const shards = [...this.#readers.values()].map((reader) => reader.status());
    const { uuid, functionArn, sourceName } = this.mapping;
    return { uuid, function: qualifiedName(functionArn), stream: sourceName, lagMs: Math.max(0, ...shards.map((shard) => shard.lagMs)), shards, ...(this.#error === undefined ? {} : { error: this.#error }) };
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      try {
        this.#startReaders(await this.#options.stream.shards());
        this.#error = undefined;
      } catch (error) {
        this.#error = error instanceof Error ? error.message : String(error);
      }
      if (!this.#stopping) await this.#pause.wait(LIST_SHARDS_MS);
    }
    await Promise.all(this.#running);
  }

  #startReaders(shards: readonly StreamShard[]): void {
    if (this.#stopping) return;
    const start = this.#started(shards);
    const listed = new Set(shards.map((shard) => shard.id));
    for (const [id, reader] of this.#readers) if (!listed.has(id)) reader.endOfShard();

    for (const shard of shards) {
      if (this.#readers.has(shard.id) || this.#ended(shard.id)) continue;
      // Parents first: the order of a key survives a reshard. A parent that is neither listed nor being read was trimmed long ago.
      if (!shard.parents.filter((id) => listed.has(id) || this.#readers.has(id)).every((id) => this.#ended(id))) continue;
      this.#startReader(shard.id, this.#beginning(shard.id, start));
    }
  }

  #started(shards: readonly StreamShard[]): MappingStart {
    const known = this.#options.checkpoints.start();
    if (known !== undefined) return known;
    const start = { startedAt: this.#options.clock.now(), shards: shards.map((shard) => shard.id) };
    this.#options.checkpoints.remember(start);
    return start;
  }

  /** The starting position is for shards that were there when the mapping began; one born later is read from its beginning. */
  #beginning(shardId: string, start: MappingStart): ReadFrom {
    const { startingPosition, startingTimestamp } = this.mapping;
    if (!start.shards.includes(shardId) || startingPosition === 'TRIM_HORIZON') return { kind: 'TRIM_HORIZON' };
    // LATEST is a moment, not "now": records put while the edge was down before the first checkpoint must be read.
    return { kind: 'AT_TIMESTAMP', time: startingPosition === 'AT_TIMESTAMP' ? (startingTimestamp ?? start.startedAt) : start.startedAt };
  }

  #startReader(shardId: string, from: ReadFrom): void {
    const reader = new ShardReader({ ...this.#options, pollMs: this.#options.pollMs ?? DEFAULT_POLL_MS, shardId, from });
    this.#readers.set(shardId, reader);
    const running: Promise<void> = reader.run().catch((error: unknown) => {
      // A fault in our own code must be seen and must not end the shard silently: it starts again from its checkpoint.
      this.#error = `shard ${shardId}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    }).finally(() => {
      this.#running.delete(running);
      this.#readers.delete(shardId);
      this.#pause.wake();
    });
    this.#running.add(running);
  }

  #ended(shardId: string): boolean {
    return this.#options.checkpoints.get(shardId)?.ended === true;
  }
}
