/** Where labels stand: near what they name, and never over a vehicle, a cell, a button or one another. */

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface LabelWish {
  /** What it names, on the screen. */
  readonly anchor: readonly [number, number];
  readonly width: number;
  readonly height: number;
}

/** Pixels of one square of the grid of what is taken. */
const SQUARE = 6;

/** Which squares of the map are taken: one look-up a square, however many vehicles there are. */
export class Taken {
  readonly #columns: number;
  readonly #rows: number;
  readonly #squares: Uint8Array;

  readonly width: number;
  readonly height: number;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#columns = Math.max(1, Math.ceil(width / SQUARE));
    this.#rows = Math.max(1, Math.ceil(height / SQUARE));
    this.#squares = new Uint8Array(this.#columns * this.#rows);
  }

  add(rect: Rect): void {
    this.#visit(rect, (index) => {
      this.#squares[index] = 1;
      return true;
    });
  }

  isFree(rect: Rect): boolean {
    if (rect.x < 0 || rect.y < 0 || rect.x + rect.width > this.width || rect.y + rect.height > this.height) return false;
    return this.#visit(rect, (index) => this.#squares[index] === 0);
  }

  /** Visits the squares that the rectangle touches, until one says no. */
  #visit({ x, y, width, height }: Rect, look: (index: number) => boolean): boolean {
    const [left, right] = [Math.max(0, Math.floor(x / SQUARE)), Math.min(this.#columns - 1, Math.floor((x + width) / SQUARE))];
    const [above, below] = [Math.max(0, Math.floor(y / SQUARE)), Math.min(this.#rows - 1, Math.floor((y + height) / SQUARE))];
    for (let row = above; row <= below; row += 1) {
      for (let column = left; column <= right; column += 1) if (!look(row * this.#columns + column)) return false;
    }
    return true;
  }
}

/** Pixels of the line to what it names, what goes sideways counted half as much again: a longer or more slanting one would mislead. */
const MOST_LEAD = 96;
const STEPS = [0, 1, -1, 2, -2, 3, -3, 4, -4] as const;

/** A line between two points of the screen. */
export type Lead = readonly [readonly [number, number], readonly [number, number]];

/**
 * The place of each wish, in their order, that with the shortest line to what it names first; no label lies on another's line. null where
 * there is none near enough: a region without a label has its row in the table.
 */
export function placeLabels(wishes: readonly LabelWish[], taken: Taken): (Rect | null)[] {
  const placed: Rect[] = [];
  const leads: Lead[] = [];
  return wishes.map((wish) => {
    const found = candidates(wish).find(({ rect, lead }) => taken.isFree(rect) && !leads.some((other) => crosses(other, rect)) && !placed.some((other) => crosses(lead, other)));
    if (found === undefined) return null;
    taken.add(grown(found.rect, 3));
    placed.push(found.rect);
    leads.push(found.lead);
    return found.rect;
  });
}

interface Candidate { readonly rect: Rect; readonly lead: Lead }

function candidates({ anchor: [x, y], width, height }: LabelWish): Candidate[] {
  const found: (Candidate & { readonly length: number; readonly offset: number })[] = [];
  for (const across of STEPS) {
    for (let down = -7; down <= 7; down += 1) {
      const [dx, dy] = [(across * width) / 4, down * (height + 4)];
      const rect = { x: Math.round(x + dx - width / 2), y: Math.round(y + dy - height / 2), width, height };
      const lead = leadOf(rect, [x, y]);
      const length = lengthOf(lead);
      if (length + Math.abs(lead[0][0] - lead[1][0]) / 2 <= MOST_LEAD) found.push({ rect, lead, length, offset: Math.hypot(dx, dy) });
    }
  }
  return found.sort((a, b) => a.length - b.length || a.offset - b.offset);
}

/** From the nearest point of the label's edge to what it names. */
export const leadOf = ({ x, y, width, height }: Rect, anchor: readonly [number, number]): Lead =>
  [[Math.max(x, Math.min(x + width, anchor[0])), Math.max(y, Math.min(y + height, anchor[1]))], anchor];

export const lengthOf = ([[ax, ay], [bx, by]]: Lead): number => Math.hypot(ax - bx, ay - by);

/** Whether a line meets a rectangle: what is left of the line after each edge has cut it (Liang and Barsky). */
export function crosses([[ax, ay], [bx, by]]: Lead, { x, y, width, height }: Rect): boolean {
  let [from, to] = [0, 1];
  for (const [move, room] of [[ax - bx, ax - x], [bx - ax, x + width - ax], [ay - by, ay - y], [by - ay, y + height - ay]] as const) {
    if (move === 0 && room < 0) return false;
    if (move < 0) from = Math.max(from, room / move);
    if (move > 0) to = Math.min(to, room / move);
  }
  return from <= to;
}

export const grown = ({ x, y, width, height }: Rect, by: number): Rect => ({ x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by });
