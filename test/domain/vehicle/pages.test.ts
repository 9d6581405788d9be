import fc from 'fast-check';
import type { Aboard, Page, Trail } from '../../../domain/vehicle/index.ts';
import { compareFixes, joinAboard, joinAllPages, joinPages, joinTrails, NewerVehicleFormatError, packAboard, PackedStateError, packPage, packTrail, stateOf, unpackAboard, unpackPage, unpackTrail, withoutOlder } from '../../../domain/vehicle/index.ts';
import { expectSame } from '../../fixtures/expect-same.ts';
import { aboardOfAll, namedFixes, pageOf, T0, trailOf } from './generators.ts';
import type { NamedFix } from './generators.ts';

const lists = fc.array(namedFixes, { maxLength: 25 });

interface Kind<Value> {
  readonly of: (list: readonly NamedFix[]) => Value;
  readonly join: (a: Value, b: Value) => Value;
  readonly pack: (value: Value) => Buffer;
  readonly unpack: (bytes: Uint8Array) => Value;
}
const page: Kind<Page> = { of: pageOf, join: joinPages, pack: packPage, unpack: unpackPage };
const trail: Kind<Trail> = { of: trailOf, join: joinTrails, pack: packTrail, unpack: unpackTrail };
const aboard: Kind<Aboard> = { of: aboardOfAll, join: joinAboard, pack: packAboard, unpack: unpackAboard };
const kinds = [['pages', page], ['trails', trail], ['sets aboard', aboard]] as unknown as readonly [string, Kind<unknown>][];

describe.each(kinds)('%s', (_name, { of, join, pack, unpack }) => {
  it('join in any order, any grouping, any number of times, and equal sets give equal bytes', () => {
    fc.assert(
      fc.property(lists, lists, lists, (a, b, c) => {
        const whole = pack(of([...a, ...b, ...c]));
        expectSame(pack(join(join(of(a), of(b)), of(c))), whole);
        expectSame(pack(join(of(c), join(of(b), of(a)))), whole);
        expectSame(pack(join(of([...c, ...b, ...a, ...b]), of([...a, ...c]))), whole);
      }),
    );
  });

  it('come back from their bytes as they were', () => {
    fc.assert(fc.property(lists, (list) => expectSame(unpack(pack(of(list))), of(list))));
  });

  it('answer themselves when nothing is new, so that nothing is written', () => {
    fc.assert(fc.property(lists, lists, (a, b) => expectSame(pack(join(of([...a, ...b]), of(b))), pack(of([...a, ...b])))));
  });

  it('of a newer format are not read, and torn ones are told from whole ones', () => {
    const bytes = pack(of([{ vehicleId: 'TRK-1', fix: { eventTime: T0, lat: 1, lon: 1, speed: 1, heading: 1, isStale: false, aboard: 7 } }]));
    expect(() => unpack(Buffer.concat([Buffer.from([2]), bytes.subarray(1)]))).toThrow(NewerVehicleFormatError);
    expect(() => unpack(bytes.subarray(0, bytes.length - 1))).toThrow(PackedStateError);
    expect(() => unpack(Buffer.concat([bytes, Buffer.from([0])]))).toThrow(PackedStateError);
  });
});

describe('a page', () => {
  it('holds of each vehicle the newest fix, by a total order', () => {
    fc.assert(
      fc.property(lists, (list) => {
        for (const [id, state] of pageOf(list)) {
          const own = list.filter(({ vehicleId }) => vehicleId === id).map(({ fix }) => fix);
          expect(state.newest).toEqual(own.reduce((best, fix) => (compareFixes(fix, best) > 0 ? fix : best)));
        }
      }),
    );
  });

  it('of many shards is the same however many are joined at once', () => {
    fc.assert(fc.property(fc.array(lists, { maxLength: 5 }), (shards) => expect(joinAllPages(shards.map(pageOf))).toEqual(pageOf(shards.flat()))));
  });

  it('answers itself when a page that it knows is joined', () => {
    const known = pageOf([{ vehicleId: 'A', fix: { eventTime: T0, lat: 1, lon: 1, speed: 400, heading: 1, isStale: false, aboard: 0 } }]);
    expect(joinPages(known, new Map(known))).toBe(known);
  });

  it('loses vehicles without news', () => {
    const fix = { lat: 1, lon: 1, speed: -1, heading: -1, isStale: false, aboard: 0 };
    const both: Page = new Map([['old', stateOf({ ...fix, eventTime: T0 - 2 })], ['new', stateOf({ ...fix, eventTime: T0 })]]);
    expect([...withoutOlder(both, T0 - 1).keys()]).toEqual(['new']);
    expect(withoutOlder(both, T0 - 2)).toBe(both);
  });

  it('needs at most 40 bytes for a vehicle as the fleet sends them, and 25 fit a kilobyte', () => {
    const fleet = Array.from({ length: 25 }, (_, index): NamedFix[] => {
      const fix = { eventTime: T0 + index * 377, lat: 5_212_345 + index * 7_919, lon: 413_378 + index * 9_973, speed: 731, heading: 211, isStale: false, aboard: 0x9abcdef0 + index };
      return [{ vehicleId: `TRK-${String(index * 401).padStart(4, '0')}`, fix }, { vehicleId: `TRK-${String(index * 401).padStart(4, '0')}`, fix: { ...fix, eventTime: fix.eventTime - 3_667, lat: fix.lat - 60, lon: fix.lon + 85 } }];
    }).flat();
    const { length } = packPage(pageOf(fleet));
    expect(length / 25).toBeLessThanOrEqual(40);
    expect(length).toBeLessThanOrEqual(1_024 - 80);
  });
});
