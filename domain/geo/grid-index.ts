/** Where everything is, in cells of a tenth of a degree: made anew in milliseconds, asked in microseconds. */
import type { Area, Bounds } from './area.ts';
import { wrapLongitude } from './distance.ts';

const CELLS_PER_DEGREE = 10;
const ROWS = 180 * CELLS_PER_DEGREE;
const COLUMNS = 360 * CELLS_PER_DEGREE;

const rowOf = (lat: number): number => Math.min(ROWS - 1, Math.max(0, Math.floor((lat + 90) * CELLS_PER_DEGREE)));
const columnOf = (lon: number): number => Math.min(COLUMNS - 1, Math.max(0, Math.floor((lon + 180) * CELLS_PER_DEGREE)));

const NOTHING = { from: 0, to: 0 } as const;

/** Points by their number, 0 to n − 1, in order of rows and within a row of columns. Not changed once made. */
export class GridIndex {
  /** In the places of `order`: a search goes through memory in one direction. */
  private readonly lat: Float64Array;
  private readonly lon: Float64Array;
  /** Numbers of points, sorted. */
  private readonly order: Int32Array;
  /** Columns of `order`. */
  private readonly columns: Uint16Array;
  /** Where each row begins in `order`, and the end. */
  private readonly rows: Int32Array;

  /** Degrees; the arrays must have the same length. */
  constructor(lat: ArrayLike<number>, lon: ArrayLike<number>) {
    const size = lat.length;
    const columns = new Uint16Array(size);
    const rows = new Uint16Array(size);
    const points = new Int32Array(size);
    const east = new Float64Array(size);
    // Plain loops: `from` with a function costs ten times as much, and this is done every few seconds.
    for (let point = 0; point < size; point += 1) {
      const wrapped = wrapLongitude(lon[point] ?? 0);
      east[point] = wrapped;
      columns[point] = columnOf(wrapped);
      rows[point] = rowOf(lat[point] ?? 0);
      points[point] = point;
    }
    const byRow = sortedBy(rows, ROWS, sortedBy(columns, COLUMNS, points).order);
    this.order = byRow.order;
    this.rows = byRow.starts;
    this.columns = new Uint16Array(size);
    this.lat = new Float64Array(size);
    this.lon = new Float64Array(size);
    for (let place = 0; place < size; place += 1) {
      const point = this.order[place] ?? 0;
      this.columns[place] = columns[point] ?? 0;
      this.lat[place] = lat[point] ?? 0;
      this.lon[place] = east[point] ?? 0;
    }
  }

  get size(): number {
    return this.order.length;
  }

  /** Numbers of the points in an area, at most `most` of them; `count` is how many there are. */
  find(area: Area, most = Infinity): { readonly count: number; readonly points: readonly number[] } {
    const [only, second] = area.bounds;
    if (area.isFull === true && only !== undefined && second === undefined) return this.findInBox(area, only, most);
    const points: number[] = [];
    let count = 0;
    // Bounds meet at their borders only, and a border of columns may be in both.
    const isDouble = second !== undefined;
    const seen = new Set<number>();
    for (const bounds of area.bounds) {
      for (let row = rowOf(bounds.south); row <= rowOf(bounds.north); row += 1) {
        const { from, to } = this.slice(row, bounds);
        for (let at = from; at < to; at += 1) {
          if (!area.contains(this.lat[at] ?? 0, this.lon[at] ?? 0)) continue;
          const point = this.order[at] ?? 0;
          if (isDouble && seen.has(point)) continue;
          if (isDouble) seen.add(point);
          count += 1;
          if (count <= most) points.push(point);
        }
      }
    }
    return { count, points };
  }

  /** Points of cells that the border does not touch are in it: of a large box nearly all. */
  private findInBox({ contains }: Area, bounds: Bounds, most: number): { readonly count: number; readonly points: readonly number[] } {
    const points: number[] = [];
    let count = 0;
    const [first, last] = [rowOf(bounds.south), rowOf(bounds.north)];
    const [west, east] = [columnOf(bounds.west), columnOf(bounds.east)];
    for (let row = first; row <= last; row += 1) {
      const { from, to } = this.slice(row, bounds);
      const isBorder = row === first || row === last;
      for (let at = from; at < to; at += 1) {
        const column = this.columns[at] ?? 0;
        if ((isBorder || column === west || column === east) && !contains(this.lat[at] ?? 0, this.lon[at] ?? 0)) continue;
        count += 1;
        if (count <= most) points.push(this.order[at] ?? 0);
      }
    }
    return { count, points };
  }

  /** Places in `order` of the points of a row between two longitudes. */
  private slice(row: number, { west, east }: Bounds): { readonly from: number; readonly to: number } {
    const [begin, end] = [this.rows[row] ?? 0, this.rows[row + 1] ?? 0];
    if (begin === end) return NOTHING;
    const from = this.firstFrom(columnOf(west), begin, end);
    return { from, to: this.firstFrom(columnOf(east) + 1, from, end) };
  }

  /** The first place from `from` on whose column is not before `column`. */
  private firstFrom(column: number, from: number, end: number): number {
    let [low, high] = [from, end];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.columns[middle] ?? 0) < column) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Counting sort: stable, in the time of a look at each. */
function sortedBy(keys: Uint16Array, most: number, points: Int32Array): { order: Int32Array; starts: Int32Array } {
  const starts = new Int32Array(most + 1);
  const size = points.length;
  for (let at = 0; at < size; at += 1) {
    const after = (keys[at] ?? 0) + 1;
    starts[after] = (starts[after] ?? 0) + 1;
  }
  for (let key = 0; key < most; key += 1) starts[key + 1] = (starts[key + 1] ?? 0) + (starts[key] ?? 0);
  const next = starts.slice();
  const order = new Int32Array(size);
  for (let at = 0; at < size; at += 1) {
    const point = points[at] ?? 0;
    const key = keys[point] ?? 0;
    const place = next[key] ?? 0;
    order[place] = point;
    next[key] = place + 1;
  }
  return { order, starts };
}
