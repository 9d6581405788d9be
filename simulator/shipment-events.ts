/** What the parties send about a shipment: the plan, estimates that change, and what happened, each with the time it was published. */
import type { EventClassifier, EventType, Location, ReasonCode, ShipmentEventV1 } from '../contracts/generated/shipment-event/v1.types.ts';
import { airWaybill, containerNumber, imoNumber } from './identifiers.ts';
import { BOOKING_SOURCE } from './parties.ts';
import type { Place } from './places.ts';
import type { Chance } from './random.ts';
import { MINUTE, SECOND } from './settings.ts';
import type { ShipmentPlan, Step } from './shipment-plan.ts';

export type RecordKind = 'event' | 'duplicate' | 'conflict' | 'correction' | 'retraction' | 'mistake' | 'corrupt' | 'position' | 'change';

/** An event on its way: who published what when, and when it is put on the stream. */
export interface Message {
  readonly kind: RecordKind;
  readonly event: ShipmentEventV1;
  /** Milliseconds since 1970. */
  readonly eventTime: number;
  readonly published: number;
  /** When it is put on the stream; never before `published`. */
  readonly at: number;
}

/** A second opinion about arrival times, beside the carrier's. */
const VISIBILITY_SOURCE = 'ETA:visibility';

const TEXTS: Readonly<Partial<Record<ReasonCode, string>>> = {
  ROAD_OR_PORT_CONGESTION: 'Berth or dock occupied',
  WEATHER: 'Strong wind',
  DRIVER: 'Driver over hours',
  MECHANICAL: 'Vehicle breakdown',
  CUSTOMS: 'Selected for inspection',
  ADDRESS: 'Address incomplete',
};

/** All events of a shipment in the order in which they are published. */
export function messagesOf(plan: ShipmentPlan, chance: Chance): Message[] {
  const writer = new Writer(plan, chance);
  writer.booked();
  for (const step of plan.steps.filter(({ isStated }) => isStated)) writer.planned(step);
  writer.estimates();
  for (const step of plan.steps) writer.actual(step);
  return inOrder(writer.messages.sort((a, b) => a.published - b.published));
}

/** A clean feed keeps the order in which it publishes. */
function inOrder(messages: readonly Message[]): Message[] {
  let last = 0;
  return messages.map((message) => {
    last = Math.max(message.at, last + 1);
    return { ...message, at: last };
  });
}

class Writer {
  readonly messages: Message[] = [];
  readonly #plan: ShipmentPlan;
  readonly #chance: Chance;
  readonly #common: Pick<ShipmentEventV1, 'carrier' | 'modeOfTransport' | 'references'>;
  readonly #transport: ShipmentEventV1['transport'];
  readonly #equipment: ShipmentEventV1['equipment'];
  #count = 0;

  constructor(plan: ShipmentPlan, chance: Chance) {
    this.#plan = plan;
    this.#chance = chance;
    const { scac, name, mode } = plan.carrier;
    const booking = { type: 'BKG', value: `${scac}${plan.number}` } as const;
    const second = plan.kind === 'OCEAN' ? ({ type: 'CONTAINER', value: containerNumber(chance) } as const) : plan.kind === 'AIR' ? ({ type: 'AWB', value: airWaybill(chance) } as const) : ({ type: 'PRO', value: String(100_000_000 + plan.number) } as const);
    this.#common = { carrier: { scac, name }, modeOfTransport: mode, references: [booking, second] };
    this.#equipment = plan.kind === 'OCEAN' ? { id: second.value, idType: 'CONTAINER', isoType: '42G1', empty: 'LADEN' } : undefined;
    this.#transport = plan.kind === 'OCEAN' ? { vesselImo: imoNumber(chance), voyage: `${chance.whole(100, 999)}W` } : undefined;
  }

  booked(): void {
    const { bookedAt, customer, origin, destination, cargo: { quantity, weightKg, volumeM3 } } = this.#plan;
    const order = { customerId: customer.id, serviceLevel: this.#plan.kind === 'COURIER' ? 'EXPRESS' : customer.serviceLevel, priority: this.#plan.kind === 'COURIER' ? 1 : 3, originUnLocode: origin.unLocode, destinationUnLocode: destination.unLocode };
    this.#send({ source: BOOKING_SOURCE, code: 'booking.confirmed', type: 'BOOKED', classifier: 'ACTUAL', time: bookedAt, published: bookedAt + this.#chance.between(1, 5) * SECOND, more: { location: locationOf(origin), order, quantity, weightKg, volumeM3 } });
  }

  planned(step: Step): void {
    const published = this.#plan.bookedAt + this.#chance.between(20, 90) * SECOND;
    this.#send({ source: this.#plan.carrier.source, code: step.code, type: step.type, classifier: 'PLANNED', time: step.planned, published, more: { location: locationOf(step.place) } });
  }

  /** The carrier tells a delay when it knows it, and corrects itself later; a third party gives its own view of some arrivals. */
  estimates(): void {
    const { steps, delay, carrier, kind } = this.#plan;
    const chance = this.#chance;
    const arrival = steps.find(({ type }) => type === 'ARRIVED');
    const departure = steps.find(({ type }) => type === 'DEPARTED');
    if (arrival === undefined || departure === undefined) return;

    if (delay !== undefined) {
      const reason = { code: delay.cause, raw: delay.cause.slice(0, 3), ...(TEXTS[delay.cause] === undefined ? {} : { text: TEXTS[delay.cause] }) };
      const late = steps.slice(delay.step).filter(({ isStated }) => isStated);
      late.forEach((step, index) => this.#estimate(step, { source: carrier.source, published: delay.knownAt + index * SECOND, expected: step.planned + delay.ms * chance.between(0.8, 1.1), reason }));
      const [first] = late;
      const revisedAt = (delay.knownAt + (first?.actual ?? 0)) / 2;
      if (first !== undefined && revisedAt > delay.knownAt + MINUTE) this.#estimate(first, { source: carrier.source, published: revisedAt, expected: first.actual + chance.between(-5, 5) * MINUTE, reason });
      return;
    }
    if (chance.yes(0.9)) this.#estimate(arrival, { source: carrier.source, published: departure.actual + chance.between(1, 20) * MINUTE, expected: arrival.actual + chance.between(-10, 10) * MINUTE });
    if (kind !== 'COURIER' && chance.yes(0.5)) this.#estimate(arrival, { source: VISIBILITY_SOURCE, published: (departure.actual + arrival.actual) / 2, expected: arrival.actual + chance.between(-40, 40) * MINUTE });
  }

  actual(step: Step): void {
    const { carrier } = this.#plan;
    const more = { location: { ...locationOf(step.place), facilityType: step.facility, lat: step.place.lat, lon: step.place.lon } };
    this.#send({ source: carrier.source, code: step.code, type: step.type, classifier: 'ACTUAL', time: step.actual, published: step.actual + this.#chance.between(2, 40) * SECOND, more });
  }

  #estimate(step: Step, { source, published, expected, reason }: { source: string; published: number; expected: number; reason?: NonNullable<ShipmentEventV1['reason']> }): void {
    const more = { location: locationOf(step.place), plannedTime: iso(step.planned), ...(reason === undefined ? {} : { reason }) };
    this.#send({ source, code: `${step.code}/EST`, type: step.type, classifier: 'ESTIMATED', time: Math.max(expected, published + MINUTE), published, more });
  }

  #send({ source, code, type, classifier, time, published, more }: { source: string; code: string; type: EventType; classifier: EventClassifier; time: number; published: number; more: Partial<ShipmentEventV1> }): void {
    const eventTime = wholeSecond(time);
    const publishedMs = Math.round(published);
    const event: ShipmentEventV1 = {
      schemaVersion: '1.0',
      eventId: `${this.#plan.number.toString(36)}-${(this.#count += 1)}`,
      source,
      sourceEventCode: code,
      shipmentId: this.#plan.id,
      eventType: type,
      eventClassifier: classifier,
      eventTime: this.#plan.kind === 'OCEAN' && source !== BOOKING_SOURCE ? localIso(eventTime, this.#placeOf(more)) : iso(eventTime),
      publishedTime: iso(publishedMs),
      ...this.#common,
      ...(this.#equipment === undefined || source === BOOKING_SOURCE ? {} : { equipment: this.#equipment }),
      ...(this.#transport === undefined || source === BOOKING_SOURCE ? {} : { transport: this.#transport }),
      ...more,
    };
    const transport = this.#plan.kind === 'COURIER' ? this.#chance.between(0.5, 6) * SECOND : this.#chance.between(1, 150) * SECOND;
    this.messages.push({ kind: 'event', event, eventTime, published: publishedMs, at: publishedMs + Math.round(transport) });
  }

  #placeOf({ location }: Partial<ShipmentEventV1>): Place {
    return location?.unLocode === this.#plan.origin.unLocode ? this.#plan.origin : this.#plan.destination;
  }
}

const locationOf = ({ unLocode, name, countryCode, timeZone }: Place): Location => ({ unLocode, name, countryCode, timeZone });

const wholeSecond = (time: number): number => Math.round(time / SECOND) * SECOND;

export const iso = (time: number): string => new Date(time).toISOString();

/** Carriers at sea write local time with its offset. */
function localIso(time: number, { offsetMinutes }: Pick<Place, 'offsetMinutes'>): string {
  const local = new Date(time + offsetMinutes * MINUTE).toISOString().slice(0, 19);
  const hours = Math.trunc(Math.abs(offsetMinutes) / 60);
  const minutes = Math.abs(offsetMinutes) % 60;
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}

