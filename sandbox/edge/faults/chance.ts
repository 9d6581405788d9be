/** Chance that repeats: the same seed and numbers give the same value from 0 (included) to 1 (excluded), evenly spread. */
export function chance(seed: number, ...numbers: readonly number[]): number {
  let mixed = seed ^ 0x9e3779b9;
  for (const number of numbers) mixed = scramble(Math.imul(mixed ^ number, 0x85ebca6b) + 0x27d4eb2f);
  return (scramble(mixed) >>> 0) / 2 ** 32;
}

/** The finaliser of MurmurHash3 (public domain, Austin Appleby). */
function scramble(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** A number for a text, to tell rules apart. */
export function numberOf(text: string): number {
  let hash = 7;
  for (const letter of text) hash = Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0);
  return hash | 0;
}
