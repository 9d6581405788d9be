import { makePayload } from './batches.ts';
import { arrivalsOf } from './events.ts';

export interface BenchSettings {
  /** Batches that are measured in a round, behind those that awaken the process. */
  readonly batches: number;
  /** On a shared machine single rounds are 20 % apart, and what two runs say 5 % at nine of them. */
  readonly rounds: number;
  /**
   * Batches before them, so that the compiler has settled: a process of a function lives for hours. Handlers that make one
   * call for fifty events take long: after 128 batches 1.9 µs an event of track-shipments are still the compiler's.
   */
  readonly warmUp: number;
  readonly shipments: number;
  readonly recordsPerBatch: number;
  readonly seed: number;
  readonly referencePercent: number;
  /** Arrival of the last event, ms: just now, so that the handlers' own clock finds every shipment alive. */
  readonly end: number;
}

/** One shard at 350 events a second under a 10 s window. */
export const DEFAULT_SETTINGS: Omit<BenchSettings, 'end'> = { batches: 10, rounds: 15, warmUp: 300, shipments: 4_000, recordsPerBatch: 3_500, seed: 20_260_301, referencePercent: 100 };
export const EVENTS_PER_SECOND = 350;
/**
 * Batches at the beginning of a process' turn that are not measured. While it waits for the others its caches become theirs, and V8 gives memory
 * back: the first batch costs twice as much as the next ones, the third no more than any other.
 */
export const AWAKENING = 3;

export interface BenchBatch {
  readonly payload: string;
  readonly records: number;
  /** Shipments that show in it. */
  readonly shipments: number;
  /** Of all events. */
  readonly bytes: number;
}

/** One batch after the other, as many as are asked for: all of them at once would be gigabytes. */
export function* benchBatches({ batches, rounds, warmUp, shipments, recordsPerBatch, seed, end, referencePercent }: BenchSettings): Generator<BenchBatch, never> {
  const start = end - Math.ceil(((warmUp + rounds * (AWAKENING + batches)) * recordsPerBatch * 1000) / EVENTS_PER_SECOND);
  const coming = arrivalsOf({ seed, shipments, start, eventsPerSecond: EVENTS_PER_SECOND, referencePercent });
  for (let position = 0; ; position += recordsPerBatch) {
    const arrivals = Array.from({ length: recordsPerBatch }, () => coming.next().value);
    yield {
      payload: makePayload(arrivals, position),
      records: arrivals.length,
      shipments: new Set(arrivals.map(({ text }) => /"shipmentId":"([^"]+)"/.exec(text)?.[1])).size,
      bytes: arrivals.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
    };
  }
}
