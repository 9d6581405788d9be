import fc from 'fast-check';
import type { ShipmentList, ShipmentSummary } from '../../../contracts/api/answers.ts';
import { accessPartition } from '../../../lambdas/_shared/http/caller.ts';
import { S, stringOf } from '../../../lambdas/_shared/marshall.ts';
import { SHIPMENT_INDEXES } from '../../../lambdas/track-shipments/names.ts';
import { VIEWER } from '../_shared/http/http-event.ts';
import { createFakeAws } from '../track-shipments/fake-aws.ts';
import type { FakeAws } from '../track-shipments/fake-aws.ts';
import { createTracker, DAY, NOW, TABLE, wireEvent } from '../track-shipments/tracker.ts';
import type { WireEvent } from '../track-shipments/tracker.ts';
import { ACCESS, createApi } from './api.ts';
import type { Call } from './api.ts';

const PARTNER = { ...VIEWER, 'cognito:groups': '[partners]' };
const CUSTOMERS = ['CUST-1', 'CUST-2', 'CUST-3'];
const SOURCES = ['DCSA:MAEU', 'IATA:DHLA', 'X12_214:FDEG'];
const PLACES = ['NLRTM', 'USCHI', 'XXXXX'];
const TYPES = ['DEPARTED', 'DELIVERED', 'CUSTOMS_HOLD'];

const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

/** 60 shipments, each with an order, a plan that some have missed, and an event. */
function events(index: number): WireEvent[] {
  const shipmentId = `SHP-${String(index).padStart(3, '0')}`;
  return [
    ...(index % 7 === 0 ? [] : [wireEvent({ shipmentId, eventId: 'B', eventType: 'BOOKED', eventTime: '2026-11-02T10:04:00Z', order: { customerId: at(CUSTOMERS, index), originUnLocode: 'DEHAM', destinationUnLocode: 'USCHI' } })]),
    wireEvent({ shipmentId, eventId: 'P', eventType: 'ARRIVED', eventClassifier: 'PLANNED', eventTime: index % 2 === 0 ? '2026-11-19T06:00:00Z' : '2026-12-20T06:00:00Z', location: { unLocode: 'USCHI' } }),
    wireEvent({ shipmentId, eventId: 'E', source: at(SOURCES, Math.floor(index / 2)), eventType: at(TYPES, Math.floor(index / 3)), location: { unLocode: at(PLACES, Math.floor(index / 5)) } }),
  ];
}

async function world(): Promise<{ aws: FakeAws; call: Call }> {
  const aws = createFakeAws();
  await createTracker(aws).send(...Array.from({ length: 60 }, (_, index) => events(index)).flat());
  aws.put(ACCESS, { pk: S(accessPartition('user-1')), sk: S('customer#CUST-2') });
  return { aws, call: createApi(aws) };
}

interface Read {
  readonly all: ShipmentSummary[];
  readonly pages: ShipmentList[];
}

async function readAll(call: Call, query: Readonly<Record<string, string>>, claims?: Readonly<Record<string, unknown>>): Promise<Read> {
  const pages: ShipmentList[] = [];
  let cursor: string | null = null;
  do {
    const { status, body } = await call('/v1/shipments', { query: { ...query, ...(cursor !== null && { cursor }) }, ...(claims !== undefined && { claims }) });
    expect(status).toBe(200);
    pages.push(body as unknown as ShipmentList);
    ({ cursor } = pages.at(-1) as ShipmentList);
  } while (cursor !== null);
  return { all: pages.flatMap(({ shipments }) => shipments), pages };
}

const filters = fc.record(
  {
    status: fc.constantFrom('BOOKED', 'IN_TRANSIT', 'DELIVERED', 'LOST'),
    region: fc.constantFrom('benelux', 'north-america-central', 'unknown', 'nordics'),
    carrier: fc.constantFrom('MAEU', 'DHLA', 'FDEG', 'NOPE'),
    customer: fc.constantFrom(...CUSTOMERS, 'unknown'),
    delayed: fc.constantFrom('true', 'false'),
    q: fc.constantFrom('SHP-', 'SHP-01', 'SHP-033', 'X'),
  },
  { requiredKeys: [] },
);

const wanted = (shipment: ShipmentSummary, filter: Readonly<Record<string, string | undefined>>): boolean =>
  (filter['status'] ?? shipment.status) === shipment.status &&
  (filter['region'] ?? shipment.region) === shipment.region &&
  (filter['carrier'] ?? shipment.carrier) === shipment.carrier &&
  (filter['customer'] ?? shipment.customerId ?? 'unknown') === (shipment.customerId ?? 'unknown') &&
  (filter['delayed'] ?? String(shipment.flags.includes('DELAYED'))) === String(shipment.flags.includes('DELAYED')) &&
  shipment.shipmentId.startsWith(filter['q'] ?? '');

describe('GET /v1/shipments', () => {
  it('answers under any filters exactly the shipments that match, each once, whatever the length of a page', async () => {
    const { call } = await world();
    const { all } = await readAll(call, { limit: '200' });
    expect(all.map(({ shipmentId }) => shipmentId).sort()).toEqual(Array.from({ length: 60 }, (_, index) => `SHP-${String(index).padStart(3, '0')}`));
    await fc.assert(fc.asyncProperty(filters, fc.integer({ min: 1, max: 70 }), async (filter, limit) => {
      const { all: found, pages } = await readAll(call, { ...filter, limit: String(limit) });
      expect(found.map(({ shipmentId }) => shipmentId).sort()).toEqual(all.filter((one) => wanted(one, filter)).map(({ shipmentId }) => shipmentId).sort());
      expect(pages.every(({ shipments }) => shipments.length <= limit)).toBe(true);
    }), { numRuns: 60 });
  });

  it('says what a list needs, and where it was read', async () => {
    const { call } = await world();
    const { body } = await call('/v1/shipments', { query: { customer: 'CUST-2', q: 'SHP-004' } });
    expect(body).toEqual({
      as_of: '2026-11-20T12:00:00.000Z', source: 'live', index: 'by-customer', cursor: null,
      shipments: [{ shipmentId: 'SHP-004', status: 'DELIVERED', statusSince: '2026-11-20T10:00:00.000Z', delayMinutes: 0, eta: null, flags: [], lastPlace: 'NLRTM', origin: 'DEHAM', destination: 'USCHI', region: 'benelux', carrier: 'FDEG', customerId: 'CUST-2', serviceLevel: null }].map((one) => expect.objectContaining({ ...one, delayMinutes: expect.any(Number) as number, eta: expect.anything() as string, flags: expect.any(Array) as string[] }) as object),
    });
  });

  it.each([
    [{ customer: 'C', carrier: 'MAEU', status: 'BOOKED' }, 'by-customer'],
    [{ carrier: 'MAEU', region: 'benelux' }, 'by-carrier'],
    [{ region: 'benelux', delayed: 'true' }, 'by-region'],
    [{ delayed: 'true', status: 'BOOKED' }, 'by-delayed'],
    [{ delayed: 'false', status: 'BOOKED' }, 'by-status'],
    [{ delayed: 'false' }, 'by-delayed'],
    [{}, 'by-delayed'],
  ])('%j is read from %s', async (query, index) => {
    const { body } = await createApi(createFakeAws())('/v1/shipments', { query });
    expect(body['index']).toBe(index);
  });

  it('shows a delay that grows without a write, the delayed first', async () => {
    const { aws } = await world();
    const later = createApi(aws, { now: () => NOW + 90 * 60_000 });
    const { all } = await readAll(later, { limit: '7' });
    const [first] = all;
    expect(first).toMatchObject({ flags: expect.arrayContaining(['DELAYED']) as string[], delayMinutes: 30 * 60 + 90 });
    expect(all.findIndex(({ flags }) => !flags.includes('DELAYED'))).toBe(all.filter(({ flags }) => flags.includes('DELAYED')).length);
  });

  it('reads a bounded number of entries for one request, and goes on by the cursor', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    for (let part = 0; part < 3; part += 1) await tracker.send(...Array.from({ length: 400 }, (_, index) => wireEvent({ shipmentId: `S-${part}-${index}`, eventId: 'E' })));
    const before = aws.calls.length;
    const { body } = await createApi(aws)('/v1/shipments', { query: { carrier: 'MAEU', status: 'LOST' } });
    expect(body).toMatchObject({ shipments: [], cursor: expect.any(String) as string });
    expect(aws.calls.length - before).toBe(20);
    expect((await readAll(createApi(aws), { carrier: 'MAEU', status: 'LOST' })).pages.length).toBe(2);
  });

  it('does not list what is expired, what has no status, or what an index still says of yesterday', async () => {
    const { aws, call } = await world();
    await createTracker(aws).send({ schemaVersion: '1.0', eventId: 'R', source: 'DCSA:MAEU', shipmentId: 'SHP-RETRACTED', operation: 'RETRACT', retractsEventId: 'X', publishedTime: '2026-11-20T10:30:00Z' });
    expect((await readAll(call, { q: 'SHP-RETRACTED' })).all).toEqual([]);
    expect((await readAll(createApi(aws, { now: () => NOW + 200 * DAY }), {})).all).toEqual([]);
    const stale = { ...aws, dynamo: async (operation: string, input: object) => {
      const answer = await aws.dynamo(operation, input);
      // The table is ahead of its index by one change of status.
      return operation !== 'BatchGetItem' ? answer : (JSON.parse(JSON.stringify(answer).replaceAll('"DELIVERED', '"RETURNED')) as Record<string, unknown>);
    } };
    expect((await readAll(createApi(stale), { status: 'DELIVERED' })).all).toEqual([]);
    const moved = { ...aws, dynamo: async (operation: string, input: object) => {
      const answer = await aws.dynamo(operation, input);
      // The customer's last shipments have just become another's.
      return operation !== 'BatchGetItem' ? answer : (JSON.parse(JSON.stringify(answer).replaceAll('CUST-2', 'CUST-1')) as Record<string, unknown>);
    } };
    expect((await readAll(createApi(moved), {}, PARTNER)).all).toEqual([]);
  });

  it('gives a partner its own customers\' shipments only, in lists and one by one', async () => {
    const { call } = await world();
    const own = (await readAll(call, {}, PARTNER)).all;
    expect(new Set(own.map(({ customerId }) => customerId))).toEqual(new Set(['CUST-2']));
    expect(own.length).toBe((await readAll(call, { customer: 'CUST-2' })).all.length);
    expect((await readAll(call, { customer: 'CUST-1' }, PARTNER)).all).toEqual([]);
    expect((await readAll(call, {}, { ...PARTNER, sub: 'user-2' })).all).toEqual([]);
    expect((await call(`/v1/shipments/${own[0]?.shipmentId ?? ''}`, { claims: PARTNER })).status).toBe(200);
    const other = await call('/v1/shipments/SHP-003', { claims: PARTNER });
    expect([other.status, other.body]).toEqual([404, (await call('/v1/shipments/NONE', { claims: PARTNER })).body]);
  });

  it('takes no cursor of other filters or of another caller', async () => {
    const { call } = await world();
    const cursor = String((await call('/v1/shipments', { query: { limit: '1' } })).body['cursor']);
    expect((await call('/v1/shipments', { query: { cursor, limit: '9' } })).status).toBe(200);
    expect((await call('/v1/shipments', { query: { cursor, status: 'BOOKED' } })).status).toBe(400);
    expect((await call('/v1/shipments', { query: { cursor }, claims: PARTNER })).status).toBe(400);
  });
});

describe('the keys of lists', () => {
  it('are on every main item, and cost an index a write only when they change', async () => {
    const aws = createFakeAws();
    const tracker = createTracker(aws);
    for (let index = 0; index < 15; index += 1) await tracker.send(wireEvent({ eventId: `E-${index}`, eventType: index === 0 ? 'BOOKED' : 'LOADED', eventTime: new Date(NOW - (20 - index) * 3_600_000).toISOString(), location: { unLocode: index < 8 ? 'NLRTM' : 'USCHI' } }));
    const keys = Object.values(SHIPMENT_INDEXES).map(({ key }) => key);
    for (const item of aws.items(TABLE).filter(({ sk }) => stringOf(sk) === 'S')) expect(keys.filter((key) => (stringOf(item[key]) ?? '') === '')).toEqual([]);
    expect(Object.fromEntries(aws.indexUnits)).toEqual({ 'by-status': 1, 'by-region': 3, 'by-carrier': 1, 'by-customer': 1, 'by-delayed': 1 });
  });

  it('stay when every event of a shipment is retracted: an index key cannot be NULL', async () => {
    const aws = createFakeAws();
    await createTracker(aws).send(wireEvent({ eventId: 'E', order: { customerId: 'C' }, eventType: 'BOOKED' }));
    await createTracker(aws).send({ schemaVersion: '1.0', eventId: 'R', source: 'DCSA:MAEU', shipmentId: 'SHP-1', operation: 'RETRACT', retractsEventId: 'E', publishedTime: '2026-11-20T10:30:00Z' });
    const [main] = aws.items(TABLE);
    expect([main?.['customerId'], stringOf(main?.['region']), stringOf(main?.['customerKey'])]).toEqual([{ NULL: true }, 'unknown', 'unknown']);
  });
});
