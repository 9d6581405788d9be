import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ShipmentEntry } from '../../../contracts/api/answers.ts';
import { Chip } from '../../components/glyph.tsx';
import { Box, Panel } from '../../components/panel.tsx';
import { effectOf } from '../../model/story.ts';
import { counted, instantOf, stamp } from '../../model/time.ts';
import { placeName } from '../../reference.ts';

const FIRST = 25;

/** Every entry that live state holds, newest first, with what became of it. */
export function EventsPanel({ timeline }: { readonly timeline: readonly ShipmentEntry[] }): JSX.Element {
  const [isAll, setAll] = useState(false);
  const entries = timeline.toReversed();
  return (
    <Panel title="Events" right={`${counted(entries.length, 'event')}, newest first`}>
      {entries.length === 0 ? <Box title="No events">An event about this shipment shows here within a minute.</Box> : (
        <div class="body" tabIndex={0} role="region" aria-label="Events, table">
          <table>
            <thead><tr><th scope="col">Event time</th><th scope="col">Type</th><th scope="col" class="hide-s">Class</th><th scope="col" class="hide-s">Place</th><th scope="col" class="hide-s">Source</th><th scope="col" class="hide-s">Published</th><th scope="col">Effect</th></tr></thead>
            <tbody>{(isAll ? entries : entries.slice(0, FIRST)).map((entry) => <EventRow key={`${entry.entryId} ${entry.classifier} ${entry.eventTime}`} entry={entry} />)}</tbody>
          </table>
        </div>
      )}
      {!isAll && entries.length > FIRST ? <div class="more"><button class="btn" type="button" onClick={() => setAll(true)}>Show {entries.length - FIRST} more</button></div> : null}
    </Panel>
  );
}

function EventRow({ entry }: { readonly entry: ShipmentEntry }): JSX.Element {
  const [at, published] = [instantOf(entry.eventTime), instantOf(entry.publishedTime)];
  const effect = effectOf(entry);
  const reason = [entry.reason?.toLowerCase().replaceAll('_', ' '), entry.text?.reasonText, entry.sensor === 'ALARM' ? 'sensor alarm' : null].filter((word) => word !== null && word !== undefined);
  return (
    <tr>
      <td class="nowrap">{at === null ? '' : stamp(at)}</td>
      <td>{entry.type}{reason.length === 0 ? null : <span class="sub"> · {reason.join(', ')}</span>}</td>
      <td class="hide-s sub">{entry.classifier}</td>
      <td class="hide-s sub">{entry.text?.placeName ?? placeName(entry.place)}</td>
      <td class="hide-s sub">{entry.source}</td>
      <td class="hide-s sub nowrap">{published === null ? '' : stamp(published)}</td>
      <td><Chip tone={effect.tone} text={effect.text} /></td>
    </tr>
  );
}
