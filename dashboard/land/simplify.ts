import type { Point } from './line-code.ts';

/**
 * Visvalingam's simplification: again and again the corner that spans the smallest triangle goes, until none is smaller
 * than `smallest` (in squared units of the points). Ends stay, so that arcs still meet.
 */
export function simplifyArc(points: readonly Point[], smallest: number): Point[] {
  const kept = [...points];
  while (kept.length > 2) {
    const [index, area] = smallestCorner(kept);
    if (area >= smallest) return kept;
    kept.splice(index, 1);
  }
  return kept;
}

function smallestCorner(points: readonly Point[]): [number, number] {
  let found: [number, number] = [1, Infinity];
  for (let index = 1; index < points.length - 1; index += 1) {
    const area = triangle(points[index - 1], points[index], points[index + 1]);
    if (area < found[1]) found = [index, area];
  }
  return found;
}

const triangle = (a: Point = [0, 0], b: Point = [0, 0], c: Point = [0, 0]): number =>
  Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2;
