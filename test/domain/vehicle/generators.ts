import fc from 'fast-check';
import type { Aboard, Fix, Page, Trail } from '../../../domain/vehicle/index.ts';
import { joinAboard, joinPages, joinTrails, sampleOf, stateOf } from '../../../domain/vehicle/index.ts';

export const T0 = Date.parse('2026-11-20T12:00:00Z');

/** Few values each, so that ties and repeats are common. */
export const fixes: fc.Arbitrary<Fix> = fc.record({
  eventTime: fc.oneof(fc.integer({ min: 0, max: 4 }).map((step) => T0 + step * 30_000), fc.integer({ min: -3e9, max: 3e8 }).map((ms) => T0 + ms)),
  lat: fc.oneof(fc.constantFrom(0, 5_200_000), fc.integer({ min: -9_000_000, max: 9_000_000 })),
  lon: fc.oneof(fc.constantFrom(0, 450_000), fc.integer({ min: -18_000_000, max: 18_000_000 })),
  speed: fc.constantFrom(-1, 0, 31, 800, 4_000),
  heading: fc.constantFrom(-1, 0, 359),
  isStale: fc.boolean(),
  aboard: fc.constantFrom(0, 1, 0xffffffff),
});

export interface NamedFix {
  readonly vehicleId: string;
  readonly fix: Fix;
}

const ids = fc.oneof(fc.constantFrom('TRK-0001', 'TRK-0002', 'TRK-01', 'é', '\u{1F69A}1', '\u{1F69B}'), fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }));
export const namedFixes: fc.Arbitrary<NamedFix> = fc.record({ vehicleId: ids, fix: fixes });

export const pageOf = (list: readonly NamedFix[]): Page => list.reduce<Page>((page, { vehicleId, fix }) => joinPages(page, new Map([[vehicleId, stateOf(fix)]])), new Map());
export const trailOf = (list: readonly NamedFix[]): Trail => list.reduce<Trail>((trail, { vehicleId, fix }) => joinTrails(trail, new Map([[vehicleId, [sampleOf(fix)]]])), new Map());
export const aboardOfAll = (list: readonly NamedFix[]): Aboard =>
  list.reduce<Aboard>((aboard, { vehicleId, fix }) => joinAboard(aboard, new Map([[vehicleId, [{ hash: fix.lat >>> 0, seenAt: fix.eventTime, shipmentIds: [`SHP-${fix.lon}`] }]]])), new Map());
