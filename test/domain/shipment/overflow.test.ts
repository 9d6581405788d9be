import fc from 'fast-check';
import { EMPTY, entriesOf, fold, joinItems, merge, OVERFLOW_LIMITS, oversizedItems, pack, planItems, unpack } from '../../../domain/shipment/index.ts';
import type { EntrySet, ItemPlan, OverflowLimits, ShipmentEvent } from '../../../domain/shipment/index.ts';
import { actual, batchesOf, deliveries, event, events, expectSameState, HOUR, retract, RUNS, T0 } from './generators.ts';

/** Small enough that nearly every random shipment overflows. */
const TIGHT: OverflowLimits = { mainEntries: 4, chunkEntries: 2, mainTombs: 2, alarmBytes: 1000 };

const many = (count: number): ShipmentEvent[] => Array.from({ length: count }, (_, index) => actual({ eventId: `e${index}`, eventTime: T0 + index * HOUR }));
const spread = fc.array(fc.tuple(event, fc.nat(60)), { maxLength: 40 }).map((list) => list.map(([one, id]) => ({ ...one, eventId: `e${id}` })));

describe('overflow pages', () => {
  it('do not exist while a shipment fits in its main item', () => {
    const plan = planItems(fold(many(100)));
    expect(plan.pages.size).toBe(0);
    expect(entriesOf(plan.main)).toHaveLength(100);
  });

  it('take the oldest entries, a chunk at a time, each to the page of its id', () => {
    const plan = planItems(fold(many(101)));
    expect(entriesOf(plan.main).map(({ eventTime }) => eventTime).sort()[0]).toBe(T0 + OVERFLOW_LIMITS.chunkEntries * HOUR);
    for (const [key, page] of plan.pages) expect(entriesOf(page).every(({ id }) => key === `E#${id.charAt(0)}`)).toBe(true);
  });

  it('and the main item together are the whole, however the set was split', () => {
    fc.assert(
      fc.property(spread, fc.nat(20), fc.nat(9), (list, mainEntries, chunk) => {
        const set = fold(list);
        const plan = planItems(set, { limits: { ...TIGHT, mainEntries, chunkEntries: chunk + 1 } });
        expectSameState(joinItems(plan), set);
        expect(entriesOf(plan.main).length).toBeLessThanOrEqual(Math.max(mainEntries, 0));
      }),
      RUNS,
    );
  });

  it('are decided by the set alone', () => {
    fc.assert(
      fc.property(deliveries, ({ told, arrivals }) => {
        expect(hexOf(planItems(fold(arrivals), { limits: TIGHT }))).toStrictEqual(hexOf(planItems(fold(told), { limits: TIGHT })));
      }),
      RUNS,
    );
  });

  it('are only ever added to, so that a crash between page and main item loses nothing', () => {
    fc.assert(
      fc.property(spread, spread, (first, second) => {
        const before = planItems(fold(first), { limits: TIGHT });
        const after = planItems(fold(second, joinItems(before)), { limits: TIGHT, storedPages: before.pages });
        for (const [key, page] of before.pages) {
          const grown = after.pages.get(key) ?? EMPTY;
          expectSameState(merge(grown, page), grown);
        }
      }),
      RUNS,
    );
  });

  it('lose nothing when the writer crashes after any of its writes and the batch comes again', () => {
    fc.assert(
      fc.property(spread, fc.integer({ min: 1, max: 9 }), fc.array(fc.nat(4), { maxLength: 40 }), (list, batchSize, crashes) => {
        const table = new Map<string, Buffer>();
        const pending = [...crashes];
        for (const batch of batchesOf(list, batchSize)) {
          let before = read(table);
          while (!writeBatch(table, batch, pending.shift() ?? Infinity)) {
            const after = read(table);
            expectSameState(merge(after, before), after);
            before = after;
          }
        }
        expectSameState(read(table), fold(list));
      }),
      RUNS,
    );
  });

  it('keep very many retractions out of the main item', () => {
    const plan = planItems(fold([...many(3), ...['a', 'b', 'c'].map((id) => retract(id))]), { limits: TIGHT });
    expect(plan.main.tombs.size).toBe(0);
    expect([...plan.pages.values()].reduce((sum, page) => sum + page.tombs.size, 0)).toBe(3);
  });

  it('that grow very large name the source that fills them', () => {
    const plan = planItems(fold([...many(40), actual({ source: 'X12_214:FDEG', eventId: 'one' })]), { limits: { ...TIGHT, mainEntries: 50 } });
    expect(oversizedItems(plan, TIGHT)).toMatchObject([{ key: 'S', source: 'DCSA:MAEU' }]);
    expect(oversizedItems(plan, OVERFLOW_LIMITS)).toStrictEqual([]);
  });

  it('merge in any order', () => {
    fc.assert(
      fc.property(events, events, (a, b) => {
        const [x, y] = [planItems(fold(a), { limits: TIGHT }), planItems(fold(b), { limits: TIGHT })];
        const parts = [x.main, ...x.pages.values(), y.main, ...y.pages.values()];
        expectSameState(parts.reduce(merge, EMPTY), fold([...b, ...a]));
        expectSameState(parts.toReversed().reduce(merge, EMPTY), fold([...b, ...a]));
      }),
      RUNS,
    );
  });
});

const hexOf = (plan: ItemPlan): Record<string, string> =>
  Object.fromEntries([['S', plan.main] as const, ...plan.pages].map(([key, set]) => [key, pack(set).toString('hex')]));

function read(table: ReadonlyMap<string, Buffer>): EntrySet {
  const pages = new Map([...table].filter(([key]) => key !== 'S').map(([key, bytes]) => [key, unpack(bytes)]));
  const main = table.get('S');
  return joinItems({ main: main === undefined ? undefined : unpack(main), pages });
}

/** Pages first, then the main item; dies after `survives` writes. */
function writeBatch(table: Map<string, Buffer>, batch: readonly ShipmentEvent[], survives: number): boolean {
  const storedPages = new Map([...table].filter(([key]) => key !== 'S').map(([key, bytes]) => [key, unpack(bytes)]));
  const plan = planItems(fold(batch, read(table)), { limits: TIGHT, storedPages });
  const writes = [...plan.pages, ['S', plan.main] as const];
  for (const [index, [key, set]] of writes.entries()) {
    if (index >= survives) return false;
    table.set(key, pack(set));
  }
  return true;
}
