import { createHash } from 'node:crypto';
import { contract as shipmentEvents } from '../../contracts/generated/shipment-event/runtime.ts';
import type { ShipmentEventV1 } from '../../contracts/generated/shipment-event/v1.types.ts';
import { contract as vehiclePositions } from '../../contracts/generated/vehicle-position/runtime.ts';
import type { VehiclePositionV1 } from '../../contracts/generated/vehicle-position/v1.types.ts';
import { isRejected, validateEvent } from '../../contracts/validation/validate-event.ts';
import { createWorld, FEATURED_ID, history, live, NO_DISTURBANCE, type SimulatedRecord, type WorldOptions } from '../../simulator/index.ts';

const NOW = Date.parse('2026-11-21T09:45:00Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ROUGH = { duplicates: 0.1, disorder: 0.2, late: 0.05, conflicts: 0.03, retractions: 0.02, corrections: 0.03, corrupt: 0.01 };

const small = (more: Partial<WorldOptions> = {}): WorldOptions => ({ seed: 7, now: NOW, shipments: 400, vehicles: 20, ...more });
const past = (more: Partial<WorldOptions> = {}): SimulatedRecord[] => [...history(createWorld(small(more)))];
const digest = (records: Iterable<SimulatedRecord>): string => {
  const hash = createHash('sha256');
  for (const { contract, partitionKey, at, data, kind } of records) hash.update(`${contract} ${partitionKey} ${at} ${kind} `).update(data);
  return hash.digest('hex');
};
const parse = (record: SimulatedRecord): ShipmentEventV1 => JSON.parse(record.data.toString()) as ShipmentEventV1;

describe('a world', () => {
  it('is the same, byte for byte, for the same seed, and another for another', () => {
    expect(digest(past({ shares: ROUGH }))).toBe(digest(past({ shares: ROUGH })));
    expect(digest(past({ seed: 8 }))).not.toBe(digest(past()));
  });

  it('has the size that the first screen promises', () => {
    const world = createWorld({ seed: 1, now: NOW });
    let events = 0;
    const shipments = new Set<string>();
    for (const record of history(world)) {
      if (record.kind === 'event') events += 1;
      shipments.add(record.partitionKey);
    }
    expect([world.shipments, world.customers, world.carriers, world.vehicles]).toEqual([4_100, 40, 12, 220]);
    expect(shipments.size).toBeGreaterThan(4_060);
    expect(shipments.size).toBeLessThanOrEqual(4_100);
    expect(events).toBeGreaterThan(57_000);
    expect(events).toBeLessThan(65_000);
    expect(world.recordsPerSecond).toBeCloseTo(60.6, 0);
  });

  it('tells what is wrong with its settings', () => {
    expect(() => createWorld(small({ shipments: 0 }))).toThrow(/shipments must be a whole number from 1 to 5000000, got 0/);
    expect(() => createWorld(small({ shares: { corrupt: 2 } }))).toThrow(/share of corrupt must be from 0 to 0.5, got 2/);
  });
});

describe('history', () => {
  const records = past({ shares: ROUGH, shipments: 1_000 });
  const good = records.filter(({ kind }) => kind !== 'corrupt');
  const events = good.map(parse);

  it('comes by time, ends now, and puts nothing before it was published', () => {
    const misplaced = records.filter((record, index) => record.at < (records[index - 1]?.at ?? 0) || record.at >= NOW || record.at < NOW - 35 * DAY);
    const premature = good.filter((record, index) => Date.parse(events[index]?.publishedTime ?? '') > record.at);
    expect([misplaced, premature]).toEqual([[], []]);
  });

  it('keeps the contract, warnings included, in every record that is not corrupt', () => {
    const broken = events.flatMap((event) => validateEvent(shipmentEvents, event).map(({ path, rule }) => `${path} ${rule}`));
    expect([...new Set(broken)]).toEqual([]);
  });

  it('breaks it in every record that is', () => {
    const corrupt = records.filter(({ kind }) => kind === 'corrupt');
    expect(corrupt.length).toBeGreaterThan(80);
    expect(corrupt.filter(({ data }) => !isRefused(data))).toEqual([]);
  });

  it('has the shares that were asked for', () => {
    const count = (kind: SimulatedRecord['kind']): number => records.filter((record) => record.kind === kind).length;
    const said = good.length - count('duplicate');
    const steps = events.filter(({ eventClassifier, eventType }) => eventClassifier === 'ACTUAL' && eventType !== 'BOOKED').length;
    expect(count('duplicate') / said).toBeCloseTo(ROUGH.duplicates, 1.7);
    expect(count('corrupt') / count('event')).toBeCloseTo(ROUGH.corrupt, 2);
    expect(count('conflict') / steps).toBeCloseTo(ROUGH.conflicts, 1.7);
    expect(count('correction') / steps).toBeCloseTo(ROUGH.corrections, 1.7);
    expect(count('retraction') / steps).toBeCloseTo(ROUGH.retractions, 1.7);
    expect(overtaken(good, events)).toBeGreaterThan(0.18);
    expect(overtaken(good, events)).toBeLessThan(0.3);
  });

  it('is clean when no disturbance is wanted: every event once, in order', () => {
    const clean = past({ shares: NO_DISTURBANCE });
    expect(new Set(clean.map(({ kind }) => kind))).toEqual(new Set(['event']));
    expect(new Set(clean.map(({ data }) => data)).size).toBe(clean.length);
    expect(overtaken(clean, clean.map(parse))).toBe(0);
    const ids = new Set(clean.map(parse).map(({ source, eventId }) => `${source} ${eventId}`));
    expect(ids.size).toBe(clean.length);
  });

  it('gives every shipment its own readable id, the featured one among them', () => {
    const ids = new Set(records.map(({ partitionKey }) => partitionKey));
    expect(ids.has(FEATURED_ID)).toBe(true);
    expect([...ids].filter((id) => !/^SHP-[0-9A-HJKMNP-TV-Z]{5}$/.test(id))).toEqual([]);
    const orders = new Map(events.filter(({ order }) => order !== undefined).map(({ shipmentId, order }) => [shipmentId, order?.originUnLocode]));
    const booked = new Set(events.filter(({ eventType, correctsEventId }) => eventType === 'BOOKED' && correctsEventId === undefined).map(({ eventId }) => eventId));
    expect(booked.size).toBe(orders.size);
  });
});

describe('live time', () => {
  const HALF_HOUR = 30 * MINUTE;
  const world = createWorld(small({ shipments: 4_100, vehicles: 22 }));
  const records = [...live(world, NOW, NOW + HALF_HOUR)];
  const of = (kind: SimulatedRecord['kind']): SimulatedRecord[] => records.filter((record) => record.kind === kind);

  it('is the same however it is cut into calls', () => {
    const again = createWorld(small({ shipments: 4_100, vehicles: 22 }));
    const pieces: SimulatedRecord[] = [];
    for (let from = NOW; from < NOW + 5 * MINUTE; from += 7_300) pieces.push(...live(again, from, Math.min(from + 7_300, NOW + 5 * MINUTE)));
    expect(digest(pieces)).toBe(digest(records.filter(({ at }) => at < NOW + 5 * MINUTE)));
  });

  it('gives the same again to a caller that could not put it', () => {
    expect(digest(live(world, NOW, NOW + MINUTE))).toBe(digest(records.filter(({ at }) => at < NOW + MINUTE)));
  });

  it('goes on from the history without a gap: what was put late is put now', () => {
    const until = NOW - 10 * MINUTE;
    const before = [...history(createWorld(small()))].filter(({ at }) => at >= until);
    const joined = [...live(createWorld(small()), until, NOW)].filter(({ contract, kind }) => contract === 'shipment-event' && kind !== 'corrupt');
    expect(digest(joined)).toBe(digest(before.filter(({ kind }) => kind !== 'corrupt')));
  });

  it('changes a status every few seconds, opens a delay about each minute, spoils a record each minute', () => {
    const events = of('event').map(parse);
    const actuals = events.filter(({ eventClassifier }) => eventClassifier === 'ACTUAL').length;
    const delayed = new Set(events.filter(({ eventClassifier, reason }) => eventClassifier === 'ESTIMATED' && reason !== undefined).map(({ shipmentId }) => shipmentId));
    expect(HALF_HOUR / actuals).toBeLessThan(8_000);
    expect(delayed.size).toBeGreaterThan(20);
    expect(delayed.size).toBeLessThan(60);
    expect(of('corrupt').length).toBeGreaterThanOrEqual(29);
    expect(of('corrupt').length).toBeLessThanOrEqual(32);
    expect(of('corrupt').filter(({ data }) => !isRefused(data))).toEqual([]);
  });

  it('moves 22 vehicles at 6 positions a second that keep their contract and never jump', () => {
    const positions = of('position').map(({ data }) => JSON.parse(data.toString()) as VehiclePositionV1);
    expect(positions.length / (HALF_HOUR / 1_000)).toBeCloseTo(6, 0);
    const broken = positions.flatMap((position) => validateEvent(vehiclePositions, position).map(({ path, rule }) => `${path} ${rule}`));
    expect([...new Set(broken)]).toEqual([]);
    expect(Math.max(...positions.map((position) => JSON.stringify(position).length))).toBeLessThan(260);

    const speeds = impliedSpeeds(positions);
    expect(Math.max(...speeds)).toBeLessThan(200);
    expect(new Set(positions.map(({ vehicleId, seq }) => `${vehicleId} ${seq}`)).size).toBe(positions.length);
  });

  it('names the shipments aboard of trucks: each is on one truck, between its departure and its arrival', () => {
    const positions = of('position').map(({ data }) => JSON.parse(data.toString()) as VehiclePositionV1);
    const carried = positions.flatMap(({ vehicleId, eventTime, shipmentIds = [] }) => shipmentIds.map((shipmentId) => ({ vehicleId, eventTime, shipmentId })));
    const trucksOf = Map.groupBy(carried, ({ shipmentId }) => shipmentId);
    expect(trucksOf.size).toBeGreaterThan(10);
    for (const times of trucksOf.values()) expect(new Set(times.map(({ vehicleId }) => vehicleId)).size).toBe(1);
    // What says in this half hour that it departed or arrived is aboard after the one and before the other.
    const told = of('event').map(parse).filter(({ eventClassifier, eventType }) => eventClassifier === 'ACTUAL' && (eventType === 'DEPARTED' || eventType === 'ARRIVED'));
    const ends = told.flatMap((event) => (trucksOf.get(event.shipmentId ?? '') ?? []).map(({ eventTime }) => (event.eventType === 'DEPARTED' ? eventTime >= (event.eventTime ?? '') : eventTime <= (event.eventTime ?? ''))));
    expect(ends.length).toBeGreaterThan(50);
    // But for the few events that are told again with another time.
    expect(ends.filter((isWithin) => !isWithin).length / ends.length).toBeLessThan(0.02);
  });

  it('brings some positions late and in bursts, as radios do', () => {
    const drives = [...live(createWorld(small({ vehicles: 60, shipments: 10 })), NOW, NOW + 40 * MINUTE)].filter(({ kind }) => kind === 'position');
    const delays = drives.map(({ at, data }) => at - Date.parse((JSON.parse(data.toString()) as VehiclePositionV1).eventTime));
    expect(Math.min(...delays)).toBeGreaterThan(0);
    expect(delays.filter((delay) => delay > MINUTE).length).toBeGreaterThan(20);
  });

  it('after a long absence brings all shipment events, and positions of the last hour only', () => {
    const days = [...live(createWorld(small({ vehicles: 3 })), NOW, NOW + DAY)];
    const positions = days.filter(({ kind }) => kind === 'position');
    expect(positions.length).toBeLessThan(3 * 1_000);
    expect(positions.length).toBeGreaterThan(3 * 900);
    expect(Math.min(...positions.map(({ at }) => at))).toBeGreaterThanOrEqual(NOW + DAY - 60 * MINUTE);
    expect(days.filter(({ kind }) => kind === 'event').length).toBeGreaterThan(20_000);
  });

  it('tells of a ship that comes in within two hours', () => {
    const arrival = [...live(createWorld(small({ vehicles: 0 })), NOW, NOW + 2 * 60 * MINUTE)].filter(({ partitionKey, kind }) => partitionKey === FEATURED_ID && kind === 'event').map(parse);
    expect(arrival.map(({ eventType, eventClassifier }) => `${eventClassifier} ${eventType}`)).toContain('ACTUAL ARRIVED');
  });
});

/** As archive-events decides: no UTF-8 JSON, or a violation of weight reject. */
function isRefused(data: string | Buffer): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(data));
    return isRejected(validateEvent(shipmentEvents, JSON.parse(text)));
  } catch {
    return true;
  }
}

/** Share of the records that arrive after one that was published later, within a shipment. */
function overtaken(records: readonly SimulatedRecord[], events: readonly ShipmentEventV1[]): number {
  const latest = new Map<string, number>();
  let count = 0;
  records.forEach(({ kind, partitionKey }, index) => {
    if (kind === 'duplicate') return;
    const published = Date.parse(events[index]?.publishedTime ?? '');
    const known = latest.get(partitionKey) ?? 0;
    if (published < known) count += 1;
    latest.set(partitionKey, Math.max(known, published));
  });
  return count / records.filter(({ kind }) => kind !== 'duplicate').length;
}

/** Between consecutive fixes of each vehicle, in km/h. */
function impliedSpeeds(positions: readonly VehiclePositionV1[]): number[] {
  const byVehicle = Map.groupBy(positions, ({ vehicleId }) => vehicleId);
  return [...byVehicle.values()].flatMap((fixes) => {
    const ordered = [...fixes].sort((a, b) => (a.eventTime < b.eventTime ? -1 : 1));
    return ordered.slice(1).map((fix, index) => {
      const before = ordered[index] ?? fix;
      const [north, east] = [(fix.lat - before.lat) * 111.2, (fix.lon - before.lon) * 111.2 * Math.cos((fix.lat * Math.PI) / 180)];
      return (Math.hypot(north, east) / (Date.parse(fix.eventTime) - Date.parse(before.eventTime))) * 3_600_000;
    });
  });
}
