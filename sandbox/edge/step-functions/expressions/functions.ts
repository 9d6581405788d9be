/**
 * The functions that Step Functions adds to JSONata, or changes ("Transforming data with JSONata"). The library has no `$partition`,
 * `$range`, `$hash`, `$uuid`, `$parse`; its `$random` takes no seed; its `$eval` works, which AWS forbids.
 */
import { createHash, randomUUID } from 'node:crypto';
import type jsonata from 'jsonata';

const MAX_RANGE = 1000;
const HASHES: Readonly<Record<string, string>> = { MD5: 'md5', 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' };

function partition(array: unknown[] | undefined, size: number): unknown[][] | undefined {
  if (array === undefined) return undefined;
  const step = Math.trunc(size);
  if (!(step > 0)) throw new Error('chunk size must be positive');
  const chunks: unknown[][] = [];
  for (let at = 0; at < array.length; at += step) chunks.push(array.slice(at, at + step));
  return chunks;
}

/** AWS returns a JSONata sequence: a range of one number comes out as the bare number. */
function range(first: number, last: number, delta: number): number[] {
  if (delta === 0) throw new Error('range increment must not be 0');
  const numbers: number[] = [];
  for (let number = first; delta > 0 ? number <= last : number >= last; number += delta) {
    if (numbers.push(number) > MAX_RANGE) throw new Error(`range has more than ${MAX_RANGE} items`);
  }
  return Object.defineProperty(numbers, 'sequence', { value: true });
}

function hash(data: unknown, algorithm: string): string {
  const name = HASHES[algorithm];
  if (name === undefined) throw new Error(`unknown hash algorithm ${algorithm}, allowed: ${Object.keys(HASHES).join(', ')}`);
  return createHash(name).update(typeof data === 'string' ? data : JSON.stringify(data)).digest('hex');
}

/** With a seed always the same number (mulberry32); which one is not part of AWS's contract. */
function random(seed?: number): number {
  if (seed === undefined) return Math.random();
  let mixed = (Math.trunc(seed) + 0x6d2b79f5) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}

const parse = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));

function refuseEval(): never {
  throw Object.assign(new Error('$eval is not supported in Step Functions'), { code: 'T1006' });
}

export function registerFunctions(expression: jsonata.Expression): void {
  expression.registerFunction('partition', partition, '<a-n:a<a>>');
  expression.registerFunction('range', range, '<n-nn:a<n>>');
  expression.registerFunction('hash', hash, '<x-s:s>');
  expression.registerFunction('random', random, '<n?:n>');
  expression.registerFunction('uuid', () => randomUUID(), '<:s>');
  expression.registerFunction('parse', parse, '<s-:x>');
  expression.registerFunction('eval', refuseEval);
}

const LIBRARY =
  'abs append assert average base64decode base64encode boolean ceil clone contains count decodeUrl decodeUrlComponent distinct each ' +
  'encodeUrl encodeUrlComponent error exists filter floor formatBase formatInteger formatNumber fromMillis join keys length lookup ' +
  'lowercase map match max merge millis min not now number pad parseInteger power reduce replace reverse round shuffle sift single ' +
  'sort split spread sqrt string substring substringAfter substringBefore sum toMillis trim type uppercase zip';

/** Every function that a definition may call; `$eval` is not among them. */
export const KNOWN_FUNCTIONS: ReadonlySet<string> = new Set([...LIBRARY.split(' '), 'partition', 'range', 'hash', 'random', 'uuid', 'parse']);
