/** A seeded generator (mulberry32): the same events in every run and on every machine. */
export interface Random {
  /** In [0, 1). */
  readonly next: () => number;
  readonly pick: <T>(from: readonly T[]) => T;
  /** From `low` to `high`, both included. */
  readonly whole: (low: number, high: number) => number;
  readonly chance: (share: number) => boolean;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return { next, whole, pick: (from) => pickFrom(from, next()), chance: (share) => next() < share };
}

function pickFrom<T>(from: readonly T[], at: number): T {
  const picked = from[Math.floor(at * from.length)];
  if (picked === undefined) throw new RangeError('Nothing to pick from.');
  return picked;
}
