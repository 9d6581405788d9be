import type { Taken } from './labels.ts';
import type { MapTones } from './tones.ts';
import type { MapView, Size } from './view.ts';

/** What a layer draws with. Coordinates are CSS pixels of the canvas. */
export interface Pen {
  readonly g: CanvasRenderingContext2D;
  readonly view: MapView;
  readonly size: Size;
  readonly tones: MapTones;
  /** What labels must not cover: layers add what they draw. */
  readonly taken: Taken;
  /** Draws again when something has come that was missing. */
  readonly redraw: () => void;
}

/** Something that can be picked: a vehicle, or a cell to go nearer to. */
export interface Hit {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly vehicleId?: string;
}

/** Draws, and says what can be picked. */
export type Layer = (pen: Pen) => readonly Hit[];

export const onScreen = ({ view }: Pen, [x, y]: readonly [number, number]): readonly [number, number] => [x * view.scale + view.x, y * view.scale + view.y];
export const isSeen = ({ size }: Pen, x: number, y: number, margin: number): boolean => x > -margin && y > -margin && x < size.width + margin && y < size.height + margin;

export function pathOf(lines: readonly (readonly (readonly [number, number])[])[], isClosed: boolean): Path2D {
  const path = new Path2D();
  for (const line of lines) {
    line.forEach(([x, y], index) => (index === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
    if (isClosed) path.closePath();
  }
  return path;
}
