import type { AlertAnswer, AlertList } from '../../../contracts/api/answers.ts';
import { alertId } from '../../../domain/alert/index.ts';
import type { Alert } from '../../../domain/shipment/index.ts';
import type { Caller } from '../../../lambdas/_shared/http/caller.ts';
import type { HttpApiAnswer } from '../../../lambdas/_shared/http/event.ts';
import { createLogger } from '../../../lambdas/_shared/logger.ts';
import { S } from '../../../lambdas/_shared/marshall.ts';
import type { TableStreamRecord } from '../../../lambdas/_shared/table-stream.ts';
import { listAlerts } from '../../../lambdas/alerts-api/alert-lister.ts';
import { createHandler } from '../../../lambdas/alerts-api/create-handler.ts';
import { createMarks } from '../../../lambdas/alerts-api/marks.ts';
import { FakeTable } from '../raise-alerts/fake-table.ts';
import { createRaiser, HOUR, LATE, NOW, recordOf, recordsOf, TABLE } from '../raise-alerts/raising.ts';

const OPERATOR = { sub: 'u1', email: 'kim@example.com', 'cognito:groups': '[operators]' };
const VIEWER = { sub: 'u2', email: 'vi@example.com' };
const PARTNER = { sub: 'u3', 'cognito:groups': '[partners]' };

interface Asked {
  readonly claims?: object;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly now?: number;
}

interface Api {
  readonly get: (asked?: Asked) => Promise<AlertList>;
  readonly ask: (method: string, path: string, asked?: Asked) => Promise<HttpApiAnswer>;
}

function apiOver(aws: FakeTable): Api {
  const ask: Api['ask'] = async (method, path, { claims = VIEWER, query = {}, body, now = NOW } = {}) => {
    const handler = createHandler({
      list: async (question) => listAlerts({ aws, table: TABLE }, question),
      marks: createMarks({ aws, table: TABLE }),
      customersOf: async ({ role }: Caller) => Promise.resolve(role === 'partner' ? new Set(['CUST-7']) : undefined),
      log: createLogger({ fields: {}, write: () => undefined }),
      now: () => now,
    });
    return handler({ rawPath: path, queryStringParameters: query, body: body ?? null, requestContext: { http: { method }, authorizer: { jwt: { claims: { ...claims } } } } });
  };
  return { ask, get: async (asked) => JSON.parse((await ask('GET', '/v1/alerts', asked)).body) as AlertList };
}

const ofCustomer = (shipmentId: string, customerId: string, alert: Alert, region = 'benelux'): TableStreamRecord =>
  recordOf(shipmentId, { after: { version: 1, alerts: [alert], about: { region, customerId, carrier: 'MAEU', serviceLevel: 'STANDARD', priority: 3 } } });

const LOST: Alert = { kind: 'EXCEPTION', subject: 'LOST|USCHI', level: 1, members: ['x'], since: NOW - 2 * HOUR };

async function world(): Promise<FakeTable> {
  const aws = new FakeTable();
  await createRaiser(aws).send(
    ofCustomer('SHP-1', 'CUST-1', LATE),
    ofCustomer('SHP-2', 'CUST-7', { ...LATE, since: NOW - HOUR / 2 }),
    ofCustomer('SHP-3', 'CUST-1', LOST, 'north-america-central'),
    ...recordsOf('SHP-4', [LATE], []),
  );
  return aws;
}

const shipmentsIn = ({ alerts }: AlertList): (string | null)[] => alerts.map(({ shipmentId }) => shipmentId);

describe('GET /v1/alerts', () => {
  it('lists what is open, the worst first and then the newest, with what a page shows of each', async () => {
    const list = await apiOver(await world()).get();
    expect(shipmentsIn(list)).toStrictEqual(['SHP-3', 'SHP-2', 'SHP-1']);
    expect(list).toMatchObject({ as_of: new Date(NOW).toISOString(), source: 'live', cursor: null });
    expect(list.alerts[2]).toStrictEqual({
      alertId: alertId('SHP-1', LATE), kind: 'LATE', subject: 'ARRIVED|NLRTM', severity: 4, state: 'open', text: 'Arrival at NLRTM is 2 h late',
      openedAt: new Date(NOW - HOUR).toISOString(), changedAt: new Date(NOW).toISOString(), shipmentId: 'SHP-1', place: 'NLRTM', region: 'benelux', customerId: 'CUST-1', carrier: 'MAEU',
      minutesLate: 120, acknowledged: null, snoozed: null, members: null, storm: null,
    });
  });

  it('lets lateness grow while open, and keeps it as it was when closed', async () => {
    const aws = await world();
    const [open] = (await apiOver(aws).get({ now: NOW + HOUR, query: { shipment: 'SHP-1' } })).alerts;
    const [closed] = (await apiOver(aws).get({ now: NOW + HOUR, query: { state: 'closed' } })).alerts;
    expect([open?.minutesLate, closed?.minutesLate, closed?.state, closed?.shipmentId]).toStrictEqual([180, 120, 'closed', 'SHP-4']);
  });

  it.each([
    [{ severity: '1' }, ['SHP-3']],
    [{ severity: '4' }, ['SHP-2', 'SHP-1']],
    [{ region: 'benelux' }, ['SHP-2', 'SHP-1']],
    [{ customer: 'CUST-7' }, ['SHP-2']],
    [{ kind: 'EXCEPTION' }, ['SHP-3']],
    [{ kind: 'STORM' }, []],
    [{ severity: '4', customer: 'CUST-1' }, ['SHP-1']],
  ])('filters by %j', async (query, expected) => {
    expect(shipmentsIn(await apiOver(await world()).get({ query }))).toStrictEqual(expected);
  });

  it('shows a partner the alerts of its customers only, and no storm', async () => {
    const aws = await world();
    expect(shipmentsIn(await apiOver(aws).get({ claims: PARTNER }))).toStrictEqual(['SHP-2']);
    await createRaiser(aws).send(...Array.from({ length: 25 }, (_, index) => ofCustomer(`S${index}`, 'CUST-1', LATE)));
    expect(shipmentsIn(await apiOver(aws).get({ claims: PARTNER }))).toStrictEqual(['SHP-2']);
    expect((await apiOver(aws).get({ query: { kind: 'STORM' } })).alerts).toMatchObject([{ kind: 'STORM', members: 27, text: '27 delays at NLRTM', shipmentId: null }]);
    expect((await apiOver(aws).get({ query: { storm: 'STORM:LATE:place:NLRTM' } })).alerts.length).toBeGreaterThan(5);
  });

  it('pages through all of a list without a gap or a repeat, closed days too', async () => {
    const aws = new FakeTable();
    for (let index = 0; index < 450; index += 1) await createRaiser(aws, { now: () => NOW - (index % 5) * 24 * HOUR }).send(...recordsOf(`S${index}`, [{ ...LATE, subject: `ARRIVED|P${index}` }], ...(index % 2 === 0 ? [[]] : [])));
    for (const state of ['open', 'closed']) {
      const seen: (string | null)[] = [];
      let cursor: string | null = null;
      do {
        const page: AlertList = await apiOver(aws).get({ query: { state, limit: '70', ...(cursor !== null && { cursor }) } });
        seen.push(...shipmentsIn(page));
        cursor = page.cursor;
      } while (cursor !== null);
      expect([seen.length, new Set(seen).size]).toStrictEqual([225, 225]);
    }
  });

  it('refuses a cursor of another question, and names every wrong parameter', async () => {
    const api = apiOver(await world());
    const { cursor } = await api.get({ query: { limit: '1' } });
    expect((await api.ask('GET', '/v1/alerts', { query: { limit: '1', region: 'benelux', cursor: cursor ?? '' } })).statusCode).toBe(400);
    const wrong = await api.ask('GET', '/v1/alerts', { query: { severity: '9', state: 'ajar', colour: 'red' } });
    expect(wrong.statusCode).toBe(400);
    for (const name of ['severity', 'state', 'colour']) expect(wrong.body).toContain(`"parameter":"${name}"`);
  });
});

describe('POST /v1/alerts/{id}', () => {
  const path = (verb: string): string => `/v1/alerts/${encodeURIComponent(alertId('SHP-1', LATE))}/${verb}`;

  it('acknowledge and snooze say who and until when, and the list shows it', async () => {
    const aws = await world();
    const api = apiOver(aws);
    const acknowledged = await api.ask('POST', path('acknowledge'), { claims: OPERATOR });
    expect((JSON.parse(acknowledged.body) as AlertAnswer).alert.acknowledged).toStrictEqual({ by: 'kim@example.com', at: new Date(NOW).toISOString() });
    await api.ask('POST', path('snooze'), { claims: OPERATOR, body: '{"minutes":60}' });
    const of = async (now: number): Promise<unknown> => (await api.get({ now, query: { shipment: 'SHP-1' } })).alerts[0]?.snoozed;
    expect(await of(NOW + 59 * 60_000)).toStrictEqual({ by: 'kim@example.com', until: new Date(NOW + HOUR).toISOString() });
    expect(await of(NOW + HOUR)).toBeNull();
  });

  it('a snooze of 0 minutes ends the one there is, whoever began it, and leaves the acknowledgement', async () => {
    const aws = await world();
    const api = apiOver(aws);
    await api.ask('POST', path('acknowledge'), { claims: OPERATOR });
    await api.ask('POST', path('snooze'), { claims: OPERATOR, body: '{"minutes":60}' });
    const woken = await api.ask('POST', path('snooze'), { claims: { ...OPERATOR, sub: 'u9', email: 'lee@example.com' }, body: '{"minutes":0}', now: NOW + 5 * 60_000 });
    expect([woken.statusCode, (JSON.parse(woken.body) as AlertAnswer).alert.snoozed]).toStrictEqual([200, null]);
    const [listed] = (await api.get({ now: NOW + 5 * 60_000, query: { shipment: 'SHP-1' } })).alerts;
    expect([listed?.snoozed, listed?.acknowledged?.by]).toStrictEqual([null, 'kim@example.com']);
    // What notify asks of the row before it tells news.
    expect(Number((aws.row(alertId('SHP-1', LATE))?.['snoozedUntil'] as { N: string }).N)).toBeLessThanOrEqual(NOW + 5 * 60_000);
  });

  it('are kept by later images of the shipment that open no new episode', async () => {
    const aws = new FakeTable();
    const [first, second] = recordsOf('SHP-1', [LATE], [{ ...LATE, level: 2 }]) as [TableStreamRecord, TableStreamRecord];
    await createRaiser(aws).send(first);
    await apiOver(aws).ask('POST', path('acknowledge'), { claims: OPERATOR });
    await createRaiser(aws).send(second);
    expect(aws.row(alertId('SHP-1', LATE))).toMatchObject({ ackBy: S('kim@example.com'), level: { N: '2' } });
  });

  it.each([
    ['a viewer', VIEWER, 'acknowledge', undefined, 403],
    ['a partner', PARTNER, 'snooze', '{"minutes":60}', 403],
    ['a viewer who would end a snooze', VIEWER, 'snooze', '{"minutes":0}', 403],
    ['an operator who says no minutes', OPERATOR, 'snooze', '{}', 400],
    ['an operator who says too many', OPERATOR, 'snooze', '{"minutes":99999}', 400],
    ['an operator who sends no JSON', OPERATOR, 'snooze', 'sixty', 400],
  ] as const)('refuse %s', async (_, claims, verb, body, status) => {
    const aws = await world();
    const before = aws.writes;
    expect((await apiOver(aws).ask('POST', path(verb), { claims, ...(body !== undefined && { body }) })).statusCode).toBe(status);
    expect(aws.writes).toBe(before);
  });

  it('answer 404 for what is none, and 409 for what has closed', async () => {
    const api = apiOver(await world());
    const statusOf = async (id: string): Promise<number> => (await api.ask('POST', `/v1/alerts/${encodeURIComponent(id)}/acknowledge`, { claims: OPERATOR })).statusCode;
    expect([await statusOf('LATE:ARRIVED:NLRTM:NOBODY'), await statusOf(alertId('SHP-4', LATE))]).toStrictEqual([404, 409]);
  });
});
