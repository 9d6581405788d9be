/** What a backfill noted of its days: one object a day, written as the day ends. */
import { isObject } from '../../contracts/json-object.ts';
import type { ObjectStore } from '../lake/objects.ts';

export interface EndedDay {
  readonly day: string;
  /** published, unchanged, failed, superseded, held (it would have changed more than is allowed). */
  readonly state: string;
  readonly rows: number;
  /** `table: rule` that did not hold. */
  readonly broken: readonly string[];
  /** What it changes, or would, in rows that readers have; undefined: it was not compared. */
  readonly compared: { readonly rows: number; readonly differ: number } | undefined;
  /** Why it was held. */
  readonly held: readonly string[];
  /** Epoch ms. */
  readonly at: number;
}

/** Where a run notes its days: those that were built, and, where all are compared first, those that were compared. */
export const daysPrefix = (run: string, folder: 'days' | 'compared' = 'days'): string => `runs/backfill-days/${run}/${folder}/`;

const KEY = /\/(done|failed)\/(\d{4}-\d\d-\d\d)\.json$/;

/** Watches the days of a run: each call answers those that ended (or ended otherwise) since the last. */
export function daysWatch(store: ObjectStore, bucket: string, run: string, folder: 'days' | 'compared' = 'days'): () => Promise<readonly EndedDay[]> {
  const seen = new Map<string, number>();
  return async () => {
    const fresh: EndedDay[] = [];
    for await (const { key, modified } of store.list(bucket, daysPrefix(run, folder))) {
      if (!KEY.test(key) || seen.get(key) === modified) continue;
      seen.set(key, modified);
      fresh.push(readDay(JSON.parse((await store.read(bucket, key)).toString('utf8')), modified));
    }
    return fresh.sort((a, b) => a.at - b.at || (a.day < b.day ? -1 : 1));
  };
}

export function readDay(document: unknown, at: number): EndedDay {
  const { day, state, tables, compared, held } = isObject(document) ? document : {};
  const rowsOf = (Array.isArray(tables) ? (tables as unknown[]) : []).filter(isObject);
  const rows = rowsOf.filter((table) => table['state'] === 'published').reduce((sum, { rows: n }) => sum + (typeof n === 'number' ? n : 0), 0);
  return { day: String(day), state: String(state), rows, broken: rowsOf.flatMap(brokenRules), compared: comparedRows(compared), held: Array.isArray(held) ? held.map(String) : [], at };
}

function comparedRows(compared: unknown): EndedDay['compared'] {
  if (!Array.isArray(compared)) return undefined;
  const sum = (...names: readonly string[]): number => compared.filter(isObject).reduce((total, table) => total + names.reduce((of, name) => of + (typeof table[name] === 'number' ? table[name] : 0), 0), 0);
  return { rows: sum('rows'), differ: sum('changed', 'only_current', 'only_candidate') };
}

function brokenRules(table: Readonly<Record<string, unknown>>): string[] {
  const audits: readonly unknown[] = Array.isArray(table['audits']) ? table['audits'] : [];
  return audits.filter(isObject).filter(({ passed, severity }) => passed === false && severity === 'halt').map(({ rule }) => `${String(table['table'])}: ${String(rule)}`);
}

export const isDone = ({ state }: EndedDay): boolean => state === 'published' || state === 'unchanged';
