/**
 * The road of an alert on the deployed platform: put → state → alert → one notice; a repeat tells nothing; worse is told once;
 * a delivery closes; the clock alone opens; a worker that dies between the steps loses and repeats nothing.
 */
import type { AlertList, AlertSummary } from '../../contracts/api/answers.ts';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import { caughtUp } from '../../cli/world/caught-up.ts';
import { trackingApi } from '../../cli/platform/api.ts';
import type { Api } from '../../cli/platform/api.ts';
import { NODE_24, PROJECT, until } from '../sandbox/harness.ts';
import { deployed, run } from './deployed.ts';
import type { Deployed } from './deployed.ts';
import { httpSubscriber } from './http-subscriber.ts';
import type { Subscriber } from './http-subscriber.ts';

jest.setTimeout(600_000);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PATIENCE = 4 * MINUTE;

type Fields = Readonly<Record<string, unknown>>;

interface ToldAlert {
  readonly key: string;
  readonly turn: string;
  readonly level: number;
  readonly shipmentId: string | null;
}

let app: Deployed;
let listener: Subscriber;
let api: Api;

beforeAll(async () => {
  app = await deployed();
  listener = await httpSubscriber();
  await listener.subscribe(app.platform, await app.platform.output('ingest', OUTPUTS.alertTopic));
  api = await trackingApi(app.platform, {});
});
afterAll(async () => {
  await listener.close();
  await app.stop();
});

const at = (time: number): string => new Date(time).toISOString();

function event(shipmentId: string, eventId: string, fields: Fields): Fields {
  return { schemaVersion: '1.0', source: 'TEST:alerts', eventId, shipmentId, sourceEventCode: 'TEST', eventClassifier: 'ACTUAL', publishedTime: at(Date.now() - MINUTE), location: { unLocode: 'NLRTM' }, ...fields };
}

async function put(...events: readonly Fields[]): Promise<void> {
  const text = events.map((each) => JSON.stringify(each)).join('\n');
  const result = await run(NODE_24, [`${PROJECT}/cli/waybill.ts`, '--dir', app.sandbox.dir, 'put', '-', '--contract', 'shipment-event'], text);
  expect(result).toMatchObject({ code: 0, err: '' });
}

const setFaults = async (rules: readonly object[]): Promise<void> => {
  const answer = await fetch(`${app.sandbox.endpoint}/_waybill/faults`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(rules) });
  if (!answer.ok) throw new Error(`The edge took no fault rules: ${answer.status} ${await answer.text()}`);
};

const toldOf = (shipmentId: string): ToldAlert[] => (listener.messages as unknown as readonly ToldAlert[]).filter((notice) => notice.shipmentId === shipmentId);

async function alertsOf(shipmentId: string, state: 'open' | 'closed' = 'open'): Promise<readonly AlertSummary[]> {
  const { status, body } = await api(`/v1/alerts?state=${state}&shipment=${shipmentId}`);
  if (status !== 200) throw new Error(`GET /v1/alerts answered ${status}: ${JSON.stringify(body)}`);
  return (body as AlertList).alerts;
}

const untilAsync = async (holds: () => Promise<boolean>, what: string): Promise<void> => {
  const end = Date.now() + PATIENCE;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Not within ${PATIENCE / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
};

/** All that was put is in state and its changes have been handed on: a step takes a window and a poll. */
async function settled(): Promise<void> {
  await caughtUp(app.platform);
  await new Promise((resolve) => setTimeout(resolve, 8_000));
}

const planned = (shipmentId: string, time: number): Fields => event(shipmentId, 'plan', { eventType: 'ARRIVED', eventClassifier: 'PLANNED', eventTime: at(time), publishedTime: at(time - 24 * HOUR) });

describe('an alert', () => {
  const plan = Date.now() - 2 * HOUR;

  it('follows from a late event: one row, one notice', async () => {
    await put(event('SHP-A1', 'go', { eventType: 'DEPARTED', eventTime: at(plan - HOUR) }), planned('SHP-A1', plan));
    await until(() => toldOf('SHP-A1').length > 0, 'a notice of SHP-A1', PATIENCE);
    expect(toldOf('SHP-A1')).toMatchObject([{ turn: 'opens', kind: 'LATE', level: 1, place: 'NLRTM', region: 'benelux' }]);
    expect(await alertsOf('SHP-A1')).toMatchObject([{ kind: 'LATE', subject: 'ARRIVED|NLRTM', state: 'open', severity: 4, shipmentId: 'SHP-A1' }]);
  });

  it('is not told again by a repeat of its events, and once more when it becomes worse', async () => {
    await put(event('SHP-A1', 'go', { eventType: 'DEPARTED', eventTime: at(plan - HOUR) }), planned('SHP-A1', plan));
    await settled();
    expect(toldOf('SHP-A1')).toHaveLength(1);
    await put(event('SHP-A1', 'eta', { eventType: 'ARRIVED', eventClassifier: 'ESTIMATED', eventTime: at(plan + 6 * HOUR), publishedTime: at(Date.now()) }));
    await until(() => toldOf('SHP-A1').length > 1, 'the second notice of SHP-A1', PATIENCE);
    expect(toldOf('SHP-A1').map(({ turn, level }) => [turn, level])).toStrictEqual([['opens', 1], ['worsens', 2]]);
    expect(await alertsOf('SHP-A1')).toMatchObject([{ severity: 3 }]);
  });

  it('closes with the delivery, and nobody is told', async () => {
    await put(event('SHP-A1', 'end', { eventType: 'DELIVERED', eventTime: at(Date.now() - MINUTE) }));
    await untilAsync(async () => (await alertsOf('SHP-A1')).length === 0, 'no open alert of SHP-A1');
    expect(await alertsOf('SHP-A1', 'closed')).toMatchObject([{ kind: 'LATE', state: 'closed' }]);
    expect(toldOf('SHP-A1')).toHaveLength(2);
  });

  it('opens by the clock alone, without any event', async () => {
    // Express: late a quarter of an hour after the plan, and that is in half a minute.
    const order = { customerId: 'CUST-1', serviceLevel: 'EXPRESS', priority: 1 };
    const due = Date.now() + 30_000;
    await put(
      event('SHP-A2', 'book', { eventType: 'BOOKED', eventTime: at(due - 3 * HOUR), order }),
      event('SHP-A2', 'plan', { eventType: 'DELIVERED', eventClassifier: 'PLANNED', eventTime: at(due - 15 * MINUTE), publishedTime: at(due - 2 * HOUR) }),
    );
    await until(() => toldOf('SHP-A2').length > 0, 'a notice of SHP-A2', PATIENCE);
    expect(Date.now()).toBeGreaterThanOrEqual(due);
    expect(toldOf('SHP-A2')).toMatchObject([{ kind: 'LATE', subject: 'DELIVERED|NLRTM', customerId: 'CUST-1', severity: 2 }]);
  });

  it('is neither lost nor raised twice when the workers die before and after a row, and before and after a notice', async () => {
    const [raise, notify] = [await app.platform.output('ingest', OUTPUTS.raiseAlertsFunction), await app.platform.output('ingest', OUTPUTS.notifyFunction)];
    const row = { service: 'dynamodb', operation: 'UpdateItem', caller: raise, action: 'kill-caller', count: 1 };
    const notice = { service: 'sns', operation: 'Publish', caller: notify, action: 'kill-caller', count: 1 };
    await setFaults([
      { id: 'row-before', ...row, when: 'before' },
      { id: 'row-after', ...row, when: 'after' },
      { id: 'notice-before', ...notice, when: 'before' },
      { id: 'notice-after', ...notice, when: 'after' },
    ]);
    await put(event('SHP-A3', 'go', { eventType: 'DEPARTED', eventTime: at(plan - HOUR) }), planned('SHP-A3', plan));
    // The notice that was out when its sender died comes again under its key: at least once.
    await until(() => toldOf('SHP-A3').length > 1, 'both notices of SHP-A3', PATIENCE);
    await setFaults([]);
    await settled();
    expect(new Set(toldOf('SHP-A3').map(({ key }) => key)).size).toBe(1);
    expect(await alertsOf('SHP-A3')).toHaveLength(1);
  });
});
