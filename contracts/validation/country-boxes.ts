/**
 * Generous boxes around countries that trade much, to notice swapped axes: [south, north, west, east] in degrees, overseas parts left out where they have
 * a country code of their own. A country that is not listed is not judged.
 */
type Box = readonly [south: number, north: number, west: number, east: number];

const BOXES: ReadonlyMap<string, Box> = new Map(Object.entries<Box>({
  AE: [22, 27, 51, 57],
  AR: [-56, -21, -74, -53],
  AU: [-45, -9, 112, 155],
  BE: [49, 52, 2, 7],
  BR: [-34, 6, -74, -32],
  CA: [41, 84, -142, -52],
  CN: [17, 54, 73, 136],
  DE: [47, 56, 5, 16],
  DK: [54, 58, 7, 16],
  EG: [21, 32, 24, 37],
  ES: [27, 44, -19, 5],
  FR: [41, 52, -6, 10],
  GB: [49, 61, -9, 2],
  IN: [6, 36, 68, 98],
  IT: [35, 48, 6, 19],
  JP: [20, 46, 122, 154],
  KR: [33, 39, 124, 132],
  MX: [14, 33, -119, -86],
  NL: [50, 54, 3, 8],
  NO: [57, 72, 4, 32],
  PL: [48, 55, 14, 25],
  SE: [55, 70, 10, 25],
  SG: [1, 2, 103, 105],
  TR: [35, 43, 25, 45],
  US: [18, 72, -180, -66],
  VN: [8, 24, 102, 110],
  ZA: [-47, -22, 16, 39],
}));

const inside = ([south, north, west, east]: Box, lat: number, lon: number): boolean => lat >= south && lat <= north && lon >= west && lon <= east;

/** True only when the point is outside its country and its mirror is inside: strong evidence, and never for a country without a box. */
export function looksSwapped(point: { readonly country: string; readonly lat: number; readonly lon: number }): boolean {
  const box = BOXES.get(point.country);
  return box !== undefined && !inside(box, point.lat, point.lon) && inside(box, point.lon, point.lat);
}
