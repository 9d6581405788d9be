import type { MapTones } from './tones.ts';

const TIMEOUT_MS = 20_000;
/** Pixels of a tile's side that are kept; servers of 512 px stay sharp. */
const MOST_SIDE = 512;
/** How much of the ground's colour lies over it. */
const VEIL = 0.35;

/**
 * A tile as it is drawn: without colours of its own, light on dark in the dark theme, paler than any mark. It is toned here, once,
 * so that a frame only copies. An image needs no permission of its server to be drawn; its pixels cannot be read, and nobody does.
 * @throws Error when it does not come
 */
export async function tonedTile(address: string, tones: MapTones): Promise<HTMLCanvasElement> {
  return toned(await loaded(address), tones);
}

async function loaded(address: string): Promise<HTMLImageElement> {
  const image = new Image();
  // The page's origin, without view or place: operators of servers ask who shows their tiles.
  image.referrerPolicy = 'origin';
  image.decoding = 'async';
  image.src = address;
  const timer = setTimeout(() => { image.src = ''; }, TIMEOUT_MS);
  try {
    await image.decode();
    return image;
  } finally {
    clearTimeout(timer);
  }
}

function toned(image: HTMLImageElement, { land, isDark }: MapTones): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  const side = Math.max(1, Math.min(MOST_SIDE, image.naturalWidth));
  canvas.width = canvas.height = side;
  const g = canvas.getContext('2d');
  if (g === null) throw new Error('this browser draws no canvas');
  const cover = (colour: string, how: GlobalCompositeOperation): void => {
    g.globalCompositeOperation = how;
    g.fillStyle = colour;
    g.fillRect(0, 0, side, side);
  };
  g.fillStyle = land;
  g.fillRect(0, 0, side, side);
  g.drawImage(image, 0, 0, side, side);
  if (isDark) cover('#fff', 'difference');
  cover('#808080', 'saturation');
  g.globalAlpha = VEIL;
  cover(land, 'source-over');
  return canvas;
}
