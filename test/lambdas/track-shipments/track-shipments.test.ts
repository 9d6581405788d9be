import { createFakeAws } from './fake-aws.ts';
import { attributesOf, setOf, textsOf } from './table-view.ts';
import { createTracker, kinesisEvent, LEDGER, NOW, TABLE, wireEvent } from './tracker.ts';
import { entriesOf } from '../../../domain/shipment/index.ts';

describe('track-shipments on one shipment', () => {
  it('writes the state of a new shipment with what indexes and alerts need', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    const answer = await tracker.send(
      wireEvent({ eventId: 'B', eventType: 'BOOKED', eventTime: '2026-11-02T10:00:00Z', publishedTime: '2026-11-02T10:00:00Z', order: { customerId: 'CUST-7', serviceLevel: 'standard', priority: 2, originUnLocode: 'NLRTM', destinationUnLocode: 'USCHI' } }),
      wireEvent({ eventId: 'P', eventType: 'ARRIVED', eventClassifier: 'PLANNED', eventTime: '2026-11-22T06:00:00Z', location: { unLocode: 'USCHI' } }),
      wireEvent({ eventId: 'X', eventType: 'ARRIVED', eventClassifier: 'ESTIMATED', eventTime: '2026-11-22T09:20:00Z', location: { unLocode: 'USCHI' } }),
      wireEvent({ eventId: 'D' }),
    );
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(attributesOf(aws, 'SHP-1')).toMatchObject({
      status: 'IN_TRANSIT',
      statusSince: Date.parse('2026-11-20T10:00:00Z'),
      eta: Date.parse('2026-11-22T09:20:00Z'),
      delayMinutes: 200,
      lastPlace: 'NLRTM',
      destination: 'USCHI',
      customerId: 'CUST-7',
      serviceLevel: 'standard',
      priority: 2,
      origin: 'NLRTM',
      expiresAt: Date.parse('2026-11-22T09:20:00Z') / 1000 + 90 * 86_400,
    });
    expect(attributesOf(aws, 'SHP-1')['reviewAt']).toEqual(expect.any(Number));
    expect(aws.writes(TABLE)).toBe(1);
    expect(tracker.metrics()).toMatchObject({ Contract: 'shipment-event', EventsFolded: 4, ShipmentsWritten: 1, ShipmentsUnchanged: 0, WriteConflicts: 0, PositionsGivenUp: 0 });
  });

  it('says what carries the shipment, as it was told last: whatever came first, and however often', async () => {
    const at = (hour: number, eventId: string, more: object): ReturnType<typeof wireEvent> => wireEvent({ eventId, publishedTime: `2026-11-20T${hour}:00:00Z`, ...more });
    const events = [
      at(11, 'E-1', { transport: { vesselImo: '9321483', voyage: '245W' } }),
      at(12, 'E-2', { transport: { vehicleId: 'TRK-0412' }, eventType: 'LOADED' }),
      at(13, 'E-3', { eventType: 'GATE_IN' }),
    ];
    for (const order of [[0, 1, 2], [2, 1, 0], [1, 0, 2, 1, 0]]) {
      const aws = createFakeAws();
      for (const index of order) await createTracker(aws).send(...[events[index]].filter((event) => event !== undefined));
      expect(attributesOf(aws, 'SHP-1')).toMatchObject({ vehicle: 'TRK-0412', transportTold: Date.parse('2026-11-20T12:00:00Z') });
      expect(attributesOf(aws, 'SHP-1')['voyage'] ?? null).toBeNull();
    }
    for (const batch of [events, events.toReversed()]) {
      const together = createFakeAws();
      await createTracker(together).send(...batch);
      expect(attributesOf(together, 'SHP-1')).toMatchObject({ vehicle: 'TRK-0412' });
    }
    const without = createFakeAws();
    await createTracker(without).send(at(13, 'E-3', {}));
    expect(Object.keys(attributesOf(without, 'SHP-1')).filter((name) => ['transportTold', 'vehicle', 'voyage'].includes(name))).toEqual([]);
  });

  it.each([
    ['usual', []],
    ['with a retraction', [wireEvent({ eventId: 'R', operation: 'RETRACT', retractsEventId: 'E-9' })]],
  ])('keeps what carries a shipment (%s), and lets it go with its life', async (_name, unusual) => {
    const aws = createFakeAws();
    await createTracker(aws).send(wireEvent({ transport: { voyage: '245W' } }));
    await createTracker(aws).send(...unusual, wireEvent({ eventId: 'E-2', eventType: 'LOADED' }));
    expect(attributesOf(aws, 'SHP-1')).toMatchObject({ voyage: 'MAEU/245W' });
    const now = NOW + 200 * 86_400_000;
    await createTracker(aws, { now: () => now }).handle(kinesisEvent([{ event: wireEvent({ eventId: 'E-7', eventTime: new Date(now).toISOString(), publishedTime: new Date(now).toISOString() }), arrivalTime: now }]));
    expect([attributesOf(aws, 'SHP-1')['voyage'] ?? null, attributesOf(aws, 'SHP-1')['statusSince']]).toEqual([null, now]);
  });

  it('writes nothing at all when a batch comes again', async () => {
    const aws = createFakeAws();
    const events = [wireEvent({ reason: { code: 'WEATHER', text: 'storm' } }), wireEvent({ eventId: 'E-2', eventType: 'LOADED' })];
    await createTracker(aws).send(...events);
    const writes = aws.writes();
    const tracker = createTracker(aws);
    await tracker.send(...events);
    expect(aws.writes()).toBe(writes);
    expect(tracker.metrics()).toMatchObject({ EventsFolded: 2, ShipmentsWritten: 0, ShipmentsUnchanged: 1 });
  });

  it('writes nothing for a repeat while a delay grows with the clock, and again once something else has changed by itself', async () => {
    const aws = createFakeAws();
    const overdue = wireEvent({ eventId: 'P', eventType: 'ARRIVED', eventClassifier: 'PLANNED', eventTime: '2026-11-20T11:00:00Z' });
    await createTracker(aws).send(overdue);
    const writes = aws.writes(TABLE);
    await createTracker(aws, { now: () => NOW + 10 * 60_000 }).send(overdue);
    expect(aws.writes(TABLE)).toBe(writes);
    // Four hours late: the alert rises, as `reviewAt` announced.
    expect(attributesOf(aws, 'SHP-1')).toMatchObject({ delayMinutes: 0, alerts: `[["LATE","ARRIVED|NLRTM",1,[],${Date.parse('2026-11-20T12:00:00Z')},${Date.parse('2026-11-20T11:00:00Z')},0]]`, reviewAt: Date.parse('2026-11-20T15:00:00Z') });
    await createTracker(aws, { now: () => Date.parse('2026-11-20T15:00:00Z') }).send(overdue);
    expect(attributesOf(aws, 'SHP-1')).toMatchObject({ alerts: expect.stringMatching(/^\[\["LATE","ARRIVED\|NLRTM",2,/) as string });
    expect(aws.writes(TABLE)).toBe(writes + 1);
  });

  it('writes no state for new records that say nothing new, and moves only the progress row', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    await tracker.send(wireEvent());
    const writes = aws.writes(TABLE);
    await tracker.send(wireEvent(), wireEvent());
    expect(aws.writes(TABLE)).toBe(writes);
    expect(aws.items(LEDGER)).toEqual([expect.objectContaining({ pk: { S: 'folded#shipment-event' }, through: { S: '2'.padStart(60, '0') } })]);
  });

  it('passes over what archive-events quarantines, and what is older than the horizon', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    const answer = await tracker.send('{"schemaVersion":', wireEvent({ eventClassifier: 'FINAL' }), wireEvent({ eventTime: '2026-09-01T00:00:00Z' }), wireEvent({ eventTime: '2028-09-01T00:00:00Z' }));
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(aws.items(TABLE)).toEqual([]);
    expect(tracker.metrics()).toMatchObject({ EventsFolded: 0, EventsTooOld: 1 });
  });

  it('keeps free texts apart, written once and before the state that names them', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    await tracker.send(wireEvent({ reason: { code: 'WEATHER', text: 'storm over the Maas' } }));
    expect([...textsOf(aws, 'SHP-1').values()]).toEqual([expect.stringContaining('storm over the Maas')]);
    expect(aws.calls.map(({ operation }) => operation).filter((operation) => operation.startsWith('BatchWrite') || operation.startsWith('BatchExecute'))).toEqual(['BatchWriteItem', 'BatchExecuteStatement']);
    const [entry] = entriesOf(setOf(aws, 'SHP-1'));
    expect([...textsOf(aws, 'SHP-1').keys()]).toEqual([`${entry?.id}${entry?.hash}`]);
  });

  it.each([[['plain', 'with text']], [['with text', 'plain']]])('keeps a text whichever of two equal events brings it: %p', async (order) => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    for (const kind of order) await tracker.send(kind === 'plain' ? wireEvent() : wireEvent({ reason: { text: 'storm' } }));
    expect(textsOf(aws, 'SHP-1').size).toBe(1);
  });
});
