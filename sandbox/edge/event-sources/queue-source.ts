/**
 * One event source mapping on an SQS queue: batches, at most so many in flight, and what becomes of messages. Nothing is kept here:
 * a message that was not deleted comes back after the queue's visibility timeout, and the queue's redrive policy moves it on.
 */
import type { Invoker } from '../lambda/invoker.ts';
import { askFunction } from './ask-function.ts';
import { Pause, type Clock } from './clock.ts';
import { matchesPattern } from './event-pattern.ts';
import { qualifiedName, type QueueMapping } from './mapping.ts';
import { filterableMessage, payloadsOf, queueRecord } from './queue-format.ts';
import { type MessageQueue, type QueueMessage } from './queue.ts';
import { MAX_PAYLOAD_BYTES } from './record-format.ts';
import type { SourceMetrics } from './source-metrics.ts';
import type { SourceStatus } from './stream-source.ts';

/** A long poll also is the longest that a stop waits for the queue. */
const LONG_POLL_SECONDS = 1;
const AFTER_ERROR_MS = 500;

export interface QueueSourceOptions {
  readonly mapping: QueueMapping;
  readonly queue: MessageQueue;
  readonly invoker: Invoker;
  readonly metrics: SourceMetrics;
  readonly clock: Clock;
}

interface Prepared {
  readonly message: QueueMessage;
  /** Its record in the invocation event, as JSON. */
  readonly text: string;
}

export class QueueSource {
  readonly mapping: QueueMapping;
  readonly #options: QueueSourceOptions;
  readonly #inFlight = new Map<Promise<void>, readonly Prepared[]>();
  readonly #pause: Pause;
  #stopping = false;
  #error: string | undefined;
  #finished = 0;
  #held: { why: string; since: number } | undefined;
  #readUpTo: number | null = null;
  #done: Promise<void> | undefined;

  constructor(options: QueueSourceOptions) {
    this.mapping = options.mapping;
    this.#options = options;
    this.#pause = new Pause(options.clock);
  }

  start(): void {
    this.#done ??= this.#run();
  }

  /** Batches in flight may take up to `graceMs`; the messages of later ones come back by themselves. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#pause.wake();
    const grace = new Pause(this.#options.clock);
    await Promise.race([Promise.resolve(this.#done), grace.wait(graceMs)]);
    grace.wake();
  }

  /** The queue is shown as its one shard. */
  status(): SourceStatus {
    const { uuid, functionArn, sourceName } = this.mapping;
    const messages = [...this.#inFlight.values()].flat();
    const lagMs = Math.max(0, ...messages.map(({ message }) => this.#options.clock.now() - message.sent));
    const shard = { shard: 'queue', checkpoint: null, lagMs, waiting: 0, inFlight: messages.length, finished: this.#finished, readUpTo: this.#readUpTo, ...(this.#held === undefined ? {} : { held: this.#held }) };
    return { uuid, function: qualifiedName(functionArn), stream: sourceName, lagMs, shards: [shard], ...(this.#error === undefined ? {} : { error: this.#error }) };
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.#freeSlot();
        if (this.#stopping) break;
        const messages = await this.#gather();
        this.#error = undefined;
        if (messages.length > 0) await this.#begin(messages);
      } catch (error) {
        this.#error = error instanceof Error ? error.message : String(error);
        await this.#pause.wait(AFTER_ERROR_MS);
      }
    }
    await Promise.all(this.#inFlight.keys());
  }

  /** Messages are taken only when somebody can work on them: their visibility timeout runs from then on. */
  async #freeSlot(): Promise<void> {
    if (this.#inFlight.size >= this.mapping.concurrency) await Promise.race(this.#inFlight.keys());
  }

  /** One batch: what is there, or more until the size, 6 MB or the window is reached. */
  async #gather(): Promise<readonly QueueMessage[]> {
    const { queue, clock } = this.#options;
    const { batchSize, windowMs } = this.mapping;
    const begun = clock.now();
    const messages = [...(await queue.receive(batchSize, LONG_POLL_SECONDS))];
    if (messages.length === 0) {
      this.#readUpTo = begun;
      return messages;
    }

    const until = clock.now() + windowMs;
    const isFull = (): boolean => messages.length >= batchSize || bytesOf(messages) >= MAX_PAYLOAD_BYTES || this.#stopping;
    while (!isFull() && clock.now() < until) {
      messages.push(...(await queue.receive(batchSize - messages.length, Math.min(LONG_POLL_SECONDS, Math.ceil((until - clock.now()) / 1000)))));
    }
    return messages;
  }

  async #begin(messages: readonly QueueMessage[]): Promise<void> {
    const { mapping, metrics, queue } = this.#options;
    metrics.polled(messages.length, 0);
    const prepared = messages.map((message) => ({ message, record: queueRecord(mapping, message) }));
    const isWanted = ({ record }: (typeof prepared)[number]): boolean => mapping.filters.length === 0 || mapping.filters.some((filter) => matchesPattern(filter, filterableMessage(record)));
    const unwanted = prepared.filter((one) => !isWanted(one));
    if (unwanted.length > 0) {
      metrics.filteredOut(unwanted.length);
      await queue.remove(unwanted.map(({ message }) => message));
      this.#finished += unwanted.length;
    }
    const wanted = prepared.filter(isWanted).map(({ message, record }) => ({ message, text: JSON.stringify(record) }));
    for (const batch of payloadsOf(wanted)) this.#start(batch);
  }

  #start(batch: readonly Prepared[]): void {
    const job = this.#deliver(batch).catch((error: unknown) => {
      this.#error = error instanceof Error ? error.message : String(error);
    }).finally(() => this.#inFlight.delete(job));
    this.#inFlight.set(job, batch);
  }

  async #deliver(batch: readonly Prepared[]): Promise<void> {
    const { invoker, metrics, queue, clock } = this.#options;
    metrics.invoked(batch.length, 0);
    const answer = await askFunction(invoker, { mapping: this.mapping, payload: `{"Records":[${batch.map(({ text }) => text).join(',')}]}`, ids: batch.map(({ message }) => message.id) });
    const why = answer.kind === 'not-run' ? answer.why : answer.error;
    this.#held = why === undefined ? undefined : { why, since: this.#held?.since ?? clock.now() };
    if (answer.kind === 'not-run') return;

    const failed = new Set(answer.failed);
    if (failed.size > 0) metrics.failed(failed.size);
    const done = batch.filter((_one, index) => !failed.has(index)).map(({ message }) => message);
    await queue.remove(done);
    this.#finished += done.length;
    metrics.deleted(done.length);
  }
}

const bytesOf = (messages: readonly QueueMessage[]): number => messages.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
