import { cellToBoundary } from 'h3-js';
import type { VehicleCell } from '../../contracts/api/answers.ts';
import { cellLayer } from '../../dashboard/map/cell-layer.ts';
import { Taken } from '../../dashboard/map/labels.ts';
import type { MapTones } from '../../dashboard/map/tones.ts';
import { centredOn, panned } from '../../dashboard/map/view.ts';
import type { MapView } from '../../dashboard/map/view.ts';

// Any projection will do here, and the library of the real one is a module that this test runner cannot load.
jest.mock('../../dashboard/map/projection.ts', () => ({ project: (lat: number, lon: number) => [lon / 57, -lat / 57] }));

const SIZE = { width: 960, height: 580 };

describe('cells', () => {
  it('lie on the same piece of the globe at every zoom and wherever the map is moved', () => {
    const ring = cellToBoundary('83195dfffffffff', true).slice(0, -1).map(([lon, lat]) => [lon, lat] as const);
    const cell: VehicleCell = { cell: '83195dfffffffff', ring, vehicles: 40, moving: 30, silent: 1, delayed: 3 };
    const cornersIn = (view: MapView): (readonly [number, number])[] => {
      const corners: [number, number][] = [];
      const record = (x: number, y: number): number => corners.push([(x - view.x) / view.scale, (y - view.y) / view.scale]);
      const ignore = (): void => undefined;
      const g = { beginPath: ignore, closePath: ignore, fill: ignore, stroke: ignore, strokeText: ignore, fillText: ignore, moveTo: record, lineTo: record } as unknown as CanvasRenderingContext2D;
      cellLayer([cell])({ g, view, size: SIZE, tones: {} as MapTones, taken: new Taken(SIZE.width, SIZE.height), redraw: ignore });
      return corners;
    };
    const [lon = 0, lat = 0] = ring[0] ?? [];
    const views = [300, 480, 900].flatMap((scale) => [0, 57].map((shift) => panned(centredOn([lon / 57, -lat / 57], scale, SIZE), shift, -shift)));
    const [first = [], ...others] = views.map(cornersIn);
    expect(first).toHaveLength(6);
    for (const other of others) for (const [index, [x, y]] of other.entries()) expect([x, y]).toEqual([expect.closeTo(first[index]?.[0] ?? NaN, 9), expect.closeTo(first[index]?.[1] ?? NaN, 9)]);
  });
});
