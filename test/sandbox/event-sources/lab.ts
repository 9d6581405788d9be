/** A stream, a function and a destination in memory, and a clock that runs fifty times as fast: event sources under test in milliseconds. */
import type { MappingCheckpoints, MappingStart, ShardCheckpoint } from '../../../sandbox/edge/event-sources/checkpoints.ts';
import type { Clock } from '../../../sandbox/edge/event-sources/clock.ts';
import { parseMapping, type StreamMapping } from '../../../sandbox/edge/event-sources/mapping.ts';
import { describeFailure, type DiscardedBatch } from '../../../sandbox/edge/event-sources/on-failure.ts';
import { createSourceMetrics } from '../../../sandbox/edge/event-sources/source-metrics.ts';
import { StreamSource } from '../../../sandbox/edge/event-sources/stream-source.ts';
import { ExpiredIteratorError, type EventStream, type ReadFrom, type StreamRecord, type StreamShard } from '../../../sandbox/edge/event-sources/stream.ts';
import type { InvokeRequest, InvokeResult } from '../../../sandbox/edge/lambda/invoker.ts';
import type { MetricDatum } from '../../../sandbox/edge/metric-sink.ts';

const SPEED = 50;
const STREAM_ARN = 'arn:aws:kinesis:eu-central-1:000000000000:stream/waybill-local-shipment-event';

export function fastClock(): Clock {
  const begin = Date.now();
  const started = performance.now();
  return {
    now: () => begin + (performance.now() - started) * SPEED,
    after(ms, then) {
      const timer = setTimeout(then, Math.min(ms, 600_000) / SPEED);
      return () => clearTimeout(timer);
    },
  };
}

/** Record number `n`: sequence number 1000 + n, data `{"n": n}`. */
export function record(n: number, more: { key?: string; ageMs?: number; data?: string } = {}): StreamRecord {
  const data = Buffer.from(more.data ?? JSON.stringify({ n })).toString('base64');
  return { sequenceNumber: String(1000 + n), key: more.key ?? 'k', data, arrival: Date.now() - (more.ageMs ?? 0) };
}

export const records = (count: number, more: Parameters<typeof record>[1] = {}): StreamRecord[] => Array.from({ length: count }, (_, n) => record(n, more));

export function mapping(more: Record<string, unknown> = {}): StreamMapping {
  const parsed = parseMapping({
    UUID: 'esm-1',
    FunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:archive-events',
    EventSourceArn: STREAM_ARN,
    State: 'Enabled',
    BatchSize: 8,
    StartingPosition: 'TRIM_HORIZON',
    DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::bronze' } },
    ...more,
  });
  if (parsed.kind === 'sqs') throw new Error('a mapping of a stream is wanted');
  return parsed;
}

export interface FakeShard {
  readonly id: string;
  readonly records: StreamRecord[];
  parents?: string[];
  closed?: boolean;
}

/** Iterators are `shard|position|generation`; `expireIterators` makes all given ones unknown, as a restart of the control plane does. */
export class FakeStream implements EventStream {
  readonly maxPageRecords = 10_000;
  readonly shardList: FakeShard[];
  reads = 0;
  opened: ReadFrom[] = [];
  #generation = 0;

  constructor(shards: FakeShard[]) {
    this.shardList = shards;
  }

  expireIterators(): void {
    this.#generation += 1;
  }

  shards(): Promise<StreamShard[]> {
    return Promise.resolve(this.shardList.map((shard) => ({ id: shard.id, parents: shard.parents ?? [], closed: shard.closed === true })));
  }

  iterator(shardId: string, from: ReadFrom): Promise<string> {
    this.opened.push(from);
    return Promise.resolve(`${shardId}|${this.#position(this.#shard(shardId), from)}|${this.#generation}`);
  }

  records(iterator: string, limit: number): ReturnType<EventStream['records']> {
    this.reads += 1;
    const [id = '', position = '0', generation] = iterator.split('|');
    if (Number(generation) !== this.#generation) return Promise.reject(new ExpiredIteratorError('expired'));
    const shard = this.#shard(id);
    const from = Number(position);
    const page = shard.records.slice(from, from + limit);
    const next = from + page.length;
    const ended = shard.closed === true && next >= shard.records.length;
    return Promise.resolve({ records: page, millisBehindLatest: 0, ...(ended ? {} : { next: `${id}|${next}|${this.#generation}` }) });
  }

  #shard(id: string): FakeShard {
    const shard = this.shardList.find((one) => one.id === id);
    if (shard === undefined) throw new Error(`no shard ${id}`);
    return shard;
  }

  #position(shard: FakeShard, from: ReadFrom): number {
    const first = (test: (one: StreamRecord) => boolean): number => {
      const index = shard.records.findIndex(test);
      return index < 0 ? shard.records.length : index;
    };
    if (from.kind === 'AFTER') return first((one) => BigInt(one.sequenceNumber) > BigInt(from.sequenceNumber));
    if (from.kind === 'AT_TIMESTAMP') return first((one) => one.arrival >= from.time);
    return from.kind === 'LATEST' ? shard.records.length : 0;
  }
}

export class MemoryCheckpoints implements MappingCheckpoints {
  readonly shards = new Map<string, ShardCheckpoint>();
  #start: MappingStart | undefined;

  start = (): MappingStart | undefined => this.#start;
  remember(start: MappingStart): void {
    this.#start = start;
  }
  get = (shardId: string): ShardCheckpoint | undefined => this.shards.get(shardId);
  set(shardId: string, checkpoint: ShardCheckpoint): void {
    this.shards.set(shardId, { ...this.shards.get(shardId), ...checkpoint });
  }
}

interface FailureNote {
  readonly requestContext: { readonly condition: string; readonly approximateInvokeCount: number };
  readonly responseContext?: { readonly functionError: string | null };
  readonly KinesisBatchInfo: { readonly batchSize: number; readonly startSequenceNumber: string };
}

export type FunctionAnswer = Partial<InvokeResult> | undefined;
export type FakeFunction = (numbers: number[], lab: Lab, keys: string[]) => FunctionAnswer | Promise<FunctionAnswer>;

/** What happened so far. */
export interface Lab {
  /** Numbers of the records of each invocation. */
  readonly calls: number[][];
  readonly notes: FailureNote[];
  readonly discarded: DiscardedBatch[];
  readonly metrics: MetricDatum[];
  readonly checkpoints: MemoryCheckpoints;
  readonly stream: FakeStream;
  readonly source: StreamSource;
}

export interface Setting {
  readonly stream: FakeStream | StreamRecord[];
  readonly mapping?: Record<string, unknown>;
  readonly checkpoints?: MemoryCheckpoints;
  readonly answer?: FakeFunction;
  /** Refuses deliveries to the destination that many times. */
  readonly destinationRefuses?: number;
  readonly graceMs?: number;
}

interface Payload {
  readonly Records: readonly { readonly kinesis: { readonly sequenceNumber: string; readonly partitionKey: string } }[];
}

/** Runs a source until the condition holds, then stops it. @throws when it does not hold within four seconds */
export async function runUntil(setting: Setting, reached: (lab: Lab) => boolean): Promise<Lab> {
  const lab = build(setting);
  lab.source.start();
  const deadline = Date.now() + 4_000;
  while (!reached(lab) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 2));
  await lab.source.stop(setting.graceMs ?? 50_000);
  if (!reached(lab)) throw new Error(`not reached: ${JSON.stringify({ calls: lab.calls, notes: lab.notes, status: lab.source.status() }).slice(0, 900)}`);
  return lab;
}

function build(setting: Setting): Lab {
  const stream = setting.stream instanceof FakeStream ? setting.stream : new FakeStream([{ id: 's0', records: setting.stream }]);
  const checkpoints = setting.checkpoints ?? new MemoryCheckpoints();
  const events = { calls: [] as number[][], notes: [] as FailureNote[], discarded: [] as DiscardedBatch[], metrics: [] as MetricDatum[] };
  const clock = fastClock();
  const esm = mapping(setting.mapping);
  let refusals = setting.destinationRefuses ?? 0;

  const invoke = async (request: InvokeRequest): Promise<InvokeResult> => {
    const { Records } = JSON.parse(request.payload) as Payload;
    const numbers = Records.map((one) => Number(one.kinesis.sequenceNumber) - 1000);
    events.calls.push(numbers);
    const answer = await (setting.answer ?? (() => undefined))(numbers, lab, Records.map((one) => one.kinesis.partitionKey));
    return { payload: '', durationMs: 1, logTail: '', ...answer };
  };
  const deliver = (_target: string, batch: DiscardedBatch): Promise<void> => {
    if (refusals-- > 0) return Promise.reject(new Error('503'));
    events.discarded.push(batch);
    events.notes.push(JSON.parse(JSON.stringify(describeFailure(batch))) as FailureNote);
    return Promise.resolve();
  };

  const source = new StreamSource({ mapping: esm, stream, invoker: { invoke }, destination: { deliver }, checkpoints, clock, metrics: createSourceMetrics(esm, { put: (datum) => void events.metrics.push(datum), logLine: () => undefined }, clock) });
  const lab: Lab = { ...events, checkpoints, stream, source };
  return lab;
}

/** The checkpoint of a shard stands at record number `n`. */
export const checkpointAt = (n: number, shard = 's0') => (lab: Lab): boolean => lab.checkpoints.get(shard)?.sequenceNumber === String(1000 + n);

export const failure = (message = 'boom'): FunctionAnswer => ({ functionError: 'Unhandled', payload: JSON.stringify({ errorMessage: message }) });
export const failedItems = (...numbers: number[]): FunctionAnswer => ({ payload: JSON.stringify({ batchItemFailures: numbers.map((n) => ({ itemIdentifier: String(1000 + n) })) }) });
export const metricValues = (lab: Lab, name: string): number[] => lab.metrics.filter((datum) => datum.name === name).map((datum) => datum.value);
