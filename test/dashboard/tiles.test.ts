import fc from 'fast-check';
import { LAST_LAT, project, unproject } from '../../dashboard/map/mercator.ts';
import { TileStore } from '../../dashboard/map/tile-store.ts';
import { addressOf, childrenOf, keyOf, parentOf, scaleOfZoom, squareOf, tilesIn, zoomFor } from '../../dashboard/map/tiles.ts';
import type { Tile } from '../../dashboard/map/tiles.ts';
import { centredOn, goNearer } from '../../dashboard/map/view.ts';
import type { MapView } from '../../dashboard/map/view.ts';

const SIZE = { width: 960, height: 580 };
const at = (lat: number, lon: number, scale: number): MapView => centredOn(project(lat, lon), scale, SIZE);
/** Pixels beside the globe's edge of which nothing is claimed: some times the tolerance with which a tile holds a point. */
const EDGE = 1e-5;
/** From the square's edge, along one axis. */
const pixelsToEdge = (fromMiddle: number, { scale }: MapView): number => Math.abs(Math.abs(fromMiddle) - Math.PI * scale);

beforeAll(() => goNearer(3e6));

describe('Web Mercator', () => {
  it('gives back every place of its square', () => {
    fc.assert(fc.property(fc.double({ min: -LAST_LAT, max: LAST_LAT, noNaN: true }), fc.double({ min: -180, max: 180, noNaN: true }), (lat, lon) => {
      expect(unproject(...project(lat, lon))).toEqual([expect.closeTo(lon, 9), expect.closeTo(lat, 9)]);
    }));
  });

  it('is a square: what lies nearer to a pole lies on its edge, and beyond it is nothing', () => {
    const [x, y] = project(LAST_LAT, 180);
    expect([x, y]).toEqual([expect.closeTo(Math.PI, 9), expect.closeTo(-Math.PI, 9)]);
    expect([project(90, 0)[1], project(-90, 0)[1]]).toEqual([y, -y]);
    expect([unproject(3.2, 0), unproject(0, -3.2)]).toEqual([null, null]);
    expect(project(0, 190)[0]).toBeCloseTo((190 * Math.PI) / 180, 9);
  });
});

describe('the tiles of a view', () => {
  it('are of the zoom that is drawn most nearly at its own size, and of none that the server lacks', () => {
    for (let z = 0; z <= 16; z += 1) expect([0.75, 1, 1.4].map((share) => zoomFor(scaleOfZoom(z) * share, 19))).toEqual([z, z, z]);
    expect([zoomFor(1, 19), zoomFor(9e6, 12)]).toEqual([0, 12]);
  });

  it('have the numbers that tile servers give them', () => {
    // Rotterdam, by the published formula of XYZ tiles.
    expect(tilesIn(at(51.92, 4.48, scaleOfZoom(10)), SIZE, 19)[0]).toEqual({ z: 10, x: 524, y: 338 });
    expect(addressOf('https://t.example/{z}/{x}/{y}.png?a={x}', { z: 10, x: 524, y: 338 })).toBe('https://t.example/10/524/338.png?a=524');
  });

  it('cover all of the canvas that lies on the globe, none twice, wherever one stands', () => {
    fc.assert(fc.property(fc.double({ min: -89, max: 89, noNaN: true }), fc.double({ min: -180, max: 180, noNaN: true }), fc.double({ min: 60, max: 3e6, noNaN: true }), (lat, lon, scale) => {
      const view = at(lat, lon, scale);
      const tiles = tilesIn(view, SIZE, 16);
      expect(new Set(tiles.map(keyOf)).size).toBe(tiles.length);
      expect(tiles.length).toBeLessThanOrEqual(40);
      const points = [[0, 0], [480, 290], [959, 579], [0, 579], [700, 100]] as const;
      // So near to the globe's edge the tolerance below says "on it" of points that are beside it.
      for (const [px, py] of points.filter(([x, y]) => pixelsToEdge(x - view.x, view) > EDGE && pixelsToEdge(y - view.y, view) > EDGE)) {
        const isOnGlobe = unproject((px - view.x) / view.scale, (py - view.y) / view.scale) !== null;
        const holding = tiles.filter((tile) => {
          const { x, y, side } = squareOf(tile, view);
          return px >= x - 1e-6 && px <= x + side + 1e-6 && py >= y - 1e-6 && py <= y + side + 1e-6;
        });
        expect(holding.length > 0).toBe(isOnGlobe);
      }
    }));
  });

  it('end at the antimeridian and at the poles, as the marks do', () => {
    const east = tilesIn(at(0, 179.9, scaleOfZoom(4)), SIZE, 19);
    expect([Math.max(...east.map(({ x }) => x)), Math.min(...east.map(({ x }) => x))]).toEqual([15, 14]);
    const north = tilesIn(at(85, 0, scaleOfZoom(4)), SIZE, 19);
    expect([Math.min(...north.map(({ y }) => y)), Math.max(...north.map(({ y }) => y))]).toEqual([0, 1]);
    expect(tilesIn(at(0, 0, 60), SIZE, 19).map(keyOf).sort()).toEqual(['1/0/0', '1/0/1', '1/1/0', '1/1/1']);
  });

  it('lie in their parent, each quarter once', () => {
    const tile = { z: 10, x: 524, y: 338 };
    expect(childrenOf(tile).map(parentOf)).toEqual([tile, tile, tile, tile]);
    expect(new Set(childrenOf(tile).map(keyOf)).size).toBe(4);
  });
});

describe('tiles that are loaded', () => {
  interface Asked { readonly address: string; readonly come: (image: string) => void; readonly fail: () => void }
  function lab(): { store: TileStore<string>; asked: Asked[]; clock: { now: number }; news: { count: number } } {
    const asked: Asked[] = [];
    const clock = { now: 0 };
    const load = (address: string): Promise<string> => new Promise((come, fail) => asked.push({ address, come, fail: () => fail(new Error('away')) }));
    return { store: new TileStore({ template: '{z}/{x}/{y}', load, now: () => clock.now }), asked, clock, news: { count: 0 } };
  }
  const row = (from: number, count: number): Tile[] => Array.from({ length: count }, (_, index) => ({ z: 9, x: from + index, y: 0 }));
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('are asked for six at once, and what is not seen any more is not asked for at all', async () => {
    const { store, asked, news } = lab();
    const onNews = (): void => void (news.count += 1);
    store.want(row(0, 20), onNews);
    expect(asked.map(({ address }) => address)).toEqual(row(0, 6).map(keyOf));
    store.want(row(100, 2), onNews);
    asked[0]?.come('first');
    await settle();
    expect(asked.map(({ address }) => address).slice(6)).toEqual(['9/100/0']);
    expect([store.get({ z: 9, x: 0, y: 0 }), news.count]).toEqual(['first', 1]);
  });

  it('are let be for half a minute when they do not come, then asked for again', async () => {
    const { store, asked, clock } = lab();
    const [tile] = row(0, 1) as [Tile];
    store.want([tile], () => store.want([tile], () => undefined));
    asked[0]?.fail();
    await settle();
    clock.now = 29_999;
    store.want([tile], () => undefined);
    expect([asked.length, store.hasFailed(tile)]).toEqual([1, true]);
    clock.now = 30_000;
    store.want([tile], () => undefined);
    asked[1]?.come('there');
    await settle();
    expect([store.get(tile), store.hasFailed(tile)]).toEqual(['there', false]);
  });

  it('are dropped when they were seen longest ago, never while they are seen', async () => {
    const { store, asked } = lab();
    const load = async (tiles: Tile[]): Promise<void> => {
      store.want(tiles, () => undefined);
      for (let index = 0; index < asked.length; index += 1) {
        asked[index]?.come('image');
        await settle();
      }
    };
    await load(row(0, 100));
    expect(store.get({ z: 9, x: 0, y: 0 })).toBe('image');
    await load(row(200, 60));
    expect([0, 1, 99, 200].map((x) => store.get({ z: 9, x, y: 0 }) !== undefined)).toEqual([true, false, true, true]);
    await load(row(300, 140));
    expect(row(300, 140).every((tile) => store.get(tile) !== undefined)).toBe(true);
  });

  it('are loaded again in other tones, and what was on its way in the old ones is not kept', async () => {
    const { store, asked } = lab();
    const [tile] = row(0, 1) as [Tile];
    store.want([tile], () => undefined);
    store.clear();
    store.want([tile], () => undefined);
    asked[0]?.come('light');
    await settle();
    expect([store.get(tile), asked.length]).toEqual([undefined, 2]);
    asked[1]?.come('dark');
    await settle();
    expect(store.get(tile)).toBe('dark');
  });
});
