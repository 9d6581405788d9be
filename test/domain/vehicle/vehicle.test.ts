import fc from 'fast-check';
import type { Fix } from '../../../domain/vehicle/index.ts';
import { aboardHash, bucketOf, fixAdmission, flagsOf, fromContract, joinStates, joinTrails, MAX_ABOARD_BYTES, motionOf, sampleOf, shipmentIdsOf, stateOf, trailSlotOf, unknownSets } from '../../../domain/vehicle/index.ts';
import { fixes, T0, trailOf } from './generators.ts';

const event = (overrides: Record<string, unknown> = {}): Record<string, unknown> => ({ schemaVersion: '1.0', source: 'GPS:fleet', vehicleId: 'TRK-1', eventTime: '2026-11-20T12:00:00Z', lat: 52.1234567, lon: -4.9999999, ...overrides });
const fix = (overrides: Partial<Fix> = {}): Fix => ({ eventTime: T0, lat: 5_200_000, lon: 450_000, speed: 500, heading: 90, isStale: false, aboard: 0, ...overrides });

describe('a fix from its event', () => {
  it('keeps place to a metre, speed to a tenth, and what was not said as unknown', () => {
    expect(fromContract(event({ speedKmh: 71.26, headingDeg: 359.7 }))).toEqual({ vehicleId: 'TRK-1', shipmentIds: [], fix: { eventTime: T0, lat: 5_212_346, lon: -500_000, speed: 713, heading: 0, isStale: false, aboard: 0 } });
    expect(fromContract(event())?.fix).toMatchObject({ speed: -1, heading: -1 });
    expect(fromContract(event({ speedKmh: 'fast', headingDeg: -3 }))?.fix).toMatchObject({ speed: -1, heading: -1 });
  });

  it.each([[undefined, false], ['2026-11-20T12:01:00.000Z', false], ['2026-11-20T12:01:00.001Z', true], ['when?', false]])('is stale by its device time %s: %s', (deviceTime, isStale) => {
    expect(fromContract(event({ deviceTime }))?.fix.isStale).toBe(isStale);
  });

  it('names the shipments aboard whatever their order, and no more than are kept', () => {
    const [a, b] = [fromContract(event({ shipmentIds: ['S2', 'S1', 'S2', '', 7] })), fromContract(event({ shipmentIds: ['S1', 'S2'] }))];
    expect(a).toEqual(b);
    expect(a?.shipmentIds).toEqual(['S1', 'S2']);
    const many = fromContract(event({ shipmentIds: Array.from({ length: 100 }, (_, index) => `${index}`.padStart(64, '0')) }))?.shipmentIds ?? [];
    expect(many.join('').length).toBeLessThanOrEqual(MAX_ABOARD_BYTES);
    expect(many.length).toBe(30);
  });

  it('is none without place or time', () => {
    expect([event({ vehicleId: '' }), event({ lat: 91 }), event({ lon: null }), event({ eventTime: 'today' })].map(fromContract)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('is admitted by its own times alone', () => {
    const times = { arrivalTime: T0, keptMs: 3_600_000 };
    const admitted = (eventTime: number): string => fixAdmission({ eventTime, lat: 0, lon: 0 }, times);
    expect([admitted(T0 + 300_000), admitted(T0 + 300_001), admitted(T0 - 3_600_000), admitted(T0 - 3_600_001)]).toEqual(['ADMIT', 'FUTURE', 'ADMIT', 'TOO_OLD']);
  });
});

describe('flags', () => {
  const after = (ms: number, place: Partial<Fix>): Fix => fix({ eventTime: T0 + ms, ...place });

  it.each([
    ['199 km in an hour', after(3_600_000, { lat: 5_200_000 + 178_900 }), []],
    ['201 km in an hour', after(3_600_000, { lat: 5_200_000 + 180_800 }), ['TELEPORT']],
    ['50 m in the same moment', after(0, { lat: 5_200_045 }), []],
    ['100 m in the same moment', after(0, { lat: 5_200_090 }), ['TELEPORT']],
    ['stale, where it was', after(10_000, { isStale: true }), ['STALE']],
    ['over the antimeridian', after(60_000, { lat: 0, lon: 17_999_900 }), []],
  ])('%s', (_name, second, expected) => {
    const first = second.lat === 0 ? fix({ lat: 0, lon: -17_999_900 }) : fix();
    expect(flagsOf(joinStates(stateOf(first), stateOf(second)))).toEqual(expected);
    expect(flagsOf(joinStates(stateOf(second), stateOf(first)))).toEqual(expected);
  });

  it('follow from the set of fixes, not from who came first', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fixes, { minLength: 2, maxLength: 6, selector: (one) => JSON.stringify(one) }), (list) => {
        const [forward, backward] = [list, list.toReversed()].map((order) => order.map(stateOf).reduce(joinStates));
        expect(forward).toEqual(backward);
      }),
    );
  });
});

describe('motion', () => {
  const times = { now: T0 + 300_000, silentAfterMs: 600_000 };
  const join = (...list: Fix[]): ReturnType<typeof stateOf> => list.map(stateOf).reduce(joinStates);

  it.each([
    ['drives', join(fix()), 'moving'],
    ['stands at a light since a minute', join(fix(), fix({ eventTime: T0 + 60_000, speed: 0 })), 'moving'],
    ['stands since three', join(fix(), fix({ eventTime: T0 + 180_000, speed: 0 })), 'idle'],
    ['was not heard of', join(fix({ eventTime: T0 - 300_001 })), 'silent'],
    ['a stale fix does not say that it drives', join(fix({ isStale: true })), 'idle'],
    ['without speeds, by the way between two fixes', join(fix({ speed: -1 }), fix({ eventTime: T0 + 10_000, lat: 5_200_100, speed: -1 })), 'moving'],
    ['without speeds, on the spot', join(fix({ speed: -1 }), fix({ eventTime: T0 + 10_000, speed: -1 })), 'idle'],
  ] as const)('%s', (_name, state, expected) => expect(motionOf(state, times)).toBe(expected));

  it('a stored fix that comes late moves nothing backwards', () => {
    const now = join(fix({ eventTime: T0 + 100_000 }));
    const late = join(fix({ eventTime: T0, lat: 0 }));
    expect(joinStates(now, late).newest).toBe(now.newest);
    expect(motionOf(joinStates(now, late), times)).toBe('moving');
  });
});

describe('the trail', () => {
  it('has at most one sample a minute, the first of it', () => {
    const seconds = [0, 10, 59, 60, 61, 240, 299].map((second) => ({ vehicleId: 'A', fix: fix({ eventTime: T0 + second * 1_000 }) }));
    expect(trailOf(seconds).get('A')?.map(({ second }) => second)).toEqual([0, 60, 240]);
    const known = trailOf(seconds);
    expect(joinTrails(known, trailOf(seconds.slice(1, 3)))).toBe(known);
  });

  it('is cut into slots of five minutes', () => {
    expect([T0 - 1, T0, T0 + 299_999].map((eventTime) => (trailSlotOf({ eventTime }) - T0) / 60_000)).toEqual([-5, 0, 0]);
    expect(sampleOf(fix({ eventTime: T0 + 299_999 })).second).toBe(299);
  });
});

describe('shipments aboard', () => {
  const set = (hash: number, seenAt: number): { hash: number; seenAt: number; shipmentIds: string[] } => ({ hash, seenAt, shipmentIds: [`S${hash}`] });

  it('are written again only when the item does not know the set', () => {
    const stored = new Map([['A', [set(2, 20)]]]);
    expect(unknownSets(stored, new Map([['A', [set(2, 99)]]])).size).toBe(0);
    expect([...unknownSets(stored, new Map([['A', [set(3, 5)]]]))]).toEqual([['A', [set(3, 5)]]]);
    expect(unknownSets(new Map([['A', [set(2, 20), set(1, 10)]]]), new Map([['A', [set(3, 5)]]])).size).toBe(0);
  });

  it('are found by the hash in the fix', () => {
    expect(shipmentIdsOf([set(2, 20), set(1, 10)], 1)).toEqual(['S1']);
    expect([shipmentIdsOf([set(2, 20)], 0), shipmentIdsOf(undefined, 2), shipmentIdsOf([set(2, 20)], 3)]).toEqual([[], [], []]);
    expect(aboardHash([])).toBe(0);
    expect(aboardHash(['S1'])).not.toBe(aboardHash(['S2']));
  });
});

describe('buckets', () => {
  it('take vehicles evenly, also of ids that are numbers', () => {
    const counts = Array.from({ length: 100 }, () => 0);
    for (let index = 0; index < 10_000; index += 1) {
      const bucket = bucketOf(`TRK-${index}`, 100);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    expect(Math.max(...counts)).toBeLessThan(150);
    expect(Math.min(...counts)).toBeGreaterThan(60);
  });
});
