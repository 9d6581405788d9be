import type { EventText, Milestone, ShipmentView, TimelineEntry } from '../../domain/shipment/index.ts';
import { statedDelay } from '../track-shipments/shipment-items.ts';
import type { StoredText } from '../track-shipments/text-items.ts';
import type { Freshness } from './freshness.ts';

const MINUTE = 60_000;

export interface ShipmentBodyInput {
  readonly shipmentId: string;
  readonly version: number;
  readonly view: ShipmentView;
  /** By text name (id hash + content hash). */
  readonly texts: ReadonlyMap<string, StoredText>;
  /** Ms since 1970. */
  readonly now: number;
  readonly freshness: Freshness;
}

/** The answer to `GET /v1/shipments/{id}` (docs/api/openapi.json). Instants are RFC 3339 in UTC; what is unknown is null. */
export function shipmentBody({ shipmentId, version, view, texts, now, freshness }: ShipmentBodyInput): object {
  return {
    shipmentId,
    version,
    status: view.status,
    statusSince: instant(view.statusSince),
    delayMinutes: Math.round(view.delay / MINUTE),
    statedDelayMinutes: Math.round(statedDelay(view) / MINUTE),
    eta: view.eta === undefined ? null : { time: instant(view.eta.time), basis: view.eta.basis },
    next: view.next === undefined ? null : { type: view.next.type, place: view.next.place, due: instant(view.next.due) },
    flags: view.flags,
    alerts: view.alerts.map(({ kind, subject, level }) => ({ kind, subject, level })),
    lastPlace: blankToNull(view.lastPlace),
    destination: blankToNull(view.destination),
    order: orderBody(view.order),
    milestones: view.milestones.map(milestoneBody),
    timeline: view.timeline.map((entry) => entryBody(entry, texts.get(entry.name)?.text)),
    conflicts: view.conflicts.length,
    as_of: instant(now),
    source: 'live',
    freshness: freshnessBody(freshness),
  };
}

export const freshnessBody = ({ behindStreamSeconds }: Freshness): object => ({ behindStreamSeconds: behindStreamSeconds ?? null });

const milestoneBody = ({ type, place, planned, estimated, actual, count, source }: Milestone): object => ({
  type,
  place: blankToNull(place),
  planned: instant(planned),
  estimated: instant(estimated),
  actual: instant(actual),
  reports: count,
  source,
});

function entryBody(entry: TimelineEntry, text: EventText | undefined): object {
  return {
    entryId: entry.name,
    type: entry.type,
    classifier: entry.classifier,
    place: blankToNull(entry.place),
    source: entry.source,
    eventTime: instant(entry.eventTime),
    publishedTime: instant(entry.publishedTime),
    standing: entry.standing,
    retracted: entry.standing === 'RETRACTED',
    conflict: entry.conflict,
    correction: entry.correction,
    reason: entry.reason ?? null,
    sensor: entry.sensor ?? null,
    contractMajor: entry.major,
    text: text === undefined ? null : textBody(text),
  };
}

const textBody = ({ rawCode, reasonRaw, reasonText, placeName, references }: EventText): object => ({
  rawCode: rawCode ?? null,
  reasonRaw: reasonRaw ?? null,
  reasonText: reasonText ?? null,
  placeName: placeName ?? null,
  references: references ?? [],
});

function orderBody(order: ShipmentView['order']): object | null {
  if (order === undefined) return null;
  return {
    customerId: blankToNull(order.customerId),
    serviceLevel: blankToNull(order.serviceLevel),
    priority: order.priority === 0 ? null : order.priority,
    origin: blankToNull(order.origin),
    destination: blankToNull(order.destination),
  };
}

const blankToNull = (text: string): string | null => (text === '' ? null : text);
export const instant = (time: number | undefined): string | null => (time === undefined ? null : new Date(time).toISOString());
