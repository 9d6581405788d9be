import fc from 'fast-check';
import { cellToParent, latLngToCell } from 'h3-js';
import { cellKeyOf, cellOfKey, coarserKey, FINEST_RESOLUTION, parseCell, ringOf } from '../../../domain/geo/index.ts';

const lat = fc.double({ min: -90, max: 90, noNaN: true });
const lon = fc.double({ min: -180, max: 180, noNaN: true });

describe('cells', () => {
  it('are those of H3, and coarser ones their ancestors', () => {
    fc.assert(
      fc.property(lat, lon, fc.integer({ min: 0, max: FINEST_RESOLUTION }), (north, east, resolution) => {
        const finest = latLngToCell(north, east, FINEST_RESOLUTION);
        const cell = cellOfKey(coarserKey(cellKeyOf(north, east), resolution), resolution);
        expect(cell).toBe(cellToParent(finest, resolution));
        expect(parseCell(cell)).toEqual({ key: coarserKey(cellKeyOf(north, east), resolution), resolution });
      }),
      { numRuns: 300 },
    );
  });

  it.each(['', 'x', '8a1fb46622dffff', '871fb4662ffffff0', '871fb4662FFFFFF', 'ffffffffffffff'])('%s is none that is kept', (text) => expect(parseCell(text)).toBeUndefined());

  it('have rings in one piece, also over the antimeridian', () => {
    fc.assert(
      fc.property(lat.filter((north) => Math.abs(north) < 80), lon, (north, east) => {
        const ring = ringOf(latLngToCell(north, east, 3));
        expect(ring.length).toBeGreaterThanOrEqual(5);
        expect(ring[0]).not.toEqual(ring.at(-1));
        const longitudes = ring.map(([one]) => one);
        expect(Math.max(...longitudes) - Math.min(...longitudes)).toBeLessThan(60);
      }),
    );
  });
});
