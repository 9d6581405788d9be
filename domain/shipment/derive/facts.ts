/** Which entries of a set count at a moment: the first step of everything that is derived. */
import { typeName } from '../codes.ts';
import type { EventType } from '../codes.ts';
import { compareVersions } from '../entry.ts';
import type { Entry } from '../entry.ts';
import type { EntrySet } from '../entry-set.ts';
import type { ShipmentOrder } from '../event.ts';
import { comparePackedVersions } from '../packed-entry.ts';
import type { PackedEntry } from '../packed-entry.ts';
import type { ShortList } from '../short-list.ts';
import { sortFew } from '../sort-few.ts';
import { RULES } from './rules.ts';

export interface Facts {
  readonly now: number;
  /** ACTUAL entries that happened, nothing void, nothing about empty equipment, by time. */
  readonly actuals: readonly Entry[];
  /** ACTUAL entries that lie ahead of our clock, by time. */
  readonly ahead: readonly Entry[];
  /** PLANNED, REQUESTED and ESTIMATED entries that count, the greatest version last. */
  readonly statements: readonly Entry[];
  /** Id hashes of events whose content the sender told in two ways. */
  readonly conflicts: readonly string[];
  readonly order: ShipmentOrder | undefined;
}

export function factsOf(set: EntrySet, now: number): Facts {
  const live: Entry[] = [];
  const conflicts: string[] = [];
  for (const [id, versions] of set.kept) {
    if (set.tombs.has(id)) continue;
    if (versions.length > 1) conflicts.push(id);
    const [winner] = versions;
    if (winner?.neutral === false) live.push(winner);
  }
  return factsAt(now, {
    live: live.sort(compareInTime),
    statements: visibleStatements(set),
    conflicts: conflicts.sort(),
    order: set.order === undefined || set.tombs.has(set.order.id) ? undefined : set.order.order,
  });
}

/** The same for a list, in which nothing is void and nothing told twice. */
export function factsOfList({ entries, order }: ShortList, now: number): Facts {
  const live: PackedEntry[] = [];
  const statements: PackedEntry[] = [];
  for (const entry of entries) {
    if (!entry.neutral) (entry.classifier === 'ACTUAL' ? live : statements).push(entry);
  }
  return factsAt(now, { live: sortFew(live, comparePackedInTime), statements: sortFew(statements, comparePackedVersions), conflicts: NO_CONFLICTS, order: order?.order });
}

const NO_CONFLICTS: Facts['conflicts'] = [];
const NONE_AHEAD: Facts['ahead'] = [];

const comparePackedInTime = (a: PackedEntry, b: PackedEntry): number => a.eventTime - b.eventTime || comparePackedVersions(a, b);

/** `live`: by time, so what lies ahead of the clock is all of it later. */
function factsAt(now: number, { live, statements, conflicts, order }: Pick<Facts, 'statements' | 'conflicts' | 'order'> & { readonly live: readonly Entry[] }): Facts {
  const firstAhead = live.findIndex((entry) => !isEffective(entry, now));
  if (firstAhead === -1) return { now, actuals: live, ahead: NONE_AHEAD, statements, conflicts, order };
  return { now, actuals: live.slice(0, firstAhead), ahead: live.slice(firstAhead), statements, conflicts, order };
}

export const isEffective = (entry: Entry, now: number): boolean => entry.eventTime <= effectiveUntil(now);

const effectiveUntil = (now: number): number => now + RULES.clockToleranceMs;

/** When an entry ahead of our clock begins to count. */
export const effectiveFrom = (entry: Entry): number => entry.eventTime - RULES.clockToleranceMs;

export const compareInTime = (a: Entry, b: Entry): number => a.eventTime - b.eventTime || compareVersions(a, b);

/** The last event that counts; one that nobody can name moves nothing. */
export const lastNamed = (actuals: readonly Entry[], isWanted: (entry: Entry) => boolean = () => true): Entry | undefined =>
  actuals.findLast((entry) => !isOfType(entry, 'UNKNOWN') && isWanted(entry));

export const isOfType = (entry: Entry, type: EventType): boolean => typeName(entry.typeCode) === type;

/**
 * A void winner shows nothing, though it still supersedes older ones (the sender had replaced them); of one id told in
 * several slots only the greatest version shows.
 */
function visibleStatements(set: EntrySet): Entry[] {
  const shown: Entry[] = [];
  for (const entry of greatestPerId(set.slots.values()).values()) {
    if (!set.tombs.has(entry.id) && !entry.neutral) shown.push(entry);
  }
  return shown.sort(compareVersions);
}

export function greatestPerId(entries: Iterable<Entry>): ReadonlyMap<string, Entry> {
  const greatest = new Map<string, Entry>();
  for (const entry of entries) {
    const other = greatest.get(entry.id);
    if (other === undefined || compareVersions(entry, other) > 0) greatest.set(entry.id, entry);
  }
  return greatest;
}
