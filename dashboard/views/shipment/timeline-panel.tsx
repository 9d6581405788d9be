import type { JSX } from 'preact';
import type { ShipmentDetail } from '../../../contracts/api/answers.ts';
import { Box, Panel } from '../../components/panel.tsx';
import { useDesk } from '../../data/desk.ts';
import { milestoneTable } from '../../model/milestones.ts';
import type { MilestoneRow, MilestoneTable } from '../../model/milestones.ts';
import { day, signed, stamp } from '../../model/time.ts';
import { placeName } from '../../reference.ts';

const TRACK = { width: 240, height: 24 } as const;
const GAP = { width: 104, height: 14 } as const;

/** Plan against actual: one line a milestone on a common axis, and the deviation on a scale of its own. */
export function TimelinePanel({ shipment }: { readonly shipment: ShipmentDetail }): JSX.Element {
  const { now } = useDesk();
  const table = milestoneTable(shipment, now);
  return (
    <Panel title="Timeline" right={<TimelineKey />}>
      {table.rows.length === 0 ? <Box title="No milestones yet">The plan comes with the order, what happened with the events.</Box> : (
        <table class="tl">
          <thead><tr><th scope="col">Milestone</th><th scope="col">{day(table.from)} – {day(table.to)}</th><th scope="col">Planned</th><th scope="col">Estimated</th><th scope="col">Actual</th><th scope="col" class="num">Against plan</th></tr></thead>
          <tbody>{table.rows.map((row, index) => <Row key={`${index} ${row.type}`} row={row} table={table} />)}</tbody>
        </table>
      )}
    </Panel>
  );
}

function TimelineKey(): JSX.Element {
  return (
    <span class="hide-s tkey">
      <svg width="10" height="12" aria-hidden="true"><line class="mark" x1="5" x2="5" y1="0" y2="12" /></svg>planned
      <svg width="10" height="12" aria-hidden="true"><circle class="act" cx="5" cy="6" r="4" /></svg>actual
      <svg width="12" height="12" aria-hidden="true"><path class="est" d="M6 1l5 5-5 5-5-5z" /></svg>estimated
      <svg width="10" height="12" aria-hidden="true"><line class="nowline" x1="5" x2="5" y1="0" y2="12" /></svg>now
    </span>
  );
}

function Row({ row, table }: { readonly row: MilestoneRow; readonly table: MilestoneTable }): JSX.Element {
  const time = (label: string, value: number | null, look = ''): JSX.Element => <td class={`t nowrap ${look}${value === null ? ' none' : ''}`} data-label={label}>{value === null ? '' : stamp(value)}</td>;
  return (
    <tr>
      <th scope="row">{row.type}<span class="where">{placeName(row.place)}{row.notes.map(({ text, tone }) => <span key={text}> · <span class={tone}>{text}</span></span>)}</span></th>
      <td class="track-cell"><Track row={row} nowAt={table.nowAt} /></td>
      {time('Planned', row.planned, 'sub')}
      {time('Estimated', row.actual === null ? row.estimated : null)}
      {time('Actual', row.actual)}
      <td class="gap">{row.delta === null ? null : <div class="dev"><Deviation row={row} zeroAt={table.zeroAt} /><span class={row.tone === 'ok' ? 'sub' : row.tone}>{signed(row.delta)}</span></div>}</td>
    </tr>
  );
}

function Track({ row, nowAt }: { readonly row: MilestoneRow; readonly nowAt: number | null }): JSX.Element {
  const { width, height } = TRACK;
  const x = (at: number): number => 6 + at * (width - 12);
  return (
    <svg height={height} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <line class="axis" x1="0" x2={width} y1="12" y2="12" />
      {nowAt === null ? null : <line class="nowline" x1={x(nowAt)} x2={x(nowAt)} y1="-7" y2="31" />}
      {row.plannedAt === null ? null : <line class="mark" x1={x(row.plannedAt)} x2={x(row.plannedAt)} y1="5" y2="19" />}
      {row.mark === null ? null : row.mark.kind === 'actual' ? <circle class="act" cx={x(row.mark.at)} cy="12" r="4" /> : <path class="est" d={`M${x(row.mark.at)} 7l5 5-5 5-5-5z`} />}
    </svg>
  );
}

function Deviation({ row: { bar, tone }, zeroAt }: { readonly row: MilestoneRow; readonly zeroAt: number }): JSX.Element | null {
  if (bar === null) return null;
  const x = (at: number): number => 1 + at * (GAP.width - 2);
  return (
    <svg class="hide-s" width={GAP.width} height={GAP.height} aria-hidden="true">
      <line class="axis" x1={x(zeroAt)} x2={x(zeroAt)} y1="0" y2={GAP.height} />
      <rect class={`fill-${tone}`} x={x(bar.from)} y="4" width={Math.max(2, x(bar.to) - x(bar.from))} height="6" rx="1" />
    </svg>
  );
}
