import fc from 'fast-check';
import { packPage, packTrail } from '../../../domain/vehicle/index.ts';
import { createFakeAws } from '../track-shipments/fake-aws.ts';
import { Crash, readShard } from '../track-shipments/event-source.ts';
import { aboardOf, at, createTracker, trailsOf, vehiclesOf, wireFix } from './tracker.ts';
import type { Tracker, WireFix } from './tracker.ts';

const fixes: fc.Arbitrary<WireFix> = fc
  .record({ vehicle: fc.integer({ min: 1, max: 4 }), second: fc.integer({ min: -30, max: 0 }), lat: fc.constantFrom(52.1, 52.2), cargo: fc.constantFrom([], ['SHP-1'], ['SHP-1', 'SHP-2']) })
  .map(({ vehicle, second, lat, cargo }) => wireFix({ vehicleId: `TRK-${vehicle}`, eventTime: at(second * 10), lat, shipmentIds: cargo }));

const stateOf = (aws: ReturnType<typeof createFakeAws>): unknown => ({
  page: packPage(vehiclesOf(aws)).toString('hex'),
  trails: [...trailsOf(aws)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, trail]) => [key, packTrail(trail).toString('hex')]),
  aboard: [1, 2, 3, 4].map((vehicle) => aboardOf(aws, `TRK-${vehicle}`)),
});

describe('any order, any repeats, any writers, kills and stale reads', () => {
  it('leave the state of one ordered pass', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fixes, { minLength: 1, maxLength: 20 }), fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 }), fc.infiniteStream(fc.nat({ max: 11 })), fc.infiniteStream(fc.boolean()), async (list, cuts, chance, stale) => {
        const ordered = createFakeAws();
        await createTracker(ordered).send(...list.toSorted((a, b) => (String(a['eventTime']) < String(b['eventTime']) ? -1 : 1)));

        const aws = createFakeAws();
        let faults = 6;
        const strike = (): void => {
          if (faults > 0 && chance.next().value === 0) {
            faults -= 1;
            throw new Crash('killed');
          }
        };
        aws.hooks = { before: strike, after: strike, stale: () => stale.next().value === true };
        const writers: Tracker[] = [createTracker(aws, { rounds: 40 }), createTracker(aws, { rounds: 40 })];
        const turns: Pick<Tracker, 'handle'> = { handle: (event) => (writers[chance.next().value % 2] ?? writers[0] ?? createTracker(aws)).handle(event) };
        await Promise.all([readShard(turns, list.map((event) => ({ event })), cuts), readShard(turns, list.map((event) => ({ event })), cuts)]);
        expect(stateOf(aws)).toEqual(stateOf(ordered));
      }),
      { numRuns: 60 },
    );
  });
});
