/** Rules of the reference files; each function gives the mistakes of one file. */
import type { FileMistake } from '../descriptor.ts';
import { contains, greatCircleKm } from './geometry.ts';

type Row = Readonly<Record<string, string>>;

export interface Region {
  readonly region: string;
  readonly name: string;
  readonly countries: readonly string[];
  readonly subdivisions: Readonly<Record<string, readonly string[]>>;
  /** Closed ring of [lon, lat]. */
  readonly polygon: readonly (readonly [number, number])[];
}

export interface RateCard {
  readonly card: string;
  readonly carrier: string | null;
  readonly mode: string;
  readonly lane: string | null;
  readonly basis: 'KG_KM' | 'KG';
  readonly rate: string;
  readonly fuel_surcharge_percent: string;
  readonly minimum_charge: string;
  /** Inclusive. */
  readonly valid_from: string;
  /** Exclusive; null: open. */
  readonly valid_to: string | null;
}

export interface RateCards {
  readonly currency: string;
  readonly volumetric_kg_per_m3: Readonly<Record<string, string>>;
  readonly cards: readonly RateCard[];
}

export const MODES = ['OCEAN', 'AIR', 'ROAD', 'PARCEL'] as const;
const FACILITIES = ['PORT_TERMINAL', 'AIRPORT', 'INLAND_TERMINAL', 'HUB'];
const DECIMAL = /^\d+(\.\d+)?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
/** A road may wind, but not more. */
const LONGEST_DETOUR = 3;

const unless = (holds: boolean, field: string, got: unknown, allowed: string, example: unknown): FileMistake[] => (holds ? [] : [{ field, got, allowed, example }]);

function repeated(rows: readonly Row[], keys: readonly string[], file: string): FileMistake[] {
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    const key = keys.map((name) => row[name]).join(' ');
    const isNew = !seen.has(key);
    seen.add(key);
    return unless(isNew, `${file} ${key}`, key, 'each key once', null);
  });
}

const within = (text: string | undefined, most: number): boolean => text !== undefined && /^-?\d+(\.\d+)?$/.test(text) && Math.abs(Number(text)) <= most;

export function isTimeZone(name: string | undefined): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name ?? '' }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The regions that list a country and subdivision: exactly one for a place that is well placed. */
export const regionsOf = (regions: readonly Region[], country = '', subdivision = ''): string[] =>
  regions.filter(({ countries, subdivisions }) => countries.includes(country) || subdivisions[country]?.includes(subdivision) === true).map(({ region }) => region);

export function locationMistakes(locations: readonly Row[], regions: readonly Region[]): FileMistake[] {
  return [...repeated(locations, ['unlocode'], 'locations.csv'), ...locations.flatMap(({ unlocode = '', name, country, subdivision, lat, lon, time_zone: timeZone, region = '', facility_kinds: kinds = '' }) => {
    const at = `locations.csv ${unlocode}`;
    const point: [number, number] = [Number(lat), Number(lon)];
    return [
      ...unless(/^[A-Z]{2}[A-Z2-9]{3}$/.test(unlocode) && unlocode.startsWith(country ?? '-'), `${at}.unlocode`, unlocode, 'a UN/LOCODE that begins with the country', 'NLRTM'),
      ...unless(name !== undefined && name !== '', `${at}.name`, name, 'a name', 'Rotterdam'),
      ...unless(within(lat, 90) && within(lon, 180), `${at}.lat, lon`, [lat, lon], 'degrees', ['51.92', '4.48']),
      ...unless(isTimeZone(timeZone), `${at}.time_zone`, timeZone, 'an IANA time zone', 'Europe/Amsterdam'),
      ...unless(kinds !== '' && kinds.split(' ').every((kind) => FACILITIES.includes(kind)), `${at}.facility_kinds`, kinds, FACILITIES.join(', '), 'PORT_TERMINAL HUB'),
      ...unless(regionsOf(regions, country, subdivision).join() === region, `${at}.region`, region, `the one region that lists ${country ?? ''} ${subdivision ?? ''}`, regionsOf(regions, country, subdivision)),
      ...unless(regions.filter(({ polygon }) => contains(polygon, point)).map((each) => each.region).join() === region, `${at}.lat, lon`, point, `inside the polygon of ${region} and of no other`, regions.filter(({ polygon }) => contains(polygon, point)).map((each) => each.region)),
    ];
  })];
}

export function regionMistakes(regions: readonly Region[]): FileMistake[] {
  const names = regions.map(({ region }) => region);
  return [...unless(new Set(names).size === names.length, 'regions.json', names, 'each region once', null), ...regions.flatMap(({ region, polygon }) => {
    const [first, last] = [polygon[0], polygon.at(-1)];
    return unless(polygon.length >= 4 && first !== undefined && first.join() === last?.join(), `regions.json ${region}.polygon`, polygon.length, 'a closed ring: the first point again at the end', [[0, 50], [5, 50], [5, 55], [0, 50]]);
  })];
}

export function laneMistakes(lanes: readonly Row[], locations: readonly Row[]): FileMistake[] {
  const places = new Map(locations.map((row) => [row['unlocode'] ?? '', [Number(row['lat']), Number(row['lon'])] as const]));
  return [...repeated(lanes, ['origin', 'destination', 'mode'], 'lanes.csv'), ...lanes.flatMap(({ origin = '', destination = '', mode = '', distance_km: km = '', standard_transit_hours: hours = '' }) => {
    const at = `lanes.csv ${origin}-${destination} ${mode}`;
    const [from, to] = [places.get(origin), places.get(destination)];
    if (from === undefined || to === undefined) return unless(false, at, [origin, destination], 'two places of locations.csv', 'NLRTM,USCHI');
    const direct = greatCircleKm(from, to);
    return [
      ...unless(MODES.some((known) => known === mode), `${at}.mode`, mode, MODES.join(', '), 'ROAD'),
      ...unless(/^\d+$/.test(km) && Number(km) >= Math.floor(direct) && Number(km) <= direct * LONGEST_DETOUR, `${at}.distance_km`, km, `whole kilometres, ${Math.floor(direct)} to ${Math.floor(direct * LONGEST_DETOUR)}`, Math.round(direct * 1.25)),
      ...unless(/^\d+$/.test(hours) && Number(hours) > 0, `${at}.standard_transit_hours`, hours, 'whole hours above 0', 36),
    ];
  })];
}

export function rateMistakes({ currency, volumetric_kg_per_m3: volumetric, cards }: RateCards, locations: readonly Row[]): FileMistake[] {
  const places = new Set(locations.map((row) => row['unlocode']));
  const each = cards.flatMap((card): FileMistake[] => {
    const at = `rate-cards.json ${card.card}`;
    const ends = card.lane?.split('-') ?? [];
    return [
      ...(['rate', 'fuel_surcharge_percent', 'minimum_charge'] as const).flatMap((field) => unless(DECIMAL.test(card[field]), `${at}.${field}`, card[field], 'a decimal as text', '12.50')),
      ...unless(card.basis === 'KG' || card.basis === 'KG_KM', `${at}.basis`, card.basis, 'KG_KM or KG', 'KG'),
      ...unless(DATE.test(card.valid_from) && (card.valid_to === null || (DATE.test(card.valid_to) && card.valid_to > card.valid_from)), `${at}.valid_to`, [card.valid_from, card.valid_to], 'dates, the second later or null', ['2026-01-01', null]),
      ...unless(card.lane === null || (ends.length === 2 && ends.every((end) => places.has(end))), `${at}.lane`, card.lane, 'two places of locations.csv with a hyphen, or null', 'NLRTM-USCHI'),
      ...unless(volumetric[card.mode] !== undefined, `${at}.mode`, card.mode, `a mode of volumetric_kg_per_m3: ${Object.keys(volumetric).join(', ')}`, 'ROAD'),
    ];
  });
  const modes = [...new Set(cards.map(({ mode }) => mode))];
  const defaults = modes.flatMap((mode) => unless(cards.some((card) => card.mode === mode && card.carrier === null && card.lane === null && card.valid_to === null), `rate-cards.json ${mode}`, undefined, 'a default card (carrier and lane null) without end', `default-${mode.toLowerCase()}`));
  return [...unless(/^[A-Z]{3}$/.test(currency), 'rate-cards.json currency', currency, 'ISO 4217', 'EUR'), ...each, ...defaults, ...overlaps(cards)];
}

function overlaps(cards: readonly RateCard[]): FileMistake[] {
  const groups = Map.groupBy(cards, ({ carrier, mode, lane }) => JSON.stringify([carrier, mode, lane]));
  return [...groups.values()].flatMap((group) => {
    const sorted = [...group].sort((a, b) => (a.valid_from < b.valid_from ? -1 : 1));
    return sorted.flatMap((card, index) => {
      const next = sorted[index + 1];
      return unless(next === undefined || (card.valid_to !== null && card.valid_to <= next.valid_from), `rate-cards.json ${card.card}.valid_to`, card.valid_to, `at the latest ${next?.valid_from ?? ''}, when ${next?.card ?? ''} begins`, next?.valid_from);
    });
  });
}

export function levelMistakes(levels: readonly Row[]): FileMistake[] {
  return [...repeated(levels, ['level'], 'service-levels.csv'), ...levels.flatMap((row) => [
    ...['promised_extra_hours', 'grace_minutes'].flatMap((field) => unless(/^\d+$/.test(row[field] ?? ''), `service-levels.csv ${row['level'] ?? ''}.${field}`, row[field], 'a whole number', 24)),
    ...unless(/^[1-5]$/.test(row['priority'] ?? ''), `service-levels.csv ${row['level'] ?? ''}.priority`, row['priority'], '1 to 5', 3),
    ...unless(DECIMAL.test(row['price_factor'] ?? ''), `service-levels.csv ${row['level'] ?? ''}.price_factor`, row['price_factor'], 'a decimal', '1.00'),
  ])];
}

export function calendarMistakes(calendars: readonly Row[]): FileMistake[] {
  return [...repeated(calendars, ['calendar', 'date'], 'calendars.csv'), ...calendars.flatMap(({ calendar = '', date = '', name = '' }) => [
    ...unless(/^[A-Z]{2}$/.test(calendar), `calendars.csv ${calendar} ${date}.calendar`, calendar, 'a country, ISO 3166-1 alpha-2', 'NL'),
    ...unless(DATE.test(date) && new Date(`${date}T00:00:00Z`).toISOString().startsWith(date), `calendars.csv ${calendar} ${date}.date`, date, 'a real date', '2026-12-25'),
    ...unless(name !== '', `calendars.csv ${calendar} ${date}.name`, name, 'a name', 'Christmas'),
  ])];
}
