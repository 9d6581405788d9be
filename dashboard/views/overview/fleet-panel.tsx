import type { JSX, RefObject } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { VehicleDetail, VehicleList, VehicleSummary } from '../../../contracts/api/answers.ts';
import { ageWords, isOld, Panel } from '../../components/panel.tsx';
import { useDesk } from '../../data/desk.ts';
import { useFeed } from '../../data/use-feed.ts';
import { replaceQuery } from '../../frame/use-route.ts';
import { MapCanvas } from '../../map/map-canvas.tsx';
import type { MapScene, Settle } from '../../map/map-scene.ts';
import { unproject, worldBox } from '../../map/projection.ts';
import { middleOf } from '../../map/view.ts';
import { fleetCounts, vehiclePath } from '../../model/fleet.ts';
import { moodOf } from '../../model/feed.ts';
import { formatPlace, parsePlace } from '../../model/route.ts';
import type { MapPlace, Route } from '../../model/route.ts';
import { amount, SECOND } from '../../model/time.ts';
import { troublesByShipment } from '../../model/trouble.ts';
import { fleetLayers } from './fleet-layers.ts';
import { Legend } from './legend.tsx';
import { MapNote } from './map-note.tsx';
import { VehicleCard } from './vehicle-card.tsx';

const POSITIONS_EVERY = 5 * SECOND;
const NARROW = 720;
/** A phone opens on Europe: the world would be a stamp. */
const PHONE_PLACE: MapPlace = { lat: 50.2, lon: 7, scale: 560 };

/** Near enough to tell a vehicle from its neighbours. */
const VISIT_SCALE = 3_000;

/** Every vehicle on one map. */
export function FleetPanel({ route, scene }: { readonly route: Route; readonly scene: RefObject<MapScene | null> }): JSX.Element {
  const { client, overview, alerts, theme, now } = useDesk();
  const [path, setPath] = useState<string | null>(null);
  const chosen = route.query['vehicle'] ?? null;
  const vehicles = useFeed<VehicleList>({ key: path, ask: () => client.get(path ?? ''), everyMs: POSITIONS_EVERY, now: () => client.now(), keep: true });
  const card = useFeed<VehicleDetail>({ key: chosen, ask: () => client.get(`/v1/vehicles/${encodeURIComponent(chosen ?? '')}`), everyMs: POSITIONS_EVERY, now: () => client.now() });
  const troubles = useMemo(() => troublesByShipment(alerts.data?.alerts ?? []), [alerts.data]);
  const layers = useMemo(() => fleetLayers({ list: vehicles.data, overview: overview.data, troubles, chosen, detail: card.data }), [vehicles.data, overview.data, troubles, chosen, card.data]);
  const start = useMemo(() => ({ all: worldBox(), at: parsePlace(route.query['at']) ?? (innerWidth < NARROW ? PHONE_PLACE : null) }), []);
  const settle = useSettle(route, setPath);
  const pick = useVisit(route, { scene, found: card.data?.vehicle ?? null });
  return (
    <Panel title="Vehicles" right={ageWords(vehicles.data?.as_of, now)} isOld={isOld(vehicles, now)}>
      <MapCanvas
        layers={layers} start={start} theme={theme} scene={scene} isStale={moodOf(vehicles) === 'stale' || isOld(vehicles, now)}
        label={`Map of ${amount(vehicles.data?.count ?? 0)} vehicles. Arrow keys move it, plus and minus zoom, 0 shows all. The regions table holds the same numbers.`}
        onSettle={settle} onPick={pick}
      >
        {chosen === null ? null : <VehicleCard feed={card} id={chosen} troubles={troubles} onClose={() => replaceQuery(route, { ...route.query, vehicle: undefined })} />}
        <MapNote feed={vehicles} total={overview.data} />
      </MapCanvas>
      <Legend list={vehicles.data} counts={fleetCounts(vehicles.data, overview.data, troubles)} />
    </Panel>
  );
}

/** A link that names a vehicle and no place leads to where the vehicle is; one that was picked from the map is in sight. Returns what picks one. */
function useVisit(route: Route, { scene, found }: { readonly scene: RefObject<MapScene | null>; readonly found: VehicleSummary | null }): (vehicle: string | null) => void {
  const visited = useRef<string | null>(null);
  useEffect(() => {
    if (found === null || found.vehicleId !== route.query['vehicle'] || visited.current === found.vehicleId) return;
    visited.current = found.vehicleId;
    if (route.query['at'] === undefined) scene.current?.goTo({ lat: found.lat, lon: found.lon, scale: VISIT_SCALE });
  }, [found, route]);
  return (vehicle) => {
    visited.current = vehicle;
    replaceQuery(route, { ...route.query, vehicle: vehicle ?? undefined });
  };
}

/** A map that has come to rest asks for what it shows; where somebody has moved it goes into the address. */
function useSettle(route: Route, onPath: (path: string) => void): Settle {
  const latest = useRef(route);
  latest.current = route;
  return (view, size, isMoved) => {
    onPath(vehiclePath(view, size, unproject));
    const middle = unproject(...middleOf(view, size));
    if (isMoved && middle !== null) replaceQuery(latest.current, { ...latest.current.query, at: formatPlace({ lat: middle[1], lon: middle[0], scale: view.scale }) });
  };
}
