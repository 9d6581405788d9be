import { GridIndex } from '../../domain/geo/index.ts';
import { compareFixes, UNITS_PER_DEGREE } from '../../domain/vehicle/index.ts';
import type { Breather } from './breather.ts';
import { shipmentIdsAboard } from './held-page.ts';
import type { HeldPage, HeldVehicle } from './held-page.ts';

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
  /** Numbers of the vehicles that carry one of the shipments. */
  readonly carrying: (shipments: ReadonlySet<string>) => ReadonlySet<number>;
  /** Whether it carries a delayed shipment, of those that the caller may know (undefined = all); null while nobody knows which are delayed. */
  readonly isDelayed: (number: number, mayKnow: ReadonlySet<string> | undefined) => boolean | null;
}

export interface FleetOptions {
  readonly asOf: number;
  /** A vehicle without news for longer is on no map. */
  readonly keptMs: number;
  /** Ids of delayed shipments; undefined: not known. */
  readonly delayed: ReadonlySet<string> | undefined;
  readonly breathe: Breather;
}

/** Of each vehicle the newest over all pages, without those silent for too long. */
export async function makeFleet(pages: readonly HeldPage[], { asOf, keptMs, delayed, breathe }: FleetOptions): Promise<Fleet> {
  const byId = new Map<string, number>();
  const vehicles: HeldVehicle[] = [];
  // Only vehicles that changed their shard are on several pages.
  const several = new Map<string, string[]>();
  const lateCarriers: HeldVehicle[] = [];
  for (const page of pages) {
    for (const vehicle of page.vehicles) {
      if (vehicle.state.newest.eventTime < asOf - keptMs) continue;
      const number = byId.get(vehicle.id);
      const known = number === undefined ? undefined : vehicles[number];
      if (number === undefined || known === undefined) byId.set(vehicle.id, vehicles.push(vehicle) - 1);
      else {
        several.set(vehicle.id, [...(several.get(vehicle.id) ?? [known.page.pk]), page.pk]);
        if (compareFixes(vehicle.state.newest, known.state.newest) > 0) vehicles[number] = vehicle;
      }
    }
    if (delayed !== undefined) lateCarriers.push(...carriersOn(page, delayed));
    await breathe();
  }
  // A page may know an older fix of a vehicle, with another cargo.
  const numbersOf = (found: readonly HeldVehicle[]): ReadonlySet<number> => new Set(found.filter((vehicle) => vehicles[byId.get(vehicle.id) ?? -1] === vehicle).map(({ id }) => byId.get(id) ?? -1));
  const late = numbersOf(lateCarriers);
  await breathe();
  const index = await indexOf(vehicles, breathe);
  return {
    asOf,
    vehicles,
    index,
    byId,
    pagesOf: (id) => several.get(id) ?? [vehicles[byId.get(id) ?? -1]?.page.pk].filter((pk) => pk !== undefined),
    carrying: (shipments) => numbersOf(pages.flatMap((page) => carriersOn(page, shipments))),
    isDelayed: (number, mayKnow) => {
      if (delayed === undefined) return null;
      const vehicle = vehicles[number];
      return late.has(number) && (mayKnow === undefined || (vehicle !== undefined && shipmentIdsAboard(vehicle).some((shipment) => delayed.has(shipment) && mayKnow.has(shipment))));
    },
  };
}

async function indexOf(vehicles: readonly HeldVehicle[], breathe: Breather): Promise<GridIndex> {
  const lat = new Float64Array(vehicles.length);
  const lon = new Float64Array(vehicles.length);
  let number = 0;
  for (const { state } of vehicles) {
    lat[number] = state.newest.lat / UNITS_PER_DEGREE;
    lon[number] = state.newest.lon / UNITS_PER_DEGREE;
    number += 1;
  }
  await breathe();
  return new GridIndex(lat, lon);
}

/** Goes through the shorter list of the two. */
function carriersOn(page: HeldPage, shipments: ReadonlySet<string>): readonly HeldVehicle[] {
  const carriers = page.carriers();
  const aboard = shipments.size < carriers.size ? [...shipments] : [...carriers.keys()].filter((shipment) => shipments.has(shipment));
  return aboard.flatMap((shipment) => carriers.get(shipment) ?? []);
}
