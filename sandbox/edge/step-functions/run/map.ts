/** A Map state: finds its items, then hands them to iterations of this execution or to child executions of a map run. */
import { isDistributed } from '../definition/types.ts';
import { evaluate, evaluateAs, queryError } from '../expressions/evaluate.ts';
import { batchItems } from '../items/batch-items.ts';
import { readItems } from '../items/item-reader.ts';
import { runMapRun } from './distributed-map.ts';
import type { MapItem } from './frame.ts';
import { runIterations } from './inline-map.ts';
import { seeing, type Visit } from './visit.ts';

export interface MapLimits {
  readonly concurrency: number;
  readonly toleratedCount?: number;
  readonly toleratedPercentage?: number;
}

/** @throws StatesError; the signal's reason */
export async function runMap(visit: Visit): Promise<unknown> {
  const { run, frame } = visit.branch;
  const limits = await limitsOf(visit);
  const known = frame.data.items;
  const items = known ?? (await findItems(visit));
  if (frame.data.started === undefined) {
    if (known !== undefined) recordStart(visit, items.length);
    frame.patch({ started: frame.previous, items });
  }
  run.journal.flush();
  return isDistributed(visit.state) ? runMapRun(visit, items, limits) : runIterations(visit, items, limits.concurrency);
}

async function limitsOf({ state, evaluator }: Visit): Promise<MapLimits> {
  const number = async (field: 'MaxConcurrency' | 'ToleratedFailureCount' | 'ToleratedFailurePercentage'): Promise<number | undefined> =>
    state[field] === undefined ? undefined : evaluateAs('number', state[field], field, evaluator);
  const concurrency = (await number('MaxConcurrency')) ?? 0;
  const toleratedCount = await number('ToleratedFailureCount');
  const toleratedPercentage = await number('ToleratedFailurePercentage');
  return { concurrency, ...(toleratedCount === undefined ? {} : { toleratedCount }), ...(toleratedPercentage === undefined ? {} : { toleratedPercentage }) };
}

async function findItems(visit: Visit): Promise<readonly MapItem[]> {
  const { state, evaluator, at, branch } = visit;
  const found = await sourceOfItems(visit);
  if (!Array.isArray(found)) throw queryError(at, undefined, `Map state input must be an array but was: ${JSON.stringify(found)}`);
  recordStart(visit, state.ItemReader === undefined ? found.length : 0);

  const items: MapItem[] = [];
  for (const [Index, Value] of (found as unknown[]).entries()) {
    branch.signal.throwIfAborted();
    const context = { Item: { Index, Value } };
    const input = state.ItemSelector === undefined ? Value : await evaluate(state.ItemSelector, 'ItemSelector', seeing(visit, { context: { ...visit.context, Map: context } }));
    items.push({ input, count: 1, context });
  }
  return state.ItemBatcher === undefined ? items : batchItems(items, state.ItemBatcher, evaluator);
}

async function sourceOfItems({ state, evaluator, branch }: Visit): Promise<unknown> {
  if (state.ItemReader !== undefined) return readItems(state.ItemReader, { evaluator, calls: branch.run.host.calls, signal: branch.signal });
  return state.Items === undefined ? branch.frame.data.input : evaluateAs('array', state.Items, 'Items', evaluator);
}

function recordStart({ branch }: Visit, length: number): void {
  branch.frame.previous = branch.run.event('MapStateStarted', branch.frame.previous, { mapStateStartedEventDetails: { length } });
}
