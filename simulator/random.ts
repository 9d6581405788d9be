/** Chance that can be repeated: every number follows from the seed and from what it is asked for, never from what was asked before. */

/** A stream of numbers for one purpose. */
export interface Chance {
  /** 0 ≤ x < 1. */
  next(): number;
  /** low ≤ x < high. */
  between(low: number, high: number): number;
  /** Whole number, low ≤ x ≤ high. */
  whole(low: number, high: number): number;
  yes(share: number): boolean;
  /** @throws RangeError for an empty list */
  pick<T>(items: readonly T[]): T;
}

/** The same parts give the same numbers. */
export function chanceFor(...parts: readonly number[]): Chance {
  let state = 0x9e3779b9;
  for (const part of parts) state = mix(state ^ mix(Math.trunc(part) >>> 0) ^ Math.trunc(part / 0x1_0000_0000));

  // mulberry32: small, fast, and good enough for a world of parcels.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    whole: (low, high) => low + Math.floor(next() * (high - low + 1)),
    yes: (share) => next() < share,
    pick<T>(items: readonly T[]): T {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new RangeError('cannot pick from an empty list');
      return item;
    },
  };
}

/** The end of MurmurHash3: each bit of the input moves half of the bits of the result. */
function mix(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** Says yes for exactly that share of the questions, spread evenly, from a starting point by chance. */
export function evenShare(share: number, chance: Chance): (eligible?: boolean) => boolean {
  let owed = chance.next();
  return (eligible = true) => {
    owed += share;
    if (owed < 1 || !eligible) return false;
    owed -= 1;
    return true;
  };
}
