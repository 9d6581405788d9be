import type { JSX } from 'preact';
import { Icon } from '../components/glyph.tsx';
import { useDesk } from '../data/desk.ts';
import { openCount } from '../model/alerts.ts';
import { formatRoute } from '../model/route.ts';
import type { Route, View } from '../model/route.ts';

interface HeaderProps {
  readonly route: Route;
  readonly onTheme: () => void;
  readonly onKeys: () => void;
  readonly onSignOut: () => void;
}

/** The views that have a place in the header. */
export const NAV: readonly { readonly view: View; readonly text: string; readonly also?: View }[] = [
  { view: 'overview', text: 'Overview', also: 'region' },
  { view: 'shipments', text: 'Shipments', also: 'shipment' },
  { view: 'alerts', text: 'Alerts' },
  { view: 'health', text: 'Data health' },
];

export function Header({ route, onTheme, onKeys, onSignOut }: HeaderProps): JSX.Element {
  const { environment, person, alerts, now } = useDesk();
  const open = alerts.data === null ? 0 : openCount(alerts.data.alerts, now);
  return (
    <header class="top">
      <a class="brand" href="#/overview">Waybill <span class="env">{environment}</span></a>
      <nav class="nav" aria-label="Views">
        {NAV.map(({ view, text, also }) => (
          <a key={view} href={formatRoute({ view })} aria-current={route.view === view || route.view === also ? 'page' : undefined}>
            {text}{view === 'alerts' && open > 0 ? <span class="count">{open}<span class="vh"> open</span></span> : null}
          </a>
        ))}
      </nav>
      <FindBox />
      <span class="who"><span class="name cut" title={person.name}>{person.name}</span></span>
      <button class="quiet icon" type="button" aria-label="Sign out" title="Sign out" onClick={onSignOut}><Icon name="out" /></button>
      <button class="quiet icon keys" type="button" aria-label="Keyboard shortcuts" title="Keyboard shortcuts (?)" onClick={onKeys}>?</button>
      <button class="quiet icon" type="button" aria-label="Switch theme" title="Switch theme (t)" onClick={onTheme}><Icon name="theme" /></button>
    </header>
  );
}

function FindBox(): JSX.Element {
  const find = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const wanted = new FormData(form).get('shipment');
    const id = typeof wanted === 'string' ? wanted.trim() : '';
    if (id !== '') location.hash = formatRoute({ view: 'shipment', id });
    form.reset();
    document.getElementById('view')?.focus({ preventScroll: true });
  };
  return (
    <form class="find" role="search" onSubmit={find}>
      <label class="vh" for="find">Find a shipment by its id</label>
      <input class="field" id="find" name="shipment" autocomplete="off" spellcheck={false} maxLength={64} placeholder="Shipment id" />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}
