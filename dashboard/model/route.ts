/** The address after `#`: every view, filter, chosen alert and place of the map has one, so that each can be sent to a colleague. */

export const VIEWS = ['overview', 'shipments', 'shipment', 'alerts', 'region', 'health'] as const;
export type View = (typeof VIEWS)[number];

export interface Route {
  readonly view: View;
  readonly id: string | null;
  readonly query: Readonly<Record<string, string>>;
}

/** A hash that says nothing we know is the overview; broken percent-encoding is read as it stands. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = split(hash.replace(/^#\/?/, ''), '?');
  const [view = '', id = ''] = split(path, '/');
  const known = VIEWS.find((name) => name === view);
  return { view: known ?? 'overview', id: id === '' || known === undefined ? null : decoded(id), query: Object.fromEntries([...new URLSearchParams(search)].filter(([, value]) => value !== '')) };
}

export function formatRoute({ view, id = null, query = {} }: { readonly view: View; readonly id?: string | null; readonly query?: Readonly<Record<string, string | undefined>> }): string {
  const parts = Object.entries(query).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [`${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}`]));
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
  const isPlace = rest.length === 0 && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && scale >= 20 && scale <= 100_000;
  return isPlace ? { lat, lon, scale } : null;
}

export const formatPlace = ({ lat, lon, scale }: MapPlace): string => `${lat.toFixed(2)},${lon.toFixed(2)},${Math.round(scale)}`;

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
