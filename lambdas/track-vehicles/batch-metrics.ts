import { DIMENSIONS, METRIC } from '../../contracts/metrics.ts';
import { emfLine } from '../_shared/emf.ts';
import type { FoldedFixes } from './fold-batch.ts';
import type { ApplyOutcome, Failure } from './page-store.ts';

export interface BatchMetricsInput {
  readonly namespace: string;
  readonly contract: string;
  readonly now: number;
  readonly counts: FoldedFixes['counts'];
  readonly outcome: ApplyOutcome;
}

/** The one EMF line of a batch. */
export function batchMetrics({ namespace, contract, now, counts, outcome }: BatchMetricsInput): string {
  const failures = (kind: Failure): number => [...outcome.failed.values()].filter((failure) => failure === kind).length;
  const values = [
    [METRIC.fixesFolded, counts.folded],
    [METRIC.fixesTooOld, counts.tooOld],
    [METRIC.fixesFuture, counts.future],
    [METRIC.fixesStale, counts.stale],
    [METRIC.teleports, counts.teleports + outcome.teleports],
    [METRIC.vehicleItemsWritten, outcome.written],
    [METRIC.vehicleItemsUnchanged, outcome.unchanged],
    [METRIC.writeConflicts, outcome.conflicts],
    [METRIC.newerFormatHeld, failures('newer-format') + failures('unreadable')],
  ] as const;
  return emfLine({ namespace, timestamp: now, dimensions: { [DIMENSIONS.contract]: contract }, metrics: values.map(([name, value]) => ({ name, unit: 'Count', value })) });
}
