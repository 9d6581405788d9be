/** Which tiles a view shows, and where. XYZ tiles: at zoom z the Mercator plane is 2^z by 2^z tiles, counted from the north-west. */
import type { MapView, Size } from './view.ts';

export interface Tile {
  readonly z: number;
  readonly x: number;
  readonly y: number;
}

/** CSS pixels of the canvas. */
export interface Square {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** CSS pixels of a tile at its own scale. */
const TILE = 256;

export const scaleOfZoom = (z: number): number => (TILE * 2 ** z) / (2 * Math.PI);

/** The zoom whose tiles are drawn most nearly at their own size. */
export const zoomFor = (scale: number, maxZoom: number): number => Math.max(0, Math.min(maxZoom, Math.round(Math.log2(scale / scaleOfZoom(0)))));

export function squareOf({ z, x, y }: Tile, view: MapView): Square {
  const side = (2 * Math.PI * view.scale) / 2 ** z;
  return { x: view.x - Math.PI * view.scale + x * side, y: view.y - Math.PI * view.scale + y * side, side };
}

/**
 * The tiles that are seen, those in the middle first. The world is there once, as its marks are: a second copy beyond the
 * antimeridian would show lands without the vehicles in them.
 */
export function tilesIn(view: MapView, { width, height }: Size, maxZoom: number): Tile[] {
  const z = zoomFor(view.scale, maxZoom);
  const { x: left, y: top, side } = squareOf({ z, x: 0, y: 0 }, view);
  const last = 2 ** z - 1;
  const range = (start: number, length: number): number[] => {
    const [from, to] = [Math.max(0, Math.floor(-start / side)), Math.min(last, Math.ceil((length - start) / side) - 1)];
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
  };
  const [middleX, middleY] = [(width / 2 - left) / side - 0.5, (height / 2 - top) / side - 0.5];
  const distance = ({ x, y }: Tile): number => (x - middleX) ** 2 + (y - middleY) ** 2;
  const rows = range(top, height);
  return range(left, width).flatMap((x) => rows.map((y) => ({ z, x, y }))).sort((a, b) => distance(a) - distance(b));
}

export const parentOf = ({ z, x, y }: Tile): Tile => ({ z: z - 1, x: x >> 1, y: y >> 1 });

export const childrenOf = ({ z, x, y }: Tile): readonly Tile[] => [0, 1, 2, 3].map((index) => ({ z: z + 1, x: 2 * x + (index & 1), y: 2 * y + (index >> 1) }));

export const keyOf = ({ z, x, y }: Tile): string => `${z}/${x}/${y}`;

/** `{z}`, `{x}` and `{y}` of the template filled in. */
export const addressOf = (template: string, tile: Tile): string => template.replace(/\{([zxy])\}/g, (_, name: 'z' | 'x' | 'y') => String(tile[name]));
