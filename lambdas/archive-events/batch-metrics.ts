import { DIMENSIONS, METRIC } from '../../contracts/metrics.ts';
import { emfLine, sampleValues } from '../_shared/emf.ts';
import type { BatchCounts } from './assemble-batch.ts';

export interface BatchMetricsInput {
  readonly counts: BatchCounts;
  readonly namespace: string;
  readonly contract: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
}

/** The one metric record of a batch that was archived; a batch that is held counts when it has succeeded. */
export function batchMetrics({ counts, namespace, contract, timestamp }: BatchMetricsInput): string {
  return emfLine({
    namespace,
    timestamp,
    dimensions: { [DIMENSIONS.contract]: contract },
    metrics: [
      { name: METRIC.recordsReceived, unit: 'Count', value: counts.received },
      { name: METRIC.recordsArchived, unit: 'Count', value: counts.archived },
      { name: METRIC.recordsQuarantined, unit: 'Count', value: counts.quarantined },
      { name: METRIC.recordsMarked, unit: 'Count', value: counts.markers },
      { name: METRIC.warnings, unit: 'Count', value: counts.warned },
      { name: METRIC.decoderFallback, unit: 'Percent', value: fallbackPercent(counts) },
      { name: METRIC.bronzeBytes, unit: 'Bytes', value: counts.bronzeBytes },
      { name: METRIC.eventToArrival, unit: 'Milliseconds', value: sampleValues(counts.eventToArrival) },
    ],
  });
}

/** Left out of a batch without events. */
const fallbackPercent = ({ judged, judgedFully }: BatchCounts): number | readonly number[] => (judged === 0 ? [] : Math.round((judgedFully / judged) * 10_000) / 100);
