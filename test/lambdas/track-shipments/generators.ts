import fc from 'fast-check';
import { throttled, lostAnswer } from './fake-aws.ts';
import type { FakeCall, FakeHooks } from './fake-aws.ts';
import { Crash } from './event-source.ts';
import { NOW, wireEvent } from './tracker.ts';
import type { WireEvent } from './tracker.ts';

const minutesAgo = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();

const statement = fc.record({
  shipmentId: fc.constantFrom('SHP-1', 'SHP-2', 'SHP-3'),
  eventId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  source: fc.constantFrom('DCSA:MAEU', 'X12_214:FDEG'),
  eventType: fc.constantFrom('BOOKED', 'DEPARTED', 'ARRIVED', 'DELIVERED', 'CUSTOMS_HOLD', 'CUSTOMS_RELEASED'),
  eventClassifier: fc.constantFrom('ACTUAL', 'ACTUAL', 'PLANNED', 'ESTIMATED'),
  eventTime: fc.integer({ min: -600, max: 20_000 }).map(minutesAgo),
  publishedTime: fc.integer({ min: 0, max: 5 }).map((step) => minutesAgo(step * 10)),
  location: fc.constantFrom({ unLocode: 'NLRTM' }, { unLocode: 'USCHI' }, {}),
  correctsEventId: fc.option(fc.constantFrom('a', 'b', 'x'), { nil: undefined, freq: 6 }),
  reason: fc.option(fc.constantFrom({ text: 'storm' }, { text: 'strike', code: 'OTHER' }, { raw: 'AO' }), { nil: undefined, freq: 2 }),
  order: fc.option(fc.constantFrom({ customerId: 'C-1', priority: 1 }, { customerId: 'C-2', destinationUnLocode: 'USCHI' }), { nil: undefined, freq: 2 }),
});

const retraction = fc.record({
  shipmentId: fc.constantFrom('SHP-1', 'SHP-2', 'SHP-3'),
  eventId: fc.constantFrom('r1', 'r2'),
  source: fc.constantFrom('DCSA:MAEU', 'X12_214:FDEG'),
  operation: fc.constant('RETRACT'),
  retractsEventId: fc.constantFrom('a', 'b', 'c'),
  publishedTime: fc.integer({ min: 0, max: 5 }).map((step) => minutesAgo(step * 10)),
});

/** Events of three shipments with few ids, so that repeats, conflicts, corrections and retractions meet. */
export const wireEvents: fc.Arbitrary<WireEvent[]> = fc.array(
  fc.oneof({ arbitrary: statement.map((fields) => wireEvent(fields)), weight: 6 }, { arbitrary: retraction.map((fields) => ({ schemaVersion: '1.0', ...fields })), weight: 1 }),
  { minLength: 1, maxLength: 24 },
);

/** The same events in any order, some of them more than once. */
export const delivered = (events: readonly WireEvent[]): fc.Arbitrary<WireEvent[]> =>
  fc
    .array(fc.integer({ min: 0, max: events.length - 1 }), { maxLength: 8 })
    .chain((again) => fc.shuffledSubarray([...events, ...again.map((index) => events[index] ?? {})], { minLength: events.length + again.length }));

export const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });

export type Fault = 'none' | 'refused' | 'lost' | 'crash before' | 'crash after' | 'statement refused';

/** Faults by call, in order; when they are used up the world is well. */
export const faults: fc.Arbitrary<Fault[]> = fc.array(fc.constantFrom<Fault>('none', 'none', 'none', 'refused', 'lost', 'crash before', 'crash after', 'statement refused'), { maxLength: 40 });

/** Hooks that play the faults, and let concurrent writers take turns as `turns` says. */
export function faultyHooks(plan: readonly Fault[], { turns = [0], stale = [] }: { turns?: readonly number[]; stale?: readonly boolean[] } = {}): FakeHooks {
  const open = [...plan];
  const views = [...stale];
  let current: Fault = 'none';
  return {
    before: async (call: FakeCall) => {
      for (let turn = turns[call.number % turns.length] ?? 0; turn > 0; turn -= 1) await Promise.resolve();
      current = open.shift() ?? 'none';
      if (current === 'crash before') throw new Crash();
      if (current === 'refused') throw throttled(call.operation);
    },
    after: (call: FakeCall) => {
      const fault = current;
      current = 'none';
      if (fault === 'crash after') throw new Crash();
      if (fault === 'lost') throw lostAnswer(call.operation);
    },
    refuse: () => {
      if (current !== 'statement refused') return undefined;
      current = 'none';
      return 'ThrottlingError';
    },
    stale: () => views.shift() ?? false,
  };
}
