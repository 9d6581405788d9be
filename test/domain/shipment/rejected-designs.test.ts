/** Designs that look right and break a law. Each must stay falsified: when one begins to hold, the model has changed. */
import fc from 'fast-check';

interface Version {
  readonly id: string;
  readonly published: number;
  readonly hash: string;
  readonly slot: string;
  /** Id that this version declares void. */
  readonly target?: string | undefined;
}

const version: fc.Arbitrary<Version> = fc
  .record({
    id: fc.constantFrom('x', 'y', 'z'),
    published: fc.nat(4),
    content: fc.constantFrom('A', 'B', 'C', 'D'),
    slot: fc.constantFrom('s1', 's2'),
    target: fc.constantFrom(undefined, 'x', 'y'),
  })
  .map(({ content, ...rest }) => ({ ...rest, hash: `${content}${rest.published}${rest.slot}${rest.id}` }));

const twoOrders = fc.array(version, { maxLength: 6 }).chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));

const isGreater = (a: Version, b: Version): boolean => a.published > b.published || (a.published === b.published && a.hash > b.hash);

const picture = (slots: ReadonlyMap<string, Version & { conflict?: boolean }>): string[] =>
  [...slots].map(([slot, { hash, conflict = false }]) => `${slot} ${hash} ${conflict}`).sort();

function dependsOnTheOrder(run: (order: readonly Version[]) => unknown): boolean {
  const result = fc.check(
    fc.property(twoOrders, ([a, b]) => JSON.stringify(run(a)) === JSON.stringify(run(b))),
    { numRuns: 20_000, seed: 7 },
  );
  return result.failed;
}

describe('rejected designs', () => {
  it('a conflict flag on a slot winner depends on the order', () => {
    expect(dependsOnTheOrder((order) => {
      const slots = new Map<string, Version & { conflict: boolean }>();
      for (const next of order) {
        const old = slots.get(next.slot);
        const conflict = old?.id === next.id && (old.conflict || old.hash !== next.hash);
        if (old === undefined || isGreater(next, old)) slots.set(next.slot, { ...next, conflict });
        else if (conflict) slots.set(next.slot, { ...old, conflict });
      }
      return picture(slots);
    })).toBe(true);
  });

  it('one winner per id first, then one winner per slot, depends on the order', () => {
    expect(dependsOnTheOrder((order) => {
      let slots = new Map<string, Version>();
      for (const next of order) {
        const rival = [...slots.values()].find(({ id }) => id === next.id);
        if (rival !== undefined) {
          if (!isGreater(next, rival)) continue;
          slots = new Map([...slots].filter(([, { id }]) => id !== next.id));
        }
        const old = slots.get(next.slot);
        if (old === undefined || isGreater(next, old)) slots.set(next.slot, next);
      }
      return picture(slots);
    })).toBe(true);
  });

  it('a retracted winner that gives its slot back to an older one depends on the order', () => {
    expect(dependsOnTheOrder((order) => {
      const slots = new Map<string, Version>();
      const voided = new Set<string>();
      for (const next of order) {
        if (next.target !== undefined) {
          voided.add(next.target);
          for (const [slot, { id }] of slots) if (id === next.target) slots.delete(slot);
          continue;
        }
        const old = slots.get(next.slot);
        if (!voided.has(next.id) && (old === undefined || isGreater(next, old))) slots.set(next.slot, next);
      }
      return picture(slots);
    })).toBe(true);
  });

  it('a void target stored in the entry that corrects it comes back when a newer entry replaces that one', () => {
    expect(dependsOnTheOrder((order) => {
      const slots = new Map<string, Version>();
      for (const next of order) {
        const old = slots.get(next.slot);
        if ([...slots.values()].some(({ target }) => target === next.id)) continue;
        if (old === undefined || isGreater(next, old)) slots.set(next.slot, next);
      }
      return picture(slots);
    })).toBe(true);
  });

  it('the design that was kept passes the same search: a slot is one greatest version, tombs are apart', () => {
    expect(dependsOnTheOrder((order) => {
      const slots = new Map<string, Version>();
      const voided = new Set<string>();
      for (const next of order) {
        if (next.target !== undefined) voided.add(next.target);
        const old = slots.get(next.slot);
        if (old === undefined || isGreater(next, old)) slots.set(next.slot, next);
      }
      return [picture(slots), [...voided].sort()];
    })).toBe(false);
  });
});
