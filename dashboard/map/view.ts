/** Where the plane of the map lies on the screen. The plane is the projected globe of radius 1, y to the south. */

export interface MapView {
  /** Screen position of the plane's zero, CSS pixels. */
  readonly x: number;
  readonly y: number;
  /** Pixels a radius. */
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export type PlaneBox = readonly [readonly [number, number], readonly [number, number]];

/** Nearer, the coast of the bundle would mislead. */
export const LAND_SCALE = 9000;
export const SCALES = { least: 60, most: LAND_SCALE };

/** For a page whose ground is true nearer than the land of the bundle; once, before the first map. */
export function goNearer(most: number): void {
  SCALES.most = Math.max(LAND_SCALE, most);
}

/** From here on each vehicle has its own mark, as long as the answer holds single ones. */
export const SINGLES_FROM = 1000;
/** The page's middle of the world: from Alaska to New Zealand, without the ice. */
export const WORLD: PlaneBox = [[-2.2, -1.12], [2.56, 0.8]];
/** The same in Web Mercator. */
export const MERCATOR_WORLD: PlaneBox = [[-2.95, -1.8], [3.14, 1.05]];

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));

export function fitted([low, high]: PlaneBox, { width, height }: Size): MapView {
  const scale = clamp(Math.min(width / (high[0] - low[0]), height / (high[1] - low[1])), SCALES.least, SCALES.most);
  return { scale, x: width / 2 - (scale * (low[0] + high[0])) / 2, y: height / 2 - (scale * (low[1] + high[1])) / 2 };
}

/** The point of the plane under (px, py) stays there. */
export function zoomed(view: MapView, factor: number, [px, py]: readonly [number, number]): MapView {
  const scale = clamp(view.scale * factor, SCALES.least, SCALES.most);
  const share = scale / view.scale;
  return { scale, x: px - (px - view.x) * share, y: py - (py - view.y) * share };
}

export const panned = (view: MapView, dx: number, dy: number): MapView => ({ ...view, x: view.x + dx, y: view.y + dy });

export const centredOn = ([planeX, planeY]: readonly [number, number], scale: number, { width, height }: Size): MapView => {
  const held = clamp(scale, SCALES.least, SCALES.most);
  return { scale: held, x: width / 2 - planeX * held, y: height / 2 - planeY * held };
};

export const middleOf = ({ x, y, scale }: MapView, { width, height }: Size): readonly [number, number] => [(width / 2 - x) / scale, (height / 2 - y) / scale];

/** The same middle after the window has changed. */
export const resized = (view: MapView, before: Size, after: Size): MapView => centredOn(middleOf(view, before), view.scale, after);

/** Kilometres of an H3 cell's edge by resolution (h3geo.org, restable): the page needs no H3 library, but must choose. */
const EDGE_KM = [1281, 483, 183, 69, 26, 9.9] as const;
const EARTH_KM = 6371;
/** Pixels that an edge must have, so that a number fits into its cell. */
const LEAST_EDGE = 12;

/** The finest H3 resolution whose cells can still be read. It depends on the zoom only, so cells stay where they are on a pan. */
export function resolutionFor(scale: number): number {
  const finest = EDGE_KM.findLastIndex((km) => (km / EARTH_KM) * scale >= LEAST_EDGE);
  return Math.max(1, finest);
}

/** Degrees that hold a whole cell. */
export const cellMargin = (resolution: number): number => ((EDGE_KM[resolution] ?? 0) * 2) / 111;

export const cellWords = (resolution: number): string => {
  const km = (EDGE_KM[resolution] ?? 0) * 2;
  return `Cells of about ${km >= 100 ? Math.round(km / 10) * 10 : Math.round(km)} km`;
};

export type Unproject = (x: number, y: number) => readonly [number, number] | null;

/**
 * West, south, east, north of what is seen, a little beyond, in whole `grain` degrees, so that small pans ask for the same
 * box; `margin` degrees more for cells, that none is cut. The whole world when the map's edge is in sight: there a corner has no place on the globe.
 */
export function boxOf(view: MapView, size: Size, { unproject, margin = 0 }: { readonly unproject: Unproject; readonly margin?: number }): readonly [number, number, number, number] {
  const edge = (fx: number, fy: number): readonly [number, number] | null => unproject((size.width * fx - view.x) / view.scale, (size.height * fy - view.y) / view.scale);
  const points = [edge(0, 0), edge(0.5, 0), edge(1, 0), edge(0, 0.5), edge(1, 0.5), edge(0, 1), edge(0.5, 1), edge(1, 1)];
  const lons = points.map((point) => point?.[0] ?? NaN);
  const lats = points.map((point) => point?.[1] ?? NaN);
  if ([...lons, ...lats].some((degree) => !Number.isFinite(degree)) || lons.some((lon) => Math.abs(lon) > 180)) return [-180, -90, 180, 90];
  const grain = Math.max(0.25, 2 ** Math.round(Math.log2(60 / view.scale) + 3));
  const down = (degree: number): number => Math.floor(degree / grain) * grain;
  const up = (degree: number): number => Math.ceil(degree / grain) * grain;
  return [Math.max(-180, down(Math.min(...lons) - margin)), Math.max(-90, down(Math.min(...lats) - margin)), Math.min(180, up(Math.max(...lons) + margin)), Math.min(90, up(Math.max(...lats) + margin))];
}
