import { landLayer } from './land-layer.ts';
import type { Layer, Pen } from './layer.ts';
import { tonedTile } from './tile-image.ts';
import { TileStore } from './tile-store.ts';
import { childrenOf, parentOf, squareOf, tilesIn } from './tiles.ts';
import type { Tile } from './tiles.ts';
import type { MapTones } from './tones.ts';

/** A server of XYZ tiles. */
export interface TileSource {
  /** With `{z}`, `{x}`, `{y}`. */
  readonly url: string;
  /** What its terms of use want to be read on the map. */
  readonly attribution: string;
  /** The last zoom that it has. */
  readonly maxZoom: number;
}

type Store = TileStore<HTMLCanvasElement>;

/** How many zooms back a tile is looked for that can stand in. */
const MOST_BACK = 6;
const SILENT = 'The background map does not answer';

/** Tiles; where one is missing, what is there of its neighbours in zoom, and under that the land of the bundle. */
export function tileLayer({ url, attribution, maxZoom }: TileSource): Layer {
  let tones: MapTones | undefined;
  const store: Store = new TileStore({ template: url, load: async (address) => tones === undefined ? Promise.reject(new Error('nothing is drawn yet')) : tonedTile(address, tones), now: () => performance.now() });
  return (pen) => {
    if (tones !== undefined && tones.isDark !== pen.tones.isDark) store.clear();
    tones = pen.tones;
    const tiles = tilesIn(pen.view, pen.size, maxZoom);
    const own = tiles.map((tile) => store.get(tile));
    const standIns = tiles.map((tile, index) => (own[index] === undefined ? ancestorOf(store, tile) : null));
    if (tiles.some((_, index) => own[index] === undefined && standIns[index] === null)) landLayer(pen);
    tiles.forEach((tile, index) => { if (own[index] === undefined) standIn(pen, { store, tile, ancestor: standIns[index] ?? null }); });
    tiles.forEach((tile, index) => drawTile(pen, tile, own[index]));
    store.want(tiles, pen.redraw);
    const isSilent = own.every((image, index) => image === undefined && standIns[index] === null) && tiles.some((tile) => store.hasFailed(tile));
    credit(pen, isSilent ? SILENT : attribution);
    return [];
  };
}

interface Ancestor { readonly image: HTMLCanvasElement; readonly tile: Tile }

function ancestorOf(store: Store, tile: Tile): Ancestor | null {
  let each = tile;
  while (each.z > 0 && tile.z - each.z < MOST_BACK) {
    each = parentOf(each);
    const image = store.get(each);
    if (image !== undefined) return { image, tile: each };
  }
  return null;
}

/** A part of a coarser tile, scaled, and over it the finer ones that are there. */
function standIn(pen: Pen, { store, tile, ancestor }: { readonly store: Store; readonly tile: Tile; readonly ancestor: Ancestor | null }): void {
  if (ancestor !== null) {
    const parts = 2 ** (tile.z - ancestor.tile.z);
    const side = ancestor.image.width / parts;
    drawTile(pen, tile, ancestor.image, [(tile.x % parts) * side, (tile.y % parts) * side, side]);
  }
  for (const child of childrenOf(tile)) drawTile(pen, child, store.get(child));
}

/** On whole pixels of the screen, so that neighbours meet without a seam. */
function drawTile({ g, view }: Pen, tile: Tile, image: HTMLCanvasElement | undefined, [sx, sy, side]: readonly [number, number, number] = [0, 0, image?.width ?? 0]): void {
  if (image === undefined) return;
  const square = squareOf(tile, view);
  const density = g.getTransform().a;
  const onPixel = (at: number): number => Math.round(at * density) / density;
  const [left, top] = [onPixel(square.x), onPixel(square.y)];
  g.drawImage(image, sx, sy, side, side, left, top, onPixel(square.x + square.side) - left, onPixel(square.y + square.side) - top);
}

const LINE = 15;
/** Share of the map's width that the credit may take. */
const WIDEST = 0.6;

/** In the corner at the bottom right; labels keep off it. */
function credit({ g, tones, size, taken }: Pen, text: string): void {
  g.font = `11px ${tones.font}`;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && g.measureText(longer).width <= size.width * WIDEST) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  const width = Math.ceil(Math.max(...lines.map((line) => g.measureText(line).width))) + 12;
  const rect = { x: size.width - width, y: size.height - lines.length * LINE - 4, width, height: lines.length * LINE + 4 };
  g.globalAlpha = 0.85;
  g.fillStyle = tones.panel;
  g.fillRect(rect.x, rect.y, rect.width, rect.height);
  g.globalAlpha = 1;
  g.fillStyle = tones.text2;
  g.textAlign = 'right';
  g.textBaseline = 'middle';
  lines.forEach((line, index) => g.fillText(line, size.width - 6, rect.y + 2 + (index + 0.5) * LINE));
  taken.add(rect);
}
