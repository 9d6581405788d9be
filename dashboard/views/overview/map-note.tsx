import type { JSX } from 'preact';
import type { Overview, VehicleList } from '../../../contracts/api/answers.ts';
import { Box, NotLoaded } from '../../components/panel.tsx';
import { useDesk } from '../../data/desk.ts';
import type { LiveFeed } from '../../data/use-feed.ts';
import { moodOf } from '../../model/feed.ts';

/** Over an empty map: why it is empty. */
export function MapNote({ feed, total }: { readonly feed: LiveFeed<VehicleList>; readonly total: Overview | null }): JSX.Element | null {
  const { now } = useDesk();
  const note = noteOf({ feed, total, now });
  return note === null ? null : <div class="mapnote">{note}</div>;
}

function noteOf({ feed, total, now }: { readonly feed: LiveFeed<VehicleList>; readonly total: Overview | null; readonly now: number }): JSX.Element | null {
  const mood = moodOf(feed);
  if (mood === 'loading') return <Box title="Loading vehicles">Usually under 1 s.</Box>;
  if (mood === 'error') return <NotLoaded feed={feed} now={now} title="Vehicles not loaded" />;
  if (feed.data !== null && feed.data.count > 0) return null;
  const fleet = total?.total.vehicles;
  const isFleetEmpty = fleet === undefined || fleet.moving + fleet.idle + fleet.silent === 0;
  return isFleetEmpty
    ? <Box title="No vehicles yet" action={<code>npx waybill watch --contract vehicle-position</code>}>Marks appear within 30 s of the first position. What comes in:</Box>
    : <Box title="No vehicle in this part of the map">Press 0 or the lowest button to show all.</Box>;
}
