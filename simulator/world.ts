/** A deterministic world of shipments and vehicles: everything follows from its settings, nothing from a clock. */
import { CARRIERS, customersOf, type Customer } from './parties.ts';
import { scattered, shipmentId, shipmentNumber } from './identifiers.ts';
import { placeOf } from './places.ts';
import { chanceFor, type Chance } from './random.ts';
import { DAY, DEFAULT_SHARES, DEFAULTS, HOUR, MINUTE, SECOND, type Shares, type WorldSettings } from './settings.ts';
import { planShipment, type JourneyKind, type ShipmentPlan } from './shipment-plan.ts';
import { makeVehicle, POSITION_EVERY_MS, type Vehicle } from './vehicles.ts';

/** Couriers keep the screen alive: one is booked every 28 seconds, from three hours before now. */
const COURIER_EVERY_MS = 28 * SECOND;
const COURIERS_BEFORE_MS = 3 * HOUR;
const LARGEST_COURIER_SHARE = 0.1;
/** The shipment of the docs and of the first screen: at sea, late, with a contradiction. */
export const FEATURED_ID = 'SHP-7Q2M4';
/** Shipment events a second in live time, about, beside the positions. */
const SHIPMENT_EVENTS_PER_SECOND = 0.6;

const PURPOSE = { plan: 1, messages: 2, disturbances: 3, corruption: 4, order: 5, changes: 6 } as const;

export interface WorldOptions {
  readonly seed: number;
  readonly now: number;
  readonly days?: number;
  readonly shipments?: number;
  readonly customers?: number;
  readonly vehicles?: number;
  /** Whether the orders database tells its changes too. @default false */
  readonly orders?: boolean;
  readonly shares?: Partial<Shares>;
}

export interface SimulatedWorld {
  readonly settings: WorldSettings;
  /** Shipments booked in the history. */
  readonly shipments: number;
  readonly customers: number;
  readonly carriers: number;
  readonly vehicles: number;
  /** In live time at 1×, about. */
  readonly recordsPerSecond: number;
  /** A shipment that is worth a look now: under way, late, contradicted. */
  readonly featured: string;
}

/** @throws RangeError that names the setting which is out of range */
export function createWorld(options: WorldOptions): SimulatedWorld {
  const { seed, now, shares, ...counts } = options;
  const settings: WorldSettings = { ...DEFAULTS, ...counts, seed, now, shares: { ...DEFAULT_SHARES, ...shares } };
  checkSettings(settings);
  const { shipments, customers, vehicles } = settings;
  return { settings, shipments, customers, vehicles, carriers: CARRIERS.length, recordsPerSecond: (vehicles * 1_000) / POSITION_EVERY_MS + SHIPMENT_EVENTS_PER_SECOND, featured: FEATURED_ID };
}

function checkSettings({ seed, days, shipments, customers, vehicles, shares }: WorldSettings): void {
  const whole: [name: string, value: number, least: number, most: number][] = [['seed', seed, 0, 2 ** 31], ['days', days, 1, 400], ['shipments', shipments, 1, 5_000_000], ['customers', customers, 1, 100_000], ['vehicles', vehicles, 0, 100_000]];
  for (const [name, value, least, most] of whole) if (!(Number.isInteger(value) && value >= least && value <= most)) throw new RangeError(`${name} must be a whole number from ${least} to ${most}, got ${value}; for example ${Math.max(least, 35)}`);
  for (const [name, value] of Object.entries(shares)) if (!(value >= 0 && value <= 0.5)) throw new RangeError(`share of ${name} must be from 0 to 0.5, got ${value}; for example 0.1`);
}

/** What of a world is needed again and again. */
export interface WorldParts {
  readonly settings: WorldSettings;
  readonly start: number;
  readonly customers: readonly Customer[];
  readonly vehicles: readonly Vehicle[];
  /** The nth shipment of each series; both go on for ever. */
  readonly regular: (index: number) => ShipmentPlan;
  readonly courier: (index: number) => ShipmentPlan;
  readonly featured: ShipmentPlan;
  /** Booking time of the nth shipment of a series, without making it; never falls with n. */
  readonly regularBookedAt: (index: number) => number;
  readonly courierBookedAt: (index: number) => number;
}

export function partsOf({ settings }: SimulatedWorld): WorldParts {
  const { seed, now, days, shipments } = settings;
  const start = now - days * DAY;
  const customers = customersOf(settings.customers);
  const couriers = Math.min(Math.floor(COURIERS_BEFORE_MS / COURIER_EVERY_MS), Math.floor(shipments * LARGEST_COURIER_SHARE));
  const regularEvery = (days * DAY) / Math.max(1, shipments - couriers - 1);
  const regularBookedAt = (index: number): number => Math.floor(start + (index + 0.2 + 0.6 * chanceFor(seed, 7, index).next()) * regularEvery);
  const courierBookedAt = (index: number): number => Math.floor(now - couriers * COURIER_EVERY_MS + (index + 0.6 * chanceFor(seed, 8, index).next()) * COURIER_EVERY_MS);
  const plan = (kind: (chance: Chance) => JourneyKind, ordinal: number, bookedAt: number): ShipmentPlan => {
    const number = freeNumber(ordinal, seed);
    const chance = chanceFor(seed, PURPOSE.plan, number);
    return planShipment({ number, id: shipmentId(number), kind: kind(chance), bookedAt, customers, chance });
  };
  return {
    settings,
    start,
    customers,
    vehicles: Array.from({ length: settings.vehicles }, (_, index) => makeVehicle(seed, index)),
    regularBookedAt,
    courierBookedAt,
    regular: (index) => plan(regularKind, 2 * index, regularBookedAt(index)),
    courier: (index) => plan(() => 'COURIER', 2 * index + 1, courierBookedAt(index)),
    featured: featuredPlan(settings, customers),
  };
}

export const chanceOf = (parts: WorldParts, plan: ShipmentPlan, purpose: keyof typeof PURPOSE): Chance => chanceFor(parts.settings.seed, PURPOSE[purpose], plan.number);

const regularKind = (chance: Chance): JourneyKind => {
  const roll = chance.next();
  return roll < 0.36 ? 'OCEAN' : roll < 0.5 ? 'AIR' : roll < 0.8 ? 'ROAD' : 'PARCEL';
};

/** The featured shipment's number is taken; whoever would get it gets one from far away. */
function freeNumber(ordinal: number, seed: number): number {
  const number = scattered(ordinal, seed);
  return number === shipmentNumber(FEATURED_ID) ? scattered(ordinal + 2 ** 24, seed) : number;
}

/** Rotterdam to Chicago, planned to arrive a few hours ago and expected within the next. */
function featuredPlan({ seed, now, days }: WorldSettings, customers: readonly Customer[]): ShipmentPlan {
  const number = shipmentNumber(FEATURED_ID);
  const chance = chanceFor(seed, PURPOSE.plan, number);
  const base = planShipment({ number, id: FEATURED_ID, kind: 'OCEAN', bookedAt: now, customers, chance });
  const [origin, destination] = [placeOf('NLRTM'), placeOf('USCHI')];
  const quarter = 15 * MINUTE;
  const arrival = Math.floor((now - 2 * HOUR) / quarter) * quarter;
  const scale = Math.min(1, (days * DAY) / (20 * DAY));
  const offsets = [-14.2, -12.7, -12.3, 0, 0.4, 1.2, 1.7, 2.1].map((day) => (day < 0 ? day * scale : day) * DAY);
  const lateMs = arrival + 3 * HOUR + 20 * MINUTE - arrival;
  const steps = base.steps.map((step, index) => {
    const planned = Math.round((arrival + (offsets[index] ?? 0)) / quarter) * quarter;
    const late = index >= 3 ? lateMs : chance.whole(-20, 130) * MINUTE;
    return { ...step, place: index < 3 ? origin : destination, planned, actual: planned + late };
  });
  const carrier = CARRIERS[0] ?? base.carrier;
  return { ...base, carrier, origin, destination, bookedAt: Math.floor(arrival - 16 * DAY * scale), steps, delay: { step: 3, ms: lateMs, cause: 'ROAD_OR_PORT_CONGESTION', knownAt: now - 9 * HOUR } };
}
