import { DIMENSIONS, METRIC } from '../../contracts/metrics.ts';
import { NEWS_LIFE_MS } from '../../domain/alert/index.ts';
import type { AlertNotice } from '../../domain/alert/index.ts';
import type { BatchAnswer } from '../_shared/batch-answer.ts';
import { emfLine } from '../_shared/emf.ts';
import { describeError } from '../_shared/logger.ts';
import type { Logger } from '../_shared/logger.ts';
import { backoffSeconds } from './judge-answer.ts';
import type { Verdict } from './judge-answer.ts';
import { DELIVER_NOTICE } from './names.ts';
import type { Delivery } from './names.ts';
import { noticeIn } from './queue-event.ts';
import type { QueueEvent, QueueRecord } from './queue-event.ts';

export interface DeliverNoticePorts {
  readonly delivery: Delivery;
  /** One try. Never rejects. */
  readonly deliver: (notice: AlertNotice) => Promise<Verdict>;
  /** The message is handed over again after so many seconds. */
  readonly putBack: (record: QueueRecord, seconds: number) => Promise<void>;
  /** Copies the message to where people find what was not delivered. */
  readonly giveUp: (record: QueueRecord, reason: string) => Promise<void>;
  readonly log: Logger;
  readonly metricNamespace: string;
  readonly print: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

type Outcome = 'delivered' | 'withheld' | 'again' | 'given-up';

/** Why the rest of a batch is not tried: the listener wants a pause, or time is up. */
interface Pause {
  readonly reason: string;
  readonly seconds: number;
}

interface Batch {
  readonly startedAt: number;
  pause?: Pause;
}

/**
 * Delivers notices to one listener, at least once each. A message leaves the queue when it was delivered, or when it lies among
 * the undelivered; a crash between the two repeats one of them.
 */
export function createHandler(ports: DeliverNoticePorts): (event: QueueEvent) => Promise<BatchAnswer> {
  return async ({ Records }) => {
    const batch: Batch = { startedAt: ports.now() };
    const outcomes: Record<Outcome, number> = { delivered: 0, withheld: 0, again: 0, 'given-up': 0 };
    const [failed, overdue]: [QueueRecord[], QueueRecord[]] = [[], []];
    for (const record of Records) {
      const outcome = await handOver(ports, batch, record);
      outcomes[outcome] += 1;
      if (outcome !== 'again') continue;
      failed.push(record);
      if (ports.now() - Number(record.attributes.SentTimestamp) >= DELIVER_NOTICE.overdueMinutes * 60_000) overdue.push(record);
    }
    const values = [
      [METRIC.noticesDelivered, outcomes.delivered],
      [METRIC.noticesWithheld, outcomes.withheld],
      [METRIC.noticesPutBack, outcomes.again],
      [METRIC.noticesGivenUp, outcomes['given-up']],
      [METRIC.noticesOverdue, overdue.length],
    ] as const;
    const metrics = values.map(([name, value]) => ({ name, unit: 'Count' as const, value }));
    ports.print(emfLine({ namespace: ports.metricNamespace, timestamp: ports.now(), dimensions: { [DIMENSIONS.listener]: ports.delivery.name }, metrics }));
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

async function handOver(ports: DeliverNoticePorts, batch: Batch, record: QueueRecord): Promise<Outcome> {
  const notice = noticeIn(record);
  if (notice === undefined) return giveUp(ports, record, 'the message is no notice of schema waybill.alert-notice/1');
  const about = { alertId: notice.alertId, key: notice.key, tries: triesOf(record) };
  if (isOldNews(ports, notice)) {
    ports.log.info('not told', { ...about, reason: 'a day old' });
    return 'withheld';
  }
  if (ports.now() - batch.startedAt >= DELIVER_NOTICE.budgetMs) batch.pause ??= { reason: 'the time of this call is up', seconds: 0 };
  if (batch.pause !== undefined) return putBack(ports, record, batch.pause);
  const verdict = await ports.deliver(notice);
  switch (verdict.kind) {
    case 'delivered':
      ports.log.info('delivered', about);
      return 'delivered';
    case 'never':
      return giveUp(ports, record, verdict.reason);
    case 'again':
      if (triesOf(record) >= DELIVER_NOTICE.tries) return giveUp(ports, record, `tried ${DELIVER_NOTICE.tries} times; at last: ${verdict.reason}`);
      if (verdict.everybody) batch.pause = { reason: verdict.reason, seconds: verdict.waitSeconds };
      return putBack(ports, record, { reason: verdict.reason, seconds: verdict.waitSeconds });
  }
}

/** Nobody is called, or reads in a chat, of what began a day ago; a machine that takes webhooks decides for itself. */
const isOldNews = ({ delivery, now }: DeliverNoticePorts, { at }: AlertNotice): boolean => delivery.channel !== 'webhook' && now() - Date.parse(at) > NEWS_LIFE_MS;

const triesOf = ({ attributes }: QueueRecord): number => Number(attributes.ApproximateReceiveCount);

/** Without the answer of the queue the message comes again all the same, only later: when its visibility timeout is over. */
async function putBack({ log, putBack: hide }: DeliverNoticePorts, record: QueueRecord, { reason, seconds }: Pause): Promise<'again'> {
  const wait = Math.max(backoffSeconds(triesOf(record)), seconds);
  log.warn('not delivered, comes again', { messageId: record.messageId, tries: triesOf(record), waitSeconds: wait, reason });
  try {
    await hide(record, wait);
  } catch (error) {
    log.warn('the wait could not be set: it comes again after the visibility timeout', { messageId: record.messageId, ...describeError(error) });
  }
  return 'again';
}

async function giveUp({ log, giveUp: move }: DeliverNoticePorts, record: QueueRecord, reason: string): Promise<'given-up' | 'again'> {
  try {
    await move(record, reason);
  } catch (error) {
    log.warn('could not be put among the undelivered, comes again', { messageId: record.messageId, reason, ...describeError(error) });
    return 'again';
  }
  log.error('given up', { messageId: record.messageId, alertId: noticeIn(record)?.alertId, tries: triesOf(record), reason });
  return 'given-up';
}
