/** Lines of the plane as text: whole steps from point to point, zigzag, five bits a character. */

/** x to the east, y to the south, in radii of the globe. */
export type Point = readonly [number, number];

/** One step of the code. At the map's nearest zoom it is under three pixels. */
export const STEP = 1 / 3000;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_';

/** Lines are separated by a blank; neither quotes nor backslashes occur. */
export function encodeLines(lines: readonly (readonly Point[])[]): string {
  return lines.map(encodeLine).join(' ');
}

function encodeLine(line: readonly Point[]): string {
  let [x, y] = [0, 0];
  let text = '';
  for (const point of line) {
    const [nextX, nextY] = [Math.round(point[0] / STEP), Math.round(point[1] / STEP)];
    if (text !== '' && nextX === x && nextY === y) continue;
    text += encodeNumber(nextX - x) + encodeNumber(nextY - y);
    [x, y] = [nextX, nextY];
  }
  return text;
}

function encodeNumber(value: number): string {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  let text = '';
  do {
    const low = rest & 31;
    rest >>>= 5;
    text += ALPHABET.charAt(rest > 0 ? low + 32 : low);
  } while (rest > 0);
  return text;
}

export function decodeLines(text: string): Point[][] {
  return text.split(' ').filter((line) => line !== '').map(decodeLine);
}

function decodeLine(line: string): Point[] {
  const points: Point[] = [];
  let [x, y, value, shift] = [0, 0, 0, 0];
  let isX = true;
  for (const character of line) {
    const digit = ALPHABET.indexOf(character);
    value |= (digit & 31) << shift;
    shift += 5;
    if ((digit & 32) !== 0) continue;
    const step = (value & 1) === 1 ? -(value + 1) / 2 : value / 2;
    if (isX) x += step;
    else points.push([x * STEP, (y += step) * STEP]);
    isX = !isX;
    value = shift = 0;
  }
  return points;
}
