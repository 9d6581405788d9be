/** Areas that vehicles are looked for in: box, circle, polygon. Right over the antimeridian and at the poles. */
import { distanceKm, EARTH_KM, wrapLongitude } from './distance.ts';
import type { Point } from './distance.ts';

/** Degrees; `west` ≤ `east`, so it never crosses the antimeridian. */
export interface Bounds {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

const DEGREES = 180 / Math.PI;

export interface Area {
  /** Together they hold the area: where to look at all. They do not overlap but at their borders. */
  readonly bounds: readonly Bounds[];
  /** The bounds are the area: what lies well within them needs no further look. @default false */
  readonly isFull?: boolean;
  /** @param lon from −180 (included) to 180 (not included) */
  readonly contains: (lat: number, lon: number) => boolean;
}

/** RFC 7946 order; borders belong to it. West > east crosses the antimeridian. */
export function boxArea([west, south, east, north]: readonly [number, number, number, number]): Area {
  const bounds = spans(west, east).map((span) => ({ ...span, south, north }));
  const [one, second] = bounds;
  if (one !== undefined && second === undefined) return { bounds, isFull: true, contains: (lat, lon) => lat >= south && lat <= north && lon >= one.west && lon <= one.east };
  return { bounds, contains: (lat, lon) => lat >= south && lat <= north && bounds.some(({ west: from, east: to }) => lon >= from && lon <= to) };
}

/** Within so many kilometres, by the great circle. */
export function circleArea(center: Point, km: number): Area {
  const bounds = circleBounds(center, km);
  const exact = (lat: number, lon: number): boolean => distanceKm(center, { lat, lon }) <= km;
  const isSmall = km <= FLAT_KM && Math.abs(center.lat) <= FLAT_LATITUDE && bounds.length === 1;
  return { bounds, contains: isSmall ? roughly(center, km, exact) : exact };
}

/** So small, and so far from the poles, a circle on the flat map is wrong by less than a tenth of its radius. */
const FLAT_KM = 100;
const FLAT_LATITUDE = 75;
const KM_PER_DEGREE = EARTH_KM / DEGREES;
const [SURELY_IN, SURELY_OUT] = [0.9 ** 2, 1.1 ** 2];

/** Most points are decided on the flat map, at a tenth of the cost; the exact distance decides near the border. */
function roughly({ lat: south, lon: west }: Point, km: number, exact: Area['contains']): Area['contains'] {
  const wide = KM_PER_DEGREE * Math.cos(south / DEGREES);
  const [inside, outside] = [SURELY_IN * km * km, SURELY_OUT * km * km];
  return (lat, lon) => {
    const [up, over] = [(lat - south) * KM_PER_DEGREE, (lon - west) * wide];
    const squared = up * up + over * over;
    return squared < inside || (squared <= outside && exact(lat, lon));
  };
}

/** The bounds may be a hair too large, never too small. */
const SLACK = 1e-6;

function circleBounds({ lat, lon }: Point, km: number): readonly Bounds[] {
  const angle = km / EARTH_KM;
  const south = Math.max(-90, lat - angle * DEGREES - SLACK);
  const north = Math.min(90, lat + angle * DEGREES + SLACK);
  // Holds a pole: every meridian goes through it.
  if (south <= -90 || north >= 90) return [{ west: -180, east: 180, south, north }];
  const wide = Math.asin(Math.min(1, Math.sin(angle) / Math.cos(lat / DEGREES))) * DEGREES + SLACK;
  if (wide >= 180) return [{ west: -180, east: 180, south, north }];
  return spans(wrapLongitude(lon - wide), wrapLongitude(lon + wide)).map((span) => ({ ...span, south, north }));
}

/** One span of longitudes, or two when it crosses the antimeridian. 180 and −180 are the same meridian. */
function spans(west: number, east: number): readonly Pick<Bounds, 'west' | 'east'>[] {
  if (west === 180) return spans(-180, east === 180 ? -180 : east);
  if (west <= east) return east === 180 && west > -180 ? [{ west, east }, { west: -180, east: -180 }] : [{ west, east }];
  return [{ west, east: 180 }, { west: -180, east }];
}

/**
 * A ring of [lon, lat], edges straight in degrees as RFC 7946 has it. Two corners more than 180° apart are joined the short
 * way, over the antimeridian. Nothing says which side of the border a point on it is.
 */
export function polygonArea(ring: readonly (readonly [number, number])[]): Area {
  const corners = unwrapped(ring);
  const [west, east] = [Math.min(...corners.map(([lon]) => lon)), Math.max(...corners.map(([lon]) => lon))];
  const [south, north] = [Math.min(...corners.map(([, lat]) => lat)), Math.max(...corners.map(([, lat]) => lat))];
  const isRound = east - west >= 360;
  const bounds = (isRound ? [{ west: -180, east: 180 }] : spans(wrapLongitude(west), wrapLongitude(east))).map((span) => ({ ...span, south, north }));
  // A point is looked for where the ring lies: once round the earth to either side.
  const turns = [-360, 0, 360].filter((turn) => west - turn <= 180 && east - turn >= -180);
  return { bounds, contains: (lat, lon) => lat >= south && lat <= north && turns.some((turn) => isInside(corners, lat, lon + turn)) };
}

type Corner = readonly [lon: number, lat: number];

function unwrapped(ring: readonly Corner[]): readonly Corner[] {
  const corners: Corner[] = [];
  for (const [lon, lat] of ring) {
    const before = corners.at(-1)?.[0] ?? lon;
    corners.push([before + wrapLongitude(lon - before), lat]);
  }
  return corners;
}

/** Even-odd: how many edges lie to the east of the point. */
function isInside(corners: readonly Corner[], lat: number, lon: number): boolean {
  let inside = false;
  let before = corners.at(-1);
  for (const corner of corners) {
    if (before !== undefined && corner[1] > lat !== before[1] > lat && lon < ((before[0] - corner[0]) * (lat - corner[1])) / (before[1] - corner[1]) + corner[0]) inside = !inside;
    before = corner;
  }
  return inside;
}
