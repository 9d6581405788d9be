import type { Layer, Pen } from './layer.ts';
import { onScreen } from './layer.ts';
import { project } from './projection.ts';

export interface RoadStop {
  readonly name: string;
  readonly lat: number;
  readonly lon: number;
}

export interface Road {
  readonly done: readonly RoadStop[];
  readonly ahead: readonly RoadStop[];
  /** Where its vehicle is now, when it has one that tells. */
  readonly vehicle: { readonly lat: number; readonly lon: number } | null;
  /** The vehicle's last hour, oldest first. */
  readonly trail: readonly { readonly lat: number; readonly lon: number }[];
  readonly isLate: boolean;
}

/** Where the shipment has been (whole line), where it will go (dashed), and where it is. */
export function roadLayer({ done, ahead, vehicle, trail, isLate }: Road): Layer {
  return (pen) => {
    const { g, tones } = pen;
    const here = vehicle ?? done.at(-1) ?? null;
    line(pen, [...done, ...(vehicle === null ? [] : [vehicle])], []);
    line(pen, here === null ? ahead : [here, ...ahead.slice(1)], [4, 4]);
    g.globalAlpha = 0.6;
    line(pen, trail, []);
    g.globalAlpha = 1;
    const stops = [...done, ...ahead];
    stops.forEach((stop, index) => end(pen, stop, index === 0 || index === stops.length - 1));
    if (here !== null) spot(pen, here, { colour: isLate ? tones.delayed : tones.cell, isVehicle: vehicle !== null });
    return [];
  };
}

function line(pen: Pen, points: readonly { readonly lat: number; readonly lon: number }[], dash: number[]): void {
  const { g, tones } = pen;
  g.setLineDash(dash);
  g.beginPath();
  points.forEach(({ lat, lon }, index) => {
    const [x, y] = onScreen(pen, project(lat, lon));
    if (index === 0) g.moveTo(x, y);
    else g.lineTo(x, y);
  });
  g.strokeStyle = tones.cell;
  g.lineWidth = 2;
  g.stroke();
  g.setLineDash([]);
}

function end(pen: Pen, { name, lat, lon }: RoadStop, isNamed: boolean): void {
  const { g, tones, size } = pen;
  const [x, y] = onScreen(pen, project(lat, lon));
  g.beginPath();
  g.arc(x, y, isNamed ? 4 : 2.6, 0, 7);
  g.fillStyle = tones.panel;
  g.fill();
  g.strokeStyle = tones.text;
  g.lineWidth = 1.6;
  g.stroke();
  if (!isNamed) return;
  g.font = `600 12px ${tones.font}`;
  g.textAlign = 'center';
  g.textBaseline = 'alphabetic';
  const half = g.measureText(name).width / 2 + 6;
  const isHigh = y > 26;
  g.lineWidth = 3;
  g.strokeStyle = tones.land;
  const [tx, ty] = [Math.max(half, Math.min(size.width - half, x)), isHigh ? y - 12 : y + 22];
  g.strokeText(name, tx, ty);
  g.fillStyle = tones.text;
  g.fillText(name, tx, ty);
}

function spot(pen: Pen, { lat, lon }: { readonly lat: number; readonly lon: number }, { colour, isVehicle }: { readonly colour: string; readonly isVehicle: boolean }): void {
  const { g, tones } = pen;
  const [x, y] = onScreen(pen, project(lat, lon));
  g.beginPath();
  g.arc(x, y, isVehicle ? 6.5 : 5, 0, 7);
  g.fillStyle = colour;
  g.fill();
  g.strokeStyle = tones.land;
  g.lineWidth = 2;
  g.stroke();
}

/** Where the chosen vehicle was in its last hour. */
export function trailLayer(trail: Road['trail']): Layer {
  return (pen) => {
    pen.g.globalAlpha = 0.8;
    line(pen, trail, []);
    pen.g.globalAlpha = 1;
    return [];
  };
}
