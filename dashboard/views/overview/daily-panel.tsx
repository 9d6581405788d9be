import type { JSX } from 'preact';
import type { DailyFigures } from '../../../contracts/api/answers.ts';
import { Glyph } from '../../components/glyph.tsx';
import { Box, FeedBody, Panel } from '../../components/panel.tsx';
import { useDesk } from '../../data/desk.ts';
import { dailyTiles } from '../../model/daily.ts';
import { dateWords, instantOf, stamp } from '../../model/time.ts';

/** The last published day of gold. */
export function DailyPanel(): JSX.Element {
  const { overview, now } = useDesk();
  const daily = overview.data?.daily ?? null;
  return (
    <Panel title={daily === null ? 'Daily figures' : `Day ${dateWords(daily.businessDate)}`} right={daily === null ? null : <Published daily={daily} />}>
      <FeedBody feed={overview} now={now} rows={2} isEmpty={() => daily === null} empty={<Box title="No gold yet">Each day is published in the night after it; the newest one published shows here.</Box>}>
        {() => <dl class="daily">{daily === null ? null : dailyTiles(daily).map(({ label, value, unit, part }) => (
          <div key={label}><dt>{label}</dt><dd><span class="big">{value}</span>{unit}{part === null ? null : <span class="part sub">{part}</span>}</dd></div>
        ))}</dl>}
      </FeedBody>
    </Panel>
  );
}

function Published({ daily }: { readonly daily: DailyFigures }): JSX.Element {
  const at = instantOf(daily.publishedAt);
  return <><Glyph kind="ok" /><span>gold published{at === null ? '' : ` ${stamp(at)}`}</span></>;
}
