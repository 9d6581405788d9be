import type { JSX } from 'preact';
import type { ShipmentEntry } from '../../../contracts/api/answers.ts';
import { Chip } from '../../components/glyph.tsx';
import { Panel } from '../../components/panel.tsx';
import { conflictsOf, effectOf, retractionsOf } from '../../model/story.ts';
import type { Conflict } from '../../model/story.ts';
import { counted, instantOf, stamp } from '../../model/time.ts';

/** What senders told twice, or took back. */
export function ConflictsPanel({ timeline }: { readonly timeline: readonly ShipmentEntry[] }): JSX.Element | null {
  const [conflicts, retractions] = [conflictsOf(timeline), retractionsOf(timeline)];
  if (conflicts.length + retractions.length === 0) return null;
  return (
    <Panel title="Conflicts and retractions" right={`${counted(conflicts.length, 'conflict')}, ${counted(retractions.length, 'retraction')}`}>
      {conflicts.map((conflict) => <ConflictIssue key={conflict.entries[0]?.entryId} conflict={conflict} />)}
      {retractions.map((entry) => <div class="issue" key={entry.entryId}><p><b>{entry.type} was retracted by its sender.</b> <span class="sub">{entry.source} took back what it had told for {time(entry.eventTime)}.</span></p></div>)}
    </Panel>
  );
}

function ConflictIssue({ conflict: { type, source, entries } }: { readonly conflict: Conflict }): JSX.Element {
  return (
    <div class="issue">
      <p><b>{type} came twice with different content.</b> <span class="sub">The later published one counts.</span></p>
      <div class="pair">
        {entries.flatMap((entry) => {
          const look = entry.standing === 'COUNTS' ? '' : 'lost';
          const effect = effectOf(entry);
          return [
            <span key={`${entry.entryId} 1`} class={`id ${look}`}>{source}</span>,
            <span key={`${entry.entryId} 2`} class={look}><time>{time(entry.eventTime)}</time></span>,
            <span key={`${entry.entryId} 3`} class={look === '' ? 'sub' : look}>published {time(entry.publishedTime)}</span>,
            <span key={`${entry.entryId} 4`}><Chip tone={effect.tone} text={effect.text} /></span>,
          ];
        })}
      </div>
    </div>
  );
}

function time(text: string | null): string {
  const at = instantOf(text);
  return at === null ? 'at no stated time' : stamp(at);
}
