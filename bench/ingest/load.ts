import { makePayloads } from './batches.ts';
import { makeLoad } from './events.ts';

export interface BenchSettings {
  /** Events that are measured. */
  readonly events: number;
  /** Events before them, so that the compiler has settled: a process of a function lives for hours. */
  readonly warmUp: number;
  readonly shipments: number;
  readonly recordsPerBatch: number;
  readonly seed: number;
  readonly referencePercent: number;
  /** Arrival of the first event, ms: just now, so that the handlers' own clock finds every shipment alive. */
  readonly start: number;
}

/** One shard at 350 events a second under a 10 s window. */
export const DEFAULT_SETTINGS: Omit<BenchSettings, 'start'> = { events: 24_500, warmUp: 112_000, shipments: 4_000, recordsPerBatch: 3_500, seed: 20_260_301, referencePercent: 100 };
export const EVENTS_PER_SECOND = 350;

export interface Payloads {
  readonly warmUp: string[];
  readonly measured: string[];
  /** Measured records, and events per shipment that shows in a batch. */
  readonly records: number;
  readonly eventsPerShipment: number;
  readonly bytesPerEvent: number;
}

export function makeBenchPayloads({ events, warmUp, shipments, recordsPerBatch, seed, start, referencePercent }: BenchSettings): Payloads {
  const arrivals = makeLoad({ seed, events: warmUp + events, shipments, start, eventsPerSecond: EVENTS_PER_SECOND, referencePercent });
  const measured = arrivals.slice(warmUp);
  let distinct = 0;
  for (let from = 0; from < measured.length; from += recordsPerBatch) distinct += new Set(measured.slice(from, from + recordsPerBatch).map(({ text }) => /"shipmentId":"([^"]+)"/.exec(text)?.[1])).size;
  const payloads = makePayloads(arrivals, recordsPerBatch);
  const warm = Math.ceil(warmUp / recordsPerBatch);
  return {
    warmUp: payloads.slice(0, warm),
    measured: payloads.slice(warm),
    records: measured.length,
    eventsPerShipment: measured.length / distinct,
    bytesPerEvent: measured.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) / measured.length,
  };
}
