import type { Overview, VehicleDetail, VehicleList } from '../../../contracts/api/answers.ts';
import { cellLayer } from '../../map/cell-layer.ts';
import { groundLayer } from '../../map/ground.ts';
import { labelLayer } from '../../map/label-layer.ts';
import type { Layer, Pen } from '../../map/layer.ts';
import type { Rect } from '../../map/labels.ts';
import { trailLayer } from '../../map/road-layer.ts';
import { vehicleLayer } from '../../map/vehicle-layer.ts';
import { delayedShare } from '../../model/fleet.ts';
import type { Trouble } from '../../model/trouble.ts';
import { REGIONS } from '../../reference.ts';

interface FleetPicture {
  readonly list: VehicleList | null;
  readonly overview: Overview | null;
  readonly troubles: ReadonlyMap<string, Trouble>;
  readonly chosen: string | null;
  readonly detail: VehicleDetail | null;
}

/** The ground, cells or vehicles, the chosen one's last hour, then labels where nothing else is. */
export function fleetLayers({ list, overview, troubles, chosen, detail }: FleetPicture): Layer[] {
  if (list === null) return [groundLayer];
  return [
    groundLayer,
    ...(list.resolution === null ? [vehicleLayer(list.vehicles, { troubles, chosen })] : [cellLayer(list.cells)]),
    ...(detail === null ? [] : [trailLayer(detail.trail)]),
    labelLayer(labelsOf(overview), (pen) => [zoomButtons(pen), ...(chosen === null ? [] : [CARD])]),
  ];
}

function labelsOf(overview: Overview | null): Parameters<typeof labelLayer>[0] {
  return (overview?.regions ?? []).flatMap((numbers) => {
    const place = REGIONS.find(({ region }) => region === numbers.region);
    return place === undefined || numbers.active === 0 ? [] : [{ name: numbers.name, active: numbers.active, share: delayedShare(numbers), ...place.middle }];
  });
}

/** Pixels of what stands over the canvas: labels go elsewhere. */
const zoomButtons = ({ size }: Pen): Rect => ({ x: size.width - 60, y: 0, width: 60, height: 134 });
const CARD: Rect = { x: 0, y: 0, width: 290, height: 230 };
