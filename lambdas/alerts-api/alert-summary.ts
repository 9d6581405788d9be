import type { AlertSummary } from '../../contracts/api/answers.ts';
import { causeIn, minutesLate, placeOrNull, stormWords, wordsOf } from '../../domain/alert/index.ts';
import { numberOf, stringOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import { alertRowOf } from '../raise-alerts/alert-items.ts';

/** A row as the API shows it at a moment; undefined when it is none. */
export function summaryOf(item: Item, now: number): AlertSummary | undefined {
  const alertId = stringOf(item['pk']);
  const subject = stringOf(item['subject']);
  const row = alertRowOf(item);
  const cause = alertId !== undefined && stringOf(item['kind']) === 'STORM' ? causeIn(alertId) : undefined;
  if (alertId === undefined || subject === undefined) return undefined;
  const isOpen = (numberOf(item['level']) ?? 0) > 0;
  const changedAt = numberOf(item['changedAt']) ?? 0;
  // What is over is as late as it was then.
  const moment = isOpen ? now : changedAt;
  const members = cause === undefined ? null : (numberOf(item['members']) ?? 0);
  const text = row === undefined ? (cause === undefined ? undefined : stormWords(members ?? 0, cause)) : wordsOf(row, moment);
  if (text === undefined) return undefined;
  return {
    alertId,
    kind: row?.kind ?? 'STORM',
    subject,
    severity: severityOf(item),
    state: isOpen ? 'open' : 'closed',
    text,
    openedAt: instant(numberOf(item['openedAt']) ?? changedAt),
    changedAt: instant(changedAt),
    shipmentId: row?.shipmentId ?? null,
    place: placeOrNull({ alertId, subject }),
    region: stringOf(item['region']) ?? 'unknown',
    customerId: known(row?.about.customerId),
    carrier: known(row?.about.carrier),
    minutesLate: row === undefined ? null : (minutesLate(row, moment) ?? null),
    acknowledged: acknowledgedOf(item),
    snoozed: snoozedOf(item, now),
    members,
    storm: stringOf(item['storm']) ?? null,
  };
}

const severityOf = (item: Item): AlertSummary['severity'] => Math.min(5, Math.max(1, numberOf(item['severity']) ?? 5)) as AlertSummary['severity'];

function acknowledgedOf(item: Item): AlertSummary['acknowledged'] {
  const by = stringOf(item['ackBy']);
  const at = numberOf(item['ackAt']);
  return by === undefined || at === undefined ? null : { by, at: instant(at) };
}

function snoozedOf(item: Item, now: number): AlertSummary['snoozed'] {
  const by = stringOf(item['snoozedBy']);
  const until = numberOf(item['snoozedUntil']);
  return by === undefined || until === undefined || until <= now ? null : { by, until: instant(until) };
}

const known = (text: string | undefined): string | null => (text === undefined || text === '' || text === 'unknown' ? null : text);
const instant = (time: number): string => new Date(time).toISOString();
