import type { Overview, VehicleList } from '../../contracts/api/answers.ts';
import { boxOf, cellMargin, resolutionFor, SINGLES_FROM } from '../map/view.ts';
import type { MapView, Size, Unproject } from '../map/view.ts';
import type { Trouble } from './trouble.ts';
import { troubleOf } from './trouble.ts';

/** What the map asks for when it stands there: single vehicles when near, else counts by cell. */
export function vehiclePath(view: MapView, size: Size, unproject: Unproject): string {
  const resolution = resolutionFor(view.scale);
  const isNear = view.scale >= SINGLES_FROM;
  const box = boxOf(view, size, { unproject, margin: isNear ? 0 : cellMargin(resolution) });
  const bbox = `bbox=${box.map((degree) => Number(degree.toFixed(4))).join(',')}`;
  return isNear ? `/v1/vehicles?${bbox}` : `/v1/vehicles?${bbox}&group=cell&resolution=${resolution}`;
}

export interface FleetCounts {
  readonly moving: number | null;
  readonly idle: number | null;
  readonly silent: number | null;
  /** Of the single vehicles in sight; null when only cells are known. */
  readonly delayed: number | null;
  readonly exception: number | null;
}

/** The legend's numbers: motion of the whole fleet, trouble of what is in sight. */
export function fleetCounts(list: VehicleList | null, overview: Overview | null, troubles: ReadonlyMap<string, Trouble>): FleetCounts {
  const fleet = overview?.total.vehicles;
  const isSingle = list !== null && list.resolution === null;
  const troubled = isSingle ? list.vehicles.map((vehicle) => troubleOf(vehicle.shipmentIds, troubles)) : null;
  return {
    moving: fleet?.moving ?? null,
    idle: fleet?.idle ?? null,
    silent: fleet?.silent ?? null,
    delayed: troubled === null ? null : troubled.filter((trouble) => trouble === 'delayed').length,
    exception: troubled === null ? null : troubled.filter((trouble) => trouble === 'exception').length,
  };
}

/** Share of delayed shipments, 0 to 1; none active is none delayed. */
export const delayedShare = ({ active, delayed }: { readonly active: number; readonly delayed: number }): number => (active === 0 ? 0 : delayed / active);
