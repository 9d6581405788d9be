import type { JSX } from 'preact';
import type { AlertSummary } from '../../../contracts/api/answers.ts';
import { Icon, Severity } from '../../components/glyph.tsx';
import { useDesk } from '../../data/desk.ts';
import { KINDS, ownerWords } from '../../model/alerts.ts';
import type { AlertRow } from '../../model/alerts.ts';
import { shipmentLink } from '../../model/route.ts';
import { age, counted, instantOf } from '../../model/time.ts';
import { placeName, regionName } from '../../reference.ts';

interface TableProps {
  readonly rows: readonly AlertRow[];
  readonly chosen: string | null;
  /** Storms whose members show. */
  readonly opened: ReadonlySet<string>;
  readonly onChoose: (id: string) => void;
  readonly onToggle: (id: string) => void;
}

export function AlertTable({ rows, chosen, opened, onChoose, onToggle }: TableProps): JSX.Element {
  return (
    <table>
      <thead><tr><th scope="col">Sev</th><th scope="col">Alert</th><th scope="col" class="hide-s">Shipment</th><th scope="col" class="hide-s">Kind</th><th scope="col" class="hide-s">Region</th><th scope="col" class="num">Age</th><th scope="col" class="hide-s">Owner</th></tr></thead>
      <tbody>
        {rows.flatMap((row) => {
          const isOpen = opened.has(row.alert.alertId);
          return [
            <Row key={row.alert.alertId} alert={row.alert} isChosen={row.alert.alertId === chosen} onChoose={onChoose} storm={row.alert.kind === 'STORM' ? { count: row.alert.members ?? row.members.length, isOpen, onToggle } : null} />,
            ...(isOpen ? row.members.map((member) => <Row key={member.alertId} alert={member} isChosen={member.alertId === chosen} onChoose={onChoose} storm={null} isMember />) : []),
            ...(isOpen && row.members.length < (row.alert.members ?? 0) ? [<Missing key={`${row.alert.alertId} rest`} count={(row.alert.members ?? 0) - row.members.length} />] : []),
          ];
        })}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly alert: AlertSummary;
  readonly isChosen: boolean;
  readonly isMember?: boolean;
  readonly onChoose: (id: string) => void;
  readonly storm: { readonly count: number; readonly isOpen: boolean; readonly onToggle: (id: string) => void } | null;
}

function Row({ alert, isChosen, isMember = false, onChoose, storm }: RowProps): JSX.Element {
  const { now } = useDesk();
  const opened = instantOf(alert.openedAt);
  const pick = (event: MouseEvent): void => { if ((event.target as HTMLElement).closest('a, button') === null) onChoose(alert.alertId); };
  return (
    <tr class={isMember ? 'pickable member' : 'pickable'} aria-current={isChosen ? 'true' : undefined} onClick={pick}>
      <td><Severity value={alert.severity} /></td>
      <td>
        <button class="linkish" type="button" onClick={() => onChoose(alert.alertId)}>{alert.text}</button>
        {storm === null ? <span class="only-s sub"><ShipmentLink alert={alert} /> · {KINDS[alert.kind]}</span> : <button class="chip note storm" type="button" aria-expanded={storm.isOpen} onClick={() => storm.onToggle(alert.alertId)}>{counted(storm.count, 'shipment')}<Icon name={storm.isOpen ? 'down' : 'right'} /></button>}
      </td>
      <td class="hide-s">{storm === null ? <ShipmentLink alert={alert} /> : <span class="sub">{placeName(alert.place) ?? alert.subject}</span>}</td>
      <td class="hide-s sub">{KINDS[alert.kind]}</td>
      <td class="hide-s sub">{regionName(alert.region)}</td>
      <td class="num">{opened === null ? '' : age((now - opened) / 1000)}</td>
      <td class="hide-s nowrap">{ownerWords(alert, now) ?? <span class="dim">nobody</span>}</td>
    </tr>
  );
}

function ShipmentLink({ alert: { shipmentId } }: { readonly alert: AlertSummary }): JSX.Element {
  return shipmentId === null ? <span class="dim">several</span> : <a class="id" href={shipmentLink(shipmentId)}>{shipmentId}</a>;
}

/** A member may have closed while the storm still counts it, or not be this person's to see. */
function Missing({ count }: { readonly count: number }): JSX.Element {
  return <tr class="member"><td /><td colSpan={6} class="sub">{counted(count, 'more shipment')} of this storm {count === 1 ? 'is' : 'are'} not open any more.</td></tr>;
}
