import type { ShipmentEventV1 } from '../../contracts/generated/shipment-event/v1.types.ts';
import type { Random } from './random.ts';
import { createRandom } from './random.ts';

/**
 * The load of the measurement, as one shard of `shipment-event` would carry it, in arrival order. Carriers write in
 * messages: a booking brings the plan of a shipment (eight events at once), later messages bring what happened and the new
 * estimates of what lies ahead (one to seven events). So a shipment that shows in a batch shows with several events.
 */
export interface LoadOptions {
  readonly seed: number;
  /** Shipments on their way at any time. */
  readonly shipments: number;
  /** Arrival of the first event, ms. */
  readonly start: number;
  readonly eventsPerSecond: number;
  /** Percent of shipments whose carrier states the booking reference in each event. */
  readonly referencePercent: number;
}

export interface Arrival {
  readonly time: number;
  readonly text: string;
}

/** What is wrong on purpose, as shares of all events. */
export const SHARES = { repeated: 0.01, invalid: 0.005, truncated: 0.0005 } as const;

const PLACES = [
  ['DEHAM', 'Hamburg', 'DE', 53.5503, 9.9928, 'HHLA-CTA', 'Container Terminal Altenwerder'],
  ['NLRTM', 'Rotterdam', 'NL', 51.9496, 4.1453, 'APM-MVII', 'APM Terminals Maasvlakte II'],
  ['CNSHA', 'Shanghai', 'CN', 31.3361, 121.6147, 'YSH-4', 'Yangshan Phase 4'],
  ['SGSIN', 'Singapore', 'SG', 1.2644, 103.8403, 'PSA-PP', 'Pasir Panjang'],
  ['SEGOT', 'Göteborg', 'SE', 57.6886, 11.8553, 'APM-GOT', 'Göteborg Skandiahamnen'],
  ['PLGDN', 'Gdańsk', 'PL', 54.3778, 18.6681, 'BHUB', 'Baltic Hub'],
  ['USLAX', 'Los Angeles', 'US', 33.7395, -118.2599, 'FMS-300', 'Fenix Marine Services'],
] as const;
type Place = (typeof PLACES)[number];

const ROAD = ['GATE_OUT', 'GATE_IN', 'LOADED', 'DEPARTED', 'ARRIVED', 'UNLOADED', 'DELIVERED'] as const;
const CARRIERS = [['MAEU', 'Maersk'], ['HLCU', 'Hapag-Lloyd'], ['CMDU', 'CMA CGM'], ['MSCU', 'MSC']] as const;
const HOUR = 3_600_000;

interface Shipment {
  readonly id: string;
  readonly carrier: (typeof CARRIERS)[number];
  readonly from: Place;
  readonly to: Place;
  readonly voyage: string;
  readonly container: string;
  readonly booked: number;
  readonly statesReferences: boolean;
  /** How much of the road it has behind it. */
  step: number;
}

export function* arrivalsOf({ seed, shipments, start, eventsPerSecond, referencePercent }: LoadOptions): Generator<Arrival, never> {
  const random = createRandom(seed);
  let booked = 0;
  const book = (now: number): Shipment => newShipment(random, { number: (booked += 1), now, referencePercent });
  const underway = Array.from({ length: shipments }, () => ({ ...book(start - random.whole(1, 30) * 24 * HOUR), step: random.whole(0, ROAD.length - 2) }));

  for (let arrived = 0; ; ) {
    const now = start + Math.floor((arrived * 1000) / eventsPerSecond);
    const slot = random.whole(0, underway.length - 1);
    const shipment = underway[slot];
    if (shipment === undefined) throw new RangeError('No shipment is under way.');
    const delivered = shipment.step >= ROAD.length;
    const current = delivered ? book(now) : shipment;
    if (delivered) underway[slot] = current;
    const message = delivered ? bookingMessage(random, current, now) : progressMessage(random, current, now);
    const texts = message.map((event) => onTheWire(random, event));
    if (random.chance(SHARES.repeated * message.length)) texts.push(JSON.stringify(message[0]));
    arrived += texts.length;
    for (const text of texts) yield { time: now, text };
  }
}

function newShipment(random: Random, { number, now, referencePercent }: { number: number; now: number; referencePercent: number }): Shipment {
  const from = random.whole(0, PLACES.length - 1);
  const to = (from + random.whole(1, PLACES.length - 1)) % PLACES.length;
  return {
    id: `SHP-2026-${String(number).padStart(7, '0')}`,
    carrier: random.pick(CARRIERS),
    from: PLACES[from] ?? PLACES[0],
    to: PLACES[to] ?? PLACES[1],
    voyage: `${random.whole(100, 699)}W`,
    container: withCheckDigit(`MSKU${random.whole(100_000, 999_999)}`),
    booked: now,
    statesReferences: number % 100 < referencePercent,
    step: 0,
  };
}

/** Created, and the plan of all milestones. */
function bookingMessage(random: Random, shipment: Shipment, now: number): ShipmentEventV1[] {
  const order = { customerId: `C-${random.whole(1, 900)}`, serviceLevel: 'STANDARD', priority: random.whole(1, 5), originUnLocode: shipment.from[0], destinationUnLocode: shipment.to[0] };
  const created = { ...milestone(random, shipment, { type: 'CREATED', classifier: 'ACTUAL', time: now - 60_000, now, place: shipment.from }), order };
  return [created, ...ROAD.map((type, step) => milestone(random, shipment, { type, classifier: 'PLANNED', time: plannedAt(shipment, step), now, place: placeOf(shipment, step) }))];
}

/** The next milestone happened. Most carriers state all milestones ahead anew in the same message, others the next few. */
function progressMessage(random: Random, shipment: Shipment, now: number): ShipmentEventV1[] {
  const { step } = shipment;
  shipment.step += 1;
  const happened = milestone(random, shipment, { type: ROAD[step] ?? 'DELIVERED', classifier: 'ACTUAL', time: now - random.whole(2, 240) * 1_000, now, place: placeOf(shipment, step) });
  const ahead = ROAD.slice(step + 1, random.chance(0.7) ? ROAD.length : step + 1 + random.whole(0, 2));
  const late = random.whole(-4, 30) * HOUR;
  return [happened, ...ahead.map((type, index) => milestone(random, shipment, { type, classifier: 'ESTIMATED', time: now + (index + 1) * 40 * HOUR + late, now, place: placeOf(shipment, step + 1 + index) }))];
}

/** ISO 6346: letters count from 10 without multiples of 11, each place twice the one before, modulo 11. */
function withCheckDigit(prefix: string): string {
  const letters = '0123456789A?BCDEFGHIJK?LMNOPQRSTU?VWXYZ';
  const sum = Array.from(prefix).reduce((total, character, index) => total + letters.indexOf(character) * 2 ** index, 0);
  return `${prefix}${(sum % 11) % 10}`;
}

const plannedAt = (shipment: Shipment, step: number): number => shipment.booked + (step + 1) * 60 * HOUR;
const placeOf = (shipment: Shipment, step: number): Place => (step < 4 ? shipment.from : shipment.to);

interface MilestoneInput {
  readonly type: (typeof ROAD)[number] | 'CREATED';
  readonly classifier: 'ACTUAL' | 'PLANNED' | 'ESTIMATED';
  readonly time: number;
  readonly now: number;
  readonly place: Place;
}

function milestone(random: Random, shipment: Shipment, { type, classifier, time, now, place }: MilestoneInput): ShipmentEventV1 {
  const [scac, carrierName] = shipment.carrier;
  const [unLocode, city, countryCode, lat, lon, facilityCode, name] = place;
  const late = classifier === 'ESTIMATED' && random.chance(0.3);
  return {
    schemaVersion: '1.0',
    eventId: uuid(random),
    source: `DCSA:${scac}`,
    sourceMessageId: `page ${random.whole(1, 90_000)}`,
    sourceEventCode: `EQUIPMENT/${type}`,
    shipmentId: shipment.id,
    ...(shipment.statesReferences && { references: [{ type: 'BKG', value: `BK${shipment.id.slice(-7)}` }] }),
    eventType: type,
    eventClassifier: classifier,
    eventTime: new Date(time).toISOString(),
    publishedTime: new Date(now - random.whole(200, 4_000)).toISOString(),
    carrier: { scac, name: carrierName },
    modeOfTransport: 'OCEAN',
    location: { unLocode, name, city, countryCode, facilityCode, lat, lon },
    equipment: { id: shipment.container, idType: 'CONTAINER', isoType: '45G1', empty: 'LADEN' },
    transport: { voyage: shipment.voyage, service: 'AE7' },
    ...(late ? { reason: { code: 'ROAD_OR_PORT_CONGESTION' as const, raw: 'PCO', text: `Berth waiting time at ${name}, vessel schedule revised` } } : {}),
  };
}

function uuid(random: Random): string {
  const hex = Array.from({ length: 4 }, () => Math.floor(random.next() * 4_294_967_296).toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function onTheWire(random: Random, event: ShipmentEventV1): string {
  if (random.chance(SHARES.truncated)) return JSON.stringify(event).slice(0, -20);
  if (random.chance(SHARES.invalid)) return JSON.stringify({ ...event, eventClassifier: 'FINAL' });
  return JSON.stringify(event);
}
