import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { AlertList, AlertSummary } from '../../../contracts/api/answers.ts';
import { ageWords, Box, FeedBody, isOld, Panel } from '../../components/panel.tsx';
import { alertActions } from '../../data/alert-actions.ts';
import { useDesk } from '../../data/desk.ts';
import { ALERTS_AT_ONCE, allAlerts } from '../../data/pages.ts';
import type { AllAlerts } from '../../data/pages.ts';
import { useFeed } from '../../data/use-feed.ts';
import type { LiveFeed } from '../../data/use-feed.ts';
import { useViewKeys } from '../../frame/use-keys.ts';
import { chosenRow, filteredRows, filterOf, queryOf, rowsOf, standingOf, stepped } from '../../model/alerts.ts';
import type { AlertFilter, AlertRow } from '../../model/alerts.ts';
import { shipmentLink } from '../../model/route.ts';
import type { Route } from '../../model/route.ts';
import { SECOND } from '../../model/time.ts';
import { replaceQuery } from '../../frame/use-route.ts';
import { AlertDetail } from './alert-detail.tsx';
import { AlertFilters } from './alert-filters.tsx';
import { AlertTable } from './alert-table.tsx';

const CLOSED_EVERY = 15 * SECOND;

/** All alerts: narrowed by filters that are in the address, one chosen and told in full. */
export function AlertsView({ route }: { readonly route: Route }): JSX.Element {
  const desk = useDesk();
  const filter = filterOf(route.query);
  const feed = useAlertsOf(filter);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set(route.id === null ? [] : [route.id]));
  const rows = feed.data === null ? [] : filteredRows(rowsOf(feed.data.alerts, desk.now), filter, { now: desk.now, me: desk.person.names });
  const chosen = useChosen(rows, { alerts: feed.data?.alerts ?? [], route });
  const place = usePlaceOf(rows, chosen);
  const choose = (id: string | null): void => replaceQuery({ ...route, id: id ?? route.id }, route.query);
  useViewKeys((command) => {
    if (command === 'next' || command === 'previous') choose(stepped(rows, { chosen: chosen?.alert.alertId ?? null, before: place, by: command === 'next' ? 1 : -1 }));
    else obeyOnChosen(command, chosen, () => { if (chosen !== null && desk.person.isOperator && standingOf(chosen.alert, desk.now) === 'open') alertActions(desk).acknowledge(chosen.alert); });
  });
  const toggle = (id: string): void => setOpened((before) => (before.has(id) ? new Set([...before].filter((each) => each !== id)) : new Set([...before, id])));
  const clear = <button class="btn" type="button" onClick={() => replaceQuery(route, {})}>Clear filters</button>;
  return (
    <>
      <h1 class="vh">Alerts</h1>
      <div class="split">
        <Panel title={<>Alerts <span class="dim">{feed.data === null ? '' : `${rows.length} shown${feed.data.isWhole ? '' : ' of the newest'}`}</span></>} right={ageWords(feed.data?.as_of, desk.now)} isOld={isOld(feed, desk.now)}>
          <AlertFilters filter={filter} alerts={feed.data?.alerts ?? []} onFilter={(next) => replaceQuery({ ...route, id: null }, queryOf(next))} />
          <FeedBody feed={feed} now={desk.now} rows={12} isEmpty={() => rows.length === 0} empty={<NoAlerts filter={filter} clear={clear} />}>
            {() => <AlertTable rows={rows} chosen={chosen?.alert.alertId ?? null} opened={opened} onChoose={(id) => { choose(id); showDetail(); }} onToggle={toggle} />}
          </FeedBody>
        </Panel>
        <AlertDetail row={chosen} wanted={route.id} isKnown={feed.data !== null} isClosed={filter.state === 'closed'} />
      </div>
    </>
  );
}

/** In one column the detail is below the list: what one has picked must come into sight. */
const ONE_COLUMN = 1180;
function showDetail(): void {
  if (innerWidth <= ONE_COLUMN) requestAnimationFrame(() => document.querySelector('.dhead')?.scrollIntoView({ block: 'center' }));
}

/** What is open is asked for by the page anyway; what is closed only here. */
function useAlertsOf({ state, region, customer, kind }: AlertFilter): LiveFeed<AllAlerts> {
  const { client, alerts } = useDesk();
  const narrowing = Object.entries({ region, customer, kind }).flatMap(([name, value]) => (value === null ? [] : [`&${name}=${encodeURIComponent(value)}`]));
  const path = state === 'closed' ? `/v1/alerts?state=closed&limit=${ALERTS_AT_ONCE}${narrowing.join('')}` : null;
  const closed = useFeed({ key: path, ask: () => allAlerts((each) => client.get<AlertList>(each), path ?? ''), everyMs: CLOSED_EVERY, now: () => client.now() });
  return path === null ? alerts : closed;
}

/** What the address names, else the first: and that one is kept when a poll puts another before it, so that a key never acts on what nobody has seen. */
function useChosen(rows: readonly AlertRow[], { alerts, route }: { readonly alerts: readonly AlertSummary[]; readonly route: Route }): AlertRow | null {
  const kept = useRef<{ readonly query: Route['query']; readonly id: string | null }>({ query: route.query, id: null });
  if (kept.current.query !== route.query) kept.current = { query: route.query, id: null };
  const row = chosenRow({ rows, alerts, id: route.id ?? kept.current.id }) ?? (route.id === null ? chosenRow({ rows, alerts, id: null }) : null);
  kept.current = { query: route.query, id: row?.alert.alertId ?? null };
  return row;
}

/** Where the chosen one stands in the list, or last stood: what is acknowledged leaves the open ones and stays in sight beside them. */
function usePlaceOf(rows: readonly AlertRow[], chosen: AlertRow | null): number {
  const last = useRef(0);
  const index = rows.findIndex(({ alert }) => alert.alertId === chosen?.alert.alertId);
  if (index >= 0) last.current = index;
  return last.current;
}

function obeyOnChosen(command: 'acknowledge' | 'snooze' | 'open', chosen: AlertRow | null, acknowledge: () => void): void {
  if (command === 'acknowledge') acknowledge();
  else if (command === 'snooze') document.querySelector<HTMLElement>('[data-name="snooze-chosen"]')?.click();
  else if (chosen !== null && chosen.alert.shipmentId !== null) location.hash = shipmentLink(chosen.alert.shipmentId);
}

function NoAlerts({ filter, clear }: { readonly filter: AlertFilter; readonly clear: JSX.Element }): JSX.Element {
  const isNarrow = filter.severity !== null || filter.kind !== null || filter.region !== null || filter.customer !== null;
  if (isNarrow) return <Box title="Nothing matches these filters" action={clear}>Widen one of them.</Box>;
  return <Box title={filter.state === 'open' ? 'No open alerts' : `No ${filter.state === 'mine' ? 'alerts held by you' : `${filter.state} alerts`}`}>{filter.state === 'open' ? 'New ones come here within a minute of their event.' : 'See the other states above.'}</Box>;
}
