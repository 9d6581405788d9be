import fc from 'fast-check';
import { EMPTY, fold, fromEvent, merge, pack, unpack } from '../../../domain/shipment/index.ts';
import type { StatementEvent } from '../../../domain/shipment/index.ts';
import { batchesOf, deliveries, event, events, expectSameState, RUNS } from './generators.ts';

describe('the merge of shipment states', () => {
  it('commutes', () => {
    fc.assert(fc.property(events, events, (a, b) => expectSameState(merge(fold(a), fold(b)), merge(fold(b), fold(a)))), RUNS);
  });

  it('associates', () => {
    fc.assert(
      fc.property(events, events, events, (a, b, c) => {
        const [x, y, z] = [fold(a), fold(b), fold(c)];
        expectSameState(merge(merge(x, y), z), merge(x, merge(y, z)));
      }),
      RUNS,
    );
  });

  it('is idempotent, has EMPTY as its zero, and only grows', () => {
    fc.assert(
      fc.property(events, events, (a, b) => {
        const both = merge(fold(a), fold(b));
        expectSameState(merge(both, both), both);
        expectSameState(merge(both, fold(a)), both);
        expectSameState(merge(both, EMPTY), both);
        expectSameState(merge(EMPTY, both), both);
      }),
      RUNS,
    );
  });

  it('folds a batch to what merging its events one by one gives, in place of copies', () => {
    fc.assert(
      fc.property(events, events, (a, b) => {
        const base = fold(a);
        const before = pack(base).toString('hex');
        expectSameState(fold(b, base), b.map(fromEvent).reduce(merge, base));
        expect(pack(base).toString('hex')).toBe(before);
      }),
      RUNS,
    );
  });

  it('gives one state for any order, any batches and any repeats, through the bytes', () => {
    fc.assert(
      fc.property(deliveries, ({ told, arrivals, batchSize }) => {
        let stored = pack(EMPTY);
        for (const batch of batchesOf(arrivals, batchSize)) stored = pack(fold(batch, unpack(stored)));
        expectSameState(unpack(stored), fold(told));
      }),
      RUNS,
    );
  });

  it('gives one state when two writers each saw a part, with overlap', () => {
    fc.assert(
      fc.property(events, events, events, (a, both, b) => {
        expectSameState(merge(fold([...a, ...both]), fold([...both, ...b])), fold([...b, ...both, ...a]));
      }),
      RUNS,
    );
  });
});

describe('the random events', () => {
  // A generator that never made what a property is about would let everything pass.
  it('contain all that the properties are about', () => {
    const list = fc.sample(event, { numRuns: 2000, seed: 1 });
    const statements = list.filter((one) => one.operation === 'UPSERT');
    const share = (isWanted: (one: StatementEvent) => boolean): number => statements.filter(isWanted).length / statements.length;
    const shares = {
      retractions: 1 - statements.length / list.length,
      corrections: share((one) => one.correctsEventId !== undefined),
      orders: share((one) => one.order !== undefined),
      reasons: share((one) => one.reason !== undefined),
      unpublished: share((one) => one.publishedTime === undefined),
      published: share((one) => one.publishedTime !== undefined),
      newerMajor: share((one) => one.major === 2),
      neutral: share((one) => one.neutral),
      alarms: share((one) => one.sensor.alarm),
      withoutPlace: share((one) => one.place === ''),
    };
    expect(Object.entries(shares).filter(([, part]) => part < 0.1)).toStrictEqual([]);
  });
});
