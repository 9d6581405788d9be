import { METRIC } from '../../contracts/metrics.ts';
import { NEWS_LIFE_MS } from '../../domain/alert/index.ts';
import type { BatchAnswer } from '../_shared/batch-answer.ts';
import { ALL_DONE, holdFrom } from '../_shared/batch-answer.ts';
import { emfLine } from '../_shared/emf.ts';
import { describeError } from '../_shared/logger.ts';
import type { Logger } from '../_shared/logger.ts';
import { numberOf, stringOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import { changeOf } from '../_shared/table-stream.ts';
import type { TableStreamEvent } from '../_shared/table-stream.ts';
import type { Publish } from './publish.ts';
import { noticeOf } from './read-notice.ts';

export interface NotifyPorts {
  /** The row as it is now; undefined when it is gone. */
  readonly readRow: (alertId: string) => Promise<Item | undefined>;
  readonly publish: Publish;
  readonly environment: string;
  readonly log: Logger;
  readonly metricNamespace: string;
  readonly print: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Tells what the rows of alerts have to tell: each change of `noticeKey` is news. A record that could not be delivered comes
 * again with all after it, so delivery is at least once, in the order of the stream, under a key that stays.
 */
export function createHandler(ports: NotifyPorts): (event: TableStreamEvent) => Promise<BatchAnswer> {
  return async (event) => {
    const counts = { sent: 0, withheld: 0 };
    let answer = ALL_DONE;
    for (const { sequence, before, after } of event.Records.map(changeOf)) {
      const key = stringOf(after?.['noticeKey']);
      const alertId = stringOf(after?.['pk']);
      if (key === undefined || alertId === undefined || key === stringOf(before?.['noticeKey'])) continue;
      try {
        counts[await tell(ports, { key, alertId })] += 1;
      } catch (error) {
        ports.log.warn('checkpoint held: a notice was not delivered', { ...describeError(error), alertId, fromSequence: sequence });
        answer = holdFrom(sequence);
        break;
      }
    }
    const values = [[METRIC.noticesSent, counts.sent], [METRIC.noticesWithheld, counts.withheld]] as const;
    ports.print(emfLine({ namespace: ports.metricNamespace, timestamp: ports.now(), dimensions: {}, metrics: values.map(([name, value]) => ({ name, unit: 'Count', value })) }));
    return answer;
  };
}

async function tell(ports: NotifyPorts, { key, alertId }: { key: string; alertId: string }): Promise<'sent' | 'withheld'> {
  const row = await ports.readRow(alertId);
  const reason = withheldBecause(row, { key, now: ports.now() });
  const notice = row === undefined || reason !== undefined ? undefined : noticeOf(row, ports.environment);
  if (notice === undefined) {
    ports.log.info('not told', { alertId, key, reason: reason ?? 'unreadable' });
    return 'withheld';
  }
  await ports.publish(notice);
  return 'sent';
}

/** Why nobody is told after all; undefined: somebody is. Asked of the row as it is now, for the record may be old. */
function withheldBecause(row: Item | undefined, { key, now }: { key: string; now: number }): string | undefined {
  if (row === undefined || (numberOf(row['level']) ?? 0) === 0) return 'already over';
  if (stringOf(row['noticeKey']) !== key) return 'newer news follow';
  if (now - (numberOf(row['noticeAt']) ?? 0) > NEWS_LIFE_MS) return 'a day old';
  if ((numberOf(row['snoozedUntil']) ?? 0) > now) return 'snoozed';
  return undefined;
}
