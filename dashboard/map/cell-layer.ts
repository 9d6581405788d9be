import type { VehicleCell } from '../../contracts/api/answers.ts';
import { HOT_CELL_SHARE } from '../model/tone.ts';
import type { Hit, Layer, Pen } from './layer.ts';
import { isSeen, onScreen } from './layer.ts';
import { project } from './projection.ts';

/** Fewer are seen by the colour alone. */
const LEAST_NUMBER = 10;
const LEAST_HOT = 5;

interface PlaneCell {
  readonly vehicles: number;
  readonly isHot: boolean;
  readonly ring: readonly (readonly [number, number])[];
  readonly middle: readonly [number, number];
}

/** Counts of vehicles by H3 cell, as the API cut them: a cell stays on its piece of the globe at every zoom. */
export function cellLayer(cells: readonly VehicleCell[]): Layer {
  const plane = cells.map(planeCell);
  return (pen) => {
    const seen = plane.flatMap((cell) => {
      const [x, y] = onScreen(pen, cell.middle);
      return isSeen(pen, x, y, 60) ? [{ cell, x, y, corners: cell.ring.map((corner) => onScreen(pen, corner)) }] : [];
    });
    for (const { cell, corners } of seen) drawCell(pen, cell, corners);
    for (const { cell, corners } of seen) if (cell.isHot) rim(pen, corners);
    return seen.map(({ cell, x, y, corners }) => numbered(pen, cell, { x, y, corners }));
  };
}

function planeCell({ ring, vehicles, delayed }: VehicleCell): PlaneCell {
  const first = ring[0]?.[0] ?? 0;
  // A cell on the antimeridian is drawn whole on the side of its first corner.
  const corners = ring.map(([lon, lat]) => project(lat, lon + 360 * Math.round((first - lon) / 360)));
  const middle = [mean(corners.map(([x]) => x)), mean(corners.map(([, y]) => y))] as const;
  return { vehicles, isHot: delayed !== null && vehicles >= LEAST_HOT && delayed / vehicles > HOT_CELL_SHARE, ring: corners, middle };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

function drawCell({ g, tones }: Pen, { vehicles }: PlaneCell, corners: readonly (readonly [number, number])[]): void {
  trace(g, corners);
  g.globalAlpha = Math.min(0.78, 0.2 + Math.sqrt(vehicles) * 0.055);
  g.fillStyle = tones.cell;
  g.fill();
  g.globalAlpha = 1;
  g.strokeStyle = tones.land;
  g.lineWidth = 1;
  g.stroke();
}

function rim({ g, tones }: Pen, corners: readonly (readonly [number, number])[]): void {
  trace(g, corners);
  g.strokeStyle = tones.delayed;
  g.lineWidth = 1.8;
  g.stroke();
}

function trace(g: CanvasRenderingContext2D, corners: readonly (readonly [number, number])[]): void {
  g.beginPath();
  corners.forEach(([x, y], index) => (index === 0 ? g.moveTo(x, y) : g.lineTo(x, y)));
  g.closePath();
}

/** The number, unless the cell is too small for it on this part of the globe; the whole cell is taken. */
function numbered({ g, tones, taken }: Pen, { vehicles }: PlaneCell, { x, y, corners }: { readonly x: number; readonly y: number; readonly corners: readonly (readonly [number, number])[] }): Hit {
  const radius = Math.max(6, ...corners.map(([cx, cy]) => Math.hypot(cx - x, cy - y)));
  taken.add({ x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius });
  const text = String(vehicles);
  if (vehicles >= LEAST_NUMBER && radius > 4 + text.length * 3.2) {
    g.font = `600 10px ${tones.font}`;
    g.textAlign = 'center';
    g.textBaseline = 'middle';
    g.lineWidth = 2.6;
    g.strokeStyle = tones.land;
    g.strokeText(text, x, y + 0.5);
    g.fillStyle = tones.text;
    g.fillText(text, x, y + 0.5);
  }
  return { x, y, radius };
}
