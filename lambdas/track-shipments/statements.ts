import { S } from '../_shared/marshall.ts';
import type { AttributeValue, Item } from '../_shared/marshall.ts';
import type { Statement } from './dynamo-batches.ts';
import { SPARSE_ATTRIBUTE, ToldAttributes } from './told-attributes.ts';

const NULL: AttributeValue = { NULL: true };
const KEYS = new Set(['pk', 'sk']);

/** Creates an item; fails with `DuplicateItem` when somebody else was first. */
export function insertStatement(table: string, item: Item): Statement {
  const told = new ToldAttributes();
  for (const [name, value] of Object.entries(item)) told.tell(name, value);
  return told.insert(table);
}

/** Replaces the attributes of an item that still has the version it was read with; else `ConditionalCheckFailed`. */
export function updateStatement(table: string, { before, after }: { before: Item; after: Item }): Statement {
  const told = new ToldAttributes();
  for (const name in after) {
    const value = after[name];
    // What the item of that version says already need not be said again.
    if (value === undefined || KEYS.has(name) || isSameScalar(before[name], value)) continue;
    told.tell(name, value);
  }
  for (const name in before) {
    if (name === SPARSE_ATTRIBUTE || name in after || isNull(before[name])) continue;
    told.tell(name, NULL);
  }
  const removes = !(SPARSE_ATTRIBUTE in after) && SPARSE_ATTRIBUTE in before && !isNull(before[SPARSE_ATTRIBUTE]);
  return told.update(table, { pk: keyPart(after, 'pk'), sk: keyPart(after, 'sk'), version: keyPart(before, 'version'), removes });
}

function isSameScalar(a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if ('S' in a) return 'S' in b && a.S === b.S;
  if ('N' in a) return 'N' in b && a.N === b.N;
  if ('B' in a) return 'B' in b && a.B === b.B;
  return JSON.stringify(a) === JSON.stringify(b);
}

const isNull = (value: AttributeValue | undefined): boolean => value !== undefined && 'NULL' in value;

function keyPart(item: Item, name: string): AttributeValue {
  const value = item[name];
  if (value === undefined) throw new Error(`An item to write lacks "${name}": ${JSON.stringify(Object.keys(item))}.`);
  return value;
}

/** The version of a first write: later than any version of an earlier life of the same key, so no old condition can hold again. */
export const firstVersion = (now: number): number => now;
export const nextVersion = (version: number): number => version + 1;
export const itemKey = (pk: string, sk: string): Item => ({ pk: S(pk), sk: S(sk) });
