import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { AlertList, Overview } from '../contracts/api/answers.ts';
import type { Session } from './auth/session.ts';
import { Toast } from './components/toast.tsx';
import { ApiClient } from './data/client.ts';
import { DeskContext } from './data/desk.ts';
import type { Desk } from './data/desk.ts';
import { ALERTS_AT_ONCE, allAlerts } from './data/pages.ts';
import type { ServerClock } from './data/server-clock.ts';
import { useFeed } from './data/use-feed.ts';
import { Header } from './frame/header.tsx';
import { Help } from './frame/help.tsx';
import { BannerLine, Strip, useBanner } from './frame/strip.tsx';
import { tellView, useKeys } from './frame/use-keys.ts';
import type { Command } from './frame/keys.ts';
import { useRoute } from './frame/use-route.ts';
import { useTheme } from './frame/use-theme.ts';
import { formatRoute } from './model/route.ts';
import type { Route, View } from './model/route.ts';
import { SECOND } from './model/time.ts';
import type { Person } from './model/token.ts';
import { AlertsView } from './views/alerts/alerts-view.tsx';
import { HealthView } from './views/health/health-view.tsx';
import { OverviewView } from './views/overview/overview-view.tsx';
import { RegionView } from './views/region/region-view.tsx';
import { ShipmentView } from './views/shipment/shipment-view.tsx';
import { ShipmentsView } from './views/shipments/shipments-view.tsx';
import { UnknownView } from './views/unknown/unknown-view.tsx';

const OVERVIEW_EVERY = 10 * SECOND;
const ALERTS_EVERY = 5 * SECOND;

const TITLES: Readonly<Record<View, string>> = { overview: 'Overview', shipments: 'Shipments', shipment: 'Shipment', alerts: 'Alerts', region: 'Region', health: 'Data health', unknown: 'No such page' };

/** The page of a signed-in person. */
export function App({ session, person, clock }: { readonly session: Session; readonly person: Person; readonly clock: ServerClock }): JSX.Element {
  const client = useMemo(() => new ApiClient(session, clock), [session, clock]);
  const [theme, switchTheme] = useTheme();
  const now = useClock(client);
  const overview = useFeed<Overview>({ key: 'overview', ask: () => client.get('/v1/overview'), everyMs: OVERVIEW_EVERY, now: () => client.now() });
  const alerts = useFeed({ key: 'alerts', ask: () => allAlerts((path) => client.get<AlertList>(path), `/v1/alerts?state=open&limit=${ALERTS_AT_ONCE}`), everyMs: ALERTS_EVERY, now: () => client.now() });
  const desk: Desk = { client, person, environment: session.config.environment, now, theme, overview, alerts };
  return <DeskContext.Provider value={desk}><Page onTheme={switchTheme} onSignOut={() => session.end()} /></DeskContext.Provider>;
}

function Page({ onTheme, onSignOut }: { readonly onTheme: () => void; readonly onSignOut: () => void }): JSX.Element {
  const route = useRoute();
  const [isHelpOpen, setHelp] = useState(false);
  const banner = useBanner();
  useKeys((command) => obey(command, { onTheme, onHelp: () => setHelp(true) }));
  useEffect(() => {
    document.title = `${route.view === 'shipment' && route.id !== null ? route.id : TITLES[route.view]} · Waybill`;
    scrollTo(0, 0);
  }, [route.view, route.id]);
  return (
    <div class={banner === null ? undefined : 'has-banner'}>
      <a class="skip" href="#view" onClick={(event) => { event.preventDefault(); document.getElementById('view')?.focus(); }}>Skip to content</a>
      <Header route={route} onTheme={onTheme} onKeys={() => setHelp(true)} onSignOut={onSignOut} />
      <Strip />
      <BannerLine banner={banner} />
      <main id="view" tabIndex={-1}><RoutedView route={route} /></main>
      <Toast />
      <Help isOpen={isHelpOpen} onClose={() => setHelp(false)} />
    </div>
  );
}

function RoutedView({ route }: { readonly route: Route }): JSX.Element {
  switch (route.view) {
    case 'overview': return <OverviewView route={route} />;
    case 'shipments': return <ShipmentsView route={route} />;
    case 'shipment': return <ShipmentView key={route.id} route={route} />;
    case 'alerts': return <AlertsView route={route} />;
    case 'region': return <RegionView key={route.id} route={route} />;
    case 'health': return <HealthView />;
    case 'unknown': return <UnknownView route={route} />;
  }
}

function obey(command: Exclude<Command, null | 'prefix'>, { onTheme, onHelp }: { readonly onTheme: () => void; readonly onHelp: () => void }): boolean {
  if (typeof command === 'object') location.hash = formatRoute({ view: command.go });
  else if (command === 'theme') onTheme();
  else if (command === 'help') onHelp();
  else if (command === 'find') document.getElementById('find')?.focus();
  else if (command === 'undo') document.querySelector<HTMLElement>('[data-name="undo"]')?.click();
  else return tellView(command);
  return true;
}

/** The server's clock, once a second while the page is seen. */
function useClock(client: ApiClient): number {
  const [now, setNow] = useState(() => client.now());
  useEffect(() => {
    const timer = setInterval(() => { if (!document.hidden) setNow(client.now()); }, SECOND);
    return () => clearInterval(timer);
  }, [client]);
  return now;
}
