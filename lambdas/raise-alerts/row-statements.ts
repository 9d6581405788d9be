import type { AttributeValue, Item } from '../_shared/marshall.ts';
import type { Statement } from '../track-shipments/dynamo-batches.ts';
import { insertStatement } from '../track-shipments/statements.ts';

const NULL: AttributeValue = { NULL: true };

export interface RowWrite {
  readonly key: Item;
  /** The row as it was read; undefined: there was none. */
  readonly read: Item | undefined;
  readonly set: Item;
  /** Ours to say and not said any more. */
  readonly unset?: readonly string[];
  /** What people may have written since the row was read, and what is over now. */
  readonly over?: readonly string[];
}

/**
 * Brings a row to what it should say under the condition that nobody else has written it since it was read. What goes becomes
 * NULL, like everywhere here: none of it keys an index, and AWS shows no statement with more than one REMOVE.
 */
export function rowStatement(table: string, { key, read, set, unset = [], over = [] }: RowWrite): Statement {
  if (read === undefined) return insertStatement(table, { ...key, ...set });
  const changes = new Map<string, AttributeValue>();
  for (const [name, value] of Object.entries(set)) if (!isSame(read[name], value)) changes.set(name, value);
  for (const name of unset) if (read[name] !== undefined && !isSame(read[name], NULL)) changes.set(name, NULL);
  for (const name of over) changes.set(name, NULL);
  const version = read['stateVersion'];
  // No writer leaves it out; the statement would refuse such a row, not overwrite it.
  const conditions: Item = { ...key, ...(version !== undefined && { stateVersion: version }) };
  return {
    Statement: `UPDATE "${table}"${[...changes.keys()].map((name) => ` SET "${name}" = ?`).join('')} WHERE ${Object.keys(conditions).map((name) => `"${name}" = ?`).join(' AND ')}${version === undefined ? ' AND "stateVersion" IS MISSING' : ''}`,
    Parameters: [...changes.values(), ...Object.values(conditions)],
  };
}

const isSame = (a: AttributeValue | undefined, b: AttributeValue): boolean => a !== undefined && JSON.stringify(a) === JSON.stringify(b);
