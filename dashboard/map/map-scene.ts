import { followGestures } from './gestures.ts';
import { Taken } from './labels.ts';
import type { Hit, Layer } from './layer.ts';
import { project } from './projection.ts';
import { readTones } from './tones.ts';
import { centredOn, fitted, panned, resized, zoomed } from './view.ts';
import type { MapView, PlaneBox, Size } from './view.ts';

/** Where a map opens: a part of the plane that must be seen whole, and perhaps a place that a link names. */
export interface MapStart {
  readonly all: PlaneBox;
  readonly at?: { readonly lat: number; readonly lon: number; readonly scale: number } | null;
}

/** A map that has come to rest. `isMoved`: somebody moved it; else its box has another size. */
export type Settle = (view: MapView, size: Size, isMoved: boolean) => void;

interface SceneOptions {
  readonly start: MapStart;
  readonly onSettle: Settle;
  readonly onPick: (vehicleId: string | null) => void;
}

const SETTLED_MS = 180;
/** A click on a cell goes this much nearer. */
const CELL_ZOOM = 2.4;
/** Pixels around a mark that still pick it. */
const REACH = 3;

/** The moving part of a map: its view, one frame at a time, what was drawn where. */
export class MapScene {
  readonly #canvas: HTMLCanvasElement;
  readonly #g: CanvasRenderingContext2D;
  readonly #options: SceneOptions;
  readonly #watch: ResizeObserver;
  readonly #stopGestures: () => void;
  #view: MapView = { x: 0, y: 0, scale: 1 };
  #size: Size = { width: 0, height: 0 };
  #layers: readonly Layer[] = [];
  #hits: readonly Hit[] = [];
  #tones = readTones();
  readonly #redraw = (): void => this.#ask();
  #isAsked = false;
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(canvas: HTMLCanvasElement, options: SceneOptions) {
    const g = canvas.getContext('2d');
    if (g === null) throw new Error('this browser draws no canvas');
    this.#canvas = canvas;
    this.#g = g;
    this.#options = options;
    this.#stopGestures = followGestures(canvas, { view: () => this.#view, size: () => this.#size, onView: (view) => this.move(view), onHome: () => this.home(), onPick: (x, y) => this.#pick(x, y) });
    this.#watch = new ResizeObserver(() => this.#resize());
    this.#watch.observe(canvas);
    this.#resize();
  }

  show(layers: readonly Layer[]): void {
    this.#layers = layers;
    this.#ask();
  }

  restyle(): void {
    this.#tones = readTones();
    this.#ask();
  }

  zoom(factor: number): void {
    this.move(zoomed(this.#view, factor, [this.#size.width / 2, this.#size.height / 2]));
  }

  home(): void {
    this.move(fitted(this.#options.start.all, this.#size));
  }

  goTo({ lat, lon, scale }: { readonly lat: number; readonly lon: number; readonly scale: number }): void {
    this.move(centredOn(project(lat, lon), scale, this.#size));
  }

  showBox(box: PlaneBox): void {
    this.move(fitted(box, this.#size));
  }

  move(view: MapView): void {
    this.#view = view;
    this.#ask();
    this.#settleSoon();
  }

  stop(): void {
    clearTimeout(this.#settling);
    this.#watch.disconnect();
    this.#stopGestures();
  }

  /** Draws at once; else a frame is asked for. */
  draw(): void {
    const { width, height } = this.#size;
    if (width === 0) return;
    const density = devicePixelRatio || 1;
    this.#g.setTransform(density, 0, 0, density, 0, 0);
    this.#g.clearRect(0, 0, width, height);
    const pen = { g: this.#g, view: this.#view, size: this.#size, tones: this.#tones, taken: new Taken(width, height), redraw: this.#redraw };
    this.#hits = this.#layers.flatMap((layer) => layer(pen));
  }

  #ask(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    requestAnimationFrame(() => {
      this.#isAsked = false;
      this.draw();
    });
  }

  #settleSoon(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#options.onSettle(this.#view, this.#size, true), SETTLED_MS);
  }

  #resize(): void {
    const { width, height } = this.#canvas.getBoundingClientRect();
    if (width === 0 || height === 0 || (width === this.#size.width && height === this.#size.height)) return;
    const [before, after] = [this.#size, { width, height }];
    const density = devicePixelRatio || 1;
    this.#canvas.width = Math.round(width * density);
    this.#canvas.height = Math.round(height * density);
    this.#size = after;
    const { all, at } = this.#options.start;
    if (before.width > 0) this.#view = resized(this.#view, before, after);
    else this.#view = at === undefined || at === null ? fitted(all, after) : centredOn(project(at.lat, at.lon), at.scale, after);
    this.draw();
    this.#options.onSettle(this.#view, after, false);
  }

  #pick(x: number, y: number): void {
    const near = this.#hits.map((hit) => ({ hit, distance: Math.hypot(hit.x - x, hit.y - y) })).filter(({ hit, distance }) => distance <= hit.radius + REACH);
    const nearest = near.sort((a, b) => a.distance - b.distance)[0]?.hit;
    if (nearest !== undefined && nearest.vehicleId === undefined) this.move(panned(zoomed(this.#view, CELL_ZOOM, [nearest.x, nearest.y]), this.#size.width / 2 - nearest.x, this.#size.height / 2 - nearest.y));
    else this.#options.onPick(nearest?.vehicleId ?? null);
  }
}
