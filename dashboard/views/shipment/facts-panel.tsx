import type { JSX } from 'preact';
import type { ShipmentDetail, VehicleSummary } from '../../../contracts/api/answers.ts';
import { Box, Panel } from '../../components/panel.tsx';
import { useDesk } from '../../data/desk.ts';
import { rowsOf } from '../../model/alerts.ts';
import { formatRoute } from '../../model/route.ts';
import { lastSender, referencesOf } from '../../model/story.ts';
import { AlertItem } from '../alerts/alert-item.tsx';

/** Who it is for, who carries it, by which numbers others know it. */
export function FactsPanel({ shipment, vehicle }: { readonly shipment: ShipmentDetail; readonly vehicle: VehicleSummary | null }): JSX.Element {
  const { order, timeline, flags } = shipment;
  const facts: readonly (readonly [string, JSX.Element | string | null])[] = [
    ['Customer', order?.customerId ?? null],
    ['Service', order?.serviceLevel ?? null],
    ['Priority', order?.priority === null || order?.priority === undefined ? null : String(order.priority)],
    ['Carrier', lastSender(timeline)],
    ['Vehicle', vehicle === null ? null : <a class="id" href={formatRoute({ view: 'overview', query: { vehicle: vehicle.vehicleId, at: `${vehicle.lat.toFixed(2)},${vehicle.lon.toFixed(2)},3000` } })}>{vehicle.vehicleId}</a>],
    ['Flags', flags.length === 0 ? null : flags.join(', ')],
  ];
  return (
    <Panel title="Facts">
      <div class="detail"><dl class="kv">
        {facts.flatMap(([name, value]) => (value === null ? [] : [<dt key={name}>{name}</dt>, <dd key={`${name} value`}>{value}</dd>]))}
        {referencesOf(timeline).flatMap(({ type, value }) => [<dt key={`${type} ${value}`}>{type}</dt>, <dd key={`${type} ${value} value`}>{value}</dd>])}
        <dt>Version of the state</dt><dd>{shipment.version}</dd>
      </dl></div>
    </Panel>
  );
}

export function ShipmentAlerts({ shipmentId }: { readonly shipmentId: string }): JSX.Element {
  const { alerts, now } = useDesk();
  const own = rowsOf((alerts.data?.alerts ?? []).filter((alert) => alert.shipmentId === shipmentId), now);
  return (
    <div id="alerts-of-shipment">
      <Panel title="Alerts of this shipment">{own.length === 0 ? <Box title="No open alert">{alerts.data === null ? 'The list of alerts is not there yet.' : 'Nothing about it asks for attention.'}</Box> : <ul>{own.map((row) => <AlertItem key={row.alert.alertId} row={row} />)}</ul>}</Panel>
    </div>
  );
}
