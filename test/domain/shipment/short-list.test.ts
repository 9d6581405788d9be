/** The short way must say what the entry set says, to the byte, or say that it is not its business. */
import fc from 'fast-check';
import { addFacts, derive, deriveList, EMPTY_LIST, EntryPacker, fold, greatestTime, greatestTimeOf, hasContent, listHasContent, NewerFormatError, pack, packedFactOf, packList, PACKED_FORMAT, PackedStateError, unpackList } from '../../../domain/shipment/index.ts';
import type { ShipmentEvent, ShortList } from '../../../domain/shipment/index.ts';
import { actual, event, events, HOUR, NOW, RUNS, statement, T0 } from './generators.ts';

const MANY = { numRuns: RUNS.numRuns * 3 };

/** Histories of the usual kind among all others: own ids, no retraction, no correction, one major. */
const usual = fc.array(statement, { maxLength: 25 }).map((list) =>
  list.map((one, index): ShipmentEvent => {
    const plain = { ...one, major: 1, eventId: `e${index}`, source: index % 5 === 0 ? one.source : 'DCSA:MAEU', place: one.place === '' ? `P${index % 4}` : one.place };
    return Object.fromEntries(Object.entries(plain).filter(([name]) => name !== 'correctsEventId')) as unknown as ShipmentEvent;
  }),
);
const history = fc.oneof(usual, usual, events);

const listOf = (stored: readonly ShipmentEvent[], added: readonly ShipmentEvent[]): ShortList | undefined => {
  const known = unpackList(pack(fold(stored)));
  return known === undefined ? undefined : addFacts(known, added.map((one) => packedFactOf(one, new EntryPacker())));
};

describe('a short list', () => {
  it('gives the bytes, the derived state, the times and the contents of the entry set, in any cut and order', () => {
    let taken = 0;
    fc.assert(
      fc.property(history, fc.nat({ max: 25 }), fc.integer({ min: -30, max: 60 }), (log, cut, hours) => {
        const list = listOf(log.slice(0, cut), log.slice(cut));
        if (list === undefined) return;
        taken += 1;
        const set = fold(log);
        const now = NOW + hours * HOUR;
        expect(packList(list).toString('hex')).toBe(pack(set).toString('hex'));
        expect(deriveList(list, now)).toStrictEqual(derive(set, now));
        expect(greatestTimeOf(list)).toBe(greatestTime(set) ?? 0);
        for (const entry of [...log, actual({ eventId: 'z' })].flatMap((one) => packedFactOf(one, new EntryPacker()).entry ?? [])) expect(listHasContent(list, entry)).toBe(hasContent(set, entry));
      }),
      MANY,
    );
    expect(taken).toBeGreaterThan(MANY.numRuns / 3);
  });

  it('takes every history of the usual kind, and the same events again without a change', () => {
    fc.assert(
      fc.property(usual, (log) => {
        const list = listOf(log, []);
        expect(list).toBeDefined();
        const again = listOf(log, log);
        expect(again === undefined ? 'not usual' : packList(again).toString('hex')).toBe(pack(fold(log)).toString('hex'));
      }),
      RUNS,
    );
  });

  it('leaves to the entry set what is not usual', () => {
    const plain = actual({ eventId: 'a' });
    const notUsual: readonly ShipmentEvent[] = [
      { ...actual({ eventId: 'b' }), operation: 'RETRACT', retractsEventId: 'x' },
      actual({ eventId: 'b', correctsEventId: 'x' }),
      { ...plain, eventTime: T0 + 1 },
      { ...plain, major: 2 },
      { ...plain, classifier: 'ESTIMATED' },
    ];
    for (const one of notUsual) {
      expect(listOf([plain], [one])).toBeUndefined();
      expect(listOf([plain, one], [])?.entries.length ?? -1).toBe(one.major === 2 ? 1 : -1);
    }
  });

  it('ends at a length where maps are worth their cost', () => {
    const many = Array.from({ length: 201 }, (_, index) => actual({ eventId: `e${index}`, eventTime: T0 + index }));
    expect(listOf(many.slice(1), [])?.entries).toHaveLength(200);
    expect(listOf(many.slice(1), many.slice(0, 1))).toBeUndefined();
    expect(listOf(many, [])).toBeUndefined();
  });

  it('of no events is the packed empty set', () => {
    expect(packList(EMPTY_LIST).toString('hex')).toBe(pack(fold([])).toString('hex'));
  });

  it('refuses broken and newer bytes as the entry set does', () => {
    const bytes = pack(fold([actual()]));
    for (let length = 0; length < bytes.length; length += 1) expect(() => unpackList(bytes.subarray(0, length))).toThrow(PackedStateError);
    expect(() => unpackList(Buffer.concat([bytes, Buffer.from([0])]))).toThrow(/goes on for 1 bytes/);
    bytes[0] = PACKED_FORMAT + 1;
    expect(() => unpackList(bytes)).toThrow(NewerFormatError);
  });

  it('is as often usual as not among arbitrary histories, so that both ways are tested', () => {
    const samples = fc.sample(fc.array(event, { maxLength: 4 }), { numRuns: 200, seed: 1 });
    const taken = samples.filter((log) => listOf(log, []) !== undefined).length;
    expect(taken).toBeGreaterThan(40);
    expect(taken).toBeLessThan(190);
  });
});
