import { landLayer } from './land-layer.ts';
import type { Layer } from './layer.ts';
import { chooseMercator } from './projection.ts';
import { tileLayer } from './tile-layer.ts';
import type { TileSource } from './tile-layer.ts';
import { scaleOfZoom } from './tiles.ts';
import { goNearer } from './view.ts';

/** Streets can be read; a pixel is a little over two metres. */
const NEAREST_ZOOM = 16;

let ground: Layer = landLayer;

/** What lies under all marks: the land of the bundle, or tiles. */
export const groundLayer: Layer = (pen) => ground(pen);

/** Tiles instead of the land, in their projection, as near as they go. Once, before the first map. */
export function groundOfTiles(source: TileSource): void {
  chooseMercator();
  goNearer(scaleOfZoom(Math.min(NEAREST_ZOOM, source.maxZoom)));
  ground = tileLayer(source);
}
