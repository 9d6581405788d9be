/** The address after `#`: every view, filter, chosen alert and place of the map has one, so that each can be sent to a colleague. */

export const VIEWS = ['overview', 'shipments', 'shipment', 'alerts', 'region', 'health'] as const;
/** `unknown`: an address that leads nowhere; its path stands as the id. */
export type View = (typeof VIEWS)[number] | 'unknown';

export interface Route {
  readonly view: View;
  readonly id: string | null;
  readonly query: Readonly<Record<string, string>>;
}

/** What people guess and what other parts of the platform say, by the first word of the path. */
const WORDS: Readonly<Record<string, 'overview' | 'shipments' | 'alerts' | 'region' | 'vehicles' | 'health'>> = {
  overview: 'overview', map: 'overview', home: 'overview',
  shipments: 'shipments', shipment: 'shipments', track: 'shipments',
  alerts: 'alerts', alert: 'alerts',
  regions: 'region', region: 'region',
  vehicles: 'vehicles', vehicle: 'vehicles', fleet: 'vehicles',
  health: 'health', 'data-health': 'health', status: 'health',
};

/** Broken percent-encoding is read as it stands. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = split(hash.replace(/^#\/?/, ''), '?');
  const [first, rest] = split(path.replace(/\/+$/, ''), '/');
  const id = rest === '' ? null : decoded(rest);
  const query = Object.fromEntries([...new URLSearchParams(search)].filter(([, value]) => value !== ''));
  if (first === '') return { view: 'overview', id: null, query };
  return known(first.toLowerCase(), id, query) ?? { view: 'unknown', id: decoded(path), query };
}

function known(word: string, id: string | null, query: Route['query']): Route | null {
  const view = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  switch (view) {
    case undefined: return null;
    case 'shipments': return { view: id === null ? 'shipments' : 'shipment', id, query };
    // Regions and vehicles are listed on the overview; a vehicle is shown on its map.
    case 'region': return { view: id === null ? 'overview' : 'region', id, query };
    case 'vehicles': return { view: 'overview', id: null, query: id === null ? query : { ...query, vehicle: id } };
    case 'alerts': return { view, id, query };
    case 'overview':
    case 'health': return id === null ? { view, id, query } : null;
  }
}

export function formatRoute({ view, id = null, query = {} }: { readonly view: View; readonly id?: string | null; readonly query?: Readonly<Record<string, string | undefined>> }): string {
  const parts = Object.entries(query).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [`${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}`]));
  if (view === 'unknown') return `#/${(id ?? '').split('/').map(encodeURIComponent).join('/')}`;
  return `#/${view}${id === null ? '' : `/${encodeURIComponent(id)}`}${parts.length === 0 ? '' : `?${parts.join('&')}`}`;
}

export const shipmentLink = (id: string): string => formatRoute({ view: 'shipment', id });
export const alertLink = (id: string): string => formatRoute({ view: 'alerts', id });

/** Where the map stands: the middle in degrees, and pixels a radian of the globe. */
export interface MapPlace {
  readonly lat: number;
  readonly lon: number;
  readonly scale: number;
}

export function parsePlace(text: string | undefined): MapPlace | null {
  const [lat = NaN, lon = NaN, scale = NaN, ...rest] = (text ?? '').split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const isPlace = rest.length === 0 && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && scale >= 20 && scale <= 10_000_000;
  return isPlace ? { lat, lon, scale } : null;
}

/** From here on a hundredth of a degree would be seen. */
const EXACT_FROM = 10_000;

export function formatPlace({ lat, lon, scale }: MapPlace): string {
  const digits = scale < EXACT_FROM ? 2 : 5;
  return `${lat.toFixed(digits)},${lon.toFixed(digits)},${Math.round(scale)}`;
}

function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
