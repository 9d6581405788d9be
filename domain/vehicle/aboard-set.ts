/** Sets of shipments aboard, and the four bytes that stand for one in a fix. */
import { hashText } from './hash.ts';

/** Bytes of ids that live state keeps of one set; what is beyond stays in the lake. 150 ids of the usual length. */
export const MAX_ABOARD_BYTES = 2_000;

/** The ids in a field of an event: sorted, each once, as many as are kept; anything else gives none. */
export function aboardIds(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) return [];
  const ids = [...new Set(value.filter((id): id is string => typeof id === 'string' && id !== '').map((id) => id.toWellFormed()))].sort();
  let bytes = 0;
  return ids.filter((id) => (bytes += Buffer.byteLength(id) + 1) <= MAX_ABOARD_BYTES);
}

/** 32 bits, never 0 for a set that names something. Only sets of one vehicle are ever told apart by it. */
export const aboardHash = (ids: readonly string[]): number => (ids.length === 0 ? 0 : Math.max(1, hashText(ids.join('\n'))));
