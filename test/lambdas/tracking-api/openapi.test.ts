import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { addShipment, emptyCounts } from '../../../domain/region/counts.ts';
import { storeCounts } from '../../../lambdas/count-regions/counts-store.ts';
import { scanShipments } from '../../../lambdas/count-regions/scan-shipments.ts';
import { B, N, S } from '../../../lambdas/_shared/marshall.ts';
import { ALERT_KINDS, CLASSIFIERS, EVENT_TYPES, REASONS, STATUSES } from '../../../domain/shipment/index.ts';
import { ROUTES } from '../../../lambdas/tracking-api/create-handler.ts';
import { PROBLEM_TYPES } from '../../../lambdas/_shared/http/answer.ts';
import { createFakeAws, throttled } from '../track-shipments/fake-aws.ts';
import type { FakeAws } from '../track-shipments/fake-aws.ts';
import { createTracker, HORIZON_MS, NOW, TABLE, wireEvent } from '../track-shipments/tracker.ts';
import { VIEWER } from '../_shared/http/http-event.ts';
import { COUNTS, createApi } from './api.ts';
import type { Answer } from './api.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly enum?: readonly unknown[];
  readonly description?: string;
}
interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>>;
}
interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const whole = JSON.parse(readFileSync(join(import.meta.dirname, '../../../docs/api/openapi.json'), 'utf8')) as OpenApi;
/** Of this function: the others have their own tests, and the whole is tried against the sandbox (test/e2e/api-contract.slow.test.ts). */
const document: OpenApi = { ...whole, paths: Object.fromEntries(Object.entries(whole.paths).filter(([path]) => (Object.values(ROUTES) as string[]).includes(path))) };
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema({ $id: 'api', ...document });

const PARTNER = { ...VIEWER, 'cognito:groups': '[partners]' };

/** What the gateway answers before the function is asked. */
const BY_GATEWAY = new Set(['401', '429']);
/** Without a body; test/lambdas/_shared/http. */
const WITHOUT_BODY = new Set(['304']);

const everything = [
  wireEvent({ eventId: 'B', eventType: 'BOOKED', order: { customerId: 'C', serviceLevel: 's', priority: 1, originUnLocode: 'NLRTM', destinationUnLocode: 'USCHI' } }),
  wireEvent({ eventId: 'P', eventType: 'ARRIVED', eventClassifier: 'PLANNED', eventTime: '2026-11-20T06:00:00Z', location: { unLocode: 'USCHI' } }),
  wireEvent({ eventId: 'S', sensor: [{ type: 'temperature', value: 9, unit: 'C', exception: 'ALARM' }], reason: { code: 'WEATHER', raw: 'AO', text: 'storm' }, references: [{ type: 'PO', value: '4711' }], location: { name: 'Rotterdam' } }),
];

const broken = (aws: FakeAws): void => void (aws.hooks = { before: ({ operation }) => { throw throttled(operation); } });

/** One request per path and status that the function answers. */
const CASES: readonly { readonly path: string; readonly status: string; readonly run: () => Promise<Answer> }[] = [
  { path: ROUTES.shipments, status: '200', run: async () => withState((aws) => createApi(aws)('/v1/shipments')) },
  { path: ROUTES.shipments, status: '400', run: async () => createApi(createFakeAws())('/v1/shipments', { query: { limit: '0', colour: 'red' } }) },
  { path: ROUTES.shipments, status: '405', run: async () => createApi(createFakeAws())('/v1/shipments', { method: 'POST' }) },
  { path: ROUTES.shipments, status: '500', run: async () => createApi(createFakeAws(), { ports: { listShipments: () => Promise.reject(new Error('defect')) } })('/v1/shipments') },
  { path: ROUTES.shipments, status: '503', run: async () => withState((aws) => { broken(aws); return createApi(aws)('/v1/shipments'); }) },
  { path: ROUTES.shipment, status: '200', run: async () => withState((aws) => createApi(aws)('/v1/shipments/SHP-1')) },
  { path: ROUTES.shipment, status: '400', run: async () => createApi(createFakeAws())(`/v1/shipments/${'x'.repeat(65)}`) },
  { path: ROUTES.shipment, status: '404', run: async () => createApi(createFakeAws())('/v1/shipments/NONE') },
  { path: ROUTES.shipment, status: '405', run: async () => createApi(createFakeAws())('/v1/shipments/SHP-1', { method: 'DELETE' }) },
  { path: ROUTES.shipment, status: '500', run: async () => createApi(createFakeAws(), { ports: { readShipment: () => Promise.reject(new Error('defect')) } })('/v1/shipments/SHP-1') },
  { path: ROUTES.shipment, status: '503', run: async () => withState((aws) => { broken(aws); return createApi(aws)('/v1/shipments/SHP-1'); }) },
  { path: ROUTES.overview, status: '200', run: async () => withCounts((aws) => createApi(aws)('/v1/overview')) },
  { path: ROUTES.overview, status: '400', run: async () => createApi(createFakeAws())('/v1/overview', { query: { region: 'benelux' } }) },
  { path: ROUTES.overview, status: '403', run: async () => createApi(createFakeAws())('/v1/overview', { claims: PARTNER }) },
  { path: ROUTES.overview, status: '405', run: async () => createApi(createFakeAws())('/v1/overview', { method: 'PUT' }) },
  { path: ROUTES.overview, status: '500', run: async () => createApi(createFakeAws(), { ports: { readCounts: () => Promise.reject(new Error('defect')) } })('/v1/overview') },
  { path: ROUTES.overview, status: '503', run: async () => createApi(createFakeAws())('/v1/overview') },
  { path: ROUTES.region, status: '200', run: async () => withCounts((aws) => createApi(aws)('/v1/regions/benelux')) },
  { path: ROUTES.region, status: '400', run: async () => createApi(createFakeAws())('/v1/regions/benelux', { query: { x: '1' } }) },
  { path: ROUTES.region, status: '403', run: async () => createApi(createFakeAws())('/v1/regions/benelux', { claims: PARTNER }) },
  { path: ROUTES.region, status: '404', run: async () => withCounts((aws) => createApi(aws)('/v1/regions/atlantis')) },
  { path: ROUTES.region, status: '405', run: async () => createApi(createFakeAws())('/v1/regions/benelux', { method: 'PUT' }) },
  { path: ROUTES.region, status: '500', run: async () => createApi(createFakeAws(), { ports: { readCounts: () => Promise.reject(new Error('defect')) } })('/v1/regions/benelux') },
  { path: ROUTES.region, status: '503', run: async () => createApi(createFakeAws())('/v1/regions/benelux') },
  { path: ROUTES.health, status: '200', run: async () => withState((aws) => createApi(aws)('/v1/health')) },
  { path: ROUTES.health, status: '405', run: async () => createApi(createFakeAws())('/v1/health', { method: 'PUT' }) },
  { path: ROUTES.health, status: '500', run: async () => createApi(createFakeAws(), { ports: { readFreshness: () => Promise.reject(new Error('defect')) } })('/v1/health') },
  { path: ROUTES.health, status: '503', run: async () => withState((aws) => { broken(aws); return createApi(aws)('/v1/health'); }) },
];

async function withState(use: (aws: FakeAws) => Promise<Answer>): Promise<Answer> {
  const aws = createFakeAws();
  await createTracker(aws).send(...everything);
  return use(aws);
}

async function withCounts(use: (aws: FakeAws) => Promise<Answer>): Promise<Answer> {
  return withState(async (aws) => {
    const counts = emptyCounts(NOW);
    await scanShipments({ aws, table: TABLE, now: NOW, horizonMs: HORIZON_MS }, (shipment) => addShipment(counts, shipment));
    await storeCounts({ aws, table: COUNTS }, counts);
    return use(aws);
  });
}

function expectDocumented(path: string, answer: Answer): void {
  const content = document.paths[path]?.['get']?.responses[String(answer.status)]?.content ?? {};
  expect(Object.keys(content)).toContain(answer.headers['content-type']);
  const pointer = `api#/paths/${path.replaceAll('/', '~1').replace('{', '%7B').replace('}', '%7D')}/get/responses/${answer.status}/content/${(answer.headers['content-type'] ?? '').replaceAll('/', '~1')}/schema`;
  const validate = ajv.compile({ $ref: pointer });
  validate(answer.body);
  expect(validate.errors ?? []).toEqual([]);
}

describe('the OpenAPI document', () => {
  it('is OpenAPI 3.1 and names every path that is handled, and no other', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(Object.keys(document.paths).sort()).toEqual(Object.values(ROUTES).sort());
    expect(Object.values(document.paths).map((path) => Object.keys(path))).toEqual(Object.keys(ROUTES).map(() => ['get']));
  });

  it('has a case here for every documented path and status', () => {
    const documented = Object.entries(document.paths).flatMap(([path, { get }]) => Object.keys(get?.responses ?? {}).map((status) => `${path} ${status}`));
    const tried = CASES.map(({ path, status }) => `${path} ${status}`);
    expect(documented.filter((one) => !BY_GATEWAY.has(one.slice(-3)) && !WITHOUT_BODY.has(one.slice(-3))).sort()).toEqual(tried.sort());
  });

  it.each(CASES.map((one) => [one.path, one.status, one.run] as const))('is kept by %s with status %s', async (path, status, run) => {
    const answer = await run();
    expect(String(answer.status)).toBe(status);
    expectDocumented(path, answer);
  });

  it('is kept by an answer in which nothing is unknown, and every documented property occurs in it', async () => {
    const { body } = await withState((aws) => createApi(aws)('/v1/shipments/SHP-1'));
    const { Shipment: shipment, TimelineEntry: entry, Text: text, Milestone: milestone, Order: order, Eta: eta, NextStep: next, Alert: alert } = document.components.schemas;
    const timeline = body['timeline'] as Record<string, unknown>[];
    const occurs: [Schema | undefined, unknown][] = [
      [shipment, body],
      [order, body['order']],
      [eta, body['eta']],
      [next, body['next']],
      [milestone, (body['milestones'] as unknown[])[0]],
      [alert, (body['alerts'] as unknown[])[0]],
      [entry, timeline[0]],
      [text, timeline.map((one) => one['text']).find((one) => one !== null)],
    ];
    for (const [schema, value] of occurs) expect(Object.keys(value ?? {}).sort()).toEqual(Object.keys(schema?.properties ?? {}).sort());
  });

  it('is kept by a shipment of which next to nothing is known', async () => {
    const aws = createFakeAws();
    await createTracker(aws).send(wireEvent({ eventType: 'UNKNOWN', location: undefined, publishedTime: undefined, sourceEventCode: 'x' }));
    expectDocumented(ROUTES.shipment, await createApi(aws)('/v1/shipments/SHP-1'));
  });

  it('is kept by a stale health answer and by a problem of a newer format', async () => {
    const aws = createFakeAws();
    aws.put(TABLE, { pk: S('SHP-1'), sk: S('S'), entries: B(Buffer.from([9])), version: N(1), expiresAt: N(NOW) });
    expectDocumented(ROUTES.shipment, await createApi(aws)('/v1/shipments/SHP-1'));
    expectDocumented(ROUTES.health, await createApi(aws, { ports: { readFreshness: () => Promise.resolve({ shards: [{ shard: 's', foldedThrough: 1, behindStreamSeconds: 999 }], behindStreamSeconds: 999 }) } })('/v1/health'));
  });

  it('lists the words that the code has', () => {
    const { Shipment: shipment, TimelineEntry: entry, Milestone: milestone, NextStep: next, Problem: problem } = document.components.schemas;
    expect(shipment?.properties?.['status']?.enum).toEqual([...STATUSES]);
    expect(entry?.properties?.['type']?.enum).toEqual([...EVENT_TYPES]);
    expect(milestone?.properties?.['type']?.enum).toEqual([...EVENT_TYPES]);
    expect(next?.properties?.['type']?.enum).toEqual([...EVENT_TYPES]);
    expect(entry?.properties?.['classifier']?.enum).toEqual([...CLASSIFIERS]);
    expect(entry?.properties?.['reason']?.enum).toEqual([...REASONS, null]);
    expect(document.components.schemas['Alert']?.properties?.['kind']?.enum).toEqual([...ALERT_KINDS]);
    expect(problem?.properties?.['type']?.enum).toEqual(Object.values(PROBLEM_TYPES));
  });

  it('describes every property', () => {
    const bare = Object.entries(document.components.schemas).flatMap(([name, { properties = {} }]) =>
      Object.entries(properties).filter(([, property]) => property.description === undefined && !('$ref' in property)).map(([property]) => `${name}.${property}`),
    );
    expect(bare).toEqual([]);
  });
});
