import type { Breather } from './breather.ts';
import type { cellBodies } from './bodies.ts';
import type { Fleet } from './fleet.ts';

export interface CountedCells extends Awaited<ReturnType<typeof cellBodies>> {
  readonly count: number;
}

/** Counts the cells of a fleet; with a breather in pieces between which others may work. */
export type CountCells = (fleet: Fleet, breathe?: Breather) => Promise<CountedCells>;

/** The maps that everybody opens with, the whole fleet and its regions: counted once for each reading of the pages, a few seconds apart. */
export interface CellMemory {
  readonly get: (fleet: Fleet, key: string, count: CountCells) => Promise<CountedCells>;
  /** Before a reading is shown: what was asked of the one before is counted behind the answers, not by the first who asks again. */
  readonly prepare: (fleet: Fleet, breathe: Breather) => Promise<void>;
}

/** A screen asks for one or two; beyond this whoever asks waits for the count. */
export const MOST_PREPARED = 24;

export function createCellMemory(): CellMemory {
  const counted = new WeakMap<Fleet, Map<string, Promise<CountedCells>>>();
  let asked = new Map<string, CountCells>();

  const countsOf = (fleet: Fleet): Map<string, Promise<CountedCells>> => {
    const known = counted.get(fleet) ?? new Map<string, Promise<CountedCells>>();
    counted.set(fleet, known);
    return known;
  };

  return {
    get: (fleet, key, count) => {
      asked.set(key, count);
      const known = countsOf(fleet);
      const cells = known.get(key) ?? count(fleet);
      known.set(key, cells);
      return cells;
    },
    prepare: async (fleet, breathe) => {
      const wanted = [...asked].slice(0, MOST_PREPARED);
      asked = new Map();
      for (const [key, count] of wanted) {
        const cells = count(fleet, breathe);
        countsOf(fleet).set(key, cells);
        await cells;
      }
    },
  };
}
