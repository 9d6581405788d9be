import type { JSX } from 'preact';
import { Chip, Icon, Severity } from '../../components/glyph.tsx';
import { Snooze } from '../../components/snooze-menu.tsx';
import { alertActions } from '../../data/alert-actions.ts';
import { useDesk } from '../../data/desk.ts';
import type { AlertRow } from '../../model/alerts.ts';
import { heldWords, KINDS, standingOf } from '../../model/alerts.ts';
import { alertLink, shipmentLink } from '../../model/route.ts';
import { age, counted, instantOf } from '../../model/time.ts';
import { placeName, regionName } from '../../reference.ts';

/** One line of the short list: what, how long, whose, and the two things one can do at once. */
export function AlertItem({ row }: { readonly row: AlertRow }): JSX.Element {
  const { now } = useDesk();
  const { alert } = row;
  const opened = instantOf(alert.openedAt);
  const link = alert.shipmentId === null ? alertLink(alert.alertId) : shipmentLink(alert.shipmentId);
  return (
    <li class={standingOf(alert, now) === 'open' ? 'alert' : 'alert rest'}>
      <Severity value={alert.severity} />
      <span class="title cut"><a href={link}>{alert.text}</a></span>
      <span class="age" title="Age of the episode">{opened === null ? '' : age((now - opened) / 1000)}</span>
      <span class="meta cut"><Meta row={row} /></span>
      <span class="acts"><QuickActions row={row} /></span>
    </li>
  );
}

function Meta({ row: { alert, members } }: { readonly row: AlertRow }): JSX.Element {
  const { now } = useDesk();
  const held = heldWords(alert, now);
  if (alert.kind === 'STORM') return <><Chip tone="note" text={counted(alert.members ?? members.length, 'shipment')} /> {held ?? regionName(alert.region)}</>;
  if (held !== null) return <>{held}</>;
  const words = [KINDS[alert.kind], placeName(alert.place), alert.carrier].filter((word) => word !== null && word !== 'unknown');
  return <><span class="id">{alert.shipmentId}</span> · {words.join(' · ')}</>;
}

function QuickActions({ row: { alert } }: { readonly row: AlertRow }): JSX.Element | null {
  const desk = useDesk();
  const standing = standingOf(alert, desk.now);
  if (!desk.person.isOperator) return null;
  const actions = alertActions(desk);
  if (standing === 'snoozed') return <button class="quiet icon" type="button" aria-label={`End snooze: ${alert.text}`} title="End snooze" onClick={() => actions.endSnooze(alert)}><Icon name="wake" /></button>;
  if (standing !== 'open') return null;
  return (
    <>
      <button class="quiet icon" type="button" aria-label={`Acknowledge: ${alert.text}`} title="Acknowledge (a)" onClick={() => actions.acknowledge(alert)}><Icon name="ack" /></button>
      <Snooze now={desk.now} class="quiet icon" label={`Snooze: ${alert.text}`} onSnooze={(minutes) => actions.snooze(alert, minutes)}><Icon name="snooze" /></Snooze>
    </>
  );
}
