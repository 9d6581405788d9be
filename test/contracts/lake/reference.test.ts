import { join } from 'node:path';
import { greatCircleKm } from '../../../contracts/lake/geometry.ts';
import { parseCsv } from '../../../contracts/lake/reference-csv.ts';
import type { ReferenceData } from '../../../contracts/lake/reference.ts';
import { readReference, referenceMistakes } from '../../../contracts/lake/reference.ts';
import { CARRIERS } from '../../../simulator/parties.ts';
import { AIRPORTS, PLACES, SEAPORTS, distanceKm, roadPairs } from '../../../simulator/places.ts';
import { OWN_ROOT } from '../contract-roots.ts';

const data = readReference(join(OWN_ROOT, 'reference'));
const fields = (changed: Partial<ReferenceData>): string[] => referenceMistakes({ ...data, ...changed }).map(({ field }) => field);

describe('our reference data', () => {
  it('has twelve regions, and every location in exactly one, by list and by polygon', () => {
    expect(data.regions).toHaveLength(12);
    expect(referenceMistakes(data)).toEqual([]);
    expect(new Set(data.locations.map(({ region }) => region)).size).toBe(12);
  });

  it('knows every place of the simulated world where it is, with its time zone', () => {
    const known = new Map(data.locations.map((row) => [row['unlocode'], row]));
    expect(PLACES.map(({ unLocode, lat, lon, timeZone }) => [unLocode, lat, lon, timeZone])).toEqual(PLACES.map(({ unLocode }) => [unLocode, Number(known.get(unLocode)?.['lat']), Number(known.get(unLocode)?.['lon']), known.get(unLocode)?.['time_zone']]));
  });

  it('has a lane for every journey of the simulated world', () => {
    const far = (places: typeof PLACES, km: number): (readonly [(typeof PLACES)[number], (typeof PLACES)[number]])[] => places.flatMap((from) => places.filter((to) => distanceKm(from, to) > km).map((to) => [from, to] as const));
    const wanted = [...far(SEAPORTS, 3_000).map((pair) => ['OCEAN', pair] as const), ...far(AIRPORTS, 1_500).map((pair) => ['AIR', pair] as const), ...roadPairs(15, 1_800).map((pair) => ['ROAD', pair] as const), ...roadPairs(180, 1_800).map((pair) => ['PARCEL', pair] as const)];
    const lanes = new Set(data.lanes.map(({ origin, destination, mode }) => `${origin} ${destination} ${mode}`));
    expect(wanted.map(([mode, [from, to]]) => `${from.unLocode} ${to.unLocode} ${mode}`).filter((lane) => !lanes.has(lane))).toEqual([]);
  });

  it('computes the distances of lanes as its page says', () => {
    const places = new Map(data.locations.map((row) => [row['unlocode'], [Number(row['lat']), Number(row['lon'])] as const]));
    const factor: Record<string, number> = { OCEAN: 1.25, AIR: 1.05, ROAD: 1.25, PARCEL: 1.25 };
    const other = data.lanes.filter(({ origin, destination, mode = '', distance_km: km }) => {
      const [from, to] = [places.get(origin), places.get(destination)];
      return from === undefined || to === undefined || Math.round(greatCircleKm(from, to) * (factor[mode] ?? 0)) !== Number(km);
    });
    expect(other).toEqual([]);
  });

  it('has a rate for every carrier of the simulated world on any day of its history', () => {
    const without = CARRIERS.filter(({ scac, mode }) => !data.rateCards.cards.some((card) => card.carrier === scac && card.mode === mode && card.lane === null && card.valid_to === null));
    expect(without).toEqual([]);
    expect(data.serviceLevels.map(({ level }) => level)).toEqual(['ECONOMY', 'STANDARD', 'EXPRESS']);
  });
});

describe('mistakes in reference data', () => {
  const [place = {}, ...places] = data.locations;
  const [lane = {}, ...lanes] = data.lanes;
  const [card, ...cards] = data.rateCards.cards;

  it.each([
    ['a place outside its region', { locations: [{ ...place, lat: '-70.00' }, ...places] }, /\.lat, lon$/],
    ['a region that does not list the country', { locations: [{ ...place, region: 'nordics' }, ...places] }, /\.region$/],
    ['a time zone that does not exist', { locations: [{ ...place, time_zone: 'Europe/Atlantis' }, ...places] }, /\.time_zone$/],
    ['a place twice', { locations: [place, ...data.locations] }, /^locations\.csv \w{5}$/],
    ['a lane shorter than the great circle', { lanes: [{ ...lane, distance_km: '5' }, ...lanes] }, /\.distance_km$/],
    ['a lane to nowhere', { lanes: [{ ...lane, destination: 'XXXXX' }, ...lanes] }, /^lanes\.csv/],
    ['a rate that is no decimal', { rateCards: { ...data.rateCards, cards: [{ ...(card as NonNullable<typeof card>), rate: '1,5' }, ...cards] } }, /\.rate$/],
    ['two cards for one day', { rateCards: { ...data.rateCards, cards: [{ ...(card as NonNullable<typeof card>), valid_to: null }, ...cards] } }, /\.valid_to$/],
    ['a date that the calendar has not', { calendars: [{ calendar: 'NL', date: '2026-02-30', name: 'x' }] }, /\.date$/],
    ['a priority of nine', { serviceLevels: [{ level: 'X', promised_extra_hours: '1', grace_minutes: '1', priority: '9', price_factor: '1' }] }, /\.priority$/],
  ])('%s is told', (_what, changed, field) => {
    expect(fields(changed as Partial<ReferenceData>)).toEqual(expect.arrayContaining([expect.stringMatching(field)]));
  });

  it('a line with a value too few is told with its number', () => {
    expect(() => parseCsv('a,b\n1,2\n3\n', 'x.csv')).toThrow(/x\.csv has 1 mistake:[^]*line 3/);
    expect(parseCsv('a,b\n"1,5",2\n,"say ""x"""\n', 'x.csv')).toEqual([{ a: '1,5', b: '2' }, { a: '', b: 'say "x"' }]);
  });
});
