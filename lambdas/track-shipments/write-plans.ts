import { TEXT_KEY_PREFIX } from '../../domain/shipment/index.ts';
import type { Item } from '../_shared/marshall.ts';
import type { DynamoBatches, Statement, StatementResult } from './dynamo-batches.ts';
import { isLaterText } from './fold-batch.ts';
import type { NamedText } from './fold-batch.ts';
import type { WritePlan } from './plan-writes.ts';
import { anewTextItems, newTextItems, storedTexts } from './text-items.ts';
import type { StoredText } from './text-items.ts';

/** `page-conflict` and `main-conflict`: somebody else's version is there, or this writer's own after a lost answer. */
export type PlanOutcome = 'done' | 'refused' | 'page-conflict' | 'main-conflict';

export interface PlanResult {
  readonly outcome: PlanOutcome;
  /** Writes tried, whatever became of them. */
  readonly writes: number;
}

type Results = Map<string, { -readonly [Key in keyof PlanResult]: PlanResult[Key] }>;

/**
 * Texts, then pages, then main items, each shipment as far as it comes. In this order a crash between any two leaves
 * nothing that a reader could miss: the main item is what names the rest.
 */
export async function writePlans({ batches, horizonMs }: { batches: DynamoBatches; horizonMs: number }, plans: readonly WritePlan[]): Promise<Results> {
  const results: Results = new Map(plans.map(({ shipmentId }) => [shipmentId, { outcome: 'done', writes: 0 }]));
  await writeTexts({ batches, horizonMs }, { plans, results });
  await executeStep(batches, { plans, results, addTo: addPages, conflict: 'page-conflict' });
  await executeStep(batches, { plans, results, addTo: addMain, conflict: 'main-conflict' });
  return results;
}

/** What is written together of many shipments, with whose it is, side by side. */
interface Together<T> {
  readonly writes: T[];
  readonly shipmentIds: string[];
}

async function writeTexts({ batches, horizonMs }: { batches: DynamoBatches; horizonMs: number }, { plans, results }: { plans: readonly WritePlan[]; results: Results }): Promise<void> {
  const told = await textsToldAnew(batches, plans);
  const own: Together<Item> = { writes: [], shipmentIds: [] };
  for (const plan of plans) {
    const anew = told.get(plan.shipmentId) ?? NO_TEXTS;
    if (anew === 'unread') results.set(plan.shipmentId, { outcome: 'refused', writes: 0 });
    else addTexts(own, { plan, anew, horizonMs });
  }
  if (own.writes.length === 0) return;
  const refused = await batches.put(own.writes);
  own.shipmentIds.forEach((shipmentId, index) => note(results, { shipmentId, result: refused.has(index) ? 'refused' : 'done', conflict: 'main-conflict' }));
}

const NO_TEXTS: readonly NamedText[] = [];

function addTexts({ writes, shipmentIds }: Together<Item>, { plan: { shipmentId, newTexts }, anew, horizonMs }: { plan: WritePlan; anew: readonly NamedText[]; horizonMs: number }): void {
  if (newTexts.length === 0 && anew.length === 0) return;
  for (const item of [...newTextItems({ shipmentId, texts: newTexts, horizonMs }), ...anewTextItems({ shipmentId, texts: anew, horizonMs })]) {
    writes.push(item);
    shipmentIds.push(shipmentId);
  }
}

/**
 * By shipment, which texts of known entries are not stored yet, or only in a lesser version. A repeat finds them all, and writes none. Few
 * shipments have any: each costs a query.
 */
async function textsToldAnew(batches: DynamoBatches, plans: readonly WritePlan[]): Promise<ReadonlyMap<string, readonly NamedText[] | 'unread'>> {
  const asked = plans.filter(({ knownTexts }) => knownTexts.length > 0);
  const answers = asked.map(async ({ shipmentId, knownTexts }) => {
    const items = await batches.query({ pk: shipmentId, prefix: TEXT_KEY_PREFIX }, { consistent: true });
    return [shipmentId, items === undefined ? 'unread' : laterThan(storedTexts(items), knownTexts)] as const;
  });
  return new Map(await Promise.all(answers));
}

const laterThan = (stored: ReadonlyMap<string, StoredText>, texts: readonly NamedText[]): readonly NamedText[] =>
  texts.filter(({ name, version }) => {
    const known = stored.get(name);
    return known === undefined || isLaterText(version, known);
  });

function addPages({ writes, shipmentIds }: Together<Statement>, { shipmentId, pages }: WritePlan): void {
  for (const page of pages) {
    writes.push(page);
    shipmentIds.push(shipmentId);
  }
}

function addMain({ writes, shipmentIds }: Together<Statement>, { shipmentId, main }: WritePlan): void {
  if (main === undefined) return;
  writes.push(main);
  shipmentIds.push(shipmentId);
}

interface Step {
  readonly plans: readonly WritePlan[];
  readonly results: Results;
  readonly addTo: (own: Together<Statement>, plan: WritePlan) => void;
  readonly conflict: PlanOutcome;
}

/** Runs one step for the shipments that are still well. */
async function executeStep(batches: DynamoBatches, { plans, results, addTo, conflict }: Step): Promise<void> {
  const own: Together<Statement> = { writes: [], shipmentIds: [] };
  for (const plan of plans) if (results.get(plan.shipmentId)?.outcome === 'done') addTo(own, plan);
  if (own.writes.length === 0) return;
  const outcomes = await batches.execute(own.writes);
  own.shipmentIds.forEach((shipmentId, index) => note(results, { shipmentId, result: outcomes[index] ?? 'refused', conflict }));
}

/** The first thing that goes wrong with a shipment is its outcome. */
function note(results: Results, { shipmentId, result, conflict }: { shipmentId: string; result: StatementResult; conflict: PlanOutcome }): void {
  const own = results.get(shipmentId);
  if (own === undefined) return;
  own.writes += 1;
  if (own.outcome === 'done' && result !== 'done') own.outcome = result === 'refused' ? 'refused' : conflict;
}
