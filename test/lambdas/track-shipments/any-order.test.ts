import fc from 'fast-check';
import { EMPTY, fold, fromContract, OVERFLOW_LIMITS, pack } from '../../../domain/shipment/index.ts';
import type { ContractShipmentEvent } from '../../../domain/shipment/index.ts';
import { createFakeAws } from './fake-aws.ts';
import type { FakeAws } from './fake-aws.ts';
import { readShard } from './event-source.ts';
import { cuts, delivered, faults, faultyHooks, wireEvents } from './generators.ts';
import { attributesOf, tableStates, visibleTexts } from './table-view.ts';
import { createTracker } from './tracker.ts';
import type { TrackerOptions, WireEvent } from './tracker.ts';

const numRuns = Number(process.env['RUNS'] ?? 100);
const LIMITS = { ...OVERFLOW_LIMITS, mainEntries: 3, chunkEntries: 2, mainTombs: 1 };
const IDS = ['SHP-1', 'SHP-2', 'SHP-3'];

/** One ordered pass of the pure fold: what every run must come to. */
function orderedPass(events: readonly WireEvent[]): Map<string, string> {
  const groups = Map.groupBy(events, (event) => String(event['shipmentId']));
  const states = [...groups].map(([id, group]): [string, string] => {
    const known = group.map((event) => fromContract(event as unknown as ContractShipmentEvent, 1)).filter((event) => event !== undefined);
    return [id, pack(fold(known, EMPTY)).toString('hex')];
  });
  return new Map(states.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** All that readers can see beside the packed state. */
const seen = (aws: FakeAws): unknown => IDS.map((id) => [attributesOf(aws, id), visibleTexts(aws, id)]);

async function calmRun(events: readonly WireEvent[], options: TrackerOptions = {}): Promise<FakeAws> {
  const aws = createFakeAws();
  await createTracker(aws, options).send(...events);
  return aws;
}

const puts = (events: readonly WireEvent[]): { event: WireEvent }[] => events.map((event) => ({ event }));

describe('the state after any delivery', () => {
  it('is that of one ordered pass, for any order, cut, repeat, refusal, lost answer, stale read and crash', async () => {
    const world = wireEvents.chain((events) => fc.record({ events: fc.constant(events), delivery: delivered(events), cuts, faults, stale: fc.array(fc.boolean(), { maxLength: 20 }) }));
    await fc.assert(
      fc.asyncProperty(world, async ({ events, delivery, cuts: sizes, faults: plan, stale }) => {
        const aws = createFakeAws();
        aws.hooks = faultyHooks(plan, { stale });
        await readShard(createTracker(aws), puts(delivery), sizes);
        expect(tableStates(aws)).toEqual(orderedPass(events));
        const calm = await calmRun(events);
        expect(seen(aws)).toEqual(seen(calm));
      }),
      { numRuns },
    );
  });

  it('is the same when two writers work on the same shipments at once', async () => {
    const world = wireEvents.chain((events) => fc.record({ events: fc.constant(events), first: delivered(events), second: delivered(events), cuts, faults, turns: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 30 }) }));
    await fc.assert(
      fc.asyncProperty(world, async ({ events, first, second, cuts: sizes, faults: plan, turns }) => {
        const aws = createFakeAws();
        aws.hooks = faultyHooks(plan, { turns });
        await Promise.all([readShard(createTracker(aws), puts(first), sizes), readShard(createTracker(aws), puts(second), [...sizes].reverse())]);
        expect(tableStates(aws)).toEqual(orderedPass(events));
      }),
      { numRuns },
    );
  });

  it('is the same when entries and retractions overflow into pages, with two writers, faults and crashes', async () => {
    const world = wireEvents.chain((events) => fc.record({ events: fc.constant(events), first: delivered(events), second: delivered(events), cuts, faults, turns: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 30 }), stale: fc.array(fc.boolean(), { maxLength: 20 }) }));
    await fc.assert(
      fc.asyncProperty(world, async ({ events, first, second, cuts: sizes, faults: plan, turns, stale }) => {
        const aws = createFakeAws();
        aws.hooks = faultyHooks(plan, { turns, stale });
        const options = { limits: LIMITS };
        await Promise.all([readShard(createTracker(aws, options), puts(first), sizes), readShard(createTracker(aws, options), puts(second), [...sizes].reverse())]);
        expect(tableStates(aws)).toEqual(orderedPass(events));
      }),
      { numRuns },
    );
  });

  it('is left as it is by any repeat: no write call follows', async () => {
    const world = wireEvents.chain((events) => fc.record({ events: fc.constant(events), again: delivered(events) }));
    await fc.assert(
      fc.asyncProperty(world, async ({ events, again }) => {
        const aws = await calmRun(events);
        const writes = aws.writes('waybill-test-shipments');
        await createTracker(aws).send(...again);
        expect(aws.writes('waybill-test-shipments')).toBe(writes);
      }),
      { numRuns },
    );
  });
});
