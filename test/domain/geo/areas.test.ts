import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { boxArea, circleArea, distanceKm, GridIndex, polygonArea, wrapLongitude } from '../../../domain/geo/index.ts';
import type { Area, Point } from '../../../domain/geo/index.ts';

const degree = (most: number): fc.Arbitrary<number> => fc.oneof(fc.constantFrom(-most, most, 0, -most + 0.05, most - 0.05), fc.double({ min: -most, max: most, noNaN: true }));
const points: fc.Arbitrary<Point> = fc.record({ lat: degree(90), lon: degree(180) });
const clouds = fc.array(points, { maxLength: 60 });

/** By a vector in space: nothing is special at the antimeridian or at the poles. */
function naiveKm(a: Point, b: Point): number {
  const vector = ({ lat, lon }: Point): number[] => {
    const [north, east] = [(lat * Math.PI) / 180, (lon * Math.PI) / 180];
    return [Math.cos(north) * Math.cos(east), Math.cos(north) * Math.sin(east), Math.sin(north)];
  };
  const [p, q] = [vector(a), vector(b)];
  const chord = Math.hypot(...p.map((value, axis) => value - (q[axis] ?? 0)));
  return 6_371.0088 * 2 * Math.asin(Math.min(1, chord / 2));
}

const found = (cloud: readonly Point[], area: Area): number[] => [...new GridIndex(cloud.map(({ lat }) => lat), cloud.map(({ lon }) => lon)).find(area).points].sort((a, b) => a - b);
const naive = (cloud: readonly Point[], holds: (point: Point) => boolean): number[] => cloud.flatMap((point, index) => (holds(point) ? [index] : []));

describe('distance', () => {
  it('is that of a formula without special places', () => {
    fc.assert(fc.property(points, points, (a, b) => expect(distanceKm(a, b)).toBeCloseTo(naiveKm(a, b), 3)));
    expect(distanceKm({ lat: 0, lon: 179.95 }, { lat: 0, lon: -179.95 })).toBeCloseTo(11.12, 2);
    expect(distanceKm({ lat: 90, lon: 0 }, { lat: 90, lon: 120 })).toBeCloseTo(0, 6);
  });
});

describe('the index answers as a look at every point does', () => {
  it('in circles, over the antimeridian and around the poles', () => {
    fc.assert(
      fc.property(clouds, points, fc.double({ min: 0.1, max: 12_000, noNaN: true }), (cloud, center, km) => {
        // A point exactly at the edge may fall to either side of rounding.
        const clear = cloud.filter((point) => Math.abs(naiveKm(point, center) - km) > 1e-3);
        expect(found(clear, circleArea(center, km))).toEqual(naive(clear, (point) => naiveKm(point, center) < km));
      }),
      { numRuns: 400 },
    );
  });

  it('in boxes, over the antimeridian, with their borders', () => {
    fc.assert(
      fc.property(clouds, degree(180), degree(180), degree(90), degree(90), (cloud, west, east, a, b) => {
        const [south, north] = [Math.min(a, b), Math.max(a, b)];
        // The same meridian has two names: a box holds a point when it holds it under either.
        const within = (lon: number): boolean => (west <= east ? lon >= west && lon <= east : lon >= west || lon <= east);
        const holds = ({ lat, lon }: Point): boolean => lat >= south && lat <= north && (within(lon) || (Math.abs(lon) === 180 && within(-lon)));
        expect(found(cloud, boxArea([west, south, east, north]))).toEqual(naive(cloud, holds));
      }),
      { numRuns: 400 },
    );
  });

  it('in polygons, wherever they lie: turning the earth turns the answer', () => {
    const ring = [[-8, -5], [9, -6], [4, 1], [10, 8], [-7, 7], [-2, 0]] as const;
    const upright = polygonArea(ring);
    fc.assert(
      fc.property(fc.array(fc.record({ lat: fc.double({ min: -12, max: 12, noNaN: true }), lon: fc.double({ min: -14, max: 14, noNaN: true }) }), { maxLength: 40 }), fc.integer({ min: -720, max: 720 }), (cloud, turn) => {
        const turned = polygonArea(ring.map(([lon, lat]) => [wrapLongitude(lon + turn), lat] as const));
        const clear = cloud.filter(({ lat, lon }) => [-1e-9, 1e-9].every((hair) => upright.contains(lat, lon + hair) === upright.contains(lat, lon)));
        expect(found(clear.map(({ lat, lon }) => ({ lat, lon: wrapLongitude(lon + turn) })), turned)).toEqual(naive(clear, ({ lat, lon }) => upright.contains(lat, lon)));
      }),
    );
  });
});

describe('polygons', () => {
  it.each([
    [52.37, 4.9, 'benelux'],
    [51.5, -0.12, 'british-isles'],
    [52.52, 13.4, 'central-europe'],
    [59.33, 18.06, 'nordics'],
    [48.85, 2.35, 'south-west-europe'],
  ])('of the reference regions: %d, %d is in %s and in no other', (lat, lon, region) => {
    const file = join(import.meta.dirname, '..', '..', '..', 'contracts', 'reference', 'regions.json');
    const { regions } = JSON.parse(readFileSync(file, 'utf8')) as { regions: { region: string; polygon: [number, number][] }[] };
    expect(regions.filter(({ polygon }) => polygonArea(polygon).contains(lat, lon)).map((one) => one.region)).toEqual([region]);
  });
});

describe('answers', () => {
  it('are cut at the most that is asked for, and counted whole, each point once', () => {
    const cloud = Array.from({ length: 50 }, (_, index) => ({ lat: index / 10, lon: index % 2 === 0 ? -180 : 180 }));
    const index = new GridIndex(cloud.map(({ lat }) => lat), cloud.map(({ lon }) => lon));
    const { count, points: some } = index.find(boxArea([170, -1, -170, 80]), 7);
    expect([count, some.length, new Set(some).size, index.size]).toEqual([50, 7, 7, 50]);
    expect(new GridIndex([], []).find(boxArea([-180, -90, 180, 90])).count).toBe(0);
  });
});
