import { METRIC } from '../../contracts/metrics.ts';
import { emfLine } from '../_shared/emf.ts';
import type { Logger } from '../_shared/logger.ts';
import type { ShipmentChange } from '../track-shipments/fold-batch.ts';
import type { StateStore } from '../track-shipments/state-store.ts';
import type { DuePage } from './due-index.ts';

export interface WatchStallsPorts {
  readonly readDue: (request: { now: number; perBucket: number }) => Promise<DuePage>;
  readonly store: StateStore;
  /** Answers how many have ended. */
  readonly closeStorms: (now: number) => Promise<number>;
  readonly log: Logger;
  readonly metricNamespace: string;
  readonly print: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface WatchStallsAnswer {
  /** Shipments that were derived anew and written. */
  readonly written: number;
  /** Looked at, and somebody else had done it. */
  readonly unchanged: number;
  readonly failed: number;
  /** More were due than one run takes; the next one goes on. */
  readonly hasMore: boolean;
}

export const BOUNDS = {
  /** 16 buckets: 3,200 shipments a round. */
  perBucket: 200,
  /** No round begins later: the next run is a minute after this one. */
  roundsUntilMs: 40_000,
} as const;

/** Nothing is told; only the clock has moved. */
const NO_NEWS: ShipmentChange = { facts: [], texts: new Map(), retractedTime: 0, first: { sequence: '', arrivalTime: 0, recordsBefore: 0 } };

/**
 * Derives shipments anew whose time has come, and writes them under their version like any batch of events does: so every
 * alert, also one that only the clock opens, follows from a state write. Storms, which are no shipment's, end here too.
 */
export function createHandler(ports: WatchStallsPorts): () => Promise<WatchStallsAnswer> {
  return async () => {
    const begun = ports.now();
    const total = { written: 0, unchanged: 0, failed: 0 };
    let oldest = begun;
    let hasMore = true;
    while (hasMore && ports.now() - begun < BOUNDS.roundsUntilMs) {
      const now = ports.now();
      const due = await ports.readDue({ now, perBucket: BOUNDS.perBucket });
      oldest = due.shipments.reduce((first, { reviewAt }) => Math.min(first, reviewAt), oldest);
      const outcome = await ports.store.apply(new Map(due.shipments.map(({ shipmentId }) => [shipmentId, NO_NEWS])), now);
      total.written += outcome.written;
      total.unchanged += outcome.unchanged;
      total.failed += outcome.failed.size;
      hasMore = due.hasMore;
      // The index follows the table a moment later: a round that found nothing left to do would find the same again.
      if (outcome.written === 0) break;
    }
    report(ports, { begun, oldest, total });
    await ports.closeStorms(ports.now());
    return { ...total, hasMore };
  };
}

function report({ print, log, metricNamespace }: WatchStallsPorts, { begun, oldest, total }: { begun: number; oldest: number; total: Omit<WatchStallsAnswer, 'hasMore'> }): void {
  if (total.failed > 0) log.warn('shipments were not reviewed; the next run tries again', { failed: total.failed });
  print(emfLine({
    namespace: metricNamespace,
    timestamp: begun,
    dimensions: {},
    metrics: [
      { name: METRIC.shipmentsReviewed, unit: 'Count', value: total.written },
      { name: METRIC.reviewDelay, unit: 'Milliseconds', value: begun - oldest },
    ],
  }));
}
