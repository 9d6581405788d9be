import type { JSX } from 'preact';
import type { VehicleDetail } from '../../../contracts/api/answers.ts';
import { Chip, Icon } from '../../components/glyph.tsx';
import { FeedBody } from '../../components/panel.tsx';
import { useDesk } from '../../data/desk.ts';
import type { LiveFeed } from '../../data/use-feed.ts';
import { shipmentLink } from '../../model/route.ts';
import { age, instantOf } from '../../model/time.ts';
import { troubleOf } from '../../model/trouble.ts';
import type { Trouble } from '../../model/trouble.ts';

const MOTIONS = { moving: 'Moving', idle: 'Idle', silent: 'Silent' } as const;

interface CardProps {
  readonly feed: LiveFeed<VehicleDetail>;
  readonly id: string;
  readonly troubles: ReadonlyMap<string, Trouble>;
  readonly onClose: () => void;
}

/** The chosen vehicle: what it does, since when that is known, what is aboard. */
export function VehicleCard({ feed, id, troubles, onClose }: CardProps): JSX.Element {
  const { now } = useDesk();
  return (
    <section class="card" aria-label={`Vehicle ${id}`} onKeyDown={(event) => { if (event.key === 'Escape') onClose(); }}>
      <div class="row"><span class="name id">{id}</span><button class="quiet icon" type="button" aria-label="Close" onClick={onClose}><Icon name="close" /></button></div>
      <FeedBody feed={feed} now={now} rows={3}>{(detail) => <Facts detail={detail} now={now} trouble={troubleOf(detail.vehicle.shipmentIds, troubles)} />}</FeedBody>
    </section>
  );
}

function Facts({ detail: { vehicle }, now, trouble }: { readonly detail: VehicleDetail; readonly now: number; readonly trouble: Trouble | null }): JSX.Element {
  const fix = instantOf(vehicle.eventTime);
  return (
    <>
      <div>{trouble === 'exception' ? <Chip tone="bad" text="Exception" /> : trouble === 'delayed' ? <Chip tone="warn" text="Delayed" /> : <Chip tone="ok" text="No open alert" />} <Chip tone="stale" text={MOTIONS[vehicle.motion]} /></div>
      <dl class="kv">
        <dt>Speed</dt><dd>{vehicle.speedKmh === null ? 'not told' : `${Math.round(vehicle.speedKmh)} km/h`}</dd>
        <dt>Last fix</dt><dd>{fix === null ? '–' : `${age((now - fix) / 1000)} ago`}</dd>
        <dt>Place</dt><dd>{vehicle.lat.toFixed(3)}, {vehicle.lon.toFixed(3)}</dd>
        {vehicle.flags.length === 0 ? null : <><dt>Flags</dt><dd>{vehicle.flags.join(', ')}</dd></>}
        <dt>Aboard</dt><dd>{vehicle.shipmentIds.length === 0 ? 'nothing known' : vehicle.shipmentIds.map((shipment) => <div key={shipment}><a class="id" href={shipmentLink(shipment)}>{shipment}</a></div>)}</dd>
      </dl>
    </>
  );
}
