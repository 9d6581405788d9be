import { cellKeyOf } from '../../domain/geo/index.ts';
import type { CellKey } from '../../domain/geo/index.ts';
import { degrees, shipmentIdsOf } from '../../domain/vehicle/index.ts';
import type { Aboard, VehicleState } from '../../domain/vehicle/index.ts';

/** A vehicle as one page has it. */
export interface HeldVehicle {
  readonly id: string;
  readonly state: VehicleState;
  readonly cell: CellKey;
  readonly page: HeldPage;
}

/** A page as it was last read. */
export interface HeldPage {
  readonly pk: string;
  readonly version: number;
  readonly vehicles: readonly HeldVehicle[];
  /** Sets aboard of its vehicles; read again only when the page names one that is not in it. */
  readonly aboard: Aboard;
  /** Its vehicles by the shipments they carry. */
  readonly carriers: () => ReadonlyMap<string, readonly HeldVehicle[]>;
}

export const shipmentIdsAboard = ({ id, state, page }: HeldVehicle): readonly string[] => shipmentIdsOf(page.aboard.get(id), state.newest.aboard);

export function makePage({ vehicles, ...rest }: Pick<HeldPage, 'pk' | 'version' | 'aboard'> & { readonly vehicles: ReadonlyMap<string, VehicleState> }): HeldPage {
  const own: HeldVehicle[] = [];
  const page = { ...rest, vehicles: own, carriers: carriersOf(own) };
  for (const [id, state] of vehicles) {
    const { lat, lon } = degrees(state.newest);
    own.push({ id, state, cell: cellKeyOf(lat, lon), page });
  }
  return page;
}

export function withSets(page: HeldPage, aboard: Aboard): HeldPage {
  const own: HeldVehicle[] = [];
  const next = { ...page, aboard, vehicles: own, carriers: carriersOf(own) };
  for (const vehicle of page.vehicles) own.push({ ...vehicle, page: next });
  return next;
}

/** Made at the first question: a page that nobody asks by shipment costs nothing, one that stays is not grouped again. */
function carriersOf(vehicles: readonly HeldVehicle[]): HeldPage['carriers'] {
  let known: Map<string, HeldVehicle[]> | undefined;
  return () => (known ??= groupByShipment(vehicles));
}

function groupByShipment(vehicles: readonly HeldVehicle[]): Map<string, HeldVehicle[]> {
  const groups = new Map<string, HeldVehicle[]>();
  for (const vehicle of vehicles) {
    for (const id of shipmentIdsAboard(vehicle)) {
      const group = groups.get(id);
      if (group === undefined) groups.set(id, [vehicle]);
      else group.push(vehicle);
    }
  }
  return groups;
}
