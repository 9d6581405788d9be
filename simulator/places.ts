/** Real ports and cities: UN/LOCODE, coordinates (WGS 84, rounded to a few hundred metres), time zone. Public facts, written by hand. */

export interface Place {
  readonly unLocode: string;
  readonly name: string;
  readonly countryCode: string;
  readonly lat: number;
  readonly lon: number;
  readonly timeZone: string;
  /** Minutes that standard time is ahead of UTC. */
  readonly offsetMinutes: number;
  readonly isSeaport: boolean;
  readonly iata3?: string;
}

type Row = readonly [unLocode: string, name: string, lat: number, lon: number, timeZone: string, offsetMinutes: number, kinds: string];

/** Kinds: `S` seaport, `A:XXX` airport with its IATA code. */
const ROWS: readonly Row[] = [
  ['NLRTM', 'Rotterdam', 51.92, 4.48, 'Europe/Amsterdam', 60, 'S A:RTM'],
  ['NLAMS', 'Amsterdam', 52.37, 4.9, 'Europe/Amsterdam', 60, 'S A:AMS'],
  ['BEANR', 'Antwerpen', 51.22, 4.4, 'Europe/Brussels', 60, 'S'],
  ['BEBRU', 'Brussels', 50.85, 4.35, 'Europe/Brussels', 60, 'A:BRU'],
  ['DEHAM', 'Hamburg', 53.55, 9.99, 'Europe/Berlin', 60, 'S A:HAM'],
  ['DEBRV', 'Bremerhaven', 53.55, 8.58, 'Europe/Berlin', 60, 'S'],
  ['DEHAJ', 'Hannover', 52.37, 9.73, 'Europe/Berlin', 60, 'A:HAJ'],
  ['DEDUI', 'Duisburg', 51.43, 6.76, 'Europe/Berlin', 60, ''],
  ['DECGN', 'Köln', 50.94, 6.96, 'Europe/Berlin', 60, 'A:CGN'],
  ['DEFRA', 'Frankfurt am Main', 50.11, 8.68, 'Europe/Berlin', 60, 'A:FRA'],
  ['DESTR', 'Stuttgart', 48.78, 9.18, 'Europe/Berlin', 60, 'A:STR'],
  ['DEMUC', 'München', 48.14, 11.58, 'Europe/Berlin', 60, 'A:MUC'],
  ['DELEJ', 'Leipzig', 51.34, 12.37, 'Europe/Berlin', 60, 'A:LEJ'],
  ['FRPAR', 'Paris', 48.86, 2.35, 'Europe/Paris', 60, 'A:CDG'],
  ['FRLEH', 'Le Havre', 49.49, 0.11, 'Europe/Paris', 60, 'S'],
  ['FRLIO', 'Lyon', 45.76, 4.84, 'Europe/Paris', 60, 'A:LYS'],
  ['ESBCN', 'Barcelona', 41.38, 2.18, 'Europe/Madrid', 60, 'S A:BCN'],
  ['ESMAD', 'Madrid', 40.42, -3.7, 'Europe/Madrid', 60, 'A:MAD'],
  ['ITGOA', 'Genova', 44.41, 8.93, 'Europe/Rome', 60, 'S'],
  ['ITMIL', 'Milano', 45.46, 9.19, 'Europe/Rome', 60, 'A:MXP'],
  ['PLWAW', 'Warszawa', 52.23, 21.01, 'Europe/Warsaw', 60, 'A:WAW'],
  ['PLPOZ', 'Poznań', 52.41, 16.93, 'Europe/Warsaw', 60, 'A:POZ'],
  ['CZPRG', 'Praha', 50.08, 14.44, 'Europe/Prague', 60, 'A:PRG'],
  ['ATVIE', 'Wien', 48.21, 16.37, 'Europe/Vienna', 60, 'A:VIE'],
  ['DKCPH', 'København', 55.68, 12.57, 'Europe/Copenhagen', 60, 'S A:CPH'],
  ['SEGOT', 'Göteborg', 57.71, 11.97, 'Europe/Stockholm', 60, 'S A:GOT'],
  ['GBFXT', 'Felixstowe', 51.96, 1.35, 'Europe/London', 0, 'S'],
  ['GBLON', 'London', 51.51, -0.13, 'Europe/London', 0, 'A:LHR'],
  ['USNYC', 'New York', 40.71, -74.01, 'America/New_York', -300, 'S A:JFK'],
  ['USSAV', 'Savannah', 32.08, -81.09, 'America/New_York', -300, 'S'],
  ['USHOU', 'Houston', 29.76, -95.37, 'America/Chicago', -360, 'S A:IAH'],
  ['USCHI', 'Chicago', 41.88, -87.63, 'America/Chicago', -360, 'A:ORD'],
  ['USLAX', 'Los Angeles', 34.05, -118.24, 'America/Los_Angeles', -480, 'S A:LAX'],
  ['USDAL', 'Dallas', 32.78, -96.8, 'America/Chicago', -360, 'A:DFW'],
  ['USATL', 'Atlanta', 33.75, -84.39, 'America/New_York', -300, 'A:ATL'],
  ['CNSHA', 'Shanghai', 31.23, 121.47, 'Asia/Shanghai', 480, 'S A:PVG'],
  ['CNYTN', 'Yantian', 22.58, 114.27, 'Asia/Shanghai', 480, 'S'],
  ['HKHKG', 'Hong Kong', 22.3, 114.17, 'Asia/Hong_Kong', 480, 'S A:HKG'],
  ['SGSIN', 'Singapore', 1.29, 103.85, 'Asia/Singapore', 480, 'S A:SIN'],
  ['KRPUS', 'Busan', 35.1, 129.04, 'Asia/Seoul', 540, 'S'],
  ['JPTYO', 'Tokyo', 35.68, 139.69, 'Asia/Tokyo', 540, 'S A:NRT'],
  ['INNSA', 'Nhava Sheva', 18.95, 72.95, 'Asia/Kolkata', 330, 'S'],
  ['AEJEA', 'Jebel Ali', 25.01, 55.06, 'Asia/Dubai', 240, 'S'],
  ['BRSSZ', 'Santos', -23.96, -46.33, 'America/Sao_Paulo', -180, 'S'],
];

export const PLACES: readonly Place[] = ROWS.map(([unLocode, name, lat, lon, timeZone, offsetMinutes, kinds]) => {
  const iata3 = /A:(\w{3})/.exec(kinds)?.[1];
  return { unLocode, name, countryCode: unLocode.slice(0, 2), lat, lon, timeZone, offsetMinutes, isSeaport: kinds.startsWith('S'), ...(iata3 === undefined ? {} : { iata3 }) };
});

const BY_CODE = new Map(PLACES.map((place) => [place.unLocode, place]));

/** @throws RangeError for a code that is not in the table */
export function placeOf(unLocode: string): Place {
  const place = BY_CODE.get(unLocode);
  if (place === undefined) throw new RangeError(`no place ${unLocode} in the simulator's table`);
  return place;
}

export const SEAPORTS: readonly Place[] = PLACES.filter((place) => place.isSeaport);
export const AIRPORTS: readonly Place[] = PLACES.filter((place) => place.iata3 !== undefined);

interface Point {
  readonly lat: number;
  readonly lon: number;
}

const RADIANS = Math.PI / 180;
const EARTH_KM = 6_371;

/** Great-circle distance in kilometres. */
export function distanceKm(a: Point, b: Point): number {
  const half = Math.sin(((b.lat - a.lat) * RADIANS) / 2) ** 2 + Math.cos(a.lat * RADIANS) * Math.cos(b.lat * RADIANS) * Math.sin(((b.lon - a.lon) * RADIANS) / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(half)));
}

/** Degrees from north, clockwise, 0 ≤ x < 360. */
export function headingDeg(from: Point, to: Point): number {
  const east = Math.sin((to.lon - from.lon) * RADIANS) * Math.cos(to.lat * RADIANS);
  const north = Math.cos(from.lat * RADIANS) * Math.sin(to.lat * RADIANS) - Math.sin(from.lat * RADIANS) * Math.cos(to.lat * RADIANS) * Math.cos((to.lon - from.lon) * RADIANS);
  return (Math.atan2(east, north) / RADIANS + 360) % 360;
}

const byLand = (place: Place): boolean => place.offsetMinutes === 60 && place.unLocode !== 'GBFXT' && place.unLocode !== 'GBLON';

/** Pairs of places with a road between them (continental Europe; the United States), by distance. */
export function roadPairs(minKm: number, maxKm: number): readonly (readonly [Place, Place])[] {
  const sameLand = (a: Place, b: Place): boolean => (byLand(a) && byLand(b)) || (a.countryCode === 'US' && b.countryCode === 'US');
  return PLACES.flatMap((from) => PLACES.filter((to) => from !== to && sameLand(from, to) && distanceKm(from, to) >= minKm && distanceKm(from, to) <= maxKm).map((to) => [from, to] as const));
}
