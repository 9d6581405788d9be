/** One shipment as it was planned and as it went: steps with planned and actual times, a delay with its cause. */
import type { EventType, LocationFacilityType, ReasonCode } from '../contracts/generated/shipment-event/v1.types.ts';
import { cargoOf, type Cargo } from './cargo.ts';
import { CARRIERS, type CarrierCompany, type Customer } from './parties.ts';
import { AIRPORTS, distanceKm, roadPairs, SEAPORTS, type Place } from './places.ts';
import { chanceFor, type Chance } from './random.ts';
import { DAY, HOUR, MINUTE } from './settings.ts';

export type JourneyKind = 'OCEAN' | 'AIR' | 'ROAD' | 'PARCEL' | 'COURIER';

export interface Step {
  readonly type: EventType;
  readonly place: Place;
  readonly facility: LocationFacilityType;
  /** The sender's own code. */
  readonly code: string;
  readonly planned: number;
  readonly actual: number;
  /** Whether the carrier states a plan for it. */
  readonly isStated: boolean;
}

export interface Delay {
  /** Index of the first step that it hits. */
  readonly step: number;
  readonly ms: number;
  readonly cause: ReasonCode;
  /** When the carrier tells. */
  readonly knownAt: number;
}

export interface ShipmentPlan {
  readonly number: number;
  readonly id: string;
  readonly kind: JourneyKind;
  readonly carrier: CarrierCompany;
  readonly customer: Customer;
  readonly cargo: Cargo;
  readonly origin: Place;
  readonly destination: Place;
  readonly bookedAt: number;
  /** In the order of the journey. */
  readonly steps: readonly Step[];
  readonly delay?: Delay;
}


/** Type, where (0 origin, 1 destination), what kind of place, the sender's code, hours after the step before, stated. */
type Leg = readonly [type: EventType, end: 0 | 1, facility: LocationFacilityType, code: string, hours: number | 'TRANSIT', stated: boolean];

const JOURNEYS: Readonly<Record<JourneyKind, readonly Leg[]>> = {
  OCEAN: [
    ['GATE_IN', 0, 'PORT_TERMINAL', 'EQUIPMENT/GTIN', 46, true],
    ['LOADED', 0, 'PORT_TERMINAL', 'EQUIPMENT/LOAD', 36, true],
    ['DEPARTED', 0, 'PORT_TERMINAL', 'TRANSPORT/DEPA', 8, true],
    ['ARRIVED', 1, 'PORT_TERMINAL', 'TRANSPORT/ARRI', 'TRANSIT', true],
    ['UNLOADED', 1, 'PORT_TERMINAL', 'EQUIPMENT/DISC', 9, true],
    ['CUSTOMS_RELEASED', 1, 'PORT_TERMINAL', 'SHIPMENT/RELS', 20, false],
    ['GATE_OUT', 1, 'PORT_TERMINAL', 'EQUIPMENT/GTOT', 11, true],
    ['DELIVERED', 1, 'CUSTOMER', 'EQUIPMENT/DROP', 9, true],
  ],
  AIR: [
    ['PICKED_UP', 0, 'CUSTOMER', 'PUP', 7, true],
    ['GATE_IN', 0, 'AIRPORT', 'RCS', 5, true],
    ['DEPARTED', 0, 'AIRPORT', 'DEP', 9, true],
    ['ARRIVED', 1, 'AIRPORT', 'ARR', 'TRANSIT', true],
    ['CUSTOMS_SUBMITTED', 1, 'AIRPORT', 'CRC', 2, false],
    ['CUSTOMS_RELEASED', 1, 'AIRPORT', 'CCD', 6, false],
    ['OUT_FOR_DELIVERY', 1, 'HUB', 'OFD', 6, false],
    ['DELIVERED', 1, 'CUSTOMER', 'DLV', 4, true],
  ],
  ROAD: [
    ['ARRIVED_PICKUP', 0, 'CUSTOMER', 'AT7:X3', 16, true],
    ['PICKED_UP', 0, 'CUSTOMER', 'AT7:AF', 1, true],
    ['LOADED', 0, 'HUB', 'AT7:L1', 2, true],
    ['DEPARTED', 0, 'HUB', 'AT7:P1', 1, true],
    ['IN_TRANSIT', 0, 'WAYPOINT', 'AT7:X6', 5, false],
    ['ARRIVED', 1, 'HUB', 'AT7:X1', 'TRANSIT', true],
    ['OUT_FOR_DELIVERY', 1, 'HUB', 'AT7:OA', 4, false],
    ['DELIVERED', 1, 'CUSTOMER', 'AT7:D1', 3, true],
  ],
  PARCEL: [
    ['PICKED_UP', 0, 'CUSTOMER', 'OR', 9, true],
    ['GATE_IN', 0, 'HUB', 'AR', 4, false],
    ['DEPARTED', 0, 'HUB', 'DP', 5, true],
    ['ARRIVED', 1, 'HUB', 'AR2', 'TRANSIT', true],
    ['GATE_OUT', 1, 'HUB', 'DP2', 5, false],
    ['OUT_FOR_DELIVERY', 1, 'HUB', 'OT', 2, true],
    ['DELIVERED', 1, 'CUSTOMER', 'KB', 5, true],
  ],
  COURIER: [
    ['PICKED_UP', 0, 'CUSTOMER', 'PU', 0.3, true],
    ['DEPARTED', 0, 'HUB', 'DP', 0.1, true],
    ['ARRIVED', 1, 'HUB', 'AR', 'TRANSIT', true],
    ['OUT_FOR_DELIVERY', 1, 'HUB', 'OD', 0.1, false],
    ['DELIVERED', 1, 'CUSTOMER', 'DL', 0.3, true],
  ],
};

/** Chance of its own. */
const CARGO = 0xca60;
const ROAD_PAIRS = roadPairs(180, 1_800);
const COURIER_PAIRS = roadPairs(15, 190);

/** How often it is late, by how much of an hour at least and at most, and why. */
const DELAYS: Readonly<Record<JourneyKind, { readonly share: number; readonly hours: readonly [number, number]; readonly causes: readonly ReasonCode[] }>> = {
  OCEAN: { share: 0.35, hours: [3, 60], causes: ['ROAD_OR_PORT_CONGESTION', 'WEATHER', 'CUSTOMS', 'CARRIER_CAPACITY', 'MECHANICAL'] },
  AIR: { share: 0.22, hours: [1, 20], causes: ['WEATHER', 'CARRIER_CAPACITY', 'CUSTOMS', 'DOCUMENTS', 'SECURITY'] },
  ROAD: { share: 0.28, hours: [0.7, 9], causes: ['ROAD_OR_PORT_CONGESTION', 'DRIVER', 'WEATHER', 'MECHANICAL', 'SHIPPER', 'ACCIDENT'] },
  PARCEL: { share: 0.2, hours: [2, 30], causes: ['MISSORT', 'ADDRESS', 'CONSIGNEE_CLOSED', 'WEATHER', 'CARRIER_CAPACITY'] },
  COURIER: { share: 0.46, hours: [0.6, 1.6], causes: ['ROAD_OR_PORT_CONGESTION', 'DRIVER', 'SHIPPER', 'MECHANICAL'] },
};

export interface PlanRequest {
  readonly number: number;
  readonly id: string;
  readonly kind: JourneyKind;
  readonly bookedAt: number;
  readonly customers: readonly Customer[];
  readonly chance: Chance;
}

export function planShipment({ number, id, kind, bookedAt, customers, chance }: PlanRequest): ShipmentPlan {
  const [origin, destination] = laneOf(kind, chance);
  const carrier = chance.pick(CARRIERS.filter(({ mode }) => mode === (kind === 'COURIER' ? 'ROAD' : kind)));
  const planned = plannedTimes(kind, { origin, destination, bookedAt, chance });
  const delay = delayOf(kind, planned, chance);
  const actual = actualTimes(kind, planned, { delay, chance });
  const steps = JOURNEYS[kind].map(([type, end, facility, code, , isStated], index) => ({ type, place: end === 0 ? origin : destination, facility, code, isStated, planned: planned[index] ?? 0, actual: actual[index] ?? 0 }));
  return { number, id, kind, carrier, customer: chance.pick(customers), cargo: cargoOf(kind, chanceFor(CARGO, number)), origin, destination, bookedAt, steps, ...(delay === undefined ? {} : { delay }) };
}

function laneOf(kind: JourneyKind, chance: Chance): readonly [Place, Place] {
  if (kind === 'ROAD' || kind === 'PARCEL') return chance.pick(ROAD_PAIRS);
  if (kind === 'COURIER') return chance.pick(COURIER_PAIRS);
  const ends = kind === 'OCEAN' ? SEAPORTS : AIRPORTS;
  const from = chance.pick(ends);
  return [from, chance.pick(ends.filter((to) => distanceKm(from, to) > (kind === 'OCEAN' ? 3_000 : 1_500)))];
}

const roundTo = (time: number, step: number): number => Math.round(time / step) * step;

/** Plans are made in whole quarters of an hour; couriers plan by the minute. */
function plannedTimes(kind: JourneyKind, { origin, destination, bookedAt, chance }: { origin: Place; destination: Place; bookedAt: number; chance: Chance }): number[] {
  const grain = kind === 'COURIER' ? MINUTE : 15 * MINUTE;
  let time = bookedAt;
  return JOURNEYS[kind].map(([, , , , hours]) => {
    time += (hours === 'TRANSIT' ? transitMs(kind, distanceKm(origin, destination)) : hours * HOUR) * chance.between(0.85, 1.2);
    return roundTo(time, grain);
  });
}

/** Time between departure and arrival: ships on detours at 33 km/h, trucks with rests. */
function transitMs(kind: JourneyKind, km: number): number {
  switch (kind) {
    case 'OCEAN':
      return Math.min(30 * DAY, Math.max(6 * DAY, ((km * 1.25) / 33) * HOUR));
    case 'AIR':
      return (km / 800 + 9) * HOUR;
    case 'ROAD':
      return (km / 52 + Math.floor(km / 600) * 9) * HOUR;
    case 'PARCEL':
      return (km / 60 + 6) * HOUR;
    case 'COURIER':
      return (km / 70) * HOUR + 10 * MINUTE;
  }
}

function delayOf(kind: JourneyKind, planned: readonly number[], chance: Chance): Delay | undefined {
  const { share, hours, causes } = DELAYS[kind];
  if (!chance.yes(share)) return undefined;
  const step = JOURNEYS[kind].findIndex(([type]) => type === (chance.yes(0.75) ? 'ARRIVED' : 'DELIVERED'));
  const before = planned[step - 1] ?? 0;
  const leg = (planned[step] ?? 0) - before;
  // Most delays are short: the square of a uniform number leans to the low end.
  return { step, ms: (hours[0] + (hours[1] - hours[0]) * chance.next() ** 2) * HOUR, cause: chance.pick(causes), knownAt: before + leg * chance.between(0.3, 0.8) };
}

function actualTimes(kind: JourneyKind, planned: readonly number[], { delay, chance }: { delay: Delay | undefined; chance: Chance }): number[] {
  const jitter = kind === 'COURIER' ? 3 * MINUTE : kind === 'OCEAN' ? 90 * MINUTE : 20 * MINUTE;
  let previous = -Infinity;
  return planned.map((time, index) => {
    const late = delay !== undefined && index >= delay.step ? delay.ms : 0;
    previous = Math.max(previous + MINUTE, Math.round(time + late + chance.between(-0.6, 1) * jitter));
    return previous;
  });
}
