import type { JSX } from 'preact';
import type { HealthAnswer } from '../../../contracts/api/answers.ts';
import { Glyph } from '../../components/glyph.tsx';
import { ageWords, Box, FeedBody, Panel } from '../../components/panel.tsx';
import { useDesk } from '../../data/desk.ts';
import { useFeed } from '../../data/use-feed.ts';
import { freshnessItems } from '../../model/freshness.ts';
import { age, amount, instantOf, moment, SECOND } from '../../model/time.ts';

const HEALTH_EVERY = 10 * SECOND;

/** Whether what this page shows keeps up, reader by reader. */
export function HealthView(): JSX.Element {
  const { client, overview, now } = useDesk();
  const health = useFeed<HealthAnswer>({ key: 'health', ask: () => client.get('/v1/health', (body) => 'shards' in body), everyMs: HEALTH_EVERY, now: () => client.now() });
  return (
    <>
      <h1 class="vh">Data health</h1>
      <div class="split">
        <div class="stack">
          <Panel title="Readers of the streams">
            <table>
              <thead><tr><th scope="col">Reader</th><th scope="col" class="num">Behind</th><th scope="col" class="num">Target</th></tr></thead>
              <tbody>{freshnessItems(overview, now).map(({ label, value, target, tone }) => (
                <tr key={label}><th scope="row"><Glyph kind={tone} /> {label}</th><td class="num">{value}</td><td class="num sub">{target ?? ''}</td></tr>
              ))}</tbody>
            </table>
          </Panel>
          <Panel title="Shards of shipment state" right={ageWords(health.data?.as_of, now)}>
            <FeedBody feed={health} now={now} rows={4} isEmpty={({ shards }) => shards.length === 0} empty={<Box title="Nothing has been read yet" action={<code>npx waybill put --sample good</code>}>Put a sample:</Box>}>{({ shards }) => <Shards shards={shards} now={now} />}</FeedBody>
          </Panel>
        </div>
        <Panel title="Shipments by status" right={ageWords(overview.data?.countedAt, now)}>
          <FeedBody feed={overview} now={now} isEmpty={({ statuses }) => Object.keys(statuses).length === 0} empty={<Box title="No shipments yet" />}>
            {({ statuses }) => <table><tbody>{Object.entries(statuses).sort(([, a], [, b]) => b - a).map(([status, count]) => <tr key={status}><th scope="row"><a href={`#/shipments?status=${encodeURIComponent(status)}`}>{status}</a></th><td class="num">{amount(count)}</td></tr>)}</tbody></table>}
          </FeedBody>
        </Panel>
      </div>
    </>
  );
}

function Shards({ shards, now }: { readonly shards: HealthAnswer['shards']; readonly now: number }): JSX.Element {
  return (
    <table>
      <thead><tr><th scope="col">Shard</th><th scope="col" class="num">Read through</th><th scope="col" class="num">Behind</th></tr></thead>
      <tbody>{shards.map(({ shard, foldedThrough, behindStreamSeconds }) => {
        const at = instantOf(foldedThrough);
        return <tr key={shard}><th scope="row" class="id">{shard}</th><td class="num sub">{at === null ? '–' : moment(at, now)}</td><td class={behindStreamSeconds > 60 ? 'num warn' : 'num'}>{age(behindStreamSeconds)}</td></tr>;
      })}</tbody>
    </table>
  );
}
