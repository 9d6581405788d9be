/** Filters of the list of shipments, as the API and the address name them. */
export const LIST_FILTERS = ['status', 'region', 'carrier', 'delayed', 'customer'] as const;

/** `?status=IN_TRANSIT&delayed=true`, in one order, or nothing. Anything else in the address is not passed on. */
export function listQuery(query: Readonly<Record<string, string>>): string {
  const parts = LIST_FILTERS.flatMap((name) => (query[name] === undefined || query[name] === '' ? [] : [`${name}=${encodeURIComponent(query[name])}`]));
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
