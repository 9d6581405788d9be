/** The items of a bucket as cells: each is read, joined with what the batch knows, and written under a condition on its own. */
import type { Aboard, Page, Trail } from '../../domain/vehicle/index.ts';
import { EMPTY_ABOARD, EMPTY_PAGE, EMPTY_TRAIL, isTeleport, joinAboard, joinPages, joinTrails, packAboard, packPage, packTrail, TRAIL_MS, TRAIL_SLOT_MS, unknownSets, unpackAboard, unpackPage, unpackTrail, withoutOlder, withoutOlderSets } from '../../domain/vehicle/index.ts';
import type { BucketChange } from './fold-batch.ts';
import { ABOARD_KEY, PAGE_KEY, pagePartition, trailKey } from './vehicle-items.ts';

/** What an item held when it was last read or written. */
export interface Known<Value> {
  readonly value: Value;
  /** Ms since 1970. */
  readonly expiresAt: number;
}

export interface Joined<Value> extends Known<Value> {
  /** Of vehicles whose newest fix is new, and impossibly far from the stored one. */
  readonly teleports: number;
}

/** One item and what the batch has for it. */
export interface Cell<Value = unknown> {
  readonly pk: string;
  readonly sk: string;
  /** @throws NewerVehicleFormatError, PackedStateError */
  readonly unpack: (bytes: Uint8Array) => Value;
  readonly pack: (value: Value) => Buffer;
  /** undefined: the item knows it all. */
  readonly join: (known: Known<Value> | undefined) => Joined<Value> | undefined;
}

export interface CellContext {
  readonly now: number;
  readonly keptMs: number;
}

/** The cells of a bucket that a batch may have to write. */
export function cellsOf(place: { readonly shard: string; readonly bucket: number }, change: BucketChange, context: CellContext): Cell[] {
  const pk = pagePartition(place.shard, place.bucket);
  const cells = [pageCell(pk, change.page, context), ...[...change.trails].map(([slot, trail]) => trailCell(pk, slot, trail))];
  return [...cells, ...(change.aboard.size === 0 ? [] : [aboardCell(pk, change.aboard, context)])] as Cell[];
}

function pageCell(pk: string, news: Page, { now, keptMs }: CellContext): Cell<Page> {
  return {
    pk,
    sk: PAGE_KEY,
    unpack: unpackPage,
    pack: packPage,
    join: (known) => {
      const before = known?.value ?? EMPTY_PAGE;
      const joined = joinPages(before, news);
      if (joined === before) return undefined;
      let latest = 0;
      let teleports = 0;
      for (const [id, state] of joined) {
        latest = Math.max(latest, state.newest.eventTime);
        const own = news.get(id);
        if (own !== undefined && state.newest === own.newest && isTeleport(state) && !isTeleport(own)) teleports += 1;
      }
      // Who has been silent for that long leaves the page when it is written for another vehicle's sake.
      return { value: withoutOlder(joined, now - keptMs), expiresAt: latest + keptMs, teleports };
    },
  };
}

/** Readers want an hour; the rest is for those who ask a little later. */
const TRAIL_LIFE_MS = 2 * TRAIL_MS;

const trailCell = (pk: string, slot: number, news: Trail): Cell<Trail> => ({
  pk,
  sk: trailKey(slot),
  unpack: unpackTrail,
  pack: packTrail,
  join: (known) => {
    const before = known?.value ?? EMPTY_TRAIL;
    const joined = joinTrails(before, news);
    return joined === before ? undefined : { value: joined, expiresAt: slot + TRAIL_SLOT_MS + TRAIL_LIFE_MS, teleports: 0 };
  },
});

/** Sets are written when they change: a cargo that stays for weeks must outlive its item's last write. */
const ABOARD_LIFE = 15;

function aboardCell(pk: string, news: Aboard, { now, keptMs }: CellContext): Cell<Aboard> {
  return {
    pk,
    sk: ABOARD_KEY,
    unpack: unpackAboard,
    pack: packAboard,
    join: (known) => {
      const before = known?.value ?? EMPTY_ABOARD;
      const isAboutToGo = known !== undefined && known.expiresAt < now + keptMs;
      const unknown = isAboutToGo ? news : unknownSets(before, news);
      if (unknown.size === 0) return undefined;
      return { value: withoutOlderSets(joinAboard(before, unknown), now - ABOARD_LIFE * keptMs), expiresAt: now + ABOARD_LIFE * keptMs, teleports: 0 };
    },
  };
}
