import type { AlertRow } from '../../domain/alert/index.ts';
import { alertId as idOf } from '../../domain/alert/index.ts';
import { ALERT_KINDS } from '../../domain/shipment/index.ts';
import type { AlertKind } from '../../domain/shipment/index.ts';
import { N, numberOf, S, stringOf } from '../_shared/marshall.ts';
import type { AttributeValue, Item } from '../_shared/marshall.ts';

/** Sort key of an alert's row; the members of a storm lie beside it. */
export const ROW_KEY = 'A';

const DAY = 86_400_000;
/** A closed row is kept as long as a shipment's items can be: an older image that comes later still meets it. */
const CLOSED_LIFE_MS = 100 * DAY;
/** An open row goes when its shipment must have gone: nothing but a lost record of the stream could have kept it open. */
const OPEN_LIFE_MS = 400 * DAY;

export const rowKey = (alertId: string): Item => ({ pk: S(alertId), sk: S(ROW_KEY) });

/** Attributes of a row but its key. What people did with it (acknowledged, snoozed) is not among them. */
export function attributesOf(row: AlertRow): Record<string, AttributeValue> {
  const { about, notice } = row;
  return {
    ...listKeys({ isOpen: row.level > 0, severity: row.severity, openedAt: row.openedAt, changedAt: row.changedAt, alertId: row.alertId }),
    kind: S(row.kind),
    subject: S(row.subject),
    shipmentId: S(row.shipmentId),
    region: S(about.region),
    ...(about.customerId !== '' && { customerId: S(about.customerId) }),
    carrier: S(about.carrier),
    ...(about.serviceLevel !== '' && { serviceLevel: S(about.serviceLevel) }),
    priority: N(about.priority),
    ...textOf('voyage', about.voyage),
    ...textOf('vehicle', about.vehicle),
    severity: N(row.severity),
    stateVersion: N(row.stateVersion),
    level: N(row.level),
    toldLevel: N(row.toldLevel),
    ...(row.covered.length > 0 && { covered: S(row.covered.join(',')) }),
    openedAt: N(row.openedAt),
    changedAt: N(row.changedAt),
    ...(row.planned !== undefined && { planned: N(row.planned) }),
    ...(row.estimated !== undefined && { estimated: N(row.estimated) }),
    ...(notice !== undefined && { noticeKey: S(notice.key), noticeTurn: S(notice.turn), noticeAt: N(notice.at) }),
    expiresAt: N(Math.ceil((row.changedAt + (row.level > 0 ? OPEN_LIFE_MS : CLOSED_LIFE_MS)) / 1000)),
  };
}

const textOf = (name: 'vehicle' | 'voyage', value = ''): Record<string, AttributeValue> => (value === '' ? {} : { [name]: S(value) });

/** Keys of the index: open alerts by severity and then the newest first, closed ones by day and time. */
export function listKeys({ isOpen, severity, openedAt, changedAt, alertId }: { isOpen: boolean; severity: number; openedAt: number; changedAt: number; alertId: string }): Record<'list' | 'listSort', AttributeValue> {
  if (isOpen) return { list: S('open'), listSort: S(`${severity}#${String(9_999_999_999_999 - openedAt)}#${alertId}`) };
  return { list: S(closedList(changedAt)), listSort: S(`${String(changedAt).padStart(13, '0')}#${alertId}`) };
}

export const closedList = (time: number): string => `closed#${new Date(time).toISOString().slice(0, 10)}`;

/** A row as read; undefined when it is none, or one of a storm. */
export function alertRowOf(item: Item | undefined): AlertRow | undefined {
  const kind = stringOf(item?.['kind']);
  const subject = stringOf(item?.['subject']);
  const shipmentId = stringOf(item?.['shipmentId']);
  if (item === undefined || subject === undefined || shipmentId === undefined || !isKind(kind)) return undefined;
  const number = (name: string): number => numberOf(item[name]) ?? 0;
  const [planned, estimated] = [numberOf(item['planned']), numberOf(item['estimated'])];
  const noticeKey = stringOf(item['noticeKey']);
  const covered = stringOf(item['covered']) ?? '';
  return {
    alertId: idOf(shipmentId, { kind, subject }),
    kind,
    subject,
    shipmentId,
    about: { region: stringOf(item['region']) ?? 'unknown', customerId: stringOf(item['customerId']) ?? '', carrier: stringOf(item['carrier']) ?? 'unknown', serviceLevel: stringOf(item['serviceLevel']) ?? '', priority: number('priority'), voyage: stringOf(item['voyage']) ?? '', vehicle: stringOf(item['vehicle']) ?? '' },
    severity: Math.min(5, Math.max(1, number('severity'))) as AlertRow['severity'],
    stateVersion: number('stateVersion'),
    level: number('level'),
    toldLevel: number('toldLevel'),
    covered: covered === '' ? [] : covered.split(','),
    openedAt: number('openedAt'),
    changedAt: number('changedAt'),
    ...(planned !== undefined && { planned }),
    ...(estimated !== undefined && { estimated }),
    ...(noticeKey !== undefined && { notice: { key: noticeKey, turn: stringOf(item['noticeTurn']) === 'worsens' ? 'worsens' : 'opens', at: number('noticeAt') } }),
  };
}

const isKind = (value: unknown): value is AlertKind => ALERT_KINDS.some((kind) => kind === value);
