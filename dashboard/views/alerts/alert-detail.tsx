import type { JSX } from 'preact';
import type { AlertSummary } from '../../../contracts/api/answers.ts';
import { Severity } from '../../components/glyph.tsx';
import { Box, Panel } from '../../components/panel.tsx';
import { Snooze } from '../../components/snooze-menu.tsx';
import { alertActions } from '../../data/alert-actions.ts';
import { useDesk } from '../../data/desk.ts';
import { KINDS, ownerWords, standingOf } from '../../model/alerts.ts';
import type { AlertRow } from '../../model/alerts.ts';
import { formatRoute, shipmentLink } from '../../model/route.ts';
import { counted, duration, instantOf, moment } from '../../model/time.ts';
import { placeName, regionName } from '../../reference.ts';

/** The chosen alert in full, with what one can do about it. */
interface AlertDetailProps {
  readonly row: AlertRow | null;
  /** The id in the address. */
  readonly wanted: string | null;
  readonly isKnown: boolean;
  /** The list is that of closed alerts. */
  readonly isClosed: boolean;
}

export function AlertDetail({ row, ...rest }: AlertDetailProps): JSX.Element {
  return <Panel title="Alert">{row === null ? <NoDetail {...rest} /> : <Detail row={row} />}</Panel>;
}

/** A link to an alert that is not there leads to no other one. */
function NoDetail({ wanted, isKnown, isClosed }: Omit<AlertDetailProps, 'row'>): JSX.Element {
  if (!isKnown) return <Box title="No alert chosen">The list is not there yet.</Box>;
  if (wanted === null) return <Box title="No alert chosen">Pick one from the list.</Box>;
  const onward = isClosed ? <a href="#/alerts">All open alerts</a> : <a href={formatRoute({ view: 'alerts', id: wanted, query: { state: 'closed' } })}>Look among the closed ones</a>;
  return <Box title={`This alert is not among the ${isClosed ? 'closed' : 'open'} ones`} action={onward}><span class="id">{wanted}</span> {isClosed ? 'closed more than 14 days ago, or there was none of this id.' : 'has closed, or there was none of this id.'}</Box>;
}

function Detail({ row: { alert, members } }: { readonly row: AlertRow }): JSX.Element {
  const { now } = useDesk();
  return (
    <div class="detail">
      <div class="dhead">
        <Severity value={alert.severity} />
        <div>
          <h3 class="t4">{alert.text}</h3>
          <p class="sub">{alert.shipmentId === null ? counted(alert.members ?? members.length, 'shipment') : <a class="id" href={shipmentLink(alert.shipmentId)}>{alert.shipmentId}</a>}{alert.customerId === null ? '' : ` · ${alert.customerId}`}</p>
        </div>
      </div>
      <Actions alert={alert} />
      <dl class="kv">
        <dt>Kind</dt><dd>{KINDS[alert.kind]}</dd>
        {alert.place === null || alert.place === '' ? null : <><dt>Place</dt><dd>{placeName(alert.place)}</dd></>}
        <dt>Region</dt><dd>{regionName(alert.region)}</dd>
        {alert.carrier === null ? null : <><dt>Carrier</dt><dd>{alert.carrier}</dd></>}
        {alert.minutesLate === null ? null : <><dt>Late</dt><dd>{duration(alert.minutesLate)}</dd></>}
        <dt>Alert id</dt><dd class="id">{alert.alertId}</dd>
      </dl>
      <div><h3>Episode</h3><ul class="steps">{stepsOf(alert, now).map(({ at, text }) => <li key={text}><time>{at === null ? '–' : moment(at, now)}</time><span>{text}</span></li>)}</ul></div>
    </div>
  );
}

function Actions({ alert }: { readonly alert: AlertSummary }): JSX.Element {
  const desk = useDesk();
  const standing = standingOf(alert, desk.now);
  const owner = ownerWords(alert, desk.now);
  if (standing === 'closed') return <p class="sub">{owner === null ? 'Closed' : owner.charAt(0).toUpperCase() + owner.slice(1)}</p>;
  if (!desk.person.isOperator) return <p class="sub">{owner === null ? 'Nobody has it. Operators acknowledge and snooze.' : `Held by ${owner}`}</p>;
  const actions = alertActions(desk);
  return (
    <>
      {owner === null ? null : <p class="sub">{standing === 'snoozed' ? 'Snoozed' : 'Acknowledged'}: {owner}</p>}
      <div class="acts2">
        {standing === 'open' ? <button class="btn main" type="button" onClick={() => actions.acknowledge(alert)}>Acknowledge</button> : null}
        {standing === 'snoozed' ? <button class="btn main" type="button" onClick={() => actions.endSnooze(alert)}>End snooze</button> : null}
        <Snooze now={desk.now} class="btn" label={standing === 'snoozed' ? 'Snooze again' : 'Snooze'} name="snooze-chosen" onSnooze={(minutes) => actions.snooze(alert, minutes)} onEnd={standing === 'snoozed' ? () => actions.endSnooze(alert) : undefined}>{standing === 'snoozed' ? 'Snooze again' : 'Snooze'}</Snooze>
      </div>
    </>
  );
}

function stepsOf(alert: AlertSummary, now: number): { readonly at: number | null; readonly text: string }[] {
  const { acknowledged, snoozed, state } = alert;
  const steps = [
    { at: instantOf(alert.openedAt), text: 'opened' },
    ...(acknowledged === null ? [] : [{ at: instantOf(acknowledged.at), text: `acknowledged by ${acknowledged.by}` }]),
    ...(alert.changedAt === alert.openedAt ? [] : [{ at: instantOf(alert.changedAt), text: state === 'closed' ? 'closed' : `last changed, severity ${alert.severity}` }]),
    ...(snoozed === null ? [] : [{ at: instantOf(snoozed.until), text: (instantOf(snoozed.until) ?? 0) > now ? `comes back from the snooze of ${snoozed.by}` : `snooze of ${snoozed.by} ended` }]),
  ];
  return steps.sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
}
