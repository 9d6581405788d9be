/**
 * The state of a shipment: what is known about it, in no order.
 *
 * A product of four join-semilattices. Each part is "union, then keep the top by a total order", and forgetting below the
 * top commutes with union; so `merge` is commutative, associative and idempotent, and any order of arrival, any batches, any
 * repeats and any crash between read and write give the same state.
 */
import { compareOrderVersions, compareVersions, toEntry, toOrderVersion } from './entry.ts';
import type { Entry, OrderVersion } from './entry.ts';
import type { ShipmentEvent, StatementEvent } from './event.ts';
import { idHash } from './hashes.ts';

export interface EntrySet {
  /** ACTUAL: id hash -> the two greatest contents of the greatest contract major, the greatest first. */
  readonly kept: ReadonlyMap<string, readonly Entry[]>;
  /** PLANNED, REQUESTED, ESTIMATED: slot -> the greatest version. */
  readonly slots: ReadonlyMap<string, Entry>;
  /** Id hashes that a retraction or a correction has named; only grows. */
  readonly tombs: ReadonlySet<string>;
  /** The greatest version of the order behind the shipment. */
  readonly order: OrderVersion | undefined;
}

export const EMPTY: EntrySet = { kept: new Map(), slots: new Map(), tombs: new Set(), order: undefined };

interface EntrySetBuilder {
  readonly kept: Map<string, readonly Entry[]>;
  readonly slots: Map<string, Entry>;
  readonly tombs: Set<string>;
  order: OrderVersion | undefined;
}

/** One newest statement counts per slot. The length keeps source and place apart whatever they contain. */
export function slotKey(entry: Entry): string {
  return `${entry.classifier} ${entry.typeCode} ${entry.neutral} ${entry.source.length} ${entry.source}${entry.place}`;
}

/** What one event adds to a state, hashed once. */
export interface Fact {
  /** Id hash of the event that it declares void or replaces. */
  readonly tomb: string | undefined;
  /** undefined: a retraction, which says nothing else. */
  readonly entry: Entry | undefined;
  readonly order: OrderVersion | undefined;
}

export const factOf = (event: ShipmentEvent): Fact => factWith(event, toEntry);

/** The same with entries of the caller's own kind. */
export function factWith<Kind extends Entry>(event: ShipmentEvent, entryOf: (event: StatementEvent) => Kind): Fact & { readonly entry: Kind | undefined } {
  const target = event.operation === 'RETRACT' ? event.retractsEventId : event.correctsEventId;
  const tomb = target === undefined ? undefined : idHash(event.source, target);
  if (event.operation === 'RETRACT') return { tomb, entry: undefined, order: undefined };
  const entry = entryOf(event);
  return { tomb, entry, order: event.order === undefined ? undefined : toOrderVersion(entry, event.order) };
}

/** The state that one event makes alone. */
export const fromEvent = (event: ShipmentEvent): EntrySet => fold([event]);

/** `base` with all events merged in; the same as merging them one by one. */
export const fold = (events: Iterable<ShipmentEvent>, base: EntrySet = EMPTY): EntrySet => foldFacts(Array.from(events, factOf), base);

/** `base` with all facts merged in. */
export function foldFacts(facts: Iterable<Fact>, base: EntrySet = EMPTY): EntrySet {
  const builder = builderOf(base);
  for (const { tomb, entry, order } of facts) {
    if (tomb !== undefined) builder.tombs.add(tomb);
    if (entry !== undefined) addEntry(builder, entry);
    addOrder(builder, order);
  }
  return builder;
}

/** Least upper bound of two states. */
export function merge(a: EntrySet, b: EntrySet): EntrySet {
  const builder = builderOf(a);
  for (const versions of b.kept.values()) for (const entry of versions) addEntry(builder, entry);
  for (const [key, entry] of b.slots) addToSlot(builder, key, entry);
  for (const id of b.tombs) builder.tombs.add(id);
  addOrder(builder, b.order);
  return builder;
}

/** The state that holds exactly these parts; entries that supersede each other are joined. */
export function entrySetOf(parts: { entries: Iterable<Entry>; tombs?: Iterable<string>; order?: OrderVersion | undefined }): EntrySet {
  const builder = builderOf(EMPTY);
  for (const entry of parts.entries) addEntry(builder, entry);
  for (const id of parts.tombs ?? []) builder.tombs.add(id);
  addOrder(builder, parts.order);
  return builder;
}

/** All entries, in no order. */
export function entriesOf(set: EntrySet): Entry[] {
  const entries: Entry[] = [];
  for (const versions of set.kept.values()) for (const entry of versions) entries.push(entry);
  for (const entry of set.slots.values()) entries.push(entry);
  return entries;
}

/** `entriesOf(set).length`, without the list. */
export function entryCount(set: EntrySet): number {
  let count = set.slots.size;
  for (const versions of set.kept.values()) count += versions.length;
  return count;
}

/** Whether the set holds an entry of this id and this content. */
export function hasContent(set: EntrySet, { id, hash }: Pick<Entry, 'id' | 'hash'>): boolean {
  for (const entry of set.kept.get(id) ?? []) if (entry.hash === hash) return true;
  for (const entry of set.slots.values()) if (entry.id === id && entry.hash === hash) return true;
  return false;
}

/** Whether anything is known beyond "these ids are void"; a shipment without entries has no status and is in no index. */
export const hasEntries = (set: EntrySet): boolean => set.kept.size > 0 || set.slots.size > 0;

function builderOf(set: EntrySet): EntrySetBuilder {
  return { kept: new Map(set.kept), slots: new Map(set.slots), tombs: new Set(set.tombs), order: set.order };
}

function addEntry(builder: EntrySetBuilder, entry: Entry): void {
  if (entry.classifier === 'ACTUAL') builder.kept.set(entry.id, joinVersions(builder.kept.get(entry.id), entry));
  else addToSlot(builder, slotKey(entry), entry);
}

function addToSlot({ slots }: EntrySetBuilder, key: string, entry: Entry): void {
  const other = slots.get(key);
  if (other === undefined || compareVersions(entry, other) > 0) slots.set(key, entry);
}

function addOrder(builder: EntrySetBuilder, order: OrderVersion | undefined): void {
  if (order === undefined) return;
  if (builder.order === undefined || compareOrderVersions(order, builder.order) > 0) builder.order = order;
}

/** A newer major replaces an older one without a conflict; of one content the greatest version counts; the top two stay. */
function joinVersions(versions: readonly Entry[] | undefined, entry: Entry): readonly Entry[] {
  const first = versions?.[0];
  if (versions === undefined || first === undefined || entry.major > first.major) return [entry];
  if (entry.major < first.major) return versions;
  const same = versions.find((other) => other.hash === entry.hash);
  if (same !== undefined && compareVersions(entry, same) <= 0) return versions;
  return [...versions.filter((other) => other !== same), entry].sort((a, b) => compareVersions(b, a)).slice(0, 2);
}
