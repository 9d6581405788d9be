/**
 * What is true after a set of records, by the simplest code that can say it: all distinct events are kept whole, and each question is
 * answered by reading them again. It shares nothing with the platform's own merge, which it judges (docs: shipment state).
 */
import { createOrdersTruth, type OrdersTruth } from './orders/truth.ts';
import { factsOf, type ShipmentFacts } from './shipment-facts.ts';
import { idOf, newestBy, placeOf, read, stepOf, time, voidIds, type KnownEvent } from './told-events.ts';

/** Times in milliseconds since 1970. */
export interface MilestoneTruth {
  readonly type: string;
  readonly place: string;
  readonly planned?: number;
  readonly estimated?: number;
  readonly actual?: number;
}

export interface ShipmentTruth {
  readonly shipmentId: string;
  readonly status: string;
  /** Sorted by type and place. */
  readonly milestones: readonly MilestoneTruth[];
  /** Ids, as `source eventId`, that were told with two contents; sorted. */
  readonly conflicts: readonly string[];
  /** Distinct events, retractions included. */
  readonly events: number;
}

export interface TruthReport {
  /** Records, repeats included. */
  readonly records: number;
  /** Distinct records by their bytes. */
  readonly distinct: number;
  /** Records that must end in quarantine. */
  readonly quarantined: number;
  readonly positions: number;
  /** Distinct changes of the orders database. */
  readonly orderChanges: number;
  readonly shipments: readonly ShipmentTruth[];
}

export interface Truth {
  add(record: { readonly contract: string; readonly partitionKey: string; readonly data: string | Buffer }): void;
  /** Undefined for a shipment without a good event. */
  shipment(id: string, now: number): ShipmentTruth | undefined;
  /** What counting needs of a shipment: once all that has been told is over, whatever the clock says. */
  facts(id: string): ShipmentFacts | undefined;
  shipmentIds(): string[];
  /** The records that must end in quarantine, as they were put. */
  mustQuarantine(): readonly (string | Buffer)[];
  report(now: number): TruthReport;
  /** What is true of orders, customers and carriers. */
  readonly orders: OrdersTruth;
}

export function createTruth(): Truth {
  const byShipment = new Map<string, Map<string, KnownEvent>>();
  const refused: (string | Buffer)[] = [];
  const distinct = new Set<string>();
  let records = 0;
  const orders = createOrdersTruth();
  let positions = 0;

  const shipment = (id: string, now: number): ShipmentTruth | undefined => {
    const events = byShipment.get(id);
    return events === undefined ? undefined : judge(id, [...events.values()], now);
  };

  return {
    add({ contract, data }) {
      records += 1;
      const text = typeof data === 'string' ? data : data.toString('latin1');
      distinct.add(text);
      if (contract === 'vehicle-position') {
        positions += 1;
        return;
      }
      if (contract === 'order-change') {
        orders.add(data);
        return;
      }
      const event = read(data);
      if (event === undefined) {
        refused.push(data);
        return;
      }
      const events = byShipment.get(event.shipmentId) ?? new Map<string, KnownEvent>();
      byShipment.set(event.shipmentId, events.set(text, event));
    },
    orders,
    shipment,
    facts: (id) => {
      const events = byShipment.get(id);
      return events === undefined ? undefined : factsOf(id, [...events.values()]);
    },
    shipmentIds: () => [...byShipment.keys()].sort(),
    mustQuarantine: () => refused,
    report(now) {
      const shipments = [...byShipment.keys()].sort().flatMap((id) => shipment(id, now) ?? []);
      return { records, distinct: distinct.size, quarantined: refused.length, positions, orderChanges: orders.changes(), shipments };
    },
  };
}

const contentOf = (event: KnownEvent): string => JSON.stringify([event.eventType, event.eventClassifier, placeOf(event), time(event.eventTime), event.reason?.code ?? null, event.correctsEventId ?? null]);

/** An ACTUAL event may be this far ahead of our clock and still count. */
const CLOCK_TOLERANCE_MS = 15 * 60_000;

function judge(shipmentId: string, events: readonly KnownEvent[], now: number): ShipmentTruth {
  const statements = events.filter((event) => event.operation !== 'RETRACT');
  const isVoid = voidIds(events);
  const told = statements.filter(({ eventClassifier }) => eventClassifier === 'ACTUAL');
  const actuals = newestBy(told, idOf).filter((event) => !isVoid.has(idOf(event)) && time(event.eventTime) <= now + CLOCK_TOLERANCE_MS);
  // Per step, source and kind of statement only the newest counts, also when it was taken back: then there is none.
  const stated = newestBy(statements.filter(({ eventClassifier }) => eventClassifier !== 'ACTUAL'), (event) => `${event.eventClassifier} ${stepOf(event)} ${event.source}`).filter((event) => !isVoid.has(idOf(event)));
  const distinctIds = new Set(events.map((event) => `${idOf(event)} ${event.operation === 'RETRACT' ? '' : contentOf(event)}`));
  return { shipmentId, status: statusOf(actuals, stated), milestones: milestonesOf(actuals, stated), conflicts: conflictsOf(told, isVoid), events: distinctIds.size };
}

function conflictsOf(told: readonly KnownEvent[], isVoid: ReadonlySet<string>): string[] {
  const contents = new Map<string, Set<string>>();
  for (const event of told) contents.set(idOf(event), (contents.get(idOf(event)) ?? new Set()).add(contentOf(event)));
  return [...contents].filter(([id, set]) => set.size > 1 && !isVoid.has(id)).map(([id]) => id).sort();
}

/** How far an event says that the shipment is; the greatest counts, of ends of the journey the latest. */
const RANK: Readonly<Record<string, readonly [rank: number, status: string]>> = {
  BOOKED: [2, 'BOOKED'],
  PICKED_UP: [3, 'PICKED_UP'],
  DEPARTED: [4, 'IN_TRANSIT'],
  ARRIVED: [4, 'IN_TRANSIT'],
  IN_TRANSIT: [4, 'IN_TRANSIT'],
  UNLOADED: [4, 'IN_TRANSIT'],
  OUT_FOR_DELIVERY: [6, 'OUT_FOR_DELIVERY'],
  DELIVERED: [7, 'DELIVERED'],
};

function statusOf(actuals: readonly KnownEvent[], stated: readonly KnownEvent[]): string {
  const plans = stated.filter(({ eventClassifier }) => eventClassifier === 'PLANNED');
  const last = (type: string): KnownEvent | undefined => plans.filter((event) => event.eventType === type).sort((a, b) => time(a.eventTime) - time(b.eventTime)).at(-1);
  const end = last('DELIVERED') ?? last('ARRIVED');

  let best: readonly [rank: number, status: string] = [0, 'NONE'];
  for (const event of actuals) {
    const isThere = event.eventType === 'ARRIVED' && end !== undefined && placeOf(end) !== '' && placeOf(event) === placeOf(end);
    const said = isThere ? ([5, 'AT_DESTINATION'] as const) : (RANK[String(event.eventType)] ?? ([0, 'NONE'] as const));
    if (said[0] > best[0]) best = said;
  }
  return best[1];
}

function milestonesOf(actuals: readonly KnownEvent[], stated: readonly KnownEvent[]): MilestoneTruth[] {
  const milestones = new Map<string, { type: string; place: string; planned?: number; estimated?: number; actual?: number }>();
  const open = (event: KnownEvent): { planned?: number; estimated?: number; actual?: number } => {
    const found = milestones.get(stepOf(event)) ?? { type: String(event.eventType), place: placeOf(event) };
    milestones.set(stepOf(event), found);
    return found;
  };
  // Of several sources the one that spoke last wins.
  for (const event of newestBy(stated, (one) => `${one.eventClassifier} ${stepOf(one)}`)) open(event)[event.eventClassifier === 'PLANNED' ? 'planned' : 'estimated'] = time(event.eventTime);
  for (const event of actuals) {
    const milestone = open(event);
    milestone.actual = Math.min(milestone.actual ?? Infinity, time(event.eventTime));
  }
  return [...milestones.values()].sort((a, b) => (`${a.type} ${a.place}` < `${b.type} ${b.place}` ? -1 : 1));
}
