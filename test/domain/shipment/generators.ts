/** Random shipment events with few ids, places and times on purpose: ties, conflicts and forward references must be common. */
import fc from 'fast-check';
import { fold, pack, viewOf } from '../../../domain/shipment/index.ts';
import type { EntrySet, RetractionEvent, ShipmentEvent, ShipmentOrder, StatementEvent } from '../../../domain/shipment/index.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const T0 = Date.UTC(2026, 10, 1);
export const NOW = T0 + 20 * HOUR;
export const HORIZON = 45 * DAY;

/** Runs of each property; `RUNS=20000` for a night. */
export const RUNS = { numRuns: Number(process.env.RUNS ?? 300) };

const TYPES = ['CREATED', 'BOOKED', 'DEPARTED', 'ARRIVED', 'CUSTOMS_HOLD', 'CUSTOMS_RELEASED', 'DELIVERY_ATTEMPTED', 'DELIVERED', 'LOST', 'DAMAGED', 'UNKNOWN', 'TELEPORTED'];
export const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

const hours = (maximum: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: maximum }).map((hour) => T0 + hour * HOUR);
/** `absent`: share in percent. */
const absentOr = <Value>(value: fc.Arbitrary<Value>, { absent }: { readonly absent: number }): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ arbitrary: value, weight: 100 - absent }, { arbitrary: fc.constant(undefined), weight: absent });

/** Objects as JSON makes them: fast-check would also build some without a prototype. */
const PLAIN = { noNullPrototype: true };

const order: fc.Arbitrary<ShipmentOrder> = fc.record({
  customerId: fc.constantFrom('CUST-1', 'CUST-2', 'Müller 𝄞'),
  serviceLevel: fc.constantFrom('EXPRESS', ''),
  priority: fc.constantFrom(0, 1, 5),
  origin: fc.constantFrom('NLRTM', ''),
  destination: fc.constantFrom('USCHI', ''),
}, PLAIN);

const optional = <Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: Value };

export const statement: fc.Arbitrary<StatementEvent> = fc
  .record({
    major: fc.constantFrom(1, 1, 1, 2),
    source: fc.constantFrom('DCSA:MAEU', 'X12_214:FDEG'),
    eventId: fc.constantFrom(...IDS),
    corrects: absentOr(fc.constantFrom('a', 'b', 'c', 'd'), { absent: 75 }),
    type: fc.constantFrom(...TYPES),
    classifier: fc.constantFrom('PLANNED' as const, 'ESTIMATED' as const, 'ACTUAL' as const, 'ACTUAL' as const, 'REQUESTED' as const),
    place: fc.constantFrom('NLRTM', 'USCHI', ''),
    eventTime: hours(40),
    publishedTime: absentOr(hours(6), { absent: 25 }),
    reason: absentOr(fc.constantFrom('WEATHER', 'ALIENS'), { absent: 50 }),
    neutral: fc.constantFrom(false, false, false, true),
    sensor: fc.constantFrom({ present: false, alarm: false }, { present: true, alarm: false }, { present: true, alarm: true }),
    order: absentOr(order, { absent: 50 }),
  }, PLAIN)
  .map(({ corrects, publishedTime, reason, order: stated, ...event }) => ({
    ...event,
    operation: 'UPSERT' as const,
    ...optional('correctsEventId', corrects),
    ...optional('publishedTime', publishedTime),
    ...optional('reason', reason),
    ...optional('order', stated),
  }));

export const retraction: fc.Arbitrary<RetractionEvent> = fc.record({
  major: fc.constant(1),
  source: fc.constantFrom('DCSA:MAEU', 'X12_214:FDEG'),
  eventId: fc.constantFrom(...IDS),
  operation: fc.constant('RETRACT' as const),
  retractsEventId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  publishedTime: hours(6),
}, PLAIN);

export const event: fc.Arbitrary<ShipmentEvent> = fc.oneof({ arbitrary: statement, weight: 5 }, { arbitrary: retraction, weight: 1 });
export const events = fc.array(event, { maxLength: 24 });

/** The same events as they were told, as they arrive (each at least once, some again), and the size of batches. */
export const deliveries = events.chain((told) =>
  fc.record({
    told: fc.constant(told),
    arrivals: fc
      .tuple(fc.shuffledSubarray(told, { minLength: told.length }), fc.subarray(told), fc.subarray(told))
      .chain(([all, again, onceMore]) => fc.shuffledSubarray([...all, ...again, ...onceMore], { minLength: told.length })
        .map((mixed) => [...mixed, ...all])),
    batchSize: fc.integer({ min: 1, max: 7 }),
  }),
);

export function batchesOf<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}

/** A plain ACTUAL event; override what the test is about. */
export function actual(overrides: Partial<StatementEvent> = {}): StatementEvent {
  return {
    major: 1,
    source: 'DCSA:MAEU',
    eventId: 'x',
    operation: 'UPSERT',
    type: 'DEPARTED',
    classifier: 'ACTUAL',
    place: 'NLRTM',
    eventTime: T0,
    publishedTime: T0,
    neutral: false,
    sensor: { present: false, alarm: false },
    ...overrides,
  };
}

export const retract = (target: string, overrides: Partial<RetractionEvent> = {}): RetractionEvent => ({
  major: 1,
  source: 'DCSA:MAEU',
  eventId: `retract-${target}`,
  operation: 'RETRACT',
  retractsEventId: target,
  publishedTime: T0,
  ...overrides,
});

/** The same bytes and the same picture: what "the same state" means. */
export function expectSameState(a: EntrySet, b: EntrySet): void {
  expect(pack(a).toString('hex')).toBe(pack(b).toString('hex'));
  // As text: the same members in the same order, and a hundredth of the cost of a deep comparison that passes.
  expect(JSON.stringify(viewOf(a, NOW))).toBe(JSON.stringify(viewOf(b, NOW)));
}

export const view = (...list: ShipmentEvent[]): ReturnType<typeof viewOf> => viewOf(fold(list), NOW);
