import { join } from 'node:path';
import { readReference } from '../../../contracts/lake/reference.ts';
import { regionName, regionOfPlace, REGIONS, UNKNOWN_REGION } from '../../../domain/region/index.ts';
import { regionAt } from '../../../domain/region/region-at.ts';

const { locations, regions } = readReference(join(import.meta.dirname, '../../../contracts/reference'));

describe('the region of a place', () => {
  it('is what the reference says, by its code and by its point', () => {
    for (const { unlocode = '', region, lat, lon } of locations) {
      expect([unlocode, regionOfPlace(unlocode)]).toEqual([unlocode, region]);
      expect([unlocode, regionAt(Number(lat), Number(lon))]).toEqual([unlocode, region]);
    }
  });

  it.each([
    ['DEXYZ', 'central-europe', 'a country that lies in one region'],
    ['USXYZ', UNKNOWN_REGION, 'a country of several regions'],
    ['XXABC', UNKNOWN_REGION, 'a country that no region names'],
    ['DE', UNKNOWN_REGION, 'no UN/LOCODE'],
    ['DEPOT-7', UNKNOWN_REGION, 'a facility code that begins like a country'],
    ['', UNKNOWN_REGION, 'no place'],
    ['__proto__', UNKNOWN_REGION, 'a name of the language'],
  ])('%s: %s (%s)', (place, region) => {
    expect(regionOfPlace(place)).toBe(region);
  });

  it.each([[0, -30], [-80, 0], [89.9, 179.9]])('is unknown on the ocean and at the poles: %d, %d', (lat, lon) => {
    expect(regionAt(lat, lon)).toBe(UNKNOWN_REGION);
  });

  it('has a name for people', () => {
    expect(REGIONS).toEqual([...regions.map(({ region }) => region), UNKNOWN_REGION]);
    expect(regionName('benelux')).toBe('Benelux');
    expect(regionName(UNKNOWN_REGION)).toBe('Unknown region');
  });
});
