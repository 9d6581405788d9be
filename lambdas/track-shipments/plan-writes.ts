import { LIVE_CONTEXT } from '../../domain/delay/index.ts';
import {
  addFacts,
  derive,
  deriveList,
  EMPTY_LIST,
  entryCount,
  expiresAt,
  foldFacts,
  greatestTimeOf,
  hasContent,
  hasEntries,
  joinTransports,
  listHasContent,
  oversizedItems,
  pack,
  packList,
  plainFact,
  planItems,
  storedUntil,
} from '../../domain/shipment/index.ts';
import type { ItemPlan, OverflowLimits } from '../../domain/shipment/index.ts';
import { bytesOf, N, numberOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import type { Statement } from './dynamo-batches.ts';
import type { NamedText, ShipmentChange, TextVersion } from './fold-batch.ts';
import { mainStatement, pageItem } from './shipment-items.ts';
import { firstVersion, insertStatement, nextVersion, updateStatement } from './statements.ts';
import { knownShipment, listIn, transportIn, versionOf } from './stored-shipment.ts';
import type { StoredShipment } from './stored-shipment.ts';
import { textExpiry } from './text-items.ts';

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
export const planWrites = (input: PlanInput): WritePlan => (isAbout(input) ? (planUsual(input) ?? planAny(input)) : nothingOf(input.shipmentId));

/** A review of a shipment that is gone: there is nothing to say, and nothing to say it of. */
const isAbout = ({ stored, change }: PlanInput): boolean => stored.main !== undefined || change.facts.length > 0;
const nothingOf = (shipmentId: string): WritePlan => ({ shipmentId, newTexts: [], knownTexts: [], pages: [], main: undefined, oversized: [] });

/** Most shipments: one item before and after, nothing told twice or retracted. undefined: not one of those. */
function planUsual({ table, shipmentId, change, stored, now, horizonMs, limits }: PlanInput): WritePlan | undefined {
  if (stored.pages.size > 0) return undefined;
  const lifeMs = 2 * horizonMs;
  const read = listIn(stored.main);
  // Two horizons after its last event a shipment starts anew.
  const isOver = read !== undefined && greatestTimeOf(read) + lifeMs <= now;
  const known = isOver ? EMPTY_LIST : read;
  const list = known === undefined ? undefined : addFacts(known, change.facts);
  const greatest = list === undefined ? 0 : greatestTimeOf(list);
  // Without a time of its own the shipment lives by its retractions.
  if (known === undefined || list === undefined || greatest === 0 || list.entries.length > limits.mainEntries) return undefined;

  const entries = packList(list);
  if (entries.length >= limits.alarmBytes) return undefined;
  const until = storedUntil(greatest + lifeMs, { horizonMs, hasPages: false });
  const input = { shipmentId, entries, derived: deriveList(list, now, LIVE_CONTEXT), pages: [], transport: joinTransports(isOver ? undefined : transportIn(stored.main), change.transport), storedUntil: until.main };
  return {
    shipmentId,
    ...textsOf(change, { isKnown: ({ entry }) => listHasContent(known, entry), isKept: ({ entry }) => listHasContent(list, entry), now, horizonMs }),
    pages: [],
    main: mainStatement({ table, before: stored.main, input, now }),
    oversized: [],
  };
}

/** Any shipment, however many items it has and whatever its senders told of it. */
function planAny({ table, shipmentId, change, stored, now, horizonMs, limits }: PlanInput): WritePlan {
  const known = knownShipment(stored, { now, horizonMs });
  const set = foldFacts(change.facts.map(plainFact), known.set);
  const items = planItems(set, { limits, storedPages: known.pages });
  const until = storedUntil(expiresAt(set, { horizonMs, otherwise: Math.max(known.retractedTime, change.retractedTime) }), { horizonMs, hasPages: items.pages.size > 0 });

  const pages = [...items.pages].flatMap(([key, page]): Statement[] => {
    const before = stored.pages.get(key);
    const after = pageItem({ shipmentId, key, page, storedUntil: until.page });
    return before !== undefined && isPageCurrent(before, after, until.pageAtLeast) ? [] : [pageStatement({ table, before, after, now })];
  });
  const derived = hasEntries(set) ? derive(set, now, LIVE_CONTEXT) : undefined;
  const transport = joinTransports(known.expired ? undefined : transportIn(stored.main), change.transport);
  const main = mainStatement({ table, before: stored.main, input: { shipmentId, entries: pack(items.main), derived, pages: [...items.pages.keys()], transport, storedUntil: until.main }, now });
  return {
    shipmentId,
    ...textsOf(change, { isKnown: ({ entry }) => hasContent(known.set, entry), isKept: ({ entry }) => hasContent(set, entry), now, horizonMs }),
    pages,
    main,
    oversized: main === undefined ? [] : oversizedIn(items, limits),
  };
}

export const isNothing = (plan: WritePlan): boolean => plan.main === undefined && plan.pages.length === 0 && plan.newTexts.length === 0 && plan.knownTexts.length === 0;

function pageStatement({ table, before, after, now }: { table: string; before: Item | undefined; after: Item; now: number }): Statement {
  if (before === undefined) return insertStatement(table, { ...after, version: N(firstVersion(now)) });
  return updateStatement(table, { before, after: { ...after, version: N(nextVersion(versionOf(before))) } });
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

interface TextRule {
  /** Whether the shipment had this content before the change, and whether it has it after. */
  readonly isKnown: (version: TextVersion) => boolean;
  readonly isKept: (version: TextVersion) => boolean;
  readonly now: number;
  readonly horizonMs: number;
}

const NO_TEXTS: Pick<WritePlan, 'newTexts' | 'knownTexts'> = { newTexts: [], knownTexts: [] };

/** Texts of entries that the shipment keeps; a superseded statement takes its text with it. */
function textsOf(change: ShipmentChange, { isKnown, isKept, now, horizonMs }: TextRule): Pick<WritePlan, 'newTexts' | 'knownTexts'> {
  if (change.texts.size === 0) return NO_TEXTS;
  const newTexts: NamedText[] = [];
  const knownTexts: NamedText[] = [];
  for (const [name, version] of change.texts) {
    if (!isKept(version) || textExpiry(version, horizonMs) * 1000 <= now) continue;
    (isKnown(version) ? knownTexts : newTexts).push({ name, version });
  }
  return { newTexts, knownTexts };
}
