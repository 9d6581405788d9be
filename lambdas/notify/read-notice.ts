import { causeIn, minutesLate, placeOrNull, stormWords, wordsOf } from '../../domain/alert/index.ts';
import type { AlertNotice, AlertRow } from '../../domain/alert/index.ts';
import { numberOf, stringOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import { alertRowOf } from '../raise-alerts/alert-items.ts';

/** What the row of an alert or a storm has to tell, in the words of the moment at which it was told; undefined when it is neither. */
export function noticeOf(item: Item, environment: string): AlertNotice | undefined {
  const key = stringOf(item['noticeKey']);
  const alertId = stringOf(item['pk']);
  const subject = stringOf(item['subject']);
  const at = numberOf(item['noticeAt']);
  if (key === undefined || alertId === undefined || subject === undefined || at === undefined) return undefined;
  const row = alertRowOf(item);
  const shared = {
    schema: 'waybill.alert-notice/1' as const,
    environment,
    alertId,
    key,
    turn: stringOf(item['noticeTurn']) === 'worsens' ? ('worsens' as const) : ('opens' as const),
    subject,
    severity: numberOf(item['severity']) ?? 5,
    level: numberOf(item['level']) ?? 0,
    openedAt: instant(numberOf(item['openedAt']) ?? at),
    at: instant(at),
    place: placeOrNull({ alertId, subject }),
    region: stringOf(item['region']) ?? 'unknown',
    storm: stringOf(item['storm']) ?? null,
  };
  return row === undefined ? stormNotice(shared, item) : { ...shared, ...factsOf(row, at) };
}

type Shared = Omit<AlertNotice, 'kind' | 'text' | 'shipmentId' | 'customerId' | 'carrier' | 'serviceLevel' | 'minutesLate' | 'members'>;

const factsOf = (row: AlertRow, at: number): Omit<AlertNotice, keyof Shared> => ({
  kind: row.kind,
  text: wordsOf(row, at),
  shipmentId: row.shipmentId,
  customerId: orNull(row.about.customerId),
  carrier: orNull(row.about.carrier),
  serviceLevel: orNull(row.about.serviceLevel),
  minutesLate: minutesLate(row, at) ?? null,
  members: null,
});

function stormNotice(shared: Shared, item: Item): AlertNotice | undefined {
  const cause = stringOf(item['kind']) === 'STORM' ? causeIn(shared.alertId) : undefined;
  if (cause === undefined) return undefined;
  const members = numberOf(item['members']) ?? 0;
  const text = stormWords(members, cause);
  return { ...shared, kind: 'STORM', text, shipmentId: null, customerId: null, carrier: null, serviceLevel: null, minutesLate: null, members };
}

const orNull = (text: string): string | null => (text === '' || text === 'unknown' ? null : text);
const instant = (time: number): string => new Date(time).toISOString();
