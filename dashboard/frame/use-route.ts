import { useEffect, useState } from 'preact/hooks';
import { formatRoute, parseRoute } from '../model/route.ts';
import type { Route } from '../model/route.ts';

/** The address, followed. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const onChange = (): void => setRoute(parseRoute(location.hash));
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  return route;
}

/** Writes filters or the map's place into the address, without a step back in history for each. */
export function replaceQuery(route: Route, query: Readonly<Record<string, string | undefined>>): void {
  const hash = formatRoute({ ...route, query });
  if (hash === location.hash) return;
  history.replaceState(null, '', hash);
  dispatchEvent(new HashChangeEvent('hashchange'));
}
