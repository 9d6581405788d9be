/** A field that went while another of the same shape and a similar name came was most likely renamed: breaking all the same, but the reason reads better. */
import type { JsonSchema } from '../schema/json-schema.ts';

interface Names {
  readonly removed: readonly string[];
  readonly added: readonly string[];
  readonly shapeBefore: (name: string) => string;
  readonly shapeAfter: (name: string) => string;
}

const WORDS = new Set(['title', 'description', 'examples']);

/** A schema as text, without its words. */
export const shapeOf = (schema: JsonSchema | undefined): string => JSON.stringify(schema ?? {}, (key, value: unknown) => (WORDS.has(key) ? undefined : value));

/** Which pairs were renamed, and which fields are really gone or new. */
export function withoutRenamed({ removed, added, shapeBefore, shapeAfter }: Names): { renamed: [string, string][]; gone: string[]; fresh: string[] } {
  const fresh = [...added];
  const gone: string[] = [];
  const renamed: [string, string][] = [];
  for (const name of removed) {
    const candidates = fresh.filter((other) => shapeBefore(name) === shapeAfter(other) && alike(name, other));
    const [best] = candidates.toSorted((one, other) => distance(name, one) - distance(name, other));
    if (best === undefined) gone.push(name);
    else {
      renamed.push([name, best]);
      fresh.splice(fresh.indexOf(best), 1);
    }
  }
  return { renamed, gone, fresh };
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** Half of the letters agree, or one name holds the other. */
function alike(one: string, other: string): boolean {
  const [left, right] = [plain(one), plain(other)];
  return left.includes(right) || right.includes(left) || distance(one, other) <= Math.max(left.length, right.length) / 2;
}

/** Letters to change, add or take away to come from one name to the other. */
function distance(one: string, other: string): number {
  const [left, right] = [plain(one), plain(other)];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let at = 1; at <= left.length; at += 1) {
    const above = row;
    row = [at];
    for (let index = 1; index <= right.length; index += 1) {
      const replaced = (above[index - 1] ?? 0) + Number(left[at - 1] !== right[index - 1]);
      row.push(Math.min(replaced, (above[index] ?? 0) + 1, (row[index - 1] ?? 0) + 1));
    }
  }
  return row.at(-1) ?? 0;
}
