import type { JSX } from 'preact';
import { Box, FeedBody, Panel } from '../../components/panel.tsx';
import { useDesk } from '../../data/desk.ts';
import { openCount, rowsOf } from '../../model/alerts.ts';
import { moodOf } from '../../model/feed.ts';
import { instantOf, clock } from '../../model/time.ts';
import { AlertItem } from '../alerts/alert-item.tsx';

/** More are on the page of alerts. */
const MOST = 60;

export function AlertsPanel(): JSX.Element {
  const { alerts, now } = useDesk();
  const open = alerts.data === null ? null : openCount(alerts.data.alerts, now);
  const at = instantOf(alerts.data?.as_of);
  const isStale = moodOf(alerts) === 'stale';
  return (
    <Panel title={<>Alerts{open === null ? null : <span class="dim"> {open} open</span>}</>} right={isStale && at !== null ? `as of ${clock(at)}` : <a href="#/alerts">All alerts</a>} isOld={isStale}>
      <div class="body" tabIndex={0} role="region" aria-label="Open alerts, list">
        <FeedBody feed={alerts} now={now} rows={10} isEmpty={({ alerts: list }) => list.length === 0} empty={<Box title="No open alerts">New ones come here within a minute of their event.</Box>}>
          {({ alerts: list }) => <ul>{rowsOf(list, now).slice(0, MOST).map((row) => <AlertItem key={row.alert.alertId} row={row} />)}</ul>}
        </FeedBody>
      </div>
    </Panel>
  );
}
