import type { JSX } from 'preact';
import type { RegionDetail } from '../../../contracts/api/answers.ts';
import { ageWords, Box, FeedBody, isOld, Panel } from '../../components/panel.tsx';
import { useDesk } from '../../data/desk.ts';
import { useFeed } from '../../data/use-feed.ts';
import { delayedShare } from '../../model/fleet.ts';
import { formatRoute } from '../../model/route.ts';
import type { Route } from '../../model/route.ts';
import { amount, percent, SECOND } from '../../model/time.ts';
import { regionName, REGIONS } from '../../reference.ts';
import { HistoryChart } from './history-chart.tsx';

const REGION_EVERY = 15 * SECOND;

/** One region: how it came to be so, and who carries what is late. */
export function RegionView({ route }: { readonly route: Route }): JSX.Element {
  const { client, now } = useDesk();
  const id = route.id ?? '';
  const path = `/v1/regions/${encodeURIComponent(id)}`;
  const feed = useFeed<RegionDetail>({ key: path, ask: () => client.get(path), everyMs: REGION_EVERY, now: () => client.now() });
  const name = feed.data?.numbers.name ?? regionName(id);
  if (feed.data === null && feed.failure?.status === 404) return <NoRegion id={id} />;
  return (
    <>
      <h1 class="vh">Region {name}</h1>
      <div class="split">
        <div class="stack">
          <Panel title={name} right={<><a href={formatRoute({ view: 'shipments', query: { region: id } })}>Shipments</a><a href={formatRoute({ view: 'alerts', query: { region: id } })}>Alerts</a><span class={isOld(feed, now) ? 'warn' : ''}>{ageWords(feed.data?.as_of, now)}</span></>}>
            <FeedBody feed={feed} now={now} rows={2}>{(detail) => <Tiles detail={detail} />}</FeedBody>
          </Panel>
          <Panel title="Active and delayed, every 5 min">
            <FeedBody feed={feed} now={now} rows={6} isEmpty={({ history }) => history.length < 2} empty={<Box title="No history yet">Two counts make a line: it appears within 10 min.</Box>}>{({ history }) => <HistoryChart history={history} />}</FeedBody>
          </Panel>
        </div>
        <div class="stack">
          <Panel title="Carriers"><FeedBody feed={feed} now={now} isEmpty={({ byCarrier }) => byCarrier.length === 0} empty={<Box title="No shipments here" />}>{(detail) => <Carriers detail={detail} region={id} />}</FeedBody></Panel>
          <Panel title="Statuses"><FeedBody feed={feed} now={now} isEmpty={({ byStatus }) => Object.keys(byStatus).length === 0} empty={<Box title="No shipments here" />}>{(detail) => <Statuses detail={detail} region={id} />}</FeedBody></Panel>
        </div>
      </div>
    </>
  );
}

function NoRegion({ id }: { readonly id: string }): JSX.Element {
  return (
    <>
      <h1 class="vh">Region {id}</h1>
      <Panel title="Region">
        <Box title={`There is no region ${id}`} action={<nav class="onward" aria-label="Regions">{REGIONS.map(({ region, name }) => <a key={region} href={formatRoute({ view: 'region', id: region })}>{name}</a>)}</nav>}>These are the regions:</Box>
      </Panel>
    </>
  );
}

function Tiles({ detail: { numbers } }: { readonly detail: RegionDetail }): JSX.Element {
  const { moving, idle, silent } = numbers.vehicles;
  const tiles = [
    { label: 'Active', value: amount(numbers.active), part: null },
    { label: 'Delayed', value: amount(numbers.delayed), part: percent(delayedShare(numbers)) },
    { label: 'Exceptions', value: amount(numbers.exceptions), part: null },
    { label: 'Vehicles', value: amount(moving + idle + silent), part: `${amount(moving)} moving, ${amount(silent)} silent` },
  ];
  return <dl class="daily">{tiles.map(({ label, value, part }) => <div key={label}><dt>{label}</dt><dd><span class="big">{value}</span>{part === null ? null : <span class="part sub">{part}</span>}</dd></div>)}</dl>;
}

function Carriers({ detail, region }: { readonly detail: RegionDetail; readonly region: string }): JSX.Element {
  const rows = [...detail.byCarrier].sort((a, b) => b.delayed - a.delayed || b.active - a.active);
  return (
    <table>
      <thead><tr><th scope="col">Carrier</th><th scope="col" class="num">Active</th><th scope="col" class="num">Delayed</th><th scope="col" class="num">Delay h</th></tr></thead>
      <tbody>{rows.map(({ carrier, active, delayed, delayMinutes }) => (
        <tr key={carrier}><th scope="row"><a href={formatRoute({ view: 'shipments', query: { region, carrier } })}>{carrier}</a></th><td class="num">{amount(active)}</td><td class="num">{amount(delayed)}</td><td class="num sub">{amount(delayMinutes / 60)}</td></tr>
      ))}</tbody>
    </table>
  );
}

function Statuses({ detail, region }: { readonly detail: RegionDetail; readonly region: string }): JSX.Element {
  const rows = Object.entries(detail.byStatus).sort(([, a], [, b]) => b - a);
  return (
    <table>
      <thead><tr><th scope="col">Status</th><th scope="col" class="num">Shipments</th></tr></thead>
      <tbody>{rows.map(([status, count]) => <tr key={status}><th scope="row"><a href={formatRoute({ view: 'shipments', query: { region, status } })}>{status}</a></th><td class="num">{amount(count)}</td></tr>)}</tbody>
    </table>
  );
}
