/** Trucks that drive rounds between real cities: a position is a function of the vehicle and the time. */
import type { VehiclePositionV1 } from '../contracts/generated/vehicle-position/v1.types.ts';
import { distanceKm, headingDeg, roadPairs, type Place } from './places.ts';
import { chanceFor, type Chance } from './random.ts';
import { HOUR, MINUTE, SECOND } from './settings.ts';

/** 220 vehicles at this pace send 60 positions a second. */
export const POSITION_EVERY_MS = 3_667;
/** A vehicle without radio keeps its positions until the end of such a block. */
const BLOCK_MS = 10 * MINUTE;
const OUTAGE_SHARE = 0.02;
const LONGEST_TRANSPORT_MS = 5 * SECOND;

const NEIGHBOURS = Map.groupBy(roadPairs(60, 500), ([from]) => from);

interface Leg {
  readonly from: Place;
  readonly to: Place;
  /** Milliseconds from the start of the round. */
  readonly starts: number;
  readonly drives: number;
  readonly rests: number;
  readonly heading: number;
  readonly kmh: number;
}

export interface Vehicle {
  readonly id: string;
  readonly index: number;
  readonly legs: readonly Leg[];
  /** Milliseconds of one round. */
  readonly round: number;
  /** Shifts the vehicle in its round and in its pace. */
  readonly phase: number;
}

export function makeVehicle(seed: number, index: number): Vehicle {
  const chance = chanceFor(seed, 0x7eb1c1e, index);
  const legs: Leg[] = [];
  const home = chance.pick([...NEIGHBOURS.keys()]);
  let here = home;
  let starts = 0;
  const drive = (to: Place): void => {
    const km = distanceKm(here, to);
    const kmh = chance.between(55, 78);
    const leg = { from: here, to, starts, drives: (km / kmh) * HOUR, rests: chance.between(20, 120) * MINUTE, heading: headingDeg(here, to), kmh };
    legs.push(leg);
    starts += leg.drives + leg.rests;
    here = to;
  };
  for (let stop = chance.whole(1, 4); stop > 0; stop -= 1) drive(nextStop(here, chance));
  if (here !== home) drive(home);
  return { id: `TRK-${String(index + 101).padStart(4, '0')}`, index, legs, round: starts, phase: Math.floor(chance.next() * starts) };
}

function nextStop(here: Place, chance: Chance): Place {
  const [, to] = chance.pick(NEIGHBOURS.get(here) ?? []);
  return to;
}

export interface PositionMessage {
  readonly at: number;
  readonly position: VehiclePositionV1;
}

/** All positions that reach the stream at from ≤ t < to. */
export function* positionsBetween(vehicle: Vehicle, seed: number, { from, to }: { from: number; to: number }): Generator<PositionMessage> {
  // What was held back: everything of a block without radio comes within a second after its end.
  for (let block = Math.floor((from - SECOND) / BLOCK_MS); block * BLOCK_MS < to; block += 1) {
    const end = block * BLOCK_MS;
    if (end <= from - SECOND || !isWithoutRadio(vehicle, seed, block - 1)) continue;
    for (const message of fixes(vehicle, seed, { from: end - BLOCK_MS, to: end })) {
      const at = end + (message.at % SECOND);
      if (at >= from && at < to) yield { ...message, at };
    }
  }
  for (const message of fixes(vehicle, seed, { from: from - LONGEST_TRANSPORT_MS, to })) {
    const block = Math.floor(Date.parse(message.position.eventTime) / BLOCK_MS);
    if (message.at >= from && message.at < to && !isWithoutRadio(vehicle, seed, block)) yield message;
  }
}

const isWithoutRadio = (vehicle: Vehicle, seed: number, block: number): boolean => chanceFor(seed, 0x0ff, vehicle.index, block).yes(OUTAGE_SHARE);

/** Positions that the device takes at from ≤ t < to. */
function* fixes(vehicle: Vehicle, seed: number, { from, to }: { from: number; to: number }): Generator<PositionMessage> {
  const offset = vehicle.phase % POSITION_EVERY_MS;
  for (let seq = Math.ceil((from - offset) / POSITION_EVERY_MS); seq * POSITION_EVERY_MS + offset < to; seq += 1) {
    const time = seq * POSITION_EVERY_MS + offset;
    const chance = chanceFor(seed, 0x905, vehicle.index, seq);
    yield { at: time + Math.floor(chance.between(0.3, 1) * LONGEST_TRANSPORT_MS), position: positionAt(vehicle, { time, seq, chance }) };
  }
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

interface Driving {
  readonly leg: Leg;
  /** Part of the way that is done; 1 while it rests at the end. */
  readonly done: number;
  readonly lat: number;
  readonly lon: number;
}

/** Where the vehicle is: a function of the time alone. */
export function placeAt(vehicle: Vehicle, time: number): Driving {
  const inRound = (time + vehicle.phase) % vehicle.round;
  const leg = vehicle.legs.findLast(({ starts }) => starts <= inRound) ?? vehicle.legs[0];
  if (leg === undefined) throw new RangeError(`vehicle ${vehicle.id} has no round`);
  const done = Math.min(1, (inRound - leg.starts) / leg.drives);
  // Straight between the cities, with a bend: nobody looks for the road at this scale.
  const bend = Math.sin(done * Math.PI) * 0.08 * Math.sin(done * 9 + vehicle.index);
  return { leg, done, lat: leg.from.lat + (leg.to.lat - leg.from.lat) * done + bend, lon: leg.from.lon + (leg.to.lon - leg.from.lon) * done - bend };
}

function positionAt(vehicle: Vehicle, { time, seq, chance }: { time: number; seq: number; chance: Chance }): VehiclePositionV1 {
  const { leg, done, lat, lon } = placeAt(vehicle, time);
  const isMoving = done < 1;
  return {
    schemaVersion: '1.0',
    source: 'GPS:fleet',
    vehicleId: vehicle.id,
    eventTime: new Date(time).toISOString(),
    lat: rounded(lat, 5),
    lon: rounded(lon, 5),
    speedKmh: isMoving ? rounded(leg.kmh * chance.between(0.85, 1.15), 1) : 0,
    headingDeg: Math.floor(leg.heading),
    ignition: isMoving,
    seq: seq % 1_000_000_000,
  };
}
