import { GridIndex } from '../../domain/geo/index.ts';
import { compareFixes, degrees, shipmentIdsOf } from '../../domain/vehicle/index.ts';
import type { HeldPage, HeldVehicle } from './page-memory.ts';

/** The whole fleet at one moment. */
export interface Fleet {
  /** Ms since 1970 at which the reading began: all that was written before is in it. */
  readonly asOf: number;
  /** Each vehicle once; numbered as in `index`. */
  readonly vehicles: readonly HeldVehicle[];
  readonly index: GridIndex;
  readonly byId: ReadonlyMap<string, number>;
  /** Partitions that know the vehicle, those of closed shards too: its trail is in them. */
  readonly pagesOf: (id: string) => readonly string[];
  /** Numbers of the vehicles that carry a shipment. */
  readonly carrying: (shipmentId: string) => readonly number[];
}

export const shipmentIdsAboard = ({ id, state, page }: HeldVehicle): readonly string[] => shipmentIdsOf(page.aboard.get(id), state.newest.aboard);

/** Of each vehicle the newest over all pages, without those silent for too long. */
export function makeFleet(pages: readonly HeldPage[], { asOf, keptMs }: { readonly asOf: number; readonly keptMs: number }): Fleet {
  const newest = new Map<string, HeldVehicle>();
  // Only vehicles that changed their shard are on several pages.
  const older = new Map<string, string[]>();
  for (const page of pages) {
    for (const vehicle of page.vehicles) {
      if (vehicle.state.newest.eventTime < asOf - keptMs) continue;
      const known = newest.get(vehicle.id);
      if (known !== undefined) older.set(vehicle.id, [...(older.get(vehicle.id) ?? [known.page.pk]), page.pk]);
      if (known === undefined || compareFixes(vehicle.state.newest, known.state.newest) > 0) newest.set(vehicle.id, vehicle);
    }
  }
  const vehicles = [...newest.values()];
  const lat = new Float64Array(vehicles.length);
  const lon = new Float64Array(vehicles.length);
  const byId = new Map<string, number>();
  for (const [number, { id, state }] of vehicles.entries()) {
    const place = degrees(state.newest);
    lat[number] = place.lat;
    lon[number] = place.lon;
    byId.set(id, number);
  }
  let byShipment: Map<string, number[]> | undefined;
  return {
    asOf,
    vehicles,
    index: new GridIndex(lat, lon),
    byId,
    pagesOf: (id) => older.get(id) ?? [newest.get(id)?.page.pk].filter((pk) => pk !== undefined),
    carrying: (shipmentId) => (byShipment ??= groupByShipment(vehicles)).get(shipmentId) ?? [],
  };
}

function groupByShipment(vehicles: readonly HeldVehicle[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [number, vehicle] of vehicles.entries()) {
    for (const id of shipmentIdsAboard(vehicle)) groups.set(id, [...(groups.get(id) ?? []), number]);
  }
  return groups;
}
