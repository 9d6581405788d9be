import { cellKeyOf } from '../../domain/geo/index.ts';
import type { CellKey } from '../../domain/geo/index.ts';
import { compareIds, degrees, shipmentIdsOf } from '../../domain/vehicle/index.ts';
import type { Aboard, AboardSet, VehicleState } from '../../domain/vehicle/index.ts';

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
  /** A vehicle names a set that `aboard` has not. */
  readonly lacksSets: boolean;
  /** Its vehicles by the shipments they carry. */
  readonly carriers: () => ReadonlyMap<string, readonly HeldVehicle[]>;
}

export const shipmentIdsAboard = ({ id, state, page }: HeldVehicle): readonly string[] => shipmentIdsOf(page.aboard.get(id), state.newest.aboard);

/** @param known the page as it was read before: a cell costs more than all the rest of a vehicle, and few of a page have moved */
export function makePage({ vehicles, known, ...rest }: Pick<HeldPage, 'pk' | 'version' | 'aboard'> & { readonly vehicles: ReadonlyMap<string, VehicleState>; readonly known?: HeldPage | undefined }): HeldPage {
  const own: HeldVehicle[] = [];
  const page = { ...rest, vehicles: own, lacksSets: lacksSets(vehicles, rest.aboard), carriers: carriersOf(own) };
  const cellAt = cellsOf(known?.vehicles ?? []);
  for (const [id, state] of vehicles) own.push({ id, state, cell: cellAt(id, state.newest), page });
  return page;
}

export function withSets(page: HeldPage, aboard: Aboard): HeldPage {
  const own: HeldVehicle[] = [];
  const next = { ...page, aboard, vehicles: own, lacksSets: page.vehicles.some(({ id, state }) => isUnknown(aboard.get(id), state)), carriers: carriersOf(own) };
  for (const vehicle of page.vehicles) own.push({ ...vehicle, page: next });
  return next;
}

/** The cell of a place; of one that was known, as it was known. Both lists of vehicles are in the order of their ids. */
function cellsOf(known: readonly HeldVehicle[]): (id: string, place: VehicleState['newest']) => CellKey {
  let at = 0;
  return (id, place) => {
    while (compareIds(known[at]?.id ?? id, id) < 0) at += 1;
    const before = known[at];
    if (before?.id === id && before.state.newest.lat === place.lat && before.state.newest.lon === place.lon) return before.cell;
    const { lat, lon } = degrees(place);
    return cellKeyOf(lat, lon);
  };
}

function lacksSets(vehicles: ReadonlyMap<string, VehicleState>, aboard: Aboard): boolean {
  for (const [id, state] of vehicles) if (isUnknown(aboard.get(id), state)) return true;
  return false;
}

const isUnknown = (sets: readonly AboardSet[] | undefined, { newest }: VehicleState): boolean => newest.aboard !== 0 && sets?.some(({ hash }) => hash === newest.aboard) !== true;

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
