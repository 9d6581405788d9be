import type { ShipmentSummary } from '../../contracts/api/answers.ts';
import { numberOf, stringOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import { UNKNOWN } from '../track-shipments/list-keys.ts';

const MINUTE = 60_000;

/** Attributes of a main item that lists need: all but its entries. */
export const SUMMARY_ATTRIBUTES = [
  'pk', 'status', 'statusSince', 'delayMinutes', 'planned', 'eta', 'flags', 'lastPlace', 'origin', 'destination', 'region', 'carrier', 'customerId', 'serviceLevel', 'expiresAt', 'pages',
] as const;

/** Minutes that the shipment is late at `now`: what its senders stated, or the time since the plan of the next step. */
export function delayMinutesAt(item: Item, now: number): number {
  const planned = numberOf(item['planned']);
  return Math.max(numberOf(item['delayMinutes']) ?? 0, planned === undefined ? 0 : Math.round((now - planned) / MINUTE));
}

export const flagsOf = (item: Item): string[] => stringOf(item['flags'])?.split(',').filter((flag) => flag !== '') ?? [];

/** undefined: it has no status (nothing but retractions). */
export function summaryOf(item: Item, now: number): ShipmentSummary | undefined {
  const status = stringOf(item['status']);
  if (status === undefined) return undefined;
  const carrier = stringOf(item['carrier']) ?? UNKNOWN;
  return {
    shipmentId: stringOf(item['pk']) ?? '',
    status,
    statusSince: instantOf(item, 'statusSince'),
    delayMinutes: delayMinutesAt(item, now),
    eta: instantOf(item, 'eta'),
    flags: flagsOf(item),
    lastPlace: stringOf(item['lastPlace']) ?? null,
    origin: stringOf(item['origin']) ?? null,
    destination: stringOf(item['destination']) ?? null,
    region: stringOf(item['region']) ?? UNKNOWN,
    carrier: carrier === UNKNOWN ? null : carrier,
    customerId: stringOf(item['customerId']) ?? null,
    serviceLevel: stringOf(item['serviceLevel']) ?? null,
  };
}

function instantOf(item: Item, name: string): string | null {
  const time = numberOf(item[name]);
  return time === undefined ? null : new Date(time).toISOString();
}
