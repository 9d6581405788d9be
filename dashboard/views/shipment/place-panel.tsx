import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ShipmentDetail, VehicleDetail, VehicleSummary } from '../../../contracts/api/answers.ts';
import { Box, Panel } from '../../components/panel.tsx';
import { useDesk } from '../../data/desk.ts';
import { useFeed } from '../../data/use-feed.ts';
import { groundLayer } from '../../map/ground.ts';
import { MapCanvas } from '../../map/map-canvas.tsx';
import { project } from '../../map/projection.ts';
import { roadLayer } from '../../map/road-layer.ts';
import type { Road, RoadStop } from '../../map/road-layer.ts';
import type { PlaneBox } from '../../map/view.ts';
import { roadOf } from '../../model/story.ts';
import { age, instantOf, SECOND } from '../../model/time.ts';
import { placeName, PLACES } from '../../reference.ts';

const TRAIL_EVERY = 15 * SECOND;

/** The road on the map, with the vehicle that carries the shipment now. */
export function PlacePanel({ shipment, vehicle }: { readonly shipment: ShipmentDetail; readonly vehicle: VehicleSummary | null }): JSX.Element {
  const { client, theme, now } = useDesk();
  const id = vehicle?.vehicleId ?? null;
  const detail = useFeed<VehicleDetail>({ key: id, ask: () => client.get(`/v1/vehicles/${encodeURIComponent(id ?? '')}`), everyMs: TRAIL_EVERY, now: () => client.now() });
  const road = useMemo(() => roadOnMap(shipment, vehicle, detail.data), [shipment, vehicle, detail.data]);
  const layers = useMemo(() => [groundLayer, roadLayer(road)], [road]);
  const stops = [...road.done, ...road.ahead];
  const box = useMemo(() => boxAround([...stops, ...(vehicle === null ? [] : [vehicle])]), [stops.map(({ name }) => name).join(), id]);
  const fix = instantOf(vehicle?.eventTime);
  const right = vehicle !== null && fix !== null ? `${vehicle.vehicleId}, ${age((now - fix) / 1000)} old` : shipment.lastPlace === null ? null : `last heard of in ${placeName(shipment.lastPlace)}`;
  if (stops.length === 0 && vehicle === null) return <Panel title="Place"><Box title="No known place">None of its events names one that the reference data knows.</Box></Panel>;
  return (
    <Panel title="Place" right={right} class="placemap">
      <MapCanvas key={box.join()} layers={layers} theme={theme} start={{ all: box }} hasButtons={false} label={`Map of the road: ${stops.map(({ name }) => name).join(', ')}${vehicle === null ? '' : `; its vehicle is at ${vehicle.lat.toFixed(2)}, ${vehicle.lon.toFixed(2)}`}`} />
    </Panel>
  );
}

function roadOnMap(shipment: ShipmentDetail, vehicle: VehicleSummary | null, detail: VehicleDetail | null): Road {
  const { done, ahead } = roadOf(shipment);
  const stops = (codes: readonly string[]): RoadStop[] => codes.flatMap((code) => PLACES.get(code) ?? []);
  return { done: stops(done), ahead: stops(ahead), vehicle, trail: detail?.trail ?? [], isLate: shipment.delayMinutes > 30 };
}

/** Radii of the globe that a map shows at least, and around what matters. */
const LEAST = 0.12;
const MARGIN = 0.18;

function boxAround(points: readonly { readonly lat: number; readonly lon: number }[]): PlaneBox {
  const plane = points.map(({ lat, lon }) => project(lat, lon));
  const [xs, ys] = [plane.map(([x]) => x), plane.map(([, y]) => y)];
  const side = (values: readonly number[]): readonly [number, number] => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const half = Math.max(LEAST, (high - low) * (1 + 2 * MARGIN)) / 2;
    return [(low + high) / 2 - half, (low + high) / 2 + half];
  };
  const [[left, right], [above, below]] = [side(xs), side(ys)];
  return [[left, above], [right, below]];
}
