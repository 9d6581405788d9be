import { geoNaturalEarth1Raw } from 'd3-geo';
import type { GeoRawProjection } from 'd3-geo';

/** Natural Earth I (Šavrič et al.): the whole world in one look, calm shapes, no claim to areas. */
const RADIAN = Math.PI / 180;
const raw = geoNaturalEarth1Raw as unknown as GeoRawProjection & { invert: (x: number, y: number) => [number, number] };

/** Degrees -> plane of radius 1, y to the south. */
export function project(lat: number, lon: number): readonly [number, number] {
  const [x, y] = raw(lon * RADIAN, lat * RADIAN);
  return [x, -y];
}

/** Plane -> [lon, lat] in degrees; null off the globe. */
export function unproject(x: number, y: number): readonly [number, number] | null {
  const [lon, lat] = raw.invert(x, -y);
  const isOnGlobe = Number.isFinite(lon) && Number.isFinite(lat) && Math.abs(lat) <= Math.PI / 2 && Math.abs(lon) <= Math.PI;
  return isOnGlobe ? [lon / RADIAN, lat / RADIAN] : null;
}
