import { pack } from '../../../domain/shipment/index.ts';
import { B, N, S } from '../../../lambdas/_shared/marshall.ts';
import { createFakeAws, throttled } from '../track-shipments/fake-aws.ts';
import { createTracker, DAY, kinesisEvent, LEDGER, NOW, SHARD, TABLE, wireEvent } from '../track-shipments/tracker.ts';
import { createArchiver } from '../catch-up/lake.ts';
import { createApi } from './api.ts';

const journey = [
  wireEvent({ eventId: 'B', eventType: 'BOOKED', eventTime: '2026-11-02T10:04:00Z', order: { customerId: 'CUST-7', serviceLevel: 'standard', priority: 2, originUnLocode: 'NLRTM', destinationUnLocode: 'USCHI' } }),
  wireEvent({ eventId: 'P', eventType: 'ARRIVED', eventClassifier: 'PLANNED', eventTime: '2026-11-20T06:00:00Z', location: { unLocode: 'USCHI' } }),
  wireEvent({ eventId: 'D', reason: { code: 'WEATHER', text: 'storm over the Maas' } }),
  wireEvent({ eventId: 'L', eventType: 'LOADED', eventTime: '2026-11-05T22:17:00Z' }),
  wireEvent({ eventId: 'L', eventType: 'LOADED', eventTime: '2026-11-05T23:17:00Z', publishedTime: '2026-11-20T10:06:00Z' }),
  wireEvent({ eventId: 'X', eventType: 'GATE_IN', eventTime: '2026-11-04T07:41:00Z' }),
  { schemaVersion: '1.0', eventId: 'R', source: 'DCSA:MAEU', shipmentId: 'SHP-1', operation: 'RETRACT', retractsEventId: 'X', publishedTime: '2026-11-20T10:30:00Z' },
];

describe('GET /v1/shipments/{id}', () => {
  it('shows state, milestones and the whole timeline with sources, texts, conflicts and retractions', async () => {
    const aws = createFakeAws();
    await createTracker(aws).send(...journey);
    const { status, headers, body } = await createApi(aws)('/v1/shipments/SHP-1', { id: 'SHP-1' });
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'private, no-cache' });
    expect(body).toMatchObject({
      shipmentId: 'SHP-1',
      status: 'IN_TRANSIT',
      statusSince: '2026-11-20T10:00:00.000Z',
      delayMinutes: 360,
      statedDelayMinutes: 0,
      eta: { time: '2026-11-20T06:00:00.000Z', basis: 'PLANNED' },
      flags: ['CONFLICT', 'DELAYED', 'OVERDUE'],
      lastPlace: 'NLRTM',
      destination: 'USCHI',
      order: { customerId: 'CUST-7', serviceLevel: 'standard', priority: 2, origin: 'NLRTM', destination: 'USCHI' },
      conflicts: 1,
      as_of: '2026-11-20T12:00:00.000Z',
      freshness: { behindStreamSeconds: 0 },
    });
    expect(body['milestones']).toContainEqual({ type: 'ARRIVED', place: 'USCHI', planned: '2026-11-20T06:00:00.000Z', estimated: null, actual: null, reports: 0, source: 'DCSA:MAEU' });
    const timeline = body['timeline'] as Record<string, unknown>[];
    expect(timeline.map(({ type, standing, conflict, retracted }) => [type, standing, conflict, retracted])).toEqual([
      ['BOOKED', 'COUNTS', false, false],
      ['GATE_IN', 'RETRACTED', false, true],
      ['LOADED', 'OUTVOTED', true, false],
      ['LOADED', 'COUNTS', true, false],
      ['ARRIVED', 'COUNTS', false, false],
      ['DEPARTED', 'COUNTS', false, false],
    ]);
    expect(timeline.at(-1)).toMatchObject({ source: 'DCSA:MAEU', reason: 'WEATHER', text: { reasonText: 'storm over the Maas' } });
  });

  it('derives at the moment of the answer: a delay grows without a write', async () => {
    const aws = createFakeAws();
    await createTracker(aws).send(...journey);
    const { body } = await createApi(aws, { now: () => NOW + 60 * 60_000 })('/v1/shipments/SHP-1');
    expect(body).toMatchObject({ delayMinutes: 420, as_of: '2026-11-20T13:00:00.000Z' });
  });

  it('joins overflow pages and reads on over several pages of the query', async () => {
    const aws = createFakeAws();
    await createTracker(aws).send(...Array.from({ length: 180 }, (_, index) => wireEvent({ eventId: `E-${index}`, eventType: 'LOADED', eventTime: new Date(NOW - index * 60_000).toISOString(), reason: { text: `note ${index}` } })));
    aws.pageSize = 7;
    const { body } = await createApi(aws)('/v1/shipments/SHP-1');
    const timeline = body['timeline'] as { text: { reasonText: string } | null }[];
    expect(timeline.length).toBe(180);
    expect(timeline.filter(({ text }) => text === null)).toEqual([]);
  });

  it.each([
    ['with few entries', 1],
    ['with overflow pages', 180],
  ])('knows no expired shipment %s, though its items still lie there', async (_, count) => {
    const aws = createFakeAws();
    await createTracker(aws).send(...Array.from({ length: count }, (_unused, index) => wireEvent({ eventId: `E-${index}`, eventTime: new Date(NOW - index * 60_000).toISOString(), publishedTime: undefined })));
    expect((await createApi(aws, { now: () => NOW + 90 * DAY - 1_000 })('/v1/shipments/SHP-1')).status).toBe(200);
    expect((await createApi(aws, { now: () => NOW + 90 * DAY + 1_000 })('/v1/shipments/SHP-1')).status).toBe(404);
  });

  it('knows no shipment of nothing but retractions', async () => {
    const aws = createFakeAws();
    await createTracker(aws).send(...journey.slice(-1));
    expect((await createApi(aws)('/v1/shipments/SHP-1')).status).toBe(404);
  });

  it.each([
    ['/v1/shipments/A%20B', undefined, 'A B'],
    ['/v1/shipments/whatever', 'A B', 'A B'],
    ['/v1/shipments/SHP-1/', undefined, 'SHP-1'],
  ])('understands %s', async (path, id, shipmentId) => {
    const aws = createFakeAws();
    await createTracker(aws).send(wireEvent({ shipmentId }));
    expect((await createApi(aws)(path, { ...(id !== undefined && { id }) })).body).toMatchObject({ shipmentId });
  });
});

describe('what goes wrong', () => {
  const problems: [string, string, string, number, string][] = [
    ['an unknown shipment', 'GET', '/v1/shipments/NONE', 404, 'urn:waybill:problem:shipment-not-found'],
    ['an id that is too long', 'GET', `/v1/shipments/${'x'.repeat(65)}`, 400, 'urn:waybill:problem:bad-shipment-id'],
    ['an id that is no text', 'GET', '/v1/shipments/%E0%A4%A', 400, 'urn:waybill:problem:bad-shipment-id'],
    ['another path', 'GET', '/', 404, 'urn:waybill:problem:no-such-path'],
    ['a write', 'POST', '/v1/shipments/SHP-1', 405, 'urn:waybill:problem:method-not-allowed'],
  ];
  it.each(problems)('answers %s with a problem', async (_, method, path, status, type) => {
    const answer = await createApi(createFakeAws())(path, { method });
    expect(answer).toMatchObject({ status, headers: { 'content-type': 'application/problem+json' }, body: { status, type } });
  });

  it('answers 503 when the table does not, and tells neither the table nor the error', async () => {
    const aws = createFakeAws();
    aws.hooks = { before: ({ operation }) => { throw throttled(operation); } };
    const lines: string[] = [];
    const { status, headers, body } = await createApi(aws, { lines })('/v1/shipments/SHP-1');
    expect([status, headers['retry-after'], body['type']]).toEqual([503, '5', 'urn:waybill:problem:unavailable']);
    expect(JSON.stringify(body)).not.toMatch(/Provisioned|waybill-test|slow down/);
    expect(lines.join()).toContain('ProvisionedThroughputExceededException');
    expect(lines.join()).not.toContain('SHP-1');
  });

  it('answers 503 for a shipment of a newer format', async () => {
    const aws = createFakeAws();
    await createTracker(aws).send(wireEvent());
    const bytes = pack({ kept: new Map(), slots: new Map(), tombs: new Set(), order: undefined });
    bytes[0] = 9;
    aws.put(TABLE, { pk: S('SHP-1'), sk: S('S'), entries: B(bytes), version: N(1), expiresAt: N(NOW) });
    expect(await createApi(aws)('/v1/shipments/SHP-1')).toMatchObject({ status: 503, body: { type: 'urn:waybill:problem:newer-format' } });
  });

  it('answers 500 with the request id and nothing of the defect', async () => {
    const defect = (): Promise<never> => Promise.reject(new TypeError('undefined is not a function at secret.ts:12'));
    const { status, body } = await createApi(createFakeAws(), { ports: { readShipment: defect } })('/v1/shipments/SHP-1');
    expect([status, body['type']]).toEqual([500, 'urn:waybill:problem:internal']);
    expect(String(body['detail'])).toContain('req-1');
    expect(JSON.stringify(body)).not.toMatch(/secret|TypeError/);
  });

  it('still answers a shipment when only its freshness cannot be read, and says that it is unknown', async () => {
    const aws = createFakeAws();
    await createTracker(aws).send(wireEvent());
    aws.hooks = { before: ({ operation, input }) => { if (JSON.stringify(input).includes(LEDGER)) throw throttled(operation); } };
    expect(await createApi(aws)('/v1/shipments/SHP-1')).toMatchObject({ status: 200, body: { freshness: { behindStreamSeconds: null } } });
  });
});

describe('freshness', () => {
  const second = 1_000;
  const batch = (sequence: string, arrivalTime: number) => kinesisEvent([{ event: wireEvent({ eventId: sequence }), sequence, arrivalTime }]);

  it('is what the last batch took, while nothing is archived beyond it, however long the stream is quiet', async () => {
    const aws = createFakeAws();
    await createTracker(aws).handle(batch('5', NOW - 4 * second));
    await createArchiver(aws)(batch('5', NOW - 4 * second));
    const health = await createApi(aws, { now: () => NOW + 3_600 * second })('/v1/health');
    expect(health).toMatchObject({ status: 200, body: { status: 'ok', freshness: { behindStreamSeconds: 4 }, shards: [{ shard: SHARD, behindStreamSeconds: 4, foldedThrough: '2026-11-20T11:59:56.000Z' }] } });
  });

  it('is the age of the newest folded record once the archive has taken more, and stale is 503', async () => {
    const aws = createFakeAws();
    await createTracker(aws).handle(batch('5', NOW - 4 * second));
    await createArchiver(aws)(batch('6', NOW));
    expect(await createApi(aws, { now: () => NOW + 20 * second })('/v1/health')).toMatchObject({ status: 200, body: { freshness: { behindStreamSeconds: 24 } } });
    expect(await createApi(aws, { now: () => NOW + 400 * second })('/v1/health')).toMatchObject({ status: 503, body: { status: 'stale', freshness: { behindStreamSeconds: 404 } } });
  });

  it('is unknown before the first batch', async () => {
    expect(await createApi(createFakeAws())('/v1/health')).toMatchObject({ status: 200, body: { status: 'empty', freshness: { behindStreamSeconds: null }, shards: [] } });
  });

  it('is looked up once for the readers of two seconds', async () => {
    const aws = createFakeAws();
    const api = createApi(aws);
    await api('/v1/health');
    const calls = aws.calls.length;
    await api('/v1/health');
    expect(aws.calls.length).toBe(calls);
  });
});
