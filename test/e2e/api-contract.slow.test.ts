/**
 * The deployed API against its OpenAPI document: requests made from the document, allowed and wild, of every role. No
 * answer is a failure of ours, and none has a status, a content type or a field that the document does not name. Then what
 * each role may do, and the regional numbers against a recount of all that the lists say.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import type { AlertAnswer, AlertList, AlertSummary, Overview, RegionDetail, ShipmentList, ShipmentSummary, VehicleList } from '../../contracts/api/answers.ts';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import { caughtUp } from '../../cli/world/caught-up.ts';
import { putSimulated } from '../../cli/world/put-simulated.ts';
import { createWorld, history } from '../../simulator/index.ts';
import { apiCaller } from './api-callers.ts';
import type { ApiCaller, ApiResponse } from './api-callers.ts';
import { requests, routesOf } from './api-requests.ts';
import type { ApiDocument, Known, Route } from './api-requests.ts';
import { deployed } from './deployed.ts';
import type { Deployed } from './deployed.ts';

jest.setTimeout(600_000);

const document = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/api/openapi.json'), 'utf8')) as ApiDocument;
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema({ $id: 'api', ...document });
const routes = routesOf(document);

/** Of each kind, per route and role. */
const RUNS = 8;
const ROLES = ['viewer', 'operator', 'partner'] as const;

let app: Deployed;
let callers: Record<(typeof ROLES)[number], ApiCaller>;
let known: Known;
let customer: string;

beforeAll(async () => {
  app = await deployed();
  const client = new KinesisClient(app.platform.client);
  const records = [...history(createWorld({ seed: 7, now: Date.now(), days: 6, shipments: 250, shares: { duplicates: 0.1, disorder: 0.2 } }))];
  await putSimulated(client, 'local', records);
  client.destroy();
  await caughtUp(app.platform);
  await countNow();
  const viewer = await apiCaller(app.platform, { name: 'viewer@waybill.example' });
  const operator = await apiCaller(app.platform, { name: 'operator@waybill.example', group: 'operators' });
  const { shipments } = (await viewer.call('/v1/shipments?limit=200')).body as ShipmentList;
  customer = shipments.find(({ customerId }) => customerId !== null)?.customerId ?? '';
  const partner = await apiCaller(app.platform, { name: 'partner@waybill.example', group: 'partners', customers: [customer] });
  callers = { viewer, operator, partner };
  const { alerts } = (await viewer.call('/v1/alerts')).body as AlertList;
  const { vehicles } = (await viewer.call('/v1/vehicles')).body as VehicleList;
  const ids = shipments.slice(0, 5).map(({ shipmentId }) => shipmentId);
  known = { id: [...ids, 'benelux', ...alerts.slice(0, 5).map(({ alertId }) => alertId), ...vehicles.slice(0, 5).map(({ vehicleId }) => vehicleId)], customer: [customer], shipment: ids, q: ['SHP'], carrier: shipments.flatMap(({ carrier }) => carrier ?? []).slice(0, 3) };
});
afterAll(() => app.stop());

async function countNow(): Promise<void> {
  const lambda = new LambdaClient(app.platform.client);
  const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: await app.platform.output('serving', OUTPUTS.countRegionsFunction) }));
  lambda.destroy();
  if (FunctionError !== undefined) throw new Error(`count-regions failed: ${Buffer.from(Payload ?? []).toString('utf8')}`);
}

/** What the document does not say of this answer; empty = it is kept. */
function strays({ path, method, operation }: Route, { status, headers, body }: ApiResponse): string[] {
  const response = operation.responses[String(status)];
  if (status >= 500 || response === undefined) return [`status ${status}: ${JSON.stringify(body).slice(0, 300)}`];
  if (status === 401 || status === 304) return [];
  const type = headers.get('content-type') ?? '';
  if (response.content?.[type] === undefined) return [`content type ${type}`];
  const escaped = path.replaceAll('/', '~1').replace('{', '%7B').replace('}', '%7D');
  const validate = ajv.compile({ $ref: `api#/paths/${escaped}/${method.toLowerCase()}/responses/${status}/content/${type.replaceAll('/', '~1')}/schema` });
  validate(body);
  return (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
}

describe.each(ROLES)('every answer to a %s', (role) => {
  it.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))('keeps to the document: %s', async (_, route) => {
    const { allowed, wild } = requests(route, known);
    const wrong: unknown[] = [];
    for (const request of [...fc.sample(allowed, { numRuns: RUNS, seed: 11 }), ...fc.sample(wild, { numRuns: RUNS, seed: 12 })]) {
      const answer = await callers[role].call(request.url, { method: route.method, ...(request.body !== undefined && { body: request.body }) });
      const found = strays(route, answer);
      if (found.length > 0) wrong.push({ ...request, found });
    }
    expect(wrong).toEqual([]);
  });
});

async function all(caller: ApiCaller, query: string): Promise<ShipmentSummary[]> {
  const found: ShipmentSummary[] = [];
  let cursor: string | null = null;
  do {
    const { status, body }: ApiResponse = await caller.call(`/v1/shipments?limit=200&${query}${cursor === null ? '' : `&cursor=${cursor}`}`);
    expect(status).toBe(200);
    const page = body as ShipmentList;
    found.push(...page.shipments);
    ({ cursor } = page);
  } while (cursor !== null);
  return found;
}

describe('what is there', () => {
  it('are lists that agree with each other, by any index', async () => {
    const whole = await all(callers.viewer, '');
    expect(whole.length).toBeGreaterThan(150);
    expect(new Set(whole.map(({ shipmentId }) => shipmentId)).size).toBe(whole.length);
    const [one] = whole;
    for (const [name, value] of [['status', one?.status], ['region', one?.region], ['carrier', one?.carrier], ['customerId', one?.customerId]] as const) {
      const found = await all(callers.viewer, `${name === 'customerId' ? 'customer' : name}=${encodeURIComponent(value ?? 'unknown')}`);
      expect([name, found.map(({ shipmentId }) => shipmentId).sort()]).toEqual([name, whole.filter((each) => each[name] === value).map(({ shipmentId }) => shipmentId).sort()]);
    }
  });

  it('are regional numbers that equal a recount of the lists', async () => {
    await countNow();
    const whole = await all(callers.viewer, '');
    const ended = new Set(['DELIVERED', 'RETURNED', 'CANCELLED', 'LOST']);
    const { regions, statuses } = (await callers.viewer.call('/v1/overview')).body as Overview;
    for (const { region, active, delayed } of regions) {
      const own = whole.filter((each) => each.region === region && !ended.has(each.status));
      expect([region, active, delayed]).toEqual([region, own.length, own.filter(({ flags }) => flags.includes('DELAYED')).length]);
    }
    expect(Object.values(statuses).reduce((sum, count) => sum + count, 0)).toBe(whole.length);
    const detail = (await callers.viewer.call(`/v1/regions/${whole[0]?.region}`)).body as RegionDetail;
    expect(detail.history.length).toBeGreaterThan(0);
  });

  it('comes with an entity tag, and zipped for whom it is large', async () => {
    const first = await callers.viewer.call('/v1/shipments?status=DELIVERED');
    expect(first.headers.get('content-encoding')).toBe('gzip');
    const again = await callers.viewer.call('/v1/shipments?status=DELIVERED', { headers: { 'if-none-match': first.headers.get('etag') ?? '' } });
    expect([again.status, again.body]).toEqual([304, undefined]);
    expect(again.headers.get('x-as-of')).toMatch(/^20/);
  });
});

describe('roles', () => {
  it('let nobody in without a token', async () => {
    const url = await app.platform.output('serving', OUTPUTS.apiUrl);
    for (const { path, method } of routes) expect((await fetch(url + path.replace('{id}', 'x'), { method })).status).toBe(401);
  });

  it('show a partner its own customers\' shipments only', async () => {
    const own = await all(callers.partner, '');
    expect(new Set(own.map(({ customerId }) => customerId))).toEqual(new Set([customer]));
    expect(own.length).toBe((await all(callers.viewer, `customer=${customer}`)).length);
    const other = (await all(callers.viewer, '')).find(({ customerId }) => customerId !== customer);
    expect((await callers.partner.call(`/v1/shipments/${other?.shipmentId}`)).status).toBe(404);
    expect((await callers.partner.call(`/v1/shipments/${own[0]?.shipmentId}`)).status).toBe(200);
    expect((await callers.partner.call('/v1/overview')).status).toBe(403);
    const { alerts } = (await callers.partner.call('/v1/alerts')).body as AlertList;
    expect(alerts.filter(({ customerId }) => customerId !== customer)).toEqual([]);
    const ids = new Set(own.map(({ shipmentId }) => shipmentId));
    const { vehicles } = (await callers.partner.call('/v1/vehicles')).body as VehicleList;
    expect(vehicles.flatMap(({ shipmentIds }) => shipmentIds).filter((id) => !ids.has(id))).toEqual([]);
  });

  it('let operators act on alerts, and nobody else', async () => {
    for (const role of ['viewer', 'partner'] as const) expect((await callers[role].call('/v1/alerts/x/acknowledge', { method: 'POST' })).status).toBe(403);
    expect((await callers.operator.call('/v1/alerts/x/acknowledge', { method: 'POST' })).status).toBe(404);
    const snooze = async (minutes: number): Promise<AlertSummary['snoozed']> => {
      const [alert] = ((await callers.operator.call('/v1/alerts?limit=1')).body as AlertList).alerts;
      const answer = await callers.operator.call(`/v1/alerts/${encodeURIComponent(alert?.alertId ?? '')}/snooze`, { method: 'POST', body: JSON.stringify({ minutes }) });
      expect(answer.status).toBe(200);
      return (answer.body as AlertAnswer).alert.snoozed;
    };
    expect(await snooze(60)).toMatchObject({ by: 'operator@waybill.example' });
    expect(await snooze(0)).toBeNull();
  });
});
