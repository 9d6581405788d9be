import { entryCount, expiresAt, hasContent, merge, oversizedItems, planItems, storedUntil, TEXT_KEY_PREFIX } from '../../domain/shipment/index.ts';
import type { EntrySet, ItemPlan, OverflowLimits } from '../../domain/shipment/index.ts';
import { bytesOf, numberOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import type { Statement } from './dynamo-batches.ts';
import type { ShipmentChange, TextVersion } from './fold-batch.ts';
import { mainItem, pageItem, textExpiry } from './shipment-items.ts';
import { firstVersion, insertStatement, nextVersion, sameContent, updateStatement } from './statements.ts';
import { knownShipment, versionOf } from './stored-shipment.ts';
import type { KnownShipment, StoredShipment } from './stored-shipment.ts';

export interface WritePlan {
  readonly shipmentId: string;
  /** Texts of entries that are new to the shipment: to write before anything else. */
  readonly newTexts: readonly NamedText[];
  /** Texts of entries that it knew already: to write only where the stored one is absent or lesser. */
  readonly knownTexts: readonly NamedText[];
  /** Changed pages: to write before the main item. */
  readonly pages: readonly Statement[];
  readonly main: Statement | undefined;
  /** Items near DynamoDB's limit, with the source that fills them. */
  readonly oversized: readonly { key: string; bytes: number; source: string }[];
}

export interface NamedText {
  /** `T#…` */
  readonly key: string;
  readonly name: string;
  readonly version: TextVersion;
}

export interface PlanInput {
  readonly table: string;
  readonly shipmentId: string;
  readonly change: ShipmentChange;
  readonly stored: StoredShipment;
  readonly now: number;
  readonly horizonMs: number;
  readonly limits: OverflowLimits;
}

/**
 * What to write so that the table holds the stored state merged with the change; nothing when it holds it already. A
 * repeat after a lost answer meets its own write here, and has nothing left to do.
 * @throws NewerFormatError, PackedStateError when the stored state cannot be read.
 */
export function planWrites(input: PlanInput): WritePlan {
  const { table, shipmentId, change, stored, now, horizonMs, limits } = input;
  const known = knownShipment(stored, { now, horizonMs });
  const set = merge(known.set, change.set);
  const items = fitsOneItem(set, known, limits) ? { main: set, pages: NO_PAGES } : planItems(set, { limits, storedPages: known.pages });
  const until = storedUntil(expiresAt(set, { horizonMs, otherwise: Math.max(known.retractedTime, change.retractedTime) }), { horizonMs, hasPages: items.pages.size > 0 });

  const pages = [...items.pages].flatMap(([key, page]): Statement[] => {
    const before = stored.pages.get(key);
    const after = pageItem({ shipmentId, key, page, storedUntil: until.page });
    return before !== undefined && isPageCurrent(before, after, until.pageAtLeast) ? [] : [statementFor({ table, before, after, now })];
  });
  const after = mainItem({ shipmentId, set, main: items.main, pages: [...items.pages.keys()], storedUntil: until.main, now });
  const isCurrent = stored.main !== undefined && sameContent(stored.main, after);
  return {
    shipmentId,
    ...textsOf(change, { known: known.set, merged: set, now, horizonMs }),
    pages,
    main: isCurrent ? undefined : statementFor({ table, before: stored.main, after, now }),
    oversized: isCurrent ? [] : oversizedIn(items, limits),
  };
}

const NO_PAGES: ItemPlan['pages'] = new Map();

/** What `planItems` would answer for nearly every shipment, without building the set again. */
const fitsOneItem = (set: EntrySet, known: KnownShipment, limits: OverflowLimits): boolean =>
  known.pages.size === 0 && set.tombs.size <= limits.mainTombs && entryCount(set) <= limits.mainEntries;

export const isNothing = (plan: WritePlan): boolean => plan.main === undefined && plan.pages.length === 0 && plan.newTexts.length === 0 && plan.knownTexts.length === 0;

function statementFor({ table, before, after, now }: { table: string; before: Item | undefined; after: Item; now: number }): Statement {
  if (before === undefined) return insertStatement(table, { ...after, version: firstVersion(now) });
  return updateStatement(table, { before, after: { ...after, version: nextVersion(versionOf(before)) } });
}

/** Same entries, and it will not vanish before the shipment does. */
function isPageCurrent(before: Item, after: Item, atLeast: number): boolean {
  const same = bytesOf(before['entries'])?.equals(bytesOf(after['entries']) ?? Buffer.alloc(0)) === true;
  return same && (numberOf(before['expiresAt']) ?? 0) >= atLeast;
}

/** Packing again costs; only a shipment with this many entries can come near the limit. */
const WORTH_WEIGHING = 1_000;

function oversizedIn(items: ItemPlan, limits: OverflowLimits): WritePlan['oversized'] {
  const entries = [...items.pages.values()].reduce((sum, page) => sum + entryCount(page), entryCount(items.main));
  return entries < WORTH_WEIGHING && limits.alarmBytes > WORTH_WEIGHING * 40 ? [] : oversizedItems(items, limits);
}

/** Texts of entries that the shipment keeps; a superseded statement takes its text with it. */
function textsOf(change: ShipmentChange, { known, merged, now, horizonMs }: { known: EntrySet; merged: EntrySet; now: number; horizonMs: number }): Pick<WritePlan, 'newTexts' | 'knownTexts'> {
  if (change.texts.size === 0) return { newTexts: [], knownTexts: [] };
  const newTexts: NamedText[] = [];
  const knownTexts: NamedText[] = [];
  for (const [name, version] of change.texts) {
    if (!hasContent(merged, version) || textExpiry(version, horizonMs) * 1000 <= now) continue;
    const texts = hasContent(known, version) ? knownTexts : newTexts;
    texts.push({ key: TEXT_KEY_PREFIX + name, name, version });
  }
  return { newTexts, knownTexts };
}

