import { numberOf, stringOf } from '../../../lambdas/_shared/marshall.ts';
import { anewTextItems, newTextItems, storedTexts } from '../../../lambdas/track-shipments/text-items.ts';
import type { NamedText } from '../../../lambdas/track-shipments/fold-batch.ts';
import { createFakeAws, itemSize, throttled } from './fake-aws.ts';
import type { FakeAws } from './fake-aws.ts';
import { itemsOf, textItemsOf, textsOf, visibleTexts } from './table-view.ts';
import { createTracker, DAY, HORIZON_MS, NOW, TABLE, wireEvent } from './tracker.ts';
import type { WireEvent } from './tracker.ts';

const late = (eventId: string, text: string, more: Record<string, unknown> = {}): WireEvent =>
  wireEvent({ eventId, eventTime: new Date(NOW - Number(eventId.slice(2)) * 3_600_000).toISOString(), reason: { text }, ...more });
const three = [late('E-1', 'storm'), late('E-2', 'storm'), late('E-3', 'strike')];
const reasons = (aws: FakeAws): string[] => visibleTexts(aws, 'SHP-1').map((line) => /"reasonText":"([^"]*)"/.exec(line)?.[1] ?? '').sort();
const named = (name: string, reasonText: string, times: { published?: number; eventTime?: number } = {}): NamedText =>
  ({ name, version: { text: { reasonText }, published: times.published ?? 0, eventTime: times.eventTime ?? NOW, entry: undefined as never } });

describe('the texts of a shipment', () => {
  it('lie in one item for a batch, for one write unit, and are all shown', async () => {
    const aws = createFakeAws();
    await createTracker(aws).send(...three);
    expect(textItemsOf(aws, 'SHP-1').length).toBe(1);
    expect(aws.units.get(TABLE)).toBe(2);
    expect(reasons(aws)).toEqual(['storm', 'storm', 'strike']);
  });

  it('are not written again by a repeat, whole or in part or with others', async () => {
    const aws = createFakeAws();
    await createTracker(aws).send(...three);
    const writes = aws.writes(TABLE);
    for (const again of [three, three.slice(1), three.slice(0, 1)]) await createTracker(aws).send(...again);
    expect(aws.writes(TABLE)).toBe(writes);
    await createTracker(aws).send(...three.slice(1), late('E-4', 'fog'));
    expect(textItemsOf(aws, 'SHP-1').map(({ texts }) => [...(stringOf(texts) ?? '').matchAll(/reasonText/g)].length).sort()).toEqual([1, 3]);
    expect(reasons(aws)).toEqual(['fog', 'storm', 'storm', 'strike']);
  });

  it('are written once more, to the same item, after a crash before the state: nothing is there twice', async () => {
    const aws = createFakeAws();
    aws.hooks = { before: ({ operation }) => { if (operation === 'BatchExecuteStatement') throw throttled(operation); } };
    await createTracker(aws).send(...three);
    expect([reasons(aws), textItemsOf(aws, 'SHP-1').length]).toEqual([[], 1]);
    aws.hooks = {};
    await createTracker(aws).send(...three);
    expect([reasons(aws), textItemsOf(aws, 'SHP-1').length]).toEqual([['storm', 'storm', 'strike'], 1]);
  });

  it('outlive a writer that was late and knew fewer of them', async () => {
    const aws = createFakeAws();
    let resumed = false;
    // Between this writer's read and its texts another one writes the same events and one more.
    aws.hooks = {
      before: async ({ operation }) => {
        if (operation !== 'BatchWriteItem' || resumed) return;
        resumed = true;
        await createTracker(aws).send(...three);
      },
    };
    await createTracker(aws).send(...three.slice(0, 2));
    expect(resumed).toBe(true);
    expect(reasons(aws)).toEqual(['storm', 'storm', 'strike']);
  });

  it.each([[[0, 1]], [[1, 0]]])('show of two texts of one content the later published, in whichever order they come: %p', async (order) => {
    const versions = ['2026-11-20T10:00:00Z', '2026-11-20T11:00:00Z'].map((publishedTime, index) => late('E-1', `version ${index}`, { publishedTime }));
    const aws = createFakeAws();
    for (const index of order) await createTracker(aws).send(versions[index] ?? wireEvent());
    expect(reasons(aws)).toEqual(['version 1']);
    const writes = aws.writes(TABLE);
    for (const version of versions) await createTracker(aws).send(version);
    expect(aws.writes(TABLE)).toBe(writes);
  });

  it('take one item more, however often one of them is told anew', async () => {
    const aws = createFakeAws();
    await createTracker(aws).send(...three);
    for (let minute = 10; minute < 20; minute += 1) await createTracker(aws).send(late('E-1', `storm, hour ${minute}`, { publishedTime: `2026-11-20T11:${minute}:00Z` }));
    expect([textItemsOf(aws, 'SHP-1').length, reasons(aws)]).toEqual([2, ['storm', 'storm, hour 19', 'strike']]);
  });

  it('are looked for on every page of the answer', async () => {
    const aws = createFakeAws();
    for (const event of three) await createTracker(aws).send(event);
    aws.pageSize = 1;
    const writes = aws.writes(TABLE);
    await createTracker(aws).send(...three);
    expect(aws.writes(TABLE)).toBe(writes);
  });

  it('hold the batch at their shipment, and at no other, while they cannot be looked for', async () => {
    const aws = createFakeAws();
    await createTracker(aws).send(three[0] ?? wireEvent());
    aws.hooks = { before: ({ operation }) => { if (operation === 'Query') throw throttled(operation); } };
    const [changed, other] = [late('E-1', 'storm and strike', { publishedTime: '2026-11-20T11:30:00Z' }), late('E-1', 'fog', { shipmentId: 'SHP-2' })];
    const answer = await createTracker(aws).send(other, changed);
    expect(answer).toEqual({ batchItemFailures: [expect.anything()] });
    expect([itemsOf(aws, 'SHP-2').length, reasons(aws)]).toEqual([2, ['storm']]);
    aws.hooks = {};
    expect(await createTracker(aws).send(other, changed)).toEqual({ batchItemFailures: [] });
    expect(reasons(aws)).toEqual(['storm and strike']);
  });

  it('take several items when they are long, none of which comes near what DynamoDB refuses', async () => {
    const aws = createFakeAws();
    const events = Array.from({ length: 60 }, (_, index) => late(`E-${index}`, `${index} ${'ü'.repeat(480)}`));
    await createTracker(aws).send(...events);
    expect(textsOf(aws, 'SHP-1').size).toBe(60);
    const sizes = textItemsOf(aws, 'SHP-1').map(itemSize);
    expect(sizes.length).toBeGreaterThan(5);
    expect(Math.max(...sizes)).toBeLessThan(16 * 1024);
  });
});

describe('a text item', () => {
  const texts = [named('a1', 'storm', { eventTime: NOW }), named('b2', 'strike', { eventTime: NOW - DAY, published: NOW + DAY })];

  it('lives two horizons past the last of its events, or of their publication', () => {
    const [item] = newTextItems({ shipmentId: 'SHP-1', texts, horizonMs: HORIZON_MS });
    expect(numberOf(item?.['expiresAt'])).toBe((NOW + DAY + 2 * HORIZON_MS) / 1000);
  });

  it('is named by all that it says: another text, time or name is another item', () => {
    const keyOf = (...said: NamedText[]): unknown => newTextItems({ shipmentId: 'SHP-1', texts: said, horizonMs: HORIZON_MS })[0]?.['sk'];
    const keys = [keyOf(...texts), keyOf(named('a1', 'storm')), keyOf(named('a1', 'strike')), keyOf(named('a1', 'storm', { published: 1 })), keyOf(named('a2', 'storm'))];
    expect(new Set(keys.map((key) => JSON.stringify(key))).size).toBe(5);
    expect(keyOf(...texts)).toEqual(keyOf(...texts));
    expect(keyOf(...texts)).toEqual({ S: expect.stringMatching(/^T#[0-9a-f]{32}$/) as string });
  });

  it('says what it was made of, and of a text that is there twice the later', () => {
    const items = [...newTextItems({ shipmentId: 'SHP-1', texts, horizonMs: HORIZON_MS }), ...anewTextItems({ shipmentId: 'SHP-1', texts: [named('a1', 'storm, stronger', { published: 5 })], horizonMs: HORIZON_MS })];
    const expected = [['a1', 'storm, stronger'], ['b2', 'strike']];
    for (const order of [items, items.toReversed()]) expect([...storedTexts(order)].map(([name, { text }]) => [name, text.reasonText]).sort()).toEqual(expected);
  });

  it('is none where there is no text', () => {
    expect(newTextItems({ shipmentId: 'SHP-1', texts: [], horizonMs: HORIZON_MS })).toEqual([]);
    expect(storedTexts([{ pk: { S: 'SHP-1' }, sk: { S: 'S' } }]).size).toBe(0);
  });
});
