/** Fixes of the measurement's vehicles as records of the stream. */
import { bucketOf } from '../../domain/vehicle/index.ts';
import type { StreamRecord } from '../../producer/index.ts';
import { cargoOf, spot, vehicleId } from './places.ts';

/** About a thousandth of a degree for each turn: every fix is a new place. */
const STEP = 0.001;

/** A fix of the vehicle now; `turn` moves it on. */
export function fixRecord(vehicle: number, turn: number): StreamRecord {
  const { lat, lon } = spot(vehicle);
  const id = vehicleId(vehicle);
  const fix = {
    schemaVersion: '1.0',
    source: 'GPS:bench',
    vehicleId: id,
    eventTime: new Date().toISOString(),
    lat: Number((lat + turn * STEP).toFixed(5)),
    lon: Number(lon.toFixed(5)),
    speedKmh: vehicle % 5 === 0 ? 0 : 40 + (vehicle % 45),
    headingDeg: vehicle % 360,
    shipmentIds: cargoOf(vehicle),
  };
  return { partitionKey: id, data: Buffer.from(JSON.stringify(fix)) };
}

/** All vehicles once, those of a page together: loading is not what is measured, and so each batch writes few pages. */
export function* wholeFleet(vehicles: number, buckets: number): Generator<StreamRecord> {
  const byBucket: number[][] = Array.from({ length: buckets }, () => []);
  for (let vehicle = 0; vehicle < vehicles; vehicle += 1) byBucket[bucketOf(vehicleId(vehicle), buckets)]?.push(vehicle);
  for (const vehicle of byBucket.flat()) yield fixRecord(vehicle, 0);
}
