import type { VehicleSummary } from '../../contracts/api/answers.ts';
import type { Trouble } from '../model/trouble.ts';
import { troubleOf } from '../model/trouble.ts';
import type { Hit, Layer, Pen } from './layer.ts';
import { isSeen, onScreen } from './layer.ts';
import { project } from './projection.ts';
import type { MapTones } from './tones.ts';

/** Shape and colour of a mark: what moves points where it goes, what is silent is hollow, an exception is a diamond. */
type Look = 'moving' | 'moving-delayed' | 'idle' | 'idle-delayed' | 'silent' | 'silent-delayed' | 'exception';

interface PlaneVehicle {
  readonly id: string;
  readonly look: Look;
  readonly at: readonly [number, number];
  /** Sine and cosine of the heading. */
  readonly sin: number;
  readonly cos: number;
}

const LARGER_FROM = 3000;

/** One mark a vehicle, all of one look in one path: thousands are drawn within a frame. */
export function vehicleLayer(vehicles: readonly VehicleSummary[], { troubles, chosen }: { readonly troubles: ReadonlyMap<string, Trouble>; readonly chosen: string | null }): Layer {
  const byLook = Map.groupBy(vehicles.map((vehicle) => planeVehicle(vehicle, troubles)), ({ look }) => look);
  return (pen) => {
    const size = pen.view.scale > LARGER_FROM ? 1.35 : 1;
    const hits: Hit[] = [];
    for (const look of ORDER) drawLook(pen, byLook.get(look) ?? [], { look, size, hits });
    const picked = hits.find(({ vehicleId }) => vehicleId === chosen);
    if (picked !== undefined) ring(pen, picked);
    return hits;
  };
}

/** What is worst is drawn last, on top. */
const ORDER: readonly Look[] = ['silent', 'idle', 'moving', 'silent-delayed', 'idle-delayed', 'moving-delayed', 'exception'];

function planeVehicle({ vehicleId, lat, lon, headingDeg, motion, shipmentIds }: VehicleSummary, troubles: ReadonlyMap<string, Trouble>): PlaneVehicle {
  const trouble = troubleOf(shipmentIds, troubles);
  const angle = ((headingDeg ?? 0) * Math.PI) / 180;
  const look: Look = trouble === 'exception' ? 'exception' : trouble === 'delayed' ? `${motion}-delayed` : motion;
  return { id: vehicleId, look, at: project(lat, lon), sin: Math.sin(angle), cos: Math.cos(angle) };
}

function drawLook(pen: Pen, vehicles: readonly PlaneVehicle[], { look, size, hits }: { readonly look: Look; readonly size: number; readonly hits: Hit[] }): void {
  const { g, tones, taken } = pen;
  const shape = SHAPES[look];
  g.beginPath();
  for (const vehicle of vehicles) {
    const [x, y] = onScreen(pen, vehicle.at);
    if (!isSeen(pen, x, y, 10)) continue;
    shape(g, { x, y, size, sin: vehicle.sin, cos: vehicle.cos });
    taken.add({ x: x - 7, y: y - 7, width: 14, height: 14 });
    hits.push({ x, y, radius: 9, vehicleId: vehicle.id });
  }
  const isHollow = look.startsWith('silent');
  g.strokeStyle = isHollow ? colourOf(look, tones) : tones.land;
  g.lineWidth = isHollow ? 1.6 : 1;
  if (!isHollow) {
    g.fillStyle = colourOf(look, tones);
    g.fill();
  }
  g.stroke();
}

function colourOf(look: Look, tones: MapTones): string {
  if (look === 'exception') return tones.exception;
  if (look.endsWith('-delayed')) return tones.delayed;
  return look === 'moving' ? tones.moving : tones.idle;
}

interface Mark { readonly x: number; readonly y: number; readonly size: number; readonly sin: number; readonly cos: number }
type Shape = (g: CanvasRenderingContext2D, mark: Mark) => void;

const polygon = (corners: readonly (readonly [number, number])[], turns: boolean): Shape => (g, { x, y, size, sin, cos }) => {
  const [s, c] = turns ? [sin, cos] : [0, 1];
  corners.forEach(([dx, dy], index) => {
    const [px, py] = [x + (dx * c - dy * s) * size, y + (dx * s + dy * c) * size];
    if (index === 0) g.moveTo(px, py);
    else g.lineTo(px, py);
  });
  g.closePath();
};
const arrow = polygon([[0, -7], [4.6, 5.4], [0, 2.8], [-4.6, 5.4]], true);
const square = polygon([[-2.8, -2.8], [2.8, -2.8], [2.8, 2.8], [-2.8, 2.8]], false);
const diamond = polygon([[0, -6], [6, 0], [0, 6], [-6, 0]], false);
const hollow: Shape = (g, { x, y, size }) => {
  g.moveTo(x + 3.4 * size, y);
  g.arc(x, y, 3.4 * size, 0, 7);
};

const SHAPES: Readonly<Record<Look, Shape>> = { moving: arrow, 'moving-delayed': arrow, idle: square, 'idle-delayed': square, silent: hollow, 'silent-delayed': hollow, exception: diamond };

function ring({ g, tones }: Pen, { x, y }: Hit): void {
  g.beginPath();
  g.arc(x, y, 11, 0, 7);
  g.strokeStyle = tones.text;
  g.lineWidth = 1.6;
  g.stroke();
}
