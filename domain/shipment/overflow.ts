/**
 * How a shipment with very many entries is spread over items. The logical state is the join of all its items, so where an
 * entry lies, and whether it lies twice, never matters: only that it lies somewhere at every moment.
 */
import { compareVersions } from './entry.ts';
import type { Entry } from './entry.ts';
import { EMPTY, entriesOf, entrySetOf, merge } from './entry-set.ts';
import type { EntrySet } from './entry-set.ts';
import { pack } from './packing.ts';

/** Sort keys of the shipments table. */
export const MAIN_KEY = 'S';
export const PAGE_KEY_PREFIX = 'E#';
export const TEXT_KEY_PREFIX = 'T#';

export interface OverflowLimits {
  /** Entries that the main item holds at most. */
  readonly mainEntries: number;
  /** Entries that move to pages at a time, so that not each further event writes a page. */
  readonly chunkEntries: number;
  /** Named retractions that the main item holds at most. */
  readonly mainTombs: number;
  /** Bytes of one item at which an operator must look (DynamoDB ends at 400 KB). */
  readonly alarmBytes: number;
}

export const OVERFLOW_LIMITS: OverflowLimits = { mainEntries: 100, chunkEntries: 50, mainTombs: 200, alarmBytes: 300 * 1024 };

export interface ItemPlan {
  readonly main: EntrySet;
  /** Sort key (`E#0` … `E#f`) -> what the page holds. Write all that changed before the main item. */
  readonly pages: ReadonlyMap<string, EntrySet>;
}

/** What is stored of a shipment: its main item and its pages by sort key. */
export interface StoredItems {
  readonly main?: EntrySet | undefined;
  readonly pages?: ReadonlyMap<string, EntrySet>;
}

/** The logical state: the join of all items. */
export function joinItems({ main = EMPTY, pages = new Map<string, EntrySet>() }: StoredItems): EntrySet {
  return [...pages.values()].reduce(merge, main);
}

/**
 * Spreads a set over its items: the newest entries in the main item, older ones in pages by the first hex digit of their id
 * hash. Decided by the set alone, except that a stored page is only ever added to: a page that gave an entry back before the
 * main item took it would lose it in a crash between the two writes.
 */
export function planItems(set: EntrySet, options: { limits?: OverflowLimits; storedPages?: ReadonlyMap<string, EntrySet> } = {}): ItemPlan {
  const { limits = OVERFLOW_LIMITS, storedPages = new Map<string, EntrySet>() } = options;
  const { cold, warm } = splitByAge(entriesOf(set), limits);
  const movesTombs = set.tombs.size > limits.mainTombs;
  // Nearly every shipment fits in one item.
  if (cold.length === 0 && !movesTombs && storedPages.size === 0) return { main: set, pages: new Map() };

  const pages = new Map(storedPages);
  for (const [key, page] of pagesOf(cold, movesTombs ? set.tombs : [])) pages.set(key, merge(pages.get(key) ?? EMPTY, page));
  const main = entrySetOf({ entries: warm, tombs: movesTombs ? [] : set.tombs, order: set.order });
  return { main, pages: new Map([...pages].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** The page of an id: all versions of one event, and its retraction, share it. */
export const pageKey = (id: string): string => PAGE_KEY_PREFIX + id.slice(0, 1);

/** Items at or above the alarm size, each with the source that fills it most. */
export function oversizedItems(plan: ItemPlan, limits: OverflowLimits = OVERFLOW_LIMITS): { key: string; bytes: number; source: string }[] {
  return [[MAIN_KEY, plan.main] as const, ...plan.pages]
    .map(([key, set]) => ({ key, bytes: pack(set).length, source: mainSourceOf(set) }))
    .filter(({ bytes }) => bytes >= limits.alarmBytes);
}

function splitByAge(entries: Entry[], { mainEntries, chunkEntries }: OverflowLimits): { cold: Entry[]; warm: Entry[] } {
  const surplus = Math.max(0, entries.length - mainEntries);
  const coldCount = Math.min(entries.length, Math.ceil(surplus / chunkEntries) * chunkEntries);
  if (coldCount === 0) return { cold: [], warm: entries };
  const byAge = [...entries].sort((a, b) => a.eventTime - b.eventTime || compareVersions(a, b));
  return { cold: byAge.slice(0, coldCount), warm: byAge.slice(coldCount) };
}

function pagesOf(entries: readonly Entry[], tombs: Iterable<string>): ReadonlyMap<string, EntrySet> {
  const parts = new Map<string, { entries: Entry[]; tombs: string[] }>();
  const partOf = (id: string): { entries: Entry[]; tombs: string[] } => {
    const part = parts.get(pageKey(id)) ?? { entries: [], tombs: [] };
    parts.set(pageKey(id), part);
    return part;
  };
  for (const entry of entries) partOf(entry.id).entries.push(entry);
  for (const id of tombs) partOf(id).tombs.push(id);
  return new Map([...parts].map(([key, part]) => [key, entrySetOf(part)]));
}

function mainSourceOf(set: EntrySet): string {
  const counts = new Map<string, number>();
  for (const { source } of entriesOf(set)) counts.set(source, (counts.get(source) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}
