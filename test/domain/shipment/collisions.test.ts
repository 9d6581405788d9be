/** The laws must not rest on luck: they hold when 64-bit hashes collide, and for what the hashes do not cover. */
import fc from 'fast-check';
import { EMPTY, merge, pack } from '../../../domain/shipment/index.ts';
import { compareVersions } from '../../../domain/shipment/entry.ts';
import type { Entry } from '../../../domain/shipment/entry.ts';
import { entrySetOf } from '../../../domain/shipment/entry-set.ts';
import { RUNS, T0 } from './generators.ts';

const HASH = '00112233445566ff';

/** Entries that agree in publication, id and content hash, and in nothing else. */
const collision: fc.Arbitrary<Entry> = fc.record({
  published: fc.constant(T0),
  corrects: fc.constant(false),
  major: fc.constant(1),
  hash: fc.constant(HASH),
  id: fc.constant(HASH),
  classifier: fc.constantFrom('PLANNED' as const, 'ACTUAL' as const, 'ACTUAL' as const),
  typeCode: fc.constantFrom(1, 29, 30),
  source: fc.constantFrom('DCSA:MAEU', 'X12_214:FDEG'),
  place: fc.constantFrom('NLRTM', '𝄞', '\uFFFD'),
  eventTime: fc.constantFrom(T0, T0 + 1),
  reasonCode: fc.constantFrom(0, 1),
  neutral: fc.boolean(),
  sensor: fc.record({ present: fc.boolean(), alarm: fc.boolean() }),
});

const bytesOf = (entries: readonly Entry[]): string => pack(entries.map((entry) => entrySetOf({ entries: [entry] })).reduce(merge, EMPTY)).toString('hex');

describe('entries whose hashes collide', () => {
  it('still merge to one state in any order', () => {
    const twoOrders = fc.array(collision, { maxLength: 6 }).chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));
    fc.assert(fc.property(twoOrders, ([list, shuffled]) => expect(bytesOf(shuffled)).toBe(bytesOf(list))), RUNS);
  });

  it('are equal in the version order only when they are the same', () => {
    fc.assert(
      fc.property(collision, collision, (a, b) => {
        expect(compareVersions(a, b) === 0).toBe(JSON.stringify(a) === JSON.stringify(b));
        expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0);
      }),
      RUNS,
    );
  });

  it('are ordered by the bytes of UTF-8 where only text differs, as every other reader does', () => {
    const [astral, replacement] = ['𝄞', '\uFFFD'].map((place): Entry => ({
      published: T0, corrects: false, major: 1, hash: HASH, id: HASH, classifier: 'ACTUAL', typeCode: 1, source: 'S:1', place, eventTime: T0, reasonCode: 0, neutral: false, sensor: { present: false, alarm: false },
    }));
    // U+1D11E is F0…, U+FFFD is EF…; as UTF-16 the first would be the lesser.
    expect(compareVersions(astral as Entry, replacement as Entry)).toBeGreaterThan(0);
  });
});
