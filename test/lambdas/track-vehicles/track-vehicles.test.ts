import type { FakeAws } from '../track-shipments/fake-aws.ts';
import { createFakeAws, lostAnswer, throttled } from '../track-shipments/fake-aws.ts';
import { skipKeys } from '../../../contracts/ledger-keys.ts';
import { contract } from '../../../contracts/generated/vehicle-position/runtime.ts';
import { B, bytesOf, numberOf, S, stringOf } from '../../../lambdas/_shared/marshall.ts';
import { aboardOf, at, createTracker, HOUR, KEPT_MS, kinesisEvent, LEDGER, NOW, SHARD, TABLE, trailsOf, vehiclesOf, wireFix } from './tracker.ts';

const newest = (aws: FakeAws, id = 'TRK-0101'): { time: number; lat: number } | undefined => {
  const found = vehiclesOf(aws).get(id)?.newest;
  return found && { time: (found.eventTime - NOW) / 1_000, lat: found.lat / 100_000 };
};
const pageItems = (aws: FakeAws) => aws.items(TABLE).filter((item) => stringOf(item['sk']) === 'P');

describe('a batch of positions', () => {
  it('leaves of each vehicle the newest fix, its trail and what is aboard', async () => {
    const aws = createFakeAws();
    const answer = await createTracker(aws).send(wireFix({ eventTime: at(-70), shipmentIds: ['SHP-1'] }), wireFix({ lat: 52.2, shipmentIds: ['SHP-2', 'SHP-1'] }), wireFix({ vehicleId: 'TRK-0102', lat: -33 }));
    expect(answer).toEqual({ batchItemFailures: [] });
    expect([newest(aws), newest(aws, 'TRK-0102')]).toEqual([{ time: -10, lat: 52.2 }, { time: -10, lat: -33 }]);
    expect(aboardOf(aws, 'TRK-0101')).toEqual(['SHP-1', 'SHP-2']);
    expect([...trailsOf(aws).values()].flatMap((trail) => trail.get('TRK-0101')?.map(({ second }) => second) ?? [])).toEqual([230, 290]);
  });

  it('that is older than what is known moves nothing back, and is on the trail', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    await tracker.send(wireFix());
    await tracker.send(wireFix({ eventTime: at(-600), lat: 51 }));
    expect(newest(aws)).toEqual({ time: -10, lat: 52.1 });
    expect([...trailsOf(aws).keys()].length).toBe(2);
  });

  it('of clocks ahead or from long ago goes to the lake only, and is counted', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    await tracker.send(wireFix({ eventTime: at(301) }), wireFix({ eventTime: new Date(NOW - KEPT_MS - 1).toISOString() }), wireFix({ eventTime: at(-100), deviceTime: at(0) }));
    expect(newest(aws)).toEqual({ time: -100, lat: 52.1 });
    expect(tracker.metrics()).toMatchObject({ FixesFolded: 1, FixesFuture: 1, FixesTooOld: 1, FixesStale: 1, Teleports: 0 });
  });

  it('counts what jumps, within a batch and after one', async () => {
    const tracker = createTracker(createFakeAws());
    await tracker.send(wireFix({ eventTime: at(-30) }), wireFix({ eventTime: at(-20), lat: 53 }));
    expect(tracker.metrics()).toMatchObject({ Teleports: 1 });
    await tracker.send(wireFix({ eventTime: at(-10), lat: 54 }));
    expect(tracker.metrics()).toMatchObject({ Teleports: 1 });
  });

  it('with bad records takes the good ones; what does not exist in the contract never stops it', async () => {
    const aws = createFakeAws();
    expect(await createTracker(aws).send('no JSON', wireFix({ lat: 91 }), 'WBM1{}', wireFix())).toEqual({ batchItemFailures: [] });
    expect(vehiclesOf(aws).size).toBe(1);
  });

  it('that brings nothing new writes nothing, also when another instance gets it', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    const batch = [wireFix({ shipmentIds: ['SHP-1'] }), wireFix({ vehicleId: 'TRK-0102' })];
    await tracker.send(...batch);
    const before = JSON.stringify(aws.items(TABLE));
    const statements = aws.calls.filter(({ operation }) => operation === 'BatchExecuteStatement').length;
    await tracker.send(...batch);
    await createTracker(aws).send(...batch);
    expect(aws.calls.filter(({ operation }) => operation === 'BatchExecuteStatement').length).toBe(statements);
    expect(JSON.stringify(aws.items(TABLE))).toBe(before);
  });

  it('writes without reading once the pages are known', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    await tracker.send(wireFix({ eventTime: at(-50) }));
    const reads = aws.calls.filter(({ operation }) => operation === 'BatchGetItem').length;
    await tracker.send(wireFix({ eventTime: at(-20) }));
    expect(newest(aws)?.time).toBe(-20);
    expect(aws.calls.filter(({ operation }) => operation === 'BatchGetItem').length).toBe(reads);
  });

  it('moves the freshness of the stream, and a progress row that cannot move holds nothing', async () => {
    const aws = createFakeAws();
    await createTracker(aws).send(wireFix());
    expect(stringOf(aws.items(LEDGER)[0]?.['pk'])).toBe('folded#vehicle-position');
    aws.hooks = { before: ({ operation, input }) => { if (operation === 'GetItem' && JSON.stringify(input).includes('folded#')) throw throttled(operation); } };
    expect(await createTracker(aws).send(wireFix({ eventTime: at(-5) }))).toEqual({ batchItemFailures: [] });
    expect(newest(aws)?.time).toBe(-5);
  });

  it('of one record that is on the skip list is passed over', async () => {
    const aws = createFakeAws();
    const { pk, sk } = skipKeys(contract.descriptor.name, SHARD, '1');
    aws.put(LEDGER, { pk: S(pk), sk: S(sk) });
    expect(await createTracker(aws).send(wireFix())).toEqual({ batchItemFailures: [] });
    expect(vehiclesOf(aws).size).toBe(0);
  });
});

describe('two writers', () => {
  it('lose no fix and move none back: whoever comes second reads again and joins', async () => {
    const aws = createFakeAws();
    const [a, b] = [createTracker(aws), createTracker(aws)];
    await a.send(wireFix({ eventTime: at(-60) }));
    await b.send(wireFix({ eventTime: at(-50) }), wireFix({ vehicleId: 'TRK-0102', eventTime: at(-50) }));
    // What `a` remembers is old now: its condition fails. And a read that may be stale would show it the same again.
    aws.hooks = { stale: () => true };
    await a.send(wireFix({ eventTime: at(-55) }), wireFix({ vehicleId: 'TRK-0103', eventTime: at(-40) }));
    expect(newest(aws)?.time).toBe(-50);
    expect([...vehiclesOf(aws).keys()].sort()).toEqual(['TRK-0101', 'TRK-0102', 'TRK-0103']);
    await Promise.all([a.send(wireFix({ eventTime: at(-30) })), b.send(wireFix({ eventTime: at(-31) }), wireFix({ vehicleId: 'TRK-0102', eventTime: at(-20) }))]);
    expect([newest(aws)?.time, newest(aws, 'TRK-0102')?.time]).toEqual([-30, -20]);
  });

  it('that never let go are handed back to the stream', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws, { rounds: 3 });
    await tracker.send(wireFix({ eventTime: at(-60) }));
    aws.hooks = { refuse: ({ sk }) => (sk === 'P' ? 'ConditionalCheckFailed' : undefined) };
    expect(await tracker.send(wireFix({ vehicleId: 'X' }), wireFix())).toEqual({ batchItemFailures: [{ itemIdentifier: expect.stringMatching(/^[12]$/) as string }] });
    aws.hooks = {};
    expect(await tracker.send(wireFix())).toEqual({ batchItemFailures: [] });
    expect(newest(aws)?.time).toBe(-10);
  });
});

describe('a shard that was split', () => {
  it('leaves old pages behind; readers take the newest over all, and the old ones expire', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    await tracker.handle(kinesisEvent([{ fix: wireFix({ eventTime: at(-100) }) }], { shard: 'shardId-000000000000' }));
    await tracker.handle(kinesisEvent([{ fix: wireFix({ eventTime: at(-40) }) }], { shard: 'shardId-000000000001' }));
    // The last batch of the parent comes again.
    await createTracker(aws).handle(kinesisEvent([{ fix: wireFix({ eventTime: at(-90) }) }], { shard: 'shardId-000000000000' }));
    expect(newest(aws)?.time).toBe(-40);
    expect(pageItems(aws).map((item) => (numberOf(item['expiresAt']) ?? 0) * 1_000 - NOW - KEPT_MS)).toEqual([-90_000, -40_000]);
    expect(aws.items(TABLE).filter((item) => stringOf(item['pk']) === 'shards').map((item) => stringOf(item['sk']))).toEqual(['shardId-000000000000#3', 'shardId-000000000001#3']);
  });
});

describe('a kill', () => {
  const batch = [wireFix({ eventTime: at(-20), shipmentIds: ['SHP-9'] }), wireFix({ vehicleId: 'TRK-0102', lat: -33, eventTime: at(-400) }), wireFix({ vehicleId: 'TRK-0103' })];

  it('at any call, before or after its effect, loses nothing once the batch has come again', async () => {
    const reference = createFakeAws();
    await createTracker(reference).send(...batch);
    const calls = reference.calls.length;
    expect(calls).toBeGreaterThan(4);
    for (const when of ['before', 'after'] as const) {
      for (let number = 1; number <= calls; number += 1) {
        const aws = createFakeAws();
        aws.hooks = { [when]: (call: { number: number }) => { if (call.number === number) throw new Error('killed'); } };
        await createTracker(aws).send(...batch).catch(() => undefined);
        aws.hooks = {};
        expect(await createTracker(aws).send(...batch)).toEqual({ batchItemFailures: [] });
        expect([vehiclesOf(aws), trailsOf(aws), aboardOf(aws, 'TRK-0101')]).toEqual([vehiclesOf(reference), trailsOf(reference), ['SHP-9']]);
      }
    }
  });

  it('of an answer to a write is no loss: the write is seen, and nothing is written twice', async () => {
    const aws = createFakeAws();
    let lost = 0;
    aws.hooks = { after: ({ operation }) => { if (operation === 'BatchExecuteStatement' && lost++ === 0) throw lostAnswer(operation); } };
    expect(await createTracker(aws).send(...batch)).toEqual({ batchItemFailures: [] });
    expect(vehiclesOf(aws).size).toBe(3);
  });
});

describe('what must not be touched', () => {
  it('a page of a newer format holds its vehicles, and only them', async () => {
    const aws = createFakeAws();
    await createTracker(aws).send(wireFix({ eventTime: at(-60) }), wireFix({ vehicleId: 'TRK-0102', eventTime: at(-60) }));
    const page = pageItems(aws).find((item) => bytesOf(item['data'])?.includes('TRK-0101') === true) ?? {};
    aws.put(TABLE, { ...page, data: B(Buffer.from([9, 1, 2, 3])) });
    const tracker = createTracker(aws);
    expect(await tracker.send(wireFix({ vehicleId: 'TRK-0102', eventTime: at(-30) }), wireFix({ eventTime: at(-30) }))).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    expect(bytesOf(aws.items(TABLE).find((item) => item['pk'] !== undefined && stringOf(item['pk']) === stringOf(page['pk']) && stringOf(item['sk']) === 'P')?.['data'])).toEqual(Buffer.from([9, 1, 2, 3]));
    expect(tracker.metrics()).toMatchObject({ NewerFormatHeld: 1 });
  });

  it('a table that refuses holds the checkpoint after two rounds, and the batch is whole when it comes again', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    aws.hooks = { before: ({ operation }) => { if (operation === 'BatchExecuteStatement') throw throttled(operation); } };
    expect(await tracker.send(wireFix())).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    expect(aws.calls.filter(({ operation }) => operation === 'BatchExecuteStatement').length).toBe(2);
    aws.hooks = {};
    await tracker.send(wireFix());
    expect(newest(aws)?.time).toBe(-10);
  });
});

describe('time', () => {
  it('takes silent vehicles off the page when it is written for another, and pages and trails expire', async () => {
    const aws = createFakeAws();
    let now = NOW;
    const tracker = createTracker(aws, { now: () => now, buckets: 1 });
    await tracker.send(wireFix());
    now += KEPT_MS + HOUR;
    await tracker.handle(kinesisEvent([{ fix: wireFix({ vehicleId: 'TRK-0102', eventTime: new Date(now).toISOString() }), arrivalTime: now }]));
    expect([...vehiclesOf(aws).keys()]).toEqual(['TRK-0102']);
    const trail = aws.items(TABLE).find((item) => stringOf(item['sk'])?.startsWith('T#') === true) ?? {};
    expect((numberOf(trail['expiresAt']) ?? 0) * 1_000 - NOW).toBe(2 * HOUR);
  });

  it('a page that expired while it was remembered is made anew', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws, { buckets: 1 });
    await tracker.send(wireFix({ eventTime: at(-60) }));
    aws.remove(TABLE, { pk: `${SHARD}#0`, sk: 'P' });
    await tracker.send(wireFix({ eventTime: at(-30) }));
    expect(newest(aws)?.time).toBe(-30);
  });

  it('sets aboard are written when they change, and again before their item expires', async () => {
    const aws = createFakeAws();
    let now = NOW;
    const tracker = createTracker(aws, { now: () => now, buckets: 1 });
    const versions = async (seconds: number, shipmentIds: string[]): Promise<number | undefined> => {
      now = NOW + seconds * 1_000;
      await tracker.handle(kinesisEvent([{ fix: wireFix({ eventTime: new Date(now).toISOString(), shipmentIds }), arrivalTime: now }]));
      return numberOf(aws.items(TABLE).find((item) => stringOf(item['sk']) === 'A')?.['version']);
    };
    const first = await versions(0, ['SHP-1']);
    expect(await versions(10, ['SHP-1'])).toBe(first);
    expect(await versions(20, ['SHP-2'])).toBe((first ?? 0) + 1);
    expect(await versions(40, ['SHP-1'])).toBe((first ?? 0) + 1);
    expect(aboardOf(aws, 'TRK-0101')).toEqual(['SHP-1']);
    expect(await versions((14.5 * KEPT_MS) / 1_000, ['SHP-1'])).toBe((first ?? 0) + 2);
  });
});
