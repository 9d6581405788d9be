import { geoNaturalEarth1Raw } from 'd3-geo';
import type { GeoRawProjection } from 'd3-geo';
import * as mercator from './mercator.ts';
import { MERCATOR_WORLD, WORLD } from './view.ts';
import type { PlaneBox } from './view.ts';

/** Natural Earth I (Šavrič et al.): the whole world in one look, calm shapes, no claim to areas. Tiles are cut from Web Mercator. */
const RADIAN = Math.PI / 180;
const raw = geoNaturalEarth1Raw as unknown as GeoRawProjection & { invert: (x: number, y: number) => [number, number] };
let isMercator = false;

/** For a page with tiles; once, before anything is projected. */
export function chooseMercator(): void {
  isMercator = true;
}

/** What a map shows at first. */
export const worldBox = (): PlaneBox => (isMercator ? MERCATOR_WORLD : WORLD);

/** Degrees -> plane of radius 1, y to the south. */
export function project(lat: number, lon: number): readonly [number, number] {
  if (isMercator) return mercator.project(lat, lon);
  const [x, y] = raw(lon * RADIAN, lat * RADIAN);
  return [x, -y];
}

/** Plane -> [lon, lat] in degrees; null off the globe. */
export function unproject(x: number, y: number): readonly [number, number] | null {
  if (isMercator) return mercator.unproject(x, y);
  const [lon, lat] = raw.invert(x, -y);
  const isOnGlobe = Number.isFinite(lon) && Number.isFinite(lat) && Math.abs(lat) <= Math.PI / 2 && Math.abs(lon) <= Math.PI;
  return isOnGlobe ? [lon / RADIAN, lat / RADIAN] : null;
}

/** A point of the prepared land, which lies in Natural Earth, in the plane of this page. */
export function landPoint(point: readonly [number, number]): readonly [number, number] {
  if (!isMercator) return point;
  const [lon, lat] = raw.invert(point[0], -point[1]);
  return mercator.project(lat / RADIAN, lon / RADIAN);
}
