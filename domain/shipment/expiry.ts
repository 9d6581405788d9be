/**
 * When a silent shipment leaves live state. Decided by the set and not by arrivals, so that it does not depend on their
 * order; a shipment that speaks again later starts anew, its past is in the lake.
 */
import type { Entry } from './entry.ts';
import type { EntrySet } from './entry-set.ts';

export interface ExpiryRule {
  /** How long live state looks back; ms. */
  readonly horizonMs: number;
  /** For a set of nothing but retractions, which carry no time: the time of the record that made it, ms since 1970. */
  readonly otherwise: number;
}

/**
 * Ms since 1970: the greatest time in the set + 2 × horizon. From then on readers and writers treat the shipment as absent,
 * whatever is still stored (DynamoDB deletes late). The TTL attribute wants seconds: see `storedUntil`.
 */
export function expiresAt(set: EntrySet, { horizonMs, otherwise }: ExpiryRule): number {
  return (greatestTime(set) ?? otherwise) + 2 * horizonMs;
}

/** The greatest event or published time in the set; undefined for a set of nothing but retractions. */
export function greatestTime(set: EntrySet): number | undefined {
  let greatest = set.order?.published ?? 0;
  const look = ({ eventTime, published }: Entry): void => {
    if (eventTime > greatest) greatest = eventTime;
    if (published > greatest) greatest = published;
  };
  for (const versions of set.kept.values()) versions.forEach(look);
  set.slots.forEach(look);
  return greatest === 0 ? undefined : greatest;
}

export interface StoredUntil {
  /** TTL of the main item, epoch seconds. */
  readonly main: number;
  /** TTL to write on an overflow page, epoch seconds. */
  readonly page: number;
  /** A stored page whose TTL is below this (epoch seconds) must be written again, or it would vanish before the shipment. */
  readonly pageAtLeast: number;
}

/**
 * Physical lifetimes of the items. Pages are written seldom, so they get a horizon more than the shipment has now; a main
 * item with pages outlives them, else orphaned pages would be joined into the shipment's next life.
 */
export function storedUntil(expiry: number, { horizonMs, hasPages }: { horizonMs: number; hasPages: boolean }): StoredUntil {
  const seconds = (time: number): number => Math.ceil(time / 1000);
  return {
    main: seconds(hasPages ? expiry + 2 * horizonMs : expiry),
    page: seconds(expiry + horizonMs),
    pageAtLeast: seconds(expiry),
  };
}
