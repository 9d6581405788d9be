/** Distances and longitudes on a sphere; degrees, WGS 84 taken as round: wrong by at most half a per cent. */

export interface Point {
  readonly lat: number;
  readonly lon: number;
}

/** Mean radius of the earth, km. */
export const EARTH_KM = 6_371.0088;
const RADIANS = Math.PI / 180;

/** Great-circle distance, km (haversine: right for small distances too). */
export function distanceKm(a: Point, b: Point): number {
  const half = Math.sin(((b.lat - a.lat) * RADIANS) / 2);
  const side = Math.sin(((b.lon - a.lon) * RADIANS) / 2);
  const chord = half * half + Math.cos(a.lat * RADIANS) * Math.cos(b.lat * RADIANS) * side * side;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(Math.min(1, chord)));
}

/** The same meridian as a number from −180 (included) to 180 (not included). */
export function wrapLongitude(lon: number): number {
  if (lon >= -180 && lon < 180) return lon;
  const wrapped = (((lon + 180) % 360) + 360) % 360;
  return wrapped - 180;
}
