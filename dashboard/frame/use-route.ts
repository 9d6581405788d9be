import { useEffect, useState } from 'preact/hooks';
import { formatRoute, parseRoute } from '../model/route.ts';
import type { Route } from '../model/route.ts';

/** The address, followed. */
export function useRoute(): Route {
  const [route, setRoute] = useState(readRoute);
  useEffect(() => {
    const onChange = (): void => setRoute(readRoute());
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  return route;
}

/** An address that was guessed is replaced by the one that everybody else has; one that leads nowhere stays to be read. */
function readRoute(): Route {
  const route = parseRoute(location.hash);
  const canonical = formatRoute(route);
  if (route.view !== 'unknown' && canonical !== location.hash) history.replaceState(null, '', canonical);
  return route;
}

/** Writes filters or the map's place into the address, without a step back in history for each. */
export function replaceQuery(route: Route, query: Readonly<Record<string, string | undefined>>): void {
  const hash = formatRoute({ ...route, query });
  if (hash === location.hash) return;
  history.replaceState(null, '', hash);
  dispatchEvent(new HashChangeEvent('hashchange'));
}
