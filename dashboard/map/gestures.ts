import type { MapView, Size } from './view.ts';
import { panned, zoomed } from './view.ts';

export interface GestureTarget {
  readonly view: () => MapView;
  readonly size: () => Size;
  readonly onView: (view: MapView) => void;
  /** All that is known, as at the start. */
  readonly onHome: () => void;
  readonly onPick: (x: number, y: number) => void;
}

const KEY_STEP = 60;
const KEY_ZOOM = 1.5;
/** Pixels that a finger may slip in a tap. */
const TAP = 6;

/** Mouse, wheel, one finger, two fingers and keys. Returns how to stop. */
export function followGestures(canvas: HTMLCanvasElement, target: GestureTarget): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const on = <K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void): void => canvas.addEventListener(type, listener, { signal, passive: false });
  on('wheel', (event) => {
    event.preventDefault();
    target.onView(zoomed(target.view(), Math.exp(-event.deltaY * 0.0016), [event.offsetX, event.offsetY]));
  });
  on('keydown', (event) => onKey(event, target));
  followPointers(canvas, target, on);
  return () => stop.abort();
}

type On = <K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void) => void;

function followPointers(canvas: HTMLCanvasElement, target: GestureTarget, on: On): void {
  const pointers = new Map<number, { readonly x: number; readonly y: number }>();
  let moved = 0;
  let fingers = 0;
  on('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    if (pointers.size === 0) [moved, fingers] = [0, 0];
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    fingers = Math.max(fingers, pointers.size);
  });
  on('pointermove', (event) => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return;
    const after = { x: event.clientX, y: event.clientY };
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    target.onView(other === undefined ? panned(target.view(), after.x - before.x, after.y - before.y) : pinched(canvas, target.view(), { before, after, other }));
    moved += Math.hypot(after.x - before.x, after.y - before.y);
    pointers.set(event.pointerId, after);
  });
  const lift = (event: PointerEvent): void => {
    if (!pointers.delete(event.pointerId) || pointers.size > 0) return;
    if (event.type === 'pointerup' && fingers === 1 && moved < TAP) {
      const { left, top } = canvas.getBoundingClientRect();
      target.onPick(event.clientX - left, event.clientY - top);
    }
  };
  on('pointerup', lift);
  on('pointercancel', lift);
}

interface Spot { readonly x: number; readonly y: number }

/** Zooms by how the fingers part, and follows their middle. */
function pinched(canvas: HTMLCanvasElement, view: MapView, { before, after, other }: { readonly before: Spot; readonly after: Spot; readonly other: Spot }): MapView {
  const { left, top } = canvas.getBoundingClientRect();
  const apart = (spot: Spot): number => Math.max(8, Math.hypot(spot.x - other.x, spot.y - other.y));
  const middle = [(after.x + other.x) / 2 - left, (after.y + other.y) / 2 - top] as const;
  return panned(zoomed(view, apart(after) / apart(before), middle), (after.x - before.x) / 2, (after.y - before.y) / 2);
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [KEY_STEP, 0], ArrowRight: [-KEY_STEP, 0], ArrowUp: [0, KEY_STEP], ArrowDown: [0, -KEY_STEP] };

function onKey(event: KeyboardEvent, target: GestureTarget): void {
  if (event.metaKey || event.ctrlKey || event.altKey) return;
  const { width, height } = target.size();
  const step = ARROWS[event.key];
  if (step !== undefined) target.onView(panned(target.view(), ...step));
  else if (event.key === '+' || event.key === '=') target.onView(zoomed(target.view(), KEY_ZOOM, [width / 2, height / 2]));
  else if (event.key === '-') target.onView(zoomed(target.view(), 1 / KEY_ZOOM, [width / 2, height / 2]));
  else if (event.key === '0') target.onHome();
  else return;
  event.preventDefault();
}
