import type { ShipmentDetail, ShipmentEntry } from '../../contracts/api/answers.ts';
import { duration, instantOf } from './time.ts';
import type { Tone } from './tone.ts';

/** What became of an entry, as a word with its tone. */
export function effectOf(entry: ShipmentEntry): { readonly tone: Tone; readonly text: string } {
  switch (entry.standing) {
    case 'COUNTS': return { tone: 'ok', text: entry.correction ? 'counts, corrects another' : 'counts' };
    case 'RETRACTED': return { tone: 'stale', text: 'retracted' };
    case 'OUTVOTED': return entry.conflict ? { tone: 'warn', text: 'conflict, set aside' } : { tone: 'stale', text: 'superseded' };
    case 'NEUTRAL': return { tone: 'stale', text: 'empty equipment' };
    case 'AHEAD': return { tone: 'note', text: 'waits for its time' };
  }
}

/** Two contents under one identity, the one that counts first. */
export interface Conflict {
  readonly type: string;
  readonly source: string;
  readonly entries: readonly ShipmentEntry[];
}

/** An entry's name is its identity and its content: the two sides of a conflict share the first half. */
const IDENTITY_CHARACTERS = 16;

export function conflictsOf(timeline: readonly ShipmentEntry[]): Conflict[] {
  const sides = Map.groupBy(timeline.filter((entry) => entry.conflict), (entry) => `${entry.source}\n${entry.entryId.slice(0, IDENTITY_CHARACTERS)}`);
  return [...sides.values()].flatMap((entries) => {
    const [first, ...rest] = [...entries].sort((a, b) => rank(a) - rank(b));
    return first === undefined || rest.length === 0 ? [] : [{ type: first.type, source: first.source, entries: [first, ...rest] }];
  });
}

const rank = (entry: ShipmentEntry): number => (entry.standing === 'COUNTS' ? 0 : 1);

export const retractionsOf = (timeline: readonly ShipmentEntry[]): ShipmentEntry[] => timeline.filter((entry) => entry.retracted && !entry.conflict);

/** References over the whole story: each type and value once, in the order they came. */
export function referencesOf(timeline: readonly ShipmentEntry[]): { readonly type: string; readonly value: string }[] {
  const known = new Map(timeline.flatMap((entry) => entry.text?.references ?? []).map((reference) => [`${reference.type}\n${reference.value}`, reference]));
  return [...known.values()];
}

/** `DCSA:MAEU` was sent by MAEU. */
export const carrierOf = (source: string | undefined): string | null => source?.split(':')[1]?.split(/[/#]/)[0] ?? null;

/** The sender of the newest entry that really happened. */
export function lastSender(timeline: readonly ShipmentEntry[]): string | null {
  return carrierOf(timeline.findLast((entry) => entry.classifier === 'ACTUAL' && entry.standing === 'COUNTS')?.source);
}

/** `3 h 20 min late`, `on time`; from which tone on it asks for a look. */
export function delayWords(minutes: number): { readonly tone: Tone; readonly text: string } {
  if (minutes <= 0) return { tone: 'ok', text: 'on time' };
  return { tone: minutes > 120 ? 'bad' : minutes > 30 ? 'warn' : 'ok', text: `${duration(minutes)} late` };
}

/** Places in the order in which the shipment meets them: those reached, then those ahead. Codes, each stop once in a row. */
export function roadOf({ order, milestones, lastPlace, destination }: ShipmentDetail): { readonly done: readonly string[]; readonly ahead: readonly string[] } {
  const stops = [...milestones].sort((a, b) => timeOf(a) - timeOf(b));
  const done = chain([order?.origin, ...stops.filter((stop) => stop.actual !== null).map((stop) => stop.place), lastPlace]);
  const ahead = chain([done.at(-1), ...stops.filter((stop) => stop.actual === null).map((stop) => stop.place), destination]);
  return { done, ahead };
}

const timeOf = ({ actual, estimated, planned }: { readonly actual: string | null; readonly estimated: string | null; readonly planned: string | null }): number =>
  instantOf(actual ?? estimated ?? planned) ?? Infinity;

const chain = (places: readonly (string | null | undefined)[]): string[] =>
  places.filter((place): place is string => typeof place === 'string' && place !== '').filter((place, index, all) => index === 0 || place !== all[index - 1]);
