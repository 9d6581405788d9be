/** The little geometry that reference data needs. */

const RADIANS = Math.PI / 180;
const EARTH_KM = 6_371;

/** Great-circle distance of two points [lat, lon] in kilometres. */
export function greatCircleKm([lat1, lon1]: readonly [number, number], [lat2, lon2]: readonly [number, number]): number {
  const half = Math.sin(((lat2 - lat1) * RADIANS) / 2) ** 2 + Math.cos(lat1 * RADIANS) * Math.cos(lat2 * RADIANS) * Math.sin(((lon2 - lon1) * RADIANS) / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(half)));
}

/** Whether a ring of [lon, lat] holds a point [lat, lon]: a line from the point to the east crosses the ring an odd number of times. */
export function contains(ring: readonly (readonly [number, number])[], [lat, lon]: readonly [number, number]): boolean {
  let inside = false;
  for (const [index, [lon1, lat1]] of ring.entries()) {
    const [lon2, lat2] = ring[(index + 1) % ring.length] ?? [lon1, lat1];
    if (lat1 > lat !== lat2 > lat && lon < ((lon2 - lon1) * (lat - lat1)) / (lat2 - lat1) + lon1) inside = !inside;
  }
  return inside;
}
