import { REGION_SHAPES } from '../../contracts/generated/reference/region-shapes.ts';
import { UNKNOWN_REGION } from './index.ts';

/** Degrees: south, west, north, east. */
type Extent = readonly [number, number, number, number];

const SHAPES = Object.entries(REGION_SHAPES).map(([region, ring]) => ({ region, ring, extent: extentOf(ring) }));

/** The region whose shape holds the point; `unknown` at sea and outside. */
export function regionAt(lat: number, lon: number): string {
  for (const { region, ring, extent } of SHAPES) if (isWithin(extent, lat, lon) && contains(ring, lat, lon)) return region;
  return UNKNOWN_REGION;
}

function extentOf(ring: readonly (readonly [number, number])[]): Extent {
  const lats = ring.map(([, lat]) => lat);
  const lons = ring.map(([lon]) => lon);
  return [Math.min(...lats), Math.min(...lons), Math.max(...lats), Math.max(...lons)];
}

const isWithin = ([south, west, north, east]: Extent, lat: number, lon: number): boolean => lat >= south && lat <= north && lon >= west && lon <= east;

/** Even-odd rule, as contracts/lake/geometry.ts judges the reference by. */
function contains(ring: readonly (readonly [number, number])[], lat: number, lon: number): boolean {
  let inside = false;
  for (let index = 0; index < ring.length; index += 1) {
    const [lon1, lat1] = ring[index] ?? [0, 0];
    const [lon2, lat2] = ring[(index + 1) % ring.length] ?? [0, 0];
    if (lat1 > lat !== lat2 > lat && lon < ((lon2 - lon1) * (lat - lat1)) / (lat2 - lat1) + lon1) inside = !inside;
  }
  return inside;
}
