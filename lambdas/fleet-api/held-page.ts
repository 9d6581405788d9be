import { cellKeyOf } from '../../domain/geo/index.ts';
import type { CellKey } from '../../domain/geo/index.ts';
import { compareIds, degrees, isSameState, shipmentIdsOf } from '../../domain/vehicle/index.ts';
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

/** @param known the page as it was read before: few vehicles of a page have moved, and what stays as it was is neither placed in a cell again nor kept twice */
export function makePage({ vehicles, known, ...rest }: Pick<HeldPage, 'pk' | 'version' | 'aboard'> & { readonly vehicles: ReadonlyMap<string, VehicleState>; readonly known?: HeldPage | undefined }): HeldPage {
  const own: HeldVehicle[] = [];
  const page = { ...rest, vehicles: own, lacksSets: lacksSets(vehicles, rest.aboard), carriers: carriersOf(own) };
  const find = finderIn(known?.vehicles ?? []);
  for (const [id, state] of vehicles) {
    const before = find(id);
    if (before !== undefined && isSameState(before.state, state)) own.push({ ...before, page });
    else own.push({ id: before?.id ?? id, state, cell: cellOf(state.newest), page });
  }
  return page;
}

export function withSets(page: HeldPage, aboard: Aboard): HeldPage {
  const own: HeldVehicle[] = [];
  const next = { ...page, aboard, vehicles: own, lacksSets: page.vehicles.some(({ id, state }) => isUnknown(aboard.get(id), state)), carriers: carriersOf(own) };
  for (const vehicle of page.vehicles) own.push({ ...vehicle, page: next });
  return next;
}

/** Finds vehicles that are asked for in the order of their ids, in a list of the same order. */
function finderIn(list: readonly HeldVehicle[]): (id: string) => HeldVehicle | undefined {
  let at = 0;
  return (id) => {
    while (compareIds(list[at]?.id ?? id, id) < 0) at += 1;
    return list[at]?.id === id ? list[at] : undefined;
  };
}

function cellOf(place: VehicleState['newest']): CellKey {
  const { lat, lon } = degrees(place);
  return cellKeyOf(lat, lon);
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
