import { stringOf } from '../../../lambdas/_shared/marshall.ts';
import { createFakeAws, itemSize } from './fake-aws.ts';
import { itemsOf } from './table-view.ts';
import { createTracker, NOW, TABLE, wireEvent } from './tracker.ts';
import type { WireEvent } from './tracker.ts';

const TYPES = ['GATE_IN', 'LOADED', 'DEPARTED', 'ARRIVED', 'UNLOADED', 'GATE_OUT'];
const PLACES = ['NLRTM', 'DEHAM', 'USCHI'];

/** The life of one shipment: an order, then events of two senders; each fifth carries a free text. */
const life = (events: number): WireEvent[] =>
  Array.from({ length: events }, (_, index) =>
    wireEvent({
      eventId: `E-${index}`,
      source: index % 3 === 0 ? 'X12_214:FDEG' : 'DCSA:MAEU',
      eventType: index === 0 ? 'BOOKED' : TYPES[index % TYPES.length],
      eventTime: new Date(NOW - (events - index) * 3_600_000).toISOString(),
      location: { unLocode: PLACES[index % PLACES.length] },
      ...(index === 0 && { order: { customerId: 'CUST-00042', serviceLevel: 'standard', priority: 3, originUnLocode: 'NLRTM', destinationUnLocode: 'USCHI' } }),
      ...(index % 5 === 0 && { reason: { code: 'WEATHER', text: 'held up for some hours by a storm over the estuary' } }),
    }),
  );

describe('write units over the life of a shipment, one event per batch', () => {
  // The model (docs/shipment-state.md) says 1.20, 1.20 and 1.60; an order and the keys of lists in the item make the last 1.75.
  it.each([
    [5, 1.2, 600],
    [15, 1.2, 1_024],
    [40, 1.75, 2_048],
  ])('of %i events are at most %f per write, and the item stays within %i bytes', async (events, units, bytes) => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    for (const event of life(events)) await tracker.send(event);
    expect((aws.units.get(TABLE) ?? 0) / events).toBeLessThanOrEqual(units);
    const main = itemsOf(aws, 'SHP-1').find((item) => stringOf(item['sk']) === 'S');
    expect(itemSize(main ?? {})).toBeLessThanOrEqual(bytes);
  });

  it('are one per changed shipment and batch, and 25 shipments go in one call', async () => {
    const aws = createFakeAws();
    const events = Array.from({ length: 1_000 }, (_, index) => wireEvent({ shipmentId: `SHP-${index % 250}`, eventId: `E-${index}`, eventTime: new Date(NOW - index * 60_000).toISOString() }));
    await createTracker(aws).send(...events);
    expect(aws.units.get(TABLE)).toBe(250);
    expect(aws.writes(TABLE)).toBe(10);
    expect(aws.calls.filter(({ operation }) => operation === 'BatchGetItem').length).toBe(3);
  });
});
