import { entriesOf, OVERFLOW_LIMITS } from '../../../domain/shipment/index.ts';
import { bytesOf, stringOf } from '../../../lambdas/_shared/marshall.ts';
import { createFakeAws } from './fake-aws.ts';
import { Crash } from './event-source.ts';
import { itemsOf, setOf } from './table-view.ts';
import { createTracker, DAY, kinesisEvent, NOW, TABLE, wireEvent } from './tracker.ts';
import type { WireEvent } from './tracker.ts';

const many = (count: number, from = 0): WireEvent[] =>
  Array.from({ length: count }, (_, index) => wireEvent({ eventId: `E-${from + index}`, eventType: 'LOADED', eventTime: new Date(NOW - (from + index) * 60_000).toISOString() }));

describe('a shipment with more entries than one item takes', () => {
  it('keeps every entry: at most 100 in the main item, the older ones in pages that it names', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    await tracker.send(...many(60));
    await tracker.send(...many(60, 60));
    await tracker.send(...many(60, 120));
    const items = itemsOf(aws, 'SHP-1');
    const pages = items.filter((item) => stringOf(item['sk'])?.startsWith('E#') === true).map((item) => stringOf(item['sk'])?.slice(2));
    expect(entriesOf(setOf(aws, 'SHP-1')).length).toBe(180);
    expect(stringOf(items.find((item) => stringOf(item['sk']) === 'S')?.['pages'])).toBe(pages.sort().join(''));
    expect(pages.length).toBeGreaterThan(1);
    expect(bytesOf(items.find((item) => stringOf(item['sk']) === 'S')?.['entries'])?.length).toBeLessThan(3_600);
  });

  it('writes nothing when all of it comes again', async () => {
    const aws = createFakeAws();
    await createTracker(aws).send(...many(180));
    const writes = aws.writes(TABLE);
    await createTracker(aws).send(...many(180));
    expect(aws.writes(TABLE)).toBe(writes);
  });

  it('loses nothing in a crash between pages and main item', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    await tracker.send(...many(90));
    let executions = 0;
    aws.hooks = { before: ({ operation }) => { if (operation === 'BatchExecuteStatement' && (executions += 1) === 2) throw new Crash(); } };
    await expect(tracker.send(...many(90, 90))).rejects.toThrow(Crash);
    aws.hooks = {};
    expect(entriesOf(setOf(aws, 'SHP-1')).length).toBeGreaterThanOrEqual(90);
    await tracker.send(...many(90, 90));
    expect(entriesOf(setOf(aws, 'SHP-1')).length).toBe(180);
  });

  it('does not bring the pages of an expired life into the next one', async () => {
    const aws = createFakeAws();
    await createTracker(aws).send(...many(180));
    const later = NOW + 91 * DAY;
    const tracker = createTracker(aws, { now: () => later });
    const reborn = wireEvent({ eventId: 'new', eventType: 'BOOKED', eventTime: new Date(later).toISOString(), publishedTime: new Date(later).toISOString() });
    await tracker.handle(kinesisEvent([{ event: reborn, arrivalTime: later }]));
    expect(entriesOf(setOf(aws, 'SHP-1', later)).map(({ typeCode }) => typeCode).length).toBe(1);
  });

  it('tells an operator which source floods a shipment before DynamoDB refuses it', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws, { limits: { ...OVERFLOW_LIMITS, alarmBytes: 2_000 } });
    await tracker.send(...many(80));
    expect(tracker.lines).toContainEqual(expect.objectContaining({ level: 'ERROR', severity: 2, shipmentId: 'SHP-1', key: 'S', source: 'DCSA:MAEU' }));
  });
});
