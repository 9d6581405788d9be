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

/** Further from what it names a label would mislead. */
const FURTHEST = 140;
const STEPS = [0, 1, -1, 2, -2, 3, -3, 4, -4] as const;

/**
 * The place of each wish, in their order, nearest free one first; null where there is none near enough: a region without a
 * label has its row in the table.
 */
export function placeLabels(wishes: readonly LabelWish[], taken: Taken): (Rect | null)[] {
  return wishes.map((wish) => {
    const rect = candidates(wish).find((candidate) => taken.isFree(candidate));
    if (rect === undefined) return null;
    taken.add(grown(rect, 3));
    return { x: rect.x, y: rect.y, width: rect.width, height: rect.height };
  });
}

function candidates({ anchor: [x, y], width, height }: LabelWish): Rect[] {
  const rects: (Rect & { readonly distance: number })[] = [];
  for (const across of STEPS) {
    for (let down = -7; down <= 7; down += 1) {
      const [dx, dy] = [(across * width) / 4, down * (height + 4)];
      const distance = Math.hypot(dx, dy);
      if (distance <= FURTHEST) rects.push({ x: Math.round(x + dx - width / 2), y: Math.round(y + dy - height / 2), width, height, distance });
    }
  }
  return rects.sort((a, b) => a.distance - b.distance);
}

export const grown = ({ x, y, width, height }: Rect, by: number): Rect => ({ x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by });
