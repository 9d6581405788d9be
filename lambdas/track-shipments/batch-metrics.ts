import { DIMENSIONS, METRIC } from '../../contracts/metrics.ts';
import { emfLine } from '../_shared/emf.ts';
import type { FoldedBatch } from './fold-batch.ts';
import type { ApplyOutcome, Failure } from './state-store.ts';

export interface BatchMetricsInput {
  readonly namespace: string;
  readonly contract: string;
  readonly now: number;
  readonly counts: FoldedBatch['counts'];
  readonly outcome: ApplyOutcome;
  /** Records whose positions were noted for catch-up. */
  readonly givenUp: number;
}

/** The one EMF line of a batch. */
export function batchMetrics({ namespace, contract, now, counts, outcome, givenUp }: BatchMetricsInput): string {
  const failures = (kind: Failure): number => [...outcome.failed.values()].filter((failure) => failure === kind).length;
  const values = [
    [METRIC.eventsFolded, counts.folded],
    [METRIC.eventsTooOld, counts.tooOld],
    [METRIC.shipmentsWritten, outcome.written],
    [METRIC.shipmentsUnchanged, outcome.unchanged],
    [METRIC.writeConflicts, outcome.conflicts],
    [METRIC.newerFormatHeld, failures('newer-format') + failures('unreadable')],
    [METRIC.positionsGivenUp, givenUp],
  ] as const;
  return emfLine({ namespace, timestamp: now, dimensions: { [DIMENSIONS.contract]: contract }, metrics: values.map(([name, value]) => ({ name, unit: 'Count', value })) });
}
