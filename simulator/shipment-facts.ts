/**
 * What happened to a shipment, when, and whose it was, as the simulated parties told it: what the lake's figures are judged by. Counts on
 * what this world does: one booking that says whose it is, one pick-up, one delivery, delays that are told by estimates with a reason.
 */
import { idOf, newestBy, placeOf, time, voidIds, type KnownEvent } from './told-events.ts';

/** Times in milliseconds since 1970. */
export interface ShipmentFacts {
  readonly shipmentId: string;
  readonly carrier: string | undefined;
  readonly mode: string | undefined;
  readonly serviceLevel: string | undefined;
  readonly customerId: string | undefined;
  readonly origin: string | undefined;
  readonly destination: string | undefined;
  readonly weightKg: number | undefined;
  readonly created: number | undefined;
  readonly pickedUp: number | undefined;
  readonly delivered: number | undefined;
  readonly plannedDelivery: number | undefined;
  /** Reasons of delays, each at the moment at which it was first told. */
  readonly delays: readonly { readonly reason: string; readonly at: number }[];
  /** What happened where, by time: arrivals, departures and the rest. */
  readonly moves: readonly { readonly type: string; readonly place: string; readonly at: number }[];
}

export function factsOf(shipmentId: string, events: readonly KnownEvent[]): ShipmentFacts {
  const isVoid = voidIds(events);
  const standing = newestBy(events.filter(({ operation }) => operation !== 'RETRACT'), idOf).filter((event) => !isVoid.has(idOf(event)));
  const happened = standing.filter(({ eventClassifier }) => eventClassifier === 'ACTUAL').sort((a, b) => time(a.eventTime) - time(b.eventTime));
  const booking = standing.find(({ order }) => order !== undefined);
  const destination = booking?.order?.destinationUnLocode;
  const delivery = happened.findLast((event) => event.eventType === 'DELIVERED' && placeOf(event) === destination) ?? happened.findLast(({ eventType }) => eventType === 'DELIVERED');
  const first = (type: string): number | undefined => timeOf(happened.find(({ eventType }) => eventType === type));
  return {
    shipmentId,
    carrier: standing.find(({ carrier }) => carrier?.scac !== undefined)?.carrier?.scac,
    mode: standing.find(({ modeOfTransport }) => modeOfTransport !== undefined)?.modeOfTransport,
    serviceLevel: booking?.order?.serviceLevel,
    customerId: booking?.order?.customerId,
    origin: booking?.order?.originUnLocode,
    destination: endOf(standing) ?? destination,
    weightKg: standing.find(({ weightKg }) => weightKg !== undefined)?.weightKg,
    created: first('BOOKED'),
    pickedUp: first('PICKED_UP'),
    delivered: delivery === undefined ? undefined : firstAt(happened, delivery),
    plannedDelivery: delivery === undefined ? undefined : planOf(standing, placeOf(delivery)),
    delays: delaysOf(standing),
    moves: happened.map((event) => ({ type: String(event.eventType), place: placeOf(event), at: time(event.eventTime) })),
  };
}

const timeOf = (event: KnownEvent | undefined): number | undefined => (event === undefined ? undefined : time(event.eventTime));

/** Told twice by two events, a delivery was when the first of them says. */
const firstAt = (happened: readonly KnownEvent[], delivery: KnownEvent): number => Math.min(...happened.filter((event) => event.eventType === 'DELIVERED' && placeOf(event) === placeOf(delivery)).map((event) => time(event.eventTime)));

const plansOf = (standing: readonly KnownEvent[], type: string): KnownEvent[] => standing.filter((event) => event.eventClassifier === 'PLANNED' && event.eventType === type);

/** Where it is planned to be delivered, or else to arrive, says more than the order. */
function endOf(standing: readonly KnownEvent[]): string | undefined {
  const plan = plansOf(standing, 'DELIVERED')[0] ?? plansOf(standing, 'ARRIVED')[0];
  return plan === undefined ? undefined : placeOf(plan);
}

const planOf = (standing: readonly KnownEvent[], place: string): number | undefined => timeOf(plansOf(standing, 'DELIVERED').find((event) => placeOf(event) === place));

function delaysOf(standing: readonly KnownEvent[]): { reason: string; at: number }[] {
  const first = new Map<string, number>();
  for (const { eventClassifier, reason, publishedTime } of standing) {
    if (eventClassifier !== 'ESTIMATED' || reason?.code === undefined) continue;
    first.set(reason.code, Math.min(first.get(reason.code) ?? Infinity, time(publishedTime)));
  }
  return [...first].map(([reason, at]) => ({ reason, at }));
}
