import { BORDERS, COAST } from '../land/land-data.ts';
import { decodeLines } from '../land/line-code.ts';
import type { Layer } from './layer.ts';
import { pathOf } from './layer.ts';
import { landPoint } from './projection.ts';
import { LAND_SCALE } from './view.ts';

let paths: { readonly coast: Path2D; readonly borders: Path2D } | undefined;

/** Coasts and borders: calm, without names, so that vehicles are what is seen. */
export const landLayer: Layer = ({ g, view, tones }) => {
  if (view.scale > LAND_SCALE) return [];
  paths ??= { coast: pathOf(linesOf(COAST), true), borders: pathOf(linesOf(BORDERS), false) };
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

const linesOf = (text: string): (readonly [number, number])[][] => decodeLines(text).map((line) => line.map(landPoint));
