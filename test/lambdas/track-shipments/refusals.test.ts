import { EMPTY, fold, pack } from '../../../domain/shipment/index.ts';
import { B, N, numberOf, S } from '../../../lambdas/_shared/marshall.ts';
import { noteKey } from '../../../lambdas/track-shipments/notes.ts';
import { createFakeAws, throttled } from './fake-aws.ts';
import type { FakeAws } from './fake-aws.ts';
import { attributesOf, itemsOf, setOf } from './table-view.ts';
import { BRONZE, createTracker, DAY, kinesisEvent, LEDGER, NOW, SHARD, TABLE, wireEvent } from './tracker.ts';

const MINUTE = 60_000;
const three = (arrivalTime = NOW) =>
  kinesisEvent([
    { event: wireEvent({ shipmentId: 'A' }), sequence: '11', arrivalTime },
    { event: wireEvent({ shipmentId: 'B' }), sequence: '12', arrivalTime },
    { event: wireEvent({ shipmentId: 'C' }), sequence: '13', arrivalTime },
  ]);

const refuseShipment = (aws: FakeAws, shipmentId: string, code = 'ThrottlingError'): void => {
  aws.hooks = { refuse: ({ pk }) => (pk === shipmentId ? code : undefined) };
};
const holdFrom = (sequence: string): object => ({ batchItemFailures: [{ itemIdentifier: sequence }] });
const done = { batchItemFailures: [] };

describe('a table that refuses', () => {
  it.each(['ThrottlingError', 'ProvisionedThroughputExceeded', 'InternalServerError', 'ValidationError', 'AccessDenied'])('holds the checkpoint at the first record of the shipment it refused with %s', async (code) => {
    const aws = createFakeAws();
    refuseShipment(aws, 'B', code);
    const tracker = createTracker(aws);
    expect(await tracker.handle(three())).toEqual(holdFrom('12'));
    expect(tracker.lines).toContainEqual(expect.objectContaining({ level: 'WARN', operation: 'BatchExecuteStatement', code }));
    expect([itemsOf(aws, 'A').length, itemsOf(aws, 'B').length, itemsOf(aws, 'C').length]).toEqual([1, 0, 1]);
    aws.hooks = {};
    expect(await tracker.handle(three())).toEqual(done);
    expect(itemsOf(aws, 'B').length).toBe(1);
    expect(tracker.metrics()).toMatchObject({ ShipmentsWritten: 1, ShipmentsUnchanged: 2 });
  });

  it('holds the whole batch when nothing can be read, after a bounded number of calls', async () => {
    const aws = createFakeAws();
    aws.hooks = { before: ({ operation }) => { throw throttled(operation); } };
    expect(await createTracker(aws).handle(three())).toEqual(holdFrom('11'));
    expect(aws.calls.length).toBeLessThanOrEqual(4);
  });

  it('does not move the progress row past what it holds', async () => {
    const aws = createFakeAws();
    refuseShipment(aws, 'C');
    await createTracker(aws).handle(three());
    expect(aws.items(LEDGER)).toEqual([]);
  });

  it('does not hold a batch whose state is written when only the progress row is refused', async () => {
    const aws = createFakeAws();
    aws.hooks = { before: ({ operation, input }) => { if (JSON.stringify(input).includes(LEDGER)) throw throttled(operation); } };
    expect(await createTracker(aws).handle(three())).toEqual(done);
  });
});

describe('a shipment that others keep writing', () => {
  /** Before each write of this function somebody else writes the shipment. */
  const rival = (aws: FakeAws, times: number): void => {
    let left = times;
    aws.hooks = {
      before: ({ operation }) => {
        if (operation !== 'BatchExecuteStatement' || left === 0) return;
        left -= 1;
        const [item] = itemsOf(aws, 'B');
        aws.put(TABLE, { ...(item ?? { pk: S('B'), sk: S('S'), entries: B(pack(EMPTY)), expiresAt: N(NOW) }), version: N((numberOf(item?.['version']) ?? 0) + 1) });
      },
    };
  };

  it('is read again and written when the others let go', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    await tracker.send(wireEvent({ shipmentId: 'B', eventId: 'first' }));
    rival(aws, 2);
    expect(await tracker.handle(three())).toEqual(done);
    expect(tracker.metrics()).toMatchObject({ WriteConflicts: 2, ShipmentsWritten: 3 });
  });

  it('is read consistently after a failed condition, else a stale image would fail for ever', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    await tracker.send(wireEvent({ eventId: 'first' }));
    await tracker.send(wireEvent({ eventId: 'second' }));
    aws.hooks = { stale: () => true };
    expect(await tracker.send(wireEvent({ eventId: 'third' }))).toEqual(done);
    expect(tracker.metrics()).toMatchObject({ WriteConflicts: 1, ShipmentsWritten: 1 });
    expect(setOf(aws, 'SHP-1').kept.size).toBe(3);
  });

  it('is handed back after bounded rounds, with its first sequence number, and loses nothing', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    await tracker.send(wireEvent({ shipmentId: 'B', eventId: 'first' }));
    rival(aws, 100);
    const calls = aws.calls.length;
    expect(await tracker.handle(three())).toEqual(holdFrom('12'));
    expect(aws.calls.length - calls).toBeLessThanOrEqual(12);
    aws.hooks = {};
    expect(await tracker.handle(kinesisEvent([{ event: wireEvent({ shipmentId: 'B' }), sequence: '12' }]))).toEqual(done);
    expect(attributesOf(aws, 'B')).toMatchObject({ status: 'IN_TRANSIT' });
  });

  it('is never given up, however old the batch: others make progress, so waiting does', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    await tracker.send(wireEvent({ shipmentId: 'B', eventId: 'first' }));
    rival(aws, 100);
    expect(await tracker.handle(three(NOW - 5 * 60 * MINUTE))).toEqual(holdFrom('12'));
    expect(aws.objects.size).toBe(0);
  });
});

describe('giving up', () => {
  it('holds a batch that is younger than the limit, and notes the positions of an older one', async () => {
    const aws = createFakeAws();
    refuseShipment(aws, 'B');
    const tracker = createTracker(aws, { giveUpAfterMs: 60 * MINUTE });
    expect(await tracker.handle(three(NOW - 59 * MINUTE))).toEqual(holdFrom('12'));
    expect(aws.objects.size).toBe(0);

    expect(await tracker.handle(three(NOW - 60 * MINUTE))).toEqual(done);
    const key = noteKey({ contract: 'shipment-event', shard: SHARD, firstSequence: '12', lastSequence: '13' });
    expect(key).toBe(`catch-up/track-shipments/shipment-event/${SHARD}/12-13.json`);
    expect(JSON.parse(aws.objects.get(`${BRONZE}/${key}`)?.toString() ?? '')).toEqual({
      contract: 'shipment-event',
      stream: 'shipment-event',
      shard: SHARD,
      firstSequence: '12',
      lastSequence: '13',
      firstArrival: NOW - 60 * MINUTE,
      lastArrival: NOW - 60 * MINUTE,
      records: 2,
      reason: 'state writes not possible (refused) for 60 min',
      notedAt: '2026-11-20T12:00:00.000Z',
    });
    expect(tracker.metrics()).toMatchObject({ PositionsGivenUp: 2 });
  });

  it('takes the note that a lost answer left behind as its own', async () => {
    const aws = createFakeAws();
    refuseShipment(aws, 'B');
    const tracker = createTracker(aws, { giveUpAfterMs: 0 });
    expect(await tracker.handle(three())).toEqual(done);
    expect(await tracker.handle(three())).toEqual(done);
    expect(aws.objects.size).toBe(1);
  });

  it('holds the checkpoint when the note cannot be written', async () => {
    const aws = createFakeAws();
    aws.hooks = { refuse: ({ pk }) => (pk === 'B' ? 'ThrottlingError' : undefined), before: ({ service, operation }) => { if (service === 's3') throw throttled(operation); } };
    expect(await createTracker(aws, { giveUpAfterMs: 0 }).handle(three())).toEqual(holdFrom('12'));
  });
});

describe('a shipment that a newer release wrote', () => {
  const newer = (aws: FakeAws): void => {
    const bytes = pack(fold([]));
    bytes[0] = 2;
    aws.put(TABLE, { pk: S('B'), sk: S('S'), entries: B(bytes), version: N(7), expiresAt: N(NOW / 1000 + 86_400) });
  };

  it('is never written over: the checkpoint is held loudly, the other shipments are written', async () => {
    const aws = createFakeAws();
    newer(aws);
    const before = itemsOf(aws, 'B');
    const tracker = createTracker(aws);
    expect(await tracker.handle(three())).toEqual(holdFrom('12'));
    expect(itemsOf(aws, 'B')).toEqual(before);
    expect(itemsOf(aws, 'C').length).toBe(1);
    expect(tracker.metrics()).toMatchObject({ NewerFormatHeld: 1 });
    expect(tracker.lines).toContainEqual(expect.objectContaining({ level: 'ERROR', severity: 2, shipmentId: 'B', error: 'NewerFormatError' }));
  });

  it('goes the give-up road when the batch is old, and is still not written over', async () => {
    const aws = createFakeAws();
    newer(aws);
    const before = itemsOf(aws, 'B');
    expect(await createTracker(aws).handle(three(NOW - 2 * 60 * MINUTE))).toEqual(done);
    expect(itemsOf(aws, 'B')).toEqual(before);
    expect([...aws.objects.keys()]).toEqual([`${BRONZE}/catch-up/track-shipments/shipment-event/${SHARD}/12-13.json`]);
  });
});

describe('a record that a person ordered to be skipped', () => {
  it('is passed over when it stands alone', async () => {
    const aws = createFakeAws();
    aws.put(LEDGER, { pk: S('skip#shipment-event'), sk: S(`${SHARD}#${'11'.padStart(60, '0')}`) });
    expect(await createTracker(aws).handle(kinesisEvent([{ event: wireEvent(), sequence: '11' }]))).toEqual(done);
    expect(aws.items(TABLE)).toEqual([]);
  });

  it('is not asked for in a batch of several, which costs nothing', async () => {
    const aws = createFakeAws();
    await createTracker(aws).handle(three());
    expect(aws.calls.filter(({ operation }) => operation === 'GetItem').length).toBe(1); // the progress row
  });
});

describe('an expired shipment', () => {
  it('starts anew, in the same item, with a later version', async () => {
    const aws = createFakeAws();
    await createTracker(aws).send(wireEvent({ eventId: 'old', eventType: 'DELIVERED' }));
    const later = NOW + 91 * DAY;
    const tracker = createTracker(aws, { now: () => later });
    await tracker.handle(kinesisEvent([{ event: wireEvent({ eventId: 'new', eventType: 'BOOKED', eventTime: new Date(later).toISOString(), publishedTime: new Date(later).toISOString() }), arrivalTime: later }]));
    expect(attributesOf(aws, 'SHP-1')).toMatchObject({ status: 'BOOKED', expiresAt: (later + 90 * DAY) / 1000 });
    expect(numberOf(itemsOf(aws, 'SHP-1')[0]?.['version'])).toBe(NOW + 1);
  });

  it('begins with a later version also when its item is gone, so that no condition of its first life can hold again', async () => {
    const aws = createFakeAws();
    await createTracker(aws).send(wireEvent({ eventId: 'old' }));
    aws.remove(TABLE, { pk: 'SHP-1', sk: 'S' });
    await createTracker(aws, { now: () => NOW + 91 * DAY }).send(wireEvent({ eventId: 'new' }));
    expect(numberOf(itemsOf(aws, 'SHP-1')[0]?.['version'])).toBe(NOW + 91 * DAY);
  });
});
