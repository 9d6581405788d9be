import { stringOf } from '../_shared/marshall.ts';
import type { Item } from '../_shared/marshall.ts';
import type { DynamoBatches, Statement, StatementResult } from './dynamo-batches.ts';
import { isLaterText } from './fold-batch.ts';
import type { NamedText, WritePlan } from './plan-writes.ts';
import { textItem } from './shipment-items.ts';
import { storedText } from './stored-shipment.ts';

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

interface OwnText {
  readonly shipmentId: string;
  readonly text: NamedText;
}

async function writeTexts({ batches, horizonMs }: { batches: DynamoBatches; horizonMs: number }, { plans, results }: { plans: readonly WritePlan[]; results: Results }): Promise<void> {
  const { missing, unread } = await missingTexts(batches, ownTexts(plans, (plan) => plan.knownTexts));
  for (const shipmentId of unread) results.set(shipmentId, { outcome: 'refused', writes: 0 });
  const texts = [...ownTexts(plans, (plan) => plan.newTexts), ...missing];
  if (texts.length === 0) return;
  const refused = await batches.put(texts.map(({ shipmentId, text }): Item => textItem({ shipmentId, name: text.name, version: text.version, horizonMs })));
  texts.forEach(({ shipmentId }, index) => note(results, { shipmentId, result: refused.has(index) ? 'refused' : 'done', conflict: 'main-conflict' }));
}

const ownTexts = (plans: readonly WritePlan[], of: (plan: WritePlan) => readonly NamedText[]): OwnText[] =>
  plans.flatMap((plan) => of(plan).map((text) => ({ shipmentId: plan.shipmentId, text })));

/** Which texts of known entries are not stored yet, or only in a lesser version. A repeat finds them all, and writes none. */
async function missingTexts(batches: DynamoBatches, texts: readonly OwnText[]): Promise<{ missing: OwnText[]; unread: Set<string> }> {
  if (texts.length === 0) return { missing: [], unread: new Set() };
  const keys = texts.map(({ shipmentId, text }) => ({ pk: shipmentId, sk: text.key }));
  const { items, unread } = await batches.get(keys, { consistent: true });
  const stored = new Map(items.map((item) => [keyText(stringOf(item['pk']), stringOf(item['sk'])), item]));
  const notRead = new Set(unread.map(({ pk }) => pk));
  const missing = texts.filter(({ shipmentId, text }) => {
    const known = storedText(stored.get(keyText(shipmentId, text.key)));
    return !notRead.has(shipmentId) && (known === undefined || isLaterText(text.version, known));
  });
  return { missing, unread: notRead };
}

const keyText = (pk: string | undefined, sk: string | undefined): string => JSON.stringify([pk, sk]);

/** Statements with whose they are, side by side. */
interface OwnStatements {
  readonly statements: Statement[];
  readonly shipmentIds: string[];
}

function addPages({ statements, shipmentIds }: OwnStatements, { shipmentId, pages }: WritePlan): void {
  for (const page of pages) {
    statements.push(page);
    shipmentIds.push(shipmentId);
  }
}

function addMain({ statements, shipmentIds }: OwnStatements, { shipmentId, main }: WritePlan): void {
  if (main === undefined) return;
  statements.push(main);
  shipmentIds.push(shipmentId);
}

interface Step {
  readonly plans: readonly WritePlan[];
  readonly results: Results;
  readonly addTo: (own: OwnStatements, plan: WritePlan) => void;
  readonly conflict: PlanOutcome;
}

/** Runs one step for the shipments that are still well. */
async function executeStep(batches: DynamoBatches, { plans, results, addTo, conflict }: Step): Promise<void> {
  const own: OwnStatements = { statements: [], shipmentIds: [] };
  for (const plan of plans) if (results.get(plan.shipmentId)?.outcome === 'done') addTo(own, plan);
  if (own.statements.length === 0) return;
  const outcomes = await batches.execute(own.statements);
  own.shipmentIds.forEach((shipmentId, index) => note(results, { shipmentId, result: outcomes[index] ?? 'refused', conflict }));
}

/** The first thing that goes wrong with a shipment is its outcome. */
function note(results: Results, { shipmentId, result, conflict }: { shipmentId: string; result: StatementResult; conflict: PlanOutcome }): void {
  const own = results.get(shipmentId);
  if (own === undefined) return;
  own.writes += 1;
  if (own.outcome === 'done' && result !== 'done') own.outcome = result === 'refused' ? 'refused' : conflict;
}
