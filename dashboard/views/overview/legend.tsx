import type { JSX } from 'preact';
import type { VehicleList } from '../../../contracts/api/answers.ts';
import { Glyph } from '../../components/glyph.tsx';
import { cellWords } from '../../map/view.ts';
import type { FleetCounts } from '../../model/fleet.ts';
import { amount } from '../../model/time.ts';
import { HOT_CELL_SHARE } from '../../model/tone.ts';

const number = (value: number | null): string => (value === null ? '–' : amount(value));

/** What the marks mean, with the fleet's numbers. */
export function Legend({ list, counts }: { readonly list: VehicleList | null; readonly counts: FleetCounts }): JSX.Element {
  const isCells = list?.resolution !== null && list?.resolution !== undefined;
  return (
    <ul class="legend">
      <li><Glyph kind="move" tone="moving" />Moving <b>{number(counts.moving)}</b></li>
      <li><Glyph kind="idle" tone="stale" />Idle <b>{number(counts.idle)}</b></li>
      <li><Glyph kind="stale" />Silent <b>{number(counts.silent)}</b></li>
      {isCells
        ? <li><svg class="hot" width="12" height="12" viewBox="0 0 12 12" aria-hidden="true"><path d="M6 .8 10.6 3.4V8.6L6 11.2 1.4 8.6V3.4z" /></svg>Over {HOT_CELL_SHARE * 100} % delayed</li>
        : <><li><Glyph kind="move" tone="warn" />Delayed <b>{number(counts.delayed)}</b></li><li><Glyph kind="bad" />Exception <b>{number(counts.exception)}</b></li></>}
      <li class="scale">{list === null ? '' : isCells ? cellWords(list.resolution) : 'One mark per vehicle'}</li>
    </ul>
  );
}
