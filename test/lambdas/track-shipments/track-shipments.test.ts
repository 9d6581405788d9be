import { createFakeAws } from './fake-aws.ts';
import { attributesOf, setOf, textsOf } from './table-view.ts';
import { createTracker, LEDGER, NOW, TABLE, wireEvent } from './tracker.ts';
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
    expect([...textsOf(aws, 'SHP-1').keys()]).toEqual([`T#${entry?.id}${entry?.hash}`]);
  });

  it.each([[['plain', 'with text']], [['with text', 'plain']]])('keeps a text whichever of two equal events brings it: %p', async (order) => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    for (const kind of order) await tracker.send(kind === 'plain' ? wireEvent() : wireEvent({ reason: { text: 'storm' } }));
    expect(textsOf(aws, 'SHP-1').size).toBe(1);
  });
});
