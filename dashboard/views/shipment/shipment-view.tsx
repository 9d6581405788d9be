import type { JSX } from 'preact';
import type { ShipmentDetail, VehicleList } from '../../../contracts/api/answers.ts';
import { Box, FeedBody, Panel } from '../../components/panel.tsx';
import { useDesk } from '../../data/desk.ts';
import { useFeed } from '../../data/use-feed.ts';
import type { Route } from '../../model/route.ts';
import { SECOND } from '../../model/time.ts';
import { ConflictsPanel } from './conflicts-panel.tsx';
import { EventsPanel } from './events-panel.tsx';
import { FactsPanel, ShipmentAlerts } from './facts-panel.tsx';
import { PlacePanel } from './place-panel.tsx';
import { Summary } from './summary.tsx';
import { TimelinePanel } from './timeline-panel.tsx';

const SHIPMENT_EVERY = 5 * SECOND;

/** One shipment's story. */
export function ShipmentView({ route }: { readonly route: Route }): JSX.Element {
  const { client, now } = useDesk();
  const id = route.id ?? '';
  const path = `/v1/shipments/${encodeURIComponent(id)}`;
  const shipment = useFeed<ShipmentDetail>({ key: id === '' ? null : path, ask: () => client.get(path), everyMs: SHIPMENT_EVERY, now: () => client.now() });
  const vehicles = useFeed<VehicleList>({ key: shipment.data === null ? null : id, ask: () => client.get(`/v1/vehicles?shipment=${encodeURIComponent(id)}`), everyMs: SHIPMENT_EVERY, now: () => client.now() });
  if (id === '' || (shipment.data === null && shipment.failure?.status === 404)) return <NotFound id={id} />;
  if (shipment.data === null) return <><h1 class="vh">Shipment {id}</h1><Panel title={<span class="id">{id}</span>}><FeedBody feed={shipment} now={now} rows={12}>{() => null}</FeedBody></Panel></>;
  const vehicle = vehicles.data?.vehicles[0] ?? null;
  return (
    <div class="split">
      <div class="stack">
        <Summary shipment={shipment.data} feed={shipment} />
        <TimelinePanel shipment={shipment.data} />
        <ConflictsPanel timeline={shipment.data.timeline} />
        <EventsPanel timeline={shipment.data.timeline} />
      </div>
      <div class="stack">
        <PlacePanel shipment={shipment.data} vehicle={vehicle} />
        <ShipmentAlerts shipmentId={id} />
        <FactsPanel shipment={shipment.data} vehicle={vehicle} />
      </div>
    </div>
  );
}

function NotFound({ id }: { readonly id: string }): JSX.Element {
  return (
    <>
      <h1 class="vh">Shipment {id}</h1>
      <Panel title="Shipment">
        <Box title={`No shipment ${id} in live state`} action={<code>npx waybill track {id === '' ? '<shipment id>' : id}</code>}>
          The id is misspelt, nothing was heard of it yet, or its last event is past the horizon and only the lake has it. <a href="#/shipments">All shipments</a>
        </Box>
      </Panel>
    </>
  );
}
