import { BORDERS, COAST } from '../land/land-data.ts';
import { decodeLines } from '../land/line-code.ts';
import type { Layer } from './layer.ts';
import { pathOf } from './layer.ts';

let paths: { readonly coast: Path2D; readonly borders: Path2D } | undefined;

/** Coasts and borders: calm, without names, so that vehicles are what is seen. */
export const landLayer: Layer = ({ g, view, tones }) => {
  paths ??= { coast: pathOf(decodeLines(COAST), true), borders: pathOf(decodeLines(BORDERS), false) };
  g.save();
  g.transform(view.scale, 0, 0, view.scale, view.x, view.y);
  g.fillStyle = tones.land;
  g.fill(paths.coast);
  g.lineWidth = 0.8 / view.scale;
  g.strokeStyle = tones.border;
  g.stroke(paths.borders);
  g.strokeStyle = tones.coast;
  g.stroke(paths.coast);
  g.restore();
  return [];
};
