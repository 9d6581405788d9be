import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ShipmentList, ShipmentSummary } from '../../../contracts/api/answers.ts';
import { Chip, To } from '../../components/glyph.tsx';
import { ageWords, Box, FeedBody, isOld, Panel } from '../../components/panel.tsx';
import { say } from '../../components/toast.tsx';
import { useDesk } from '../../data/desk.ts';
import { useFeed } from '../../data/use-feed.ts';
import { replaceQuery } from '../../frame/use-route.ts';
import { shipmentLink } from '../../model/route.ts';
import type { Route } from '../../model/route.ts';
import { listQuery } from '../../model/shipment-list.ts';
import { delayWords } from '../../model/story.ts';
import { instantOf, moment, SECOND } from '../../model/time.ts';
import { placeName, regionName } from '../../reference.ts';
import { ShipmentFilters } from './shipment-filters.tsx';

const LIST_EVERY = 15 * SECOND;

/** Shipments by what one knows of them; every filter is in the address. */
export function ShipmentsView({ route }: { readonly route: Route }): JSX.Element {
  const { client, now } = useDesk();
  const path = `/v1/shipments${listQuery(route.query)}`;
  const feed = useFeed<ShipmentList>({ key: path, ask: () => client.get(path), everyMs: LIST_EVERY, now: () => client.now() });
  const [rest, setRest] = useState<{ readonly path: string; readonly pages: readonly ShipmentList[] }>({ path, pages: [] });
  const pages = rest.path === path ? rest.pages : [];
  const cursor = (pages.at(-1) ?? feed.data)?.cursor ?? null;
  const more = async (): Promise<void> => {
    if (cursor === null) return;
    try {
      const page = await client.get<ShipmentList>(`${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`);
      setRest({ path, pages: [...pages, page] });
    } catch {
      say('The next page did not come. Try again.');
    }
  };
  const shipments = [...new Map([feed.data, ...pages].flatMap((page) => page?.shipments ?? []).map((shipment) => [shipment.shipmentId, shipment])).values()];
  return (
    <>
      <h1 class="vh">Shipments</h1>
      <Panel title={<>Shipments <span class="dim">{feed.data === null ? '' : `${shipments.length}${cursor === null ? '' : ' of more'}`}</span></>} right={ageWords(feed.data?.as_of, now)} isOld={isOld(feed, now)}>
        <ShipmentFilters query={route.query} onQuery={(query) => replaceQuery(route, query)} />
        <FeedBody feed={feed} now={now} rows={14} isEmpty={() => shipments.length === 0} empty={<Box title="No shipment matches" action={<button class="btn" type="button" onClick={() => replaceQuery(route, {})}>Clear filters</button>}>Widen a filter, or find one by its id above.</Box>}>
          {() => (
            <table>
              <thead><tr><th scope="col">Shipment</th><th scope="col">Status</th><th scope="col" class="hide-s">From, to</th><th scope="col" class="hide-s">Region</th><th scope="col" class="hide-s">Carrier</th><th scope="col" class="hide-s">Customer</th><th scope="col" class="hide-s">Expected</th><th scope="col" class="num">Delay</th></tr></thead>
              <tbody>{shipments.map((shipment) => <Row key={shipment.shipmentId} shipment={shipment} now={now} />)}</tbody>
            </table>
          )}
        </FeedBody>
        {cursor === null ? null : <div class="more"><button class="btn" type="button" onClick={() => void more()}>Show more</button></div>}
      </Panel>
    </>
  );
}

function Row({ shipment, now }: { readonly shipment: ShipmentSummary; readonly now: number }): JSX.Element {
  const eta = instantOf(shipment.eta);
  const delay = delayWords(shipment.delayMinutes);
  return (
    <tr>
      <th scope="row"><a class="id" href={shipmentLink(shipment.shipmentId)}>{shipment.shipmentId}</a></th>
      <td>{shipment.status}<span class="only-s sub">{placeName(shipment.origin) ?? '–'}<To />{placeName(shipment.destination) ?? '–'}</span></td>
      <td class="hide-s sub">{placeName(shipment.origin) ?? '–'}<To />{placeName(shipment.destination) ?? '–'}</td>
      <td class="hide-s sub">{regionName(shipment.region)}</td>
      <td class="hide-s sub">{shipment.carrier ?? ''}</td>
      <td class="hide-s sub">{shipment.customerId ?? ''}</td>
      <td class="hide-s sub nowrap">{eta === null ? '' : moment(eta, now)}</td>
      <td class="num">{delay.tone === 'ok' ? <span class="sub">{delay.text}</span> : <Chip tone={delay.tone} text={delay.text} />}</td>
    </tr>
  );
}
