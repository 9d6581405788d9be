import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { MapScene } from '../../map/map-scene.ts';
import { project } from '../../map/projection.ts';
import type { Route } from '../../model/route.ts';
import { REGIONS } from '../../reference.ts';
import { AlertsPanel } from './alerts-panel.tsx';
import { DailyPanel } from './daily-panel.tsx';
import { FleetPanel } from './fleet-panel.tsx';
import { RegionsPanel } from './regions-panel.tsx';

/** What is wrong, where, how long: the map and yesterday on the left, alerts and regions on the right. */
export function OverviewView({ route }: { readonly route: Route }): JSX.Element {
  const scene = useRef<MapScene>(null);
  const showRegion = (region: string): void => {
    const box = REGIONS.find((each) => each.region === region)?.box;
    if (box === undefined) return;
    const [west, south, east, north] = box;
    const corners = [project(north, west), project(north, east), project(south, west), project(south, east)];
    const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
    scene.current?.showBox([[Math.min(...xs), Math.min(...ys)], [Math.max(...xs), Math.max(...ys)]]);
  };
  return (
    <>
      <h1 class="vh">Overview</h1>
      <div class="overview">
        <FleetPanel route={route} scene={scene} />
        <div class="side"><AlertsPanel /><RegionsPanel onShow={showRegion} /></div>
        <DailyPanel />
      </div>
    </>
  );
}
