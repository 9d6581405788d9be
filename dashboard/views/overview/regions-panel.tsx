import type { JSX } from 'preact';
import type { Overview } from '../../../contracts/api/answers.ts';
import { Glyph } from '../../components/glyph.tsx';
import { ageWords, Box, FeedBody, isOld, Panel } from '../../components/panel.tsx';
import { Spark } from '../../components/spark.tsx';
import { useDesk } from '../../data/desk.ts';
import { delayedShare } from '../../model/fleet.ts';
import { formatRoute } from '../../model/route.ts';
import { amount, percent } from '../../model/time.ts';
import { HOT_SHARE } from '../../model/tone.ts';

/** Numbers by region, the worst first. A name shows it on the map, its line opens it. */
export function RegionsPanel({ onShow }: { readonly onShow: (region: string) => void }): JSX.Element {
  const { overview, now } = useDesk();
  return (
    <Panel title="Regions" right={ageWords(overview.data?.countedAt, now)} isOld={isOld(overview, now)}>
      <FeedBody feed={overview} now={now} rows={8} isEmpty={({ regions }) => regions.length === 0} empty={<Box title="No regional numbers">They appear within 5 min of the first shipment.</Box>}>
        {({ regions }) => (
          <table>
            <thead><tr><th scope="col">Region</th><th scope="col" class="num">Active</th><th scope="col" class="num">Delayed</th><th scope="col" class="num hide-s">Delay h</th><th scope="col" class="num">Share, 2 h</th></tr></thead>
            <tbody>{[...regions].sort((a, b) => delayedShare(b) - delayedShare(a) || b.active - a.active).map((row) => <RegionRow key={row.region} row={row} onShow={onShow} />)}</tbody>
          </table>
        )}
      </FeedBody>
    </Panel>
  );
}

function RegionRow({ row, onShow }: { readonly row: Overview['regions'][number]; readonly onShow: (region: string) => void }): JSX.Element {
  const share = delayedShare(row);
  const isHot = share > HOT_SHARE;
  return (
    <tr>
      <th scope="row" class="region"><button class="linkish cut" type="button" title={`${row.name}: show on the map`} onClick={() => onShow(row.region)}>{row.name}</button></th>
      <td class="num">{amount(row.active)}</td>
      <td class={isHot ? 'num warn' : 'num'}>{isHot ? <><Glyph kind="warn" /> </> : null}{percent(share)}</td>
      <td class="num hide-s sub">{amount(row.delayMinutes / 60)}</td>
      <td><a class="bar" href={formatRoute({ view: 'region', id: row.region })} aria-label={`${row.name} in detail`}><Spark values={row.trend} width={52} height={18} isHot={isHot} /></a></td>
    </tr>
  );
}
