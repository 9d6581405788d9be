import fc from 'fast-check';
import { LIVE_CONTEXT } from '../../../domain/delay/index.ts';
import { emptyCounts, MOST_CARRIERS, addShipment, delayMinutesAt, SLOT_MS, withFewCarriers } from '../../../domain/region/counts.ts';
import type { RegionCounts, Tally } from '../../../domain/region/counts.ts';
import { regionOfPlace } from '../../../domain/region/index.ts';
import { derive, entriesOf, joinItems } from '../../../domain/shipment/index.ts';
import { AwsError } from '../../../lambdas/_shared/aws/aws-error.ts';
import { stringOf } from '../../../lambdas/_shared/marshall.ts';
import { storeCounts } from '../../../lambdas/count-regions/counts-store.ts';
import { createHandler } from '../../../lambdas/count-regions/create-handler.ts';
import { scanShipments } from '../../../lambdas/count-regions/scan-shipments.ts';
import { entriesIn } from '../../../lambdas/track-shipments/stored-shipment.ts';
import { statedDelay } from '../../../lambdas/track-shipments/shipment-items.ts';
import { createFakeAws, throttled } from '../track-shipments/fake-aws.ts';
import type { FakeAws } from '../track-shipments/fake-aws.ts';
import { createTracker, DAY, HORIZON_MS, NOW, TABLE, wireEvent } from '../track-shipments/tracker.ts';
import type { WireEvent } from '../track-shipments/tracker.ts';

const COUNTS = 'waybill-test-region-counts';
const MINUTE = 60_000;

const countAt = (aws: FakeAws, now: number, lines: string[] = []): Promise<void> =>
  createHandler({
    scanShipments: (time, take) => scanShipments({ aws, table: TABLE, now: time, horizonMs: HORIZON_MS }, take),
    addVehicles: () => Promise.resolve(),
    store: (counts) => storeCounts({ aws, table: COUNTS }, counts),
    metricNamespace: 'Waybill/test',
    print: (line) => void lines.push(line),
    now: () => now,
  })();

const storedCounts = (aws: FakeAws): RegionCounts => {
  const row = aws.items(COUNTS).find(({ pk }) => stringOf(pk) === 'current');
  return JSON.parse(stringOf(row?.['counts']) ?? '{}') as RegionCounts;
};

/** The same from first principles: each shipment derived from its entries, sums by filters over a list. */
function recount(aws: FakeAws, now: number): Record<string, { active: number; delayed: number; exceptions: number; delayMinutes: number; statuses: Record<string, number>; carriers: Record<string, number> }> {
  const mains = aws.items(TABLE).filter(({ sk }) => stringOf(sk) === 'S');
  const shipments = mains.map((item) => ({ item, view: derive(joinItems({ main: entriesIn(item), pages: new Map() }), now, LIVE_CONTEXT), count: entriesOf(entriesIn(item)).length })).filter(({ count }) => count > 0);
  const regionOf = ({ view }: (typeof shipments)[number]): string => regionOfPlace(view.lastPlace === '' ? (view.order?.origin ?? '') : view.lastPlace);
  const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0);
  return Object.fromEntries([...new Set(shipments.map(regionOf))].map((region) => {
    const own = shipments.filter((one) => regionOf(one) === region);
    const active = own.filter(({ view }) => !['DELIVERED', 'RETURNED', 'CANCELLED', 'LOST'].includes(view.status));
    const delayed = active.filter(({ view }) => view.flags.includes('DELAYED'));
    const names = (list: readonly string[]): Record<string, number> => Object.fromEntries([...new Set(list)].map((name) => [name, list.filter((one) => one === name).length]));
    return [region, {
      active: active.length,
      delayed: delayed.length,
      exceptions: active.filter(({ view }) => view.flags.some((flag) => ['EXCEPTION', 'CUSTOMS_HOLD', 'SENSOR_ALARM'].includes(flag))).length,
      delayMinutes: Math.round(sum(delayed.map(({ view }) => Math.max(view.delay, statedDelay(view)))) / MINUTE),
      statuses: names(own.map(({ view }) => view.status)),
      carriers: names(active.map(({ view }) => view.lastEvent?.source.split(':').at(-1) ?? 'unknown')),
    }];
  }));
}

const shown = ({ countedAt, regions }: RegionCounts): ReturnType<typeof recount> =>
  Object.fromEntries(Object.entries(regions).map(([region, { total, carriers, statuses }]) => [region, {
    active: total.active, delayed: total.delayed, exceptions: total.exceptions, delayMinutes: delayMinutesAt(total, { now: countedAt, countedAt }), statuses, carriers: Object.fromEntries(Object.entries(carriers).map(([carrier, { active }]) => [carrier, active])),
  }]));

const eventArb = fc.record({
  shipmentId: fc.integer({ min: 1, max: 12 }).map((index) => `SHP-${index}`),
  eventId: fc.integer({ min: 1, max: 60 }).map((index) => `E-${index}`),
  source: fc.constantFrom('DCSA:MAEU', 'IATA:DHLA', 'X12_214:FDEG'),
  eventType: fc.constantFrom('BOOKED', 'DEPARTED', 'ARRIVED', 'DELIVERED', 'CUSTOMS_HOLD', 'DAMAGED', 'CANCELLED', 'UNKNOWN'),
  eventClassifier: fc.constantFrom('ACTUAL', 'PLANNED', 'ESTIMATED'),
  // Whole minutes: the item states its delay in minutes.
  eventTime: fc.integer({ min: -4_000, max: 4_000 }).map((minutes) => new Date(NOW + minutes * MINUTE).toISOString()),
  location: fc.constantFrom({ unLocode: 'NLRTM' }, { unLocode: 'USCHI' }, { unLocode: 'XXXXX' }, undefined),
  order: fc.constantFrom({ customerId: 'C', originUnLocode: 'DEHAM' }, undefined),
});
const retraction = fc.record({ shipmentId: fc.constantFrom('SHP-1', 'SHP-2', 'SHP-99'), retracts: fc.integer({ min: 1, max: 60 }) }).map(
  ({ shipmentId, retracts }) => ({ schemaVersion: '1.0', eventId: `R-${retracts}`, source: 'DCSA:MAEU', shipmentId, operation: 'RETRACT', retractsEventId: `E-${retracts}`, publishedTime: '2026-11-20T10:30:00Z' }),
);

describe('the numbers of the regions', () => {
  it('equal a recount from every entry, whatever came in whatever order, twice, in whatever batches', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.oneof({ weight: 9, arbitrary: eventArb.map((one) => wireEvent(one as WireEvent)) }, retraction), { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 20 }), async (events, size) => {
      const aws = createFakeAws();
      aws.pageSize = 3;
      const tracker = createTracker(aws);
      for (let at = 0; at < events.length; at += size) await tracker.send(...events.slice(at, at + size), ...events.slice(at, at + 1));
      await countAt(aws, NOW);
      expect(shown(storedCounts(aws))).toEqual(recount(aws, NOW));
    }), { numRuns: 120 });
  });

  it('do not depend on the order in which shipments are read', () => {
    const shipment = fc.record({ region: fc.constantFrom('a', 'b'), carrier: fc.constantFrom('x', 'y'), status: fc.constantFrom('BOOKED', 'DELIVERED', 'IN_TRANSIT'), flags: fc.subarray(['DELAYED', 'EXCEPTION', 'OVERDUE']), statedMinutes: fc.nat(1_000), planned: fc.option(fc.integer({ min: NOW - 9 * DAY, max: NOW + DAY }), { nil: undefined }) });
    fc.assert(fc.property(fc.array(shipment).chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))), ([list, shuffled]) => {
      const [a, b] = [emptyCounts(NOW), emptyCounts(NOW)];
      for (const one of list) addShipment(a, one);
      for (const one of shuffled) addShipment(b, one);
      expect(b).toEqual(a);
    }));
  });

  it('grow in delay with the clock, without a count', async () => {
    const aws = createFakeAws();
    const plan = (shipmentId: string, hours: number): WireEvent => wireEvent({ shipmentId, eventId: 'P', eventType: 'ARRIVED', eventClassifier: 'PLANNED', eventTime: new Date(NOW - hours * 60 * MINUTE).toISOString() });
    const estimate = wireEvent({ shipmentId: 'C', eventId: 'X', eventType: 'ARRIVED', eventClassifier: 'ESTIMATED', eventTime: new Date(NOW + 10 * 60 * MINUTE).toISOString() });
    await createTracker(aws).send(plan('A', 3), plan('B', 5), plan('C', 2), estimate);
    await countAt(aws, NOW);
    const { total } = storedCounts(aws).regions['unknown'] as { total: Tally };
    // Of three one is late by its own estimate, which the clock does not move.
    expect(total).toMatchObject({ delayed: 3, growing: 2 });
    expect(delayMinutesAt(total, { now: NOW, countedAt: NOW })).toBe((3 + 5 + 12) * 60);
    expect(delayMinutesAt(total, { now: NOW + 30 * MINUTE, countedAt: NOW })).toBe((3 + 5 + 12) * 60 + 2 * 30);
  });

  it('leave out what has expired', async () => {
    const aws = createFakeAws();
    await createTracker(aws).send(wireEvent({ eventId: 'E' }));
    await countAt(aws, NOW + 91 * DAY);
    expect(storedCounts(aws).regions).toEqual({});
  });

  it('name at most fifty carriers, and lose none of their shipments', () => {
    const counts = emptyCounts(NOW);
    for (let index = 0; index < 120; index += 1) addShipment(counts, { region: 'a', carrier: `C-${index}`, status: 'BOOKED', flags: [], statedMinutes: 0, planned: undefined });
    const { carriers } = withFewCarriers(counts.regions['a'] as NonNullable<(typeof counts.regions)['a']>);
    expect(Object.keys(carriers).length).toBe(MOST_CARRIERS + 1);
    expect(Object.values(carriers).reduce((sum, { active }) => sum + active, 0)).toBe(120);
  });
});

describe('what is written', () => {
  const history = (aws: FakeAws): string[] => aws.items(COUNTS).filter(({ pk }) => stringOf(pk) === 'history').map(({ sk }) => stringOf(sk) ?? '');
  const world = async (): Promise<FakeAws> => {
    const aws = createFakeAws();
    await createTracker(aws).send(wireEvent({ eventId: 'E' }));
    return aws;
  };

  it('is the last count, and one row per five minutes that goes after 48 hours', async () => {
    const aws = await world();
    const start = Math.floor(NOW / SLOT_MS) * SLOT_MS;
    for (const minutes of [0, 1, 4, 5, 11]) await countAt(aws, start + minutes * MINUTE);
    expect(history(aws)).toEqual([0, 5, 10].map((minutes) => new Date(start + minutes * MINUTE).toISOString()));
    expect(aws.items(COUNTS).find(({ sk }) => stringOf(sk) === new Date(start).toISOString())).toMatchObject({ counts: { S: '{"benelux":[1,0,0,0]}' }, countedAt: { N: String(start + 4 * MINUTE) }, expiresAt: { N: String(start / 1000 + 4 * 60 + 48 * 3_600) } });
    expect(storedCounts(aws).countedAt).toBe(start + 11 * MINUTE);
  });

  it('does not go back when a run is late or comes twice', async () => {
    const aws = await world();
    await countAt(aws, NOW + MINUTE);
    const before = JSON.stringify(aws.items(COUNTS));
    for (const time of [NOW + MINUTE, NOW]) await countAt(aws, time);
    expect(JSON.stringify(aws.items(COUNTS))).toBe(before);
  });

  it.each(['Scan', 'PutItem', 'lost answer'])('is whole after a run that failed at %s, once the next one has run', async (failing) => {
    const aws = await world();
    let calls = 0;
    const fails = ({ operation }: { operation: string }): void => {
      if (operation === (failing === 'lost answer' ? 'PutItem' : failing) && (calls += 1) === 2) throw throttled(operation);
    };
    aws.hooks = failing === 'lost answer' ? { after: fails } : { before: fails };
    await expect(countAt(aws, NOW)).rejects.toThrow(AwsError);
    aws.hooks = {};
    await countAt(aws, NOW + MINUTE);
    expect(shown(storedCounts(aws))).toEqual(recount(aws, NOW + MINUTE));
    expect(history(aws).length).toBe(1);
  });

  it('says what it read and what that cost', async () => {
    const lines: string[] = [];
    await countAt(await world(), NOW, lines);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ ShipmentsCounted: 1, CountReadUnits: 2, CountDuration: 0 });
  });
});
