import type { ImageChange } from '../../domain/alert/index.ts';
import { METRIC } from '../../contracts/metrics.ts';
import type { BatchAnswer } from '../_shared/batch-answer.ts';
import { ALL_DONE, holdFrom } from '../_shared/batch-answer.ts';
import { emfLine } from '../_shared/emf.ts';
import { describeError } from '../_shared/logger.ts';
import type { Logger } from '../_shared/logger.ts';
import { changeOf } from '../_shared/table-stream.ts';
import type { TableStreamEvent } from '../_shared/table-stream.ts';
import type { AlertStore, RaisedCounts } from './alert-store.ts';
import { readChange } from './read-change.ts';

export interface RaiseAlertsPorts {
  readonly store: AlertStore;
  readonly log: Logger;
  readonly metricNamespace: string;
  readonly print: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Alerts of one batch of the table's stream. What the table of alerts does not take comes again with all after it: the rows
 * say how far each shipment is, so a repeat changes nothing.
 */
export function createHandler(ports: RaiseAlertsPorts): (event: TableStreamEvent) => Promise<BatchAnswer> {
  return async (event) => {
    const [first] = event.Records;
    if (first === undefined) return ALL_DONE;
    const changes = event.Records.map((record) => readChange(changeOf(record))).filter((change) => change !== undefined);
    try {
      const counts = await ports.store.apply(changes, ports.now());
      ports.print(metricsLine(ports, changes, counts));
      return ALL_DONE;
    } catch (error) {
      ports.log.warn('checkpoint held: alerts were not written', { ...describeError(error), fromSequence: first.dynamodb.SequenceNumber, records: event.Records.length });
      return holdFrom(first.dynamodb.SequenceNumber);
    }
  };
}

function metricsLine({ metricNamespace, now }: RaiseAlertsPorts, changes: readonly ImageChange[], counts: RaisedCounts): string {
  const values = [
    [METRIC.alertsOpened, counts.opened],
    [METRIC.alertsWorsened, counts.worsened],
    [METRIC.alertsClosed, counts.closed],
    [METRIC.alertsTold, counts.told],
  ] as const;
  return emfLine({ namespace: metricNamespace, timestamp: now(), dimensions: {}, metrics: values.map(([name, value]) => ({ name, unit: 'Count', value })), fields: { images: changes.length } });
}
