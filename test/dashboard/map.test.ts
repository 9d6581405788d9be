import fc from 'fast-check';
import { decodeLines, encodeLines, STEP } from '../../dashboard/land/line-code.ts';
import { simplifyArc } from '../../dashboard/land/simplify.ts';
import { crosses as meets, leadOf, lengthOf, placeLabels, Taken } from '../../dashboard/map/labels.ts';
import type { Rect } from '../../dashboard/map/labels.ts';
import { boxOf, centredOn, fitted, middleOf, panned, resized, resolutionFor, SCALES, SINGLES_FROM, WORLD, zoomed } from '../../dashboard/map/view.ts';
import { vehiclePath } from '../../dashboard/model/fleet.ts';

const SIZE = { width: 960, height: 580 };
const DEGREES = 180 / Math.PI;
/** A plain projection: the plane is degrees in radians. */
const plain = (x: number, y: number): readonly [number, number] | null => (Math.abs(x) <= Math.PI && Math.abs(y) <= Math.PI / 2 ? [x * DEGREES, -y * DEGREES] : null);

describe('the view of the map', () => {
  it('keeps the point under the pointer while it zooms', () => {
    fc.assert(fc.property(fc.double({ min: 0.2, max: 5, noNaN: true }), fc.integer({ min: 0, max: 960 }), fc.integer({ min: 0, max: 580 }), (factor, px, py) => {
      const before = centredOn([0.3, -0.8], 700, SIZE);
      const after = zoomed(before, factor, [px, py]);
      expect((px - after.x) / after.scale).toBeCloseTo((px - before.x) / before.scale, 9);
      expect((py - after.y) / after.scale).toBeCloseTo((py - before.y) / before.scale, 9);
    }));
  });

  it('stays within its scales, however hard one turns the wheel', () => {
    const view = fitted(WORLD, SIZE);
    expect([zoomed(view, 1e9, [0, 0]).scale, zoomed(view, 1e-9, [0, 0]).scale]).toEqual([SCALES.most, SCALES.least]);
  });

  it('keeps its middle when the window changes', () => {
    const view = panned(fitted(WORLD, SIZE), 40, -30);
    const after = resized(view, SIZE, { width: 390, height: 400 });
    const [before, middle] = [middleOf(view, SIZE), middleOf(after, { width: 390, height: 400 })];
    expect([middle[0], middle[1]]).toEqual([expect.closeTo(before[0], 9), expect.closeTo(before[1], 9)]);
  });

  it('asks for finer cells as one goes nearer, and never for coarser ones', () => {
    const scales = Array.from({ length: 200 }, (_, index) => SCALES.least + index * 40);
    const resolutions = scales.map(resolutionFor);
    expect(resolutions).toEqual([...resolutions].sort((a, b) => a - b));
    expect([resolutionFor(220), resolutionFor(560), resolutionFor(1_150)]).toEqual([1, 2, 3]);
  });

  it('asks for what is seen and a little more, in whole steps, and for the world when its edge is in sight', () => {
    const view = centredOn([5 / DEGREES, -51 / DEGREES], 2_600, SIZE);
    const [west, south, east, north] = boxOf(view, SIZE, { unproject: plain });
    const half = (SIZE.width / 2 / 2_600) * DEGREES;
    expect(west).toBeLessThanOrEqual(5 - half);
    expect(east).toBeGreaterThanOrEqual(5 + half);
    expect([south < 51, north > 51]).toEqual([true, true]);
    expect(boxOf(panned(view, 1, 1), SIZE, { unproject: plain })).toEqual([west, south, east, north]);
    expect(boxOf(fitted(WORLD, { width: 2000, height: 1200 }), { width: 2000, height: 1200 }, { unproject: () => null })).toEqual([-180, -90, 180, 90]);
  });

  it('asks for cells from afar and for single vehicles from near', () => {
    expect(vehiclePath(centredOn([0, 0], SINGLES_FROM - 1, SIZE), SIZE, plain)).toMatch(/^\/v1\/vehicles\?bbox=[-\d.,]+&group=cell&resolution=2$/);
    expect(vehiclePath(centredOn([0, 0], SINGLES_FROM, SIZE), SIZE, plain)).toMatch(/^\/v1\/vehicles\?bbox=[-\d.,]+$/);
  });
});

describe('labels', () => {
  const crosses = (a: Rect, b: Rect): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

  it('cover no vehicle, no other label and no edge, wherever the vehicles are', () => {
    const spot = fc.record({ x: fc.integer({ min: 0, max: 940 }), y: fc.integer({ min: 0, max: 560 }) });
    fc.assert(fc.property(fc.array(spot, { maxLength: 300 }), fc.array(spot, { maxLength: 14 }), (vehicles, anchors) => {
      const marks = vehicles.map(({ x, y }) => ({ x, y, width: 14, height: 14 }));
      const taken = new Taken(SIZE.width, SIZE.height);
      for (const mark of marks) taken.add(mark);
      const placed = placeLabels(anchors.map(({ x, y }) => ({ anchor: [x, y] as const, width: 150, height: 22 })), taken).filter((rect) => rect !== null);
      for (const [index, rect] of placed.entries()) {
        expect(marks.some((mark) => crosses(mark, rect))).toBe(false);
        expect(placed.slice(index + 1).some((other) => crosses(other, rect))).toBe(false);
        expect(rect.x >= 0 && rect.y >= 0 && rect.x + rect.width <= SIZE.width && rect.y + rect.height <= SIZE.height).toBe(true);
      }
    }), { numRuns: 60 });
  });

  it('stand on no other label\'s line, and no further than a short line from what they name', () => {
    const spot = fc.record({ x: fc.integer({ min: 0, max: 940 }), y: fc.integer({ min: 0, max: 560 }) });
    fc.assert(fc.property(fc.array(spot, { maxLength: 120 }), fc.array(spot, { minLength: 2, maxLength: 14 }), (vehicles, anchors) => {
      const taken = new Taken(SIZE.width, SIZE.height);
      for (const { x, y } of vehicles) taken.add({ x, y, width: 40, height: 40 });
      const rects = placeLabels(anchors.map(({ x, y }) => ({ anchor: [x, y] as const, width: 150, height: 22 })), taken);
      const placed = rects.flatMap((rect, index) => {
        const anchor = anchors[index];
        return rect === null || anchor === undefined ? [] : [{ rect, lead: leadOf(rect, [anchor.x, anchor.y]) }];
      });
      for (const [index, { lead }] of placed.entries()) {
        expect(lengthOf(lead)).toBeLessThanOrEqual(96);
        expect(placed.some(({ rect }, other) => other !== index && meets(lead, rect))).toBe(false);
      }
    }), { numRuns: 60 });
  });

  it('know a line that meets a box from one that passes it', () => {
    const box = { x: 10, y: 10, width: 20, height: 10 };
    expect([meets([[0, 0], [40, 30]], box), meets([[20, 0], [20, 50]], box), meets([[0, 0], [5, 5]], box), meets([[0, 25], [40, 25]], box), meets([[15, 15], [16, 16]], box)]).toEqual([true, true, false, false, true]);
  });

  it('stand on what they name when nothing is there, and are left out when everything is taken', () => {
    expect(placeLabels([{ anchor: [400, 300], width: 100, height: 20 }], new Taken(960, 580))).toEqual([{ x: 350, y: 290, width: 100, height: 20 }]);
    const full = new Taken(960, 580);
    full.add({ x: 0, y: 0, width: 960, height: 580 });
    expect(placeLabels([{ anchor: [400, 300], width: 100, height: 20 }], full)).toEqual([null]);
  });
});

describe('the prepared land', () => {
  it('gives back the lines it was made of, to half a step', () => {
    const point = fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: -1.5, max: 1.5, noNaN: true }));
    fc.assert(fc.property(fc.array(fc.array(point, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 5 }), (lines) => {
      const back = decodeLines(encodeLines(lines));
      expect(back).toHaveLength(lines.length);
      lines.forEach((line, index) => {
        const last = back[index]?.at(-1);
        expect(Math.abs((last?.[0] ?? NaN) - (line.at(-1)?.[0] ?? NaN))).toBeLessThanOrEqual(STEP / 2 + 1e-9);
      });
    }));
  });

  it('loses small corners and keeps its ends', () => {
    expect(simplifyArc([[0, 0], [1, 0.001], [2, 0], [2, 2]], 0.01)).toEqual([[0, 0], [2, 0], [2, 2]]);
    expect(simplifyArc([[0, 0], [1, 1]], 10)).toEqual([[0, 0], [1, 1]]);
  });
});
