import type { JSX } from 'preact';
import type { ShipmentDetail } from '../../../contracts/api/answers.ts';
import { Chip, To } from '../../components/glyph.tsx';
import { ageWords, isOld } from '../../components/panel.tsx';
import { useDesk } from '../../data/desk.ts';
import type { LiveFeed } from '../../data/use-feed.ts';
import { delayWords, roadOf } from '../../model/story.ts';
import { counted, instantOf, moment } from '../../model/time.ts';
import { placeName } from '../../reference.ts';

/** The answer in two lines: where, how late, what next; then the road. */
export function Summary({ shipment, feed }: { readonly shipment: ShipmentDetail; readonly feed: LiveFeed<ShipmentDetail> }): JSX.Element {
  const { now } = useDesk();
  const since = instantOf(shipment.statusSince);
  const delay = delayWords(shipment.delayMinutes);
  return (
    <section class="panel lede" aria-label="Summary">
      <div class="row">
        <h1><span class="id">{shipment.shipmentId}</span></h1>
        <Chip tone="note" text={shipment.status} />
        <Chip tone={delay.tone} text={delay.text} />
        {since === null ? null : <span class="sub">since {moment(since, now)}</span>}
        <span class={isOld(feed, now) ? 'warn' : 'dim'}>{ageWords(shipment.as_of, now)}</span>
      </div>
      <p class="story"><Story shipment={shipment} now={now} /></p>
      <Road shipment={shipment} />
    </section>
  );
}

const BASES: Readonly<Record<string, string>> = { ACTUAL: 'arrived', ESTIMATED: 'estimated by the carrier for', LANE_MEDIAN: 'expected by the lane\'s median for', PLANNED: 'planned for' };

function Story({ shipment, now }: { readonly shipment: ShipmentDetail; readonly now: number }): JSX.Element {
  const { alerts } = useDesk();
  const { order, next, eta, lastPlace } = shipment;
  const [origin, destination] = [placeName(order?.origin ?? null), placeName(shipment.destination ?? order?.destination ?? null)];
  const due = instantOf(next?.due);
  const end = instantOf(eta?.time);
  const open = alerts.data?.alerts.filter((alert) => alert.shipmentId === shipment.shipmentId).length ?? 0;
  return (
    <>
      {origin === null && destination === null ? 'Nobody has told its order yet.' : <><b>{origin ?? 'unknown'}</b><To /><b>{destination ?? 'unknown'}</b>{order?.customerId ? ` for ${order.customerId}` : ''}.</>}
      {lastPlace === null ? '' : <> Last heard of in {placeName(lastPlace)}.</>}
      {next === null ? '' : <> Next is {next.type}{next.place === null ? '' : ` in ${placeName(next.place)}`}{due === null ? '' : <>, due <b>{moment(due, now)}</b>{due < now ? ', which has passed' : ''}</>}.</>}
      {eta === null || end === null ? '' : <> {eta.basis === 'ACTUAL' ? <>It arrived <b>{moment(end, now)}</b>.</> : <>Its end is {BASES[eta.basis] ?? 'expected for'} <b>{moment(end, now)}</b>.</>}</>}
      {open === 0 ? '' : <> <a class="nowrap" href="#alerts-of-shipment" onClick={(event) => { event.preventDefault(); document.getElementById('alerts-of-shipment')?.scrollIntoView({ block: 'center' }); }}>{counted(open, 'open alert')}</a>.</>}
    </>
  );
}

function Road({ shipment }: { readonly shipment: ShipmentDetail }): JSX.Element | null {
  const { done, ahead } = roadOf(shipment);
  const stops = [...done.map((code) => ({ code, look: '' })), ...ahead.slice(done.length === 0 ? 0 : 1).map((code) => ({ code, look: 'ahead' }))];
  if (stops.length < 2) return null;
  return (
    <ol class="road" aria-label="Road">
      {stops.map(({ code, look }, index) => <li key={`${index} ${code}`} class={index === done.length - 1 ? 'here' : look}>{index === 0 ? null : <To />}{placeName(code)}</li>)}
    </ol>
  );
}
