/** H3 cells to group by. A point's cell at the finest resolution is one small number; coarser ones are its first digits. */
import { cellToBoundary, getResolution, isValidCell, latLngToCell } from 'h3-js';
import { wrapLongitude } from './distance.ts';

/** Cells of 5 km²: finer groups than anyone looks at among thousands of vehicles. */
export const FINEST_RESOLUTION = 7;
const DIGIT_BITS = 3;
const FINEST_DIGITS = 15;
const ALL_DIGITS = (1n << BigInt(FINEST_DIGITS * DIGIT_BITS)) - 1n;
const CELL_MODE = 1n << 59n;

/** Base cell and seven digits, 28 bits. */
export type CellKey = number;

/** The key of the cell at the finest resolution. Costs a microsecond: remember it. */
export function cellKeyOf(lat: number, lon: number): CellKey {
  return keyOf(latLngToCell(lat, lon, FINEST_RESOLUTION));
}

/** Base cell and digits in hexadecimal digits 4 to 10 of an index: exactly the 28 bits for seven digits. */
const keyOf = (cell: string): CellKey => Number.parseInt(cell.slice(2, 9), 16) & 0xfffffff;

/**
 * The key one would have at a coarser resolution: the cell's ancestor. (A hexagon's children do not quite tile it, so a
 * vehicle at its border may count to its neighbour; it counts once, and to the same cell at every zoom.)
 */
export const coarserKey = (key: CellKey, resolution: number): CellKey => key >> ((FINEST_RESOLUTION - resolution) * DIGIT_BITS);

/** The H3 index of a key at its resolution. */
export function cellOfKey(key: CellKey, resolution: number): string {
  const unused = BigInt((FINEST_DIGITS - resolution) * DIGIT_BITS);
  return (CELL_MODE | (BigInt(resolution) << 52n) | (BigInt(key) << unused) | (ALL_DIGITS & ((1n << unused) - 1n))).toString(16);
}

export interface CellName {
  readonly key: CellKey;
  readonly resolution: number;
}

/** undefined: no H3 cell, or one finer than is kept. */
export function parseCell(cell: string): CellName | undefined {
  if (!/^8[0-9a-f]{14}$/.test(cell) || !isValidCell(cell)) return undefined;
  const resolution = getResolution(cell);
  return resolution > FINEST_RESOLUTION ? undefined : { key: coarserKey(keyOf(cell), resolution), resolution };
}

/** Corners as [lon, lat], open ring, in one piece: over the antimeridian the longitudes go on past 180. */
export function ringOf(cell: string): readonly (readonly [number, number])[] {
  const corners = cellToBoundary(cell, true).map(([lon = 0, lat = 0]): [number, number] => [lon, lat]);
  const [first] = corners;
  if (first === undefined) return [];
  return corners.slice(0, isClosed(corners) ? -1 : undefined).map(([lon, lat]): [number, number] => [rounded(first[0] + wrapLongitude(lon - first[0])), rounded(lat)]);
}

const isClosed = (corners: readonly (readonly [number, number])[]): boolean => {
  const [first, last] = [corners[0], corners.at(-1)];
  return first !== undefined && last !== undefined && corners.length > 1 && first[0] === last[0] && first[1] === last[1];
};

const rounded = (degrees: number): number => Math.round(degrees * 1e5) / 1e5;
