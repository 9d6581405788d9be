/** Web Mercator (EPSG:3857) on a globe of radius 1, y to the south: the plane that XYZ tiles are cut from. It is a square of side 2π. */

const RADIAN = Math.PI / 180;
/** Where the square ends. Nearer to a pole everything lies on its edge. */
export const LAST_LAT = 85.051_128_779_806_59;

/** Degrees -> plane. A longitude beyond ±180 lies beyond the edge: a shape that crosses the antimeridian stays whole. */
export function project(lat: number, lon: number): readonly [number, number] {
  const held = Math.max(-LAST_LAT, Math.min(LAST_LAT, lat));
  return [lon * RADIAN, -Math.asinh(Math.tan(held * RADIAN))];
}

/** Plane -> [lon, lat] in degrees; null beyond the square. */
export function unproject(x: number, y: number): readonly [number, number] | null {
  const isOnPlane = Math.abs(x) <= Math.PI && Math.abs(y) <= Math.PI;
  return isOnPlane ? [x / RADIAN, -Math.atan(Math.sinh(y)) / RADIAN] : null;
}
