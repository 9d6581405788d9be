/** Two versions of a schema against each other: every difference, whether it breaks someone, whom, and what to do. Pure. */
import type { ContractConsumer, Severity } from '../model.ts';
import { dereference } from '../schema/dereference.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import { pointerPart } from '../schema/rules.ts';
import type { Change, Difference } from './change.ts';
import { toChange } from './change.ts';
import { compareConditions } from './compare-conditions.ts';
import { compareValues } from './compare-values.ts';
import { shapeOf, withoutRenamed } from './renamed-fields.ts';

/** The same object, before and after, and what a broken rule in it does. */
interface ObjectPair {
  readonly before: JsonSchema;
  readonly after: JsonSchema;
  readonly path: string;
  readonly weights: { readonly before: Severity; readonly after: Severity };
}

/**
 * What changed from one published schema to another.
 *
 * @param before the published schema; its `x-version` is the one that `todo` counts from.
 * @param consumers who reads which field: those a change concerns are named in it.
 */
export function compareSchemas(before: JsonSchema, after: JsonSchema, consumers: readonly ContractConsumer[]): Change[] {
  const [old, now] = [dereference(before), dereference(after)];
  const weights = { before: old['x-severity'] ?? 'reject', after: now['x-severity'] ?? 'reject' } as const;
  const differences = [...compareNode({ before: old, after: now, path: '', weights }), ...compareConditions(old, now)];
  const version = before['x-version'] ?? '1.0';
  return differences.map((difference) => toChange(difference, { version, consumers }));
}

function compareNode(pair: ObjectPair): Difference[] {
  const { before, after, path } = pair;
  return [
    ...compareValues({ before, after, field: path }),
    ...compareWeights(pair),
    ...compareOpenness(pair),
    ...compareRequired(pair),
    ...compareDependencies(pair),
    ...compareFields(pair),
    ...compareEntries(pair),
  ];
}

/** The same place one level down; weights are inherited. */
function under({ path, weights }: ObjectPair, name: string, { before, after }: { readonly before: JsonSchema; readonly after: JsonSchema }): ObjectPair {
  return { before, after, path: `${path}/${name}`, weights: { before: before['x-severity'] ?? weights.before, after: after['x-severity'] ?? weights.after } };
}

/** Said once, where it changes: everything below changes with it. */
function compareWeights({ before, after, path, weights }: ObjectPair): Difference[] {
  const statedHere = before['x-severity'] !== after['x-severity'];
  if (!statedHere || weights.before === weights.after) return [];
  const raised = weights.after === 'reject';
  const reason = raised ? `a broken rule warned (${weights.before}); now the event is refused` : `a broken rule was ${weights.before}, is ${weights.after}: the event is kept`;
  return [{ kind: raised ? 'severity-raised' : 'severity-lowered', field: path, reason }];
}

function compareOpenness({ before, after, path }: ObjectPair): Difference[] {
  if (JSON.stringify(before.additionalProperties ?? true) === JSON.stringify(after.additionalProperties ?? true)) return [];
  if (after.additionalProperties === undefined || after.additionalProperties === true) return [{ kind: 'type-widened', field: path, reason: 'unknown fields are accepted now' }];
  return [{ kind: 'closed-to-new-fields', field: path, reason: 'unknown fields are refused now: a newer producer could send nothing new' }];
}

function compareRequired({ before, after, path }: ObjectPair): Difference[] {
  const [old, now] = [new Set(before.required), new Set(after.required)];
  return [
    ...[...now].filter((name) => !old.has(name)).map((name): Difference => ({ kind: 'required-added', field: `${path}/${pointerPart(name)}`, reason: 'must be sent now: producers of the published version do not all send it' })),
    ...[...old].filter((name) => !now.has(name) && after.properties?.[name] !== undefined).map((name): Difference => ({ kind: 'required-removed', field: `${path}/${pointerPart(name)}`, reason: 'may be absent now' })),
  ];
}

function compareDependencies({ before, after, path }: ObjectPair): Difference[] {
  const pairs = (schema: JsonSchema): string[] => Object.entries(schema.dependencies ?? {}).flatMap(([field, needs]) => needs.map((needed) => `${field} ${needed}`));
  const [old, now] = [pairs(before), pairs(after)];
  const difference = (kind: Difference['kind'], words: string) => (both: string): Difference => {
    const [field = '', needed = ''] = both.split(' ');
    return { kind, field: `${path}/${pointerPart(field)}`, reason: `${words} without ${needed}` };
  };
  return [
    ...now.filter((both) => !old.includes(both)).map(difference('condition-tightened', 'may not come any more')),
    ...old.filter((both) => !now.includes(both)).map(difference('condition-widened', 'may come')),
  ];
}

function compareFields(pair: ObjectPair): Difference[] {
  const { before, after, path } = pair;
  const [old, now] = [before.properties ?? {}, after.properties ?? {}];
  const at = (name: string): string => `${path}/${pointerPart(name)}`;
  const removed = Object.keys(old).filter((name) => !(name in now));
  const added = Object.keys(now).filter((name) => !(name in old));
  const { renamed, gone, fresh } = withoutRenamed({ removed, added, shapeBefore: (name) => shapeOf(old[name]), shapeAfter: (name) => shapeOf(now[name]) });
  const kept = Object.entries(old).flatMap(([name, field]) => {
    const current = now[name];
    return current === undefined ? [] : compareNode(under(pair, pointerPart(name), { before: field, after: current }));
  });
  return [
    ...renamed.map(([from, to]): Difference => ({ kind: 'field-renamed', field: at(from), reason: `looks renamed to ${to}: readers of ${from} find nothing` })),
    ...gone.map((name): Difference => ({ kind: 'field-removed', field: at(name), reason: 'is gone: its readers find nothing' })),
    ...fresh.map((name): Difference => ({ kind: 'field-added', field: at(name), reason: 'is new; older readers pass over it' })),
    ...kept,
  ];
}

function compareEntries(pair: ObjectPair): Difference[] {
  const [old, now] = [pair.before.items, pair.after.items];
  if (old === undefined && now === undefined) return [];
  return compareNode(under(pair, '*', { before: old ?? {}, after: now ?? {} }));
}
