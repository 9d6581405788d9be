/**
 * The road of an alert on the deployed platform: put → state → alert → one notice; a repeat tells nothing; worse is told once;
 * a delivery closes; the clock alone opens; a worker that dies between the steps loses and repeats nothing. Then the page
 * of the operations team in a real browser over the same deployment: from an alert to its shipment, and what one does about it.
 */
import type { AlertList, AlertSummary, VehicleList } from '../../contracts/api/answers.ts';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import { caughtUp } from '../../cli/world/caught-up.ts';
import { trackingApi } from '../../cli/platform/api.ts';
import type { Api } from '../../cli/platform/api.ts';
import { NODE_24, PROJECT } from '../sandbox/harness.ts';
import { deployed, run } from './deployed.ts';
import type { Deployed } from './deployed.ts';
import { httpSubscriber } from './http-subscriber.ts';
import type { Subscriber } from './http-subscriber.ts';
import { openOperationsPage } from './operations-page.ts';
import type { OperationsPage } from './operations-page.ts';
import { until } from '../until.ts';

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
  await putTo('shipment-event', events);
}

async function putTo(contract: string, events: readonly Fields[]): Promise<void> {
  const text = events.map((each) => JSON.stringify(each)).join('\n');
  const result = await run(NODE_24, [`${PROJECT}/cli/waybill.ts`, '--dir', app.sandbox.dir, 'put', '-', '--contract', contract], text);
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

describe('the page of the operations team', () => {
  const ALERT = { name: /^Acknowledge: / };
  const ME = 'demo@waybill.example';
  let desk: OperationsPage;

  beforeAll(async () => {
    const plan = Date.now() - 2 * HOUR;
    await put(
      event('SHP-P1', 'book', { eventType: 'BOOKED', eventTime: at(plan - 9 * HOUR), order: { customerId: 'CUST-1', serviceLevel: 'EXPRESS', priority: 1 } }),
      event('SHP-P1', 'plan-go', { eventType: 'DEPARTED', eventClassifier: 'PLANNED', eventTime: at(plan - 6 * HOUR), publishedTime: at(plan - 24 * HOUR) }),
      event('SHP-P1', 'go', { eventType: 'DEPARTED', eventTime: at(plan - 5 * HOUR) }),
      event('SHP-P1', 'plan', { eventType: 'ARRIVED', eventClassifier: 'PLANNED', eventTime: at(plan), publishedTime: at(plan - 24 * HOUR), location: { unLocode: 'DEHAM' } }),
    );
    await putTo('vehicle-position', [{ schemaVersion: '1.0', source: 'GPS:test', vehicleId: 'TRK-P1', eventTime: at(Date.now()), lat: 53.25, lon: 8.5, speedKmh: 71, headingDeg: 60, shipmentIds: ['SHP-P1'] }]);
    await untilAsync(async () => (await alertsOf('SHP-P1')).length === 1, 'the alert of SHP-P1');
    await untilAsync(async () => ((await api('/v1/vehicles?shipment=SHP-P1')).body as VehicleList).vehicles.length === 1, 'the vehicle of SHP-P1');
    await untilAsync(async () => (await api('/v1/overview')).status === 200, 'regional numbers');
    desk = await openOperationsPage(app);
  });
  afterAll(() => desk.close());

  it('leads from an alert by one click to its shipment: timeline, plan against actual, the place on the map', async () => {
    const { page } = desk;
    await page.locator('li.alert', { hasText: 'SHP-P1' }).getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'SHP-P1' }).waitFor();
    expect(new URL(page.url()).hash).toBe('#/shipment/SHP-P1');
    const milestone = (type: string): Promise<string> => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: new RegExp(`^${type}`) }) }).innerText();
    expect(await milestone('DEPARTED')).toMatch(/Rotterdam[^]*\+1 h$/);
    expect(await milestone('ARRIVED')).toMatch(/Hamburg[^]*overdue[^]*\+2 h( \d+ min)?$/);
    expect(await page.getByRole('region', { name: 'Events, table' }).getByRole('row').count()).toBe(5);
    await page.getByRole('application', { name: /Rotterdam, Hamburg; its vehicle is at 53\.25, 8\.50/ }).waitFor();
  });

  it('acknowledges there, and it is so for everybody: by whom stands after a reload too', async () => {
    const { page } = desk;
    await page.getByRole('button', ALERT).click();
    await page.getByText('Acknowledged: ', { exact: false }).waitFor();
    await desk.open('#/shipments/SHP-P1');
    await page.locator('li.alert', { hasText: `Acknowledged by ${ME}` }).waitFor();
    expect(await page.getByRole('button', ALERT).count()).toBe(0);
    expect(await alertsOf('SHP-P1')).toMatchObject([{ acknowledged: { by: ME }, snoozed: null }]);
  });

  it('snoozes by keys and wakes again; each sticks, and the acknowledgement stays', async () => {
    const { page } = desk;
    const rows = page.locator('tr.pickable', { hasText: 'SHP-P1' });
    await desk.open('#/alerts?state=acknowledged');
    await rows.waitFor();
    await page.keyboard.press('s');
    await page.getByRole('button', { name: /^30 min, until/ }).press('Enter');
    await rows.waitFor({ state: 'detached' });
    await desk.open('#/alerts?state=snoozed');
    await rows.getByText(new RegExp(`${ME}, until`)).waitFor();
    expect(await alertsOf('SHP-P1')).toMatchObject([{ snoozed: { by: ME } }]);
    await page.getByRole('button', { name: 'End snooze', exact: true }).click();
    await page.getByText('No snoozed alerts').waitFor();
    await desk.open('#/alerts?state=mine');
    await rows.waitFor();
    expect(await alertsOf('SHP-P1')).toMatchObject([{ acknowledged: { by: ME }, snoozed: null }]);
  });

  it('shows a vehicle by its own address, and nothing went wrong on the way', async () => {
    await desk.open('#/vehicles/TRK-P1');
    await desk.page.locator('.card').getByRole('link', { name: 'SHP-P1' }).waitFor();
    await desk.page.getByText('One mark per vehicle').waitFor();
    expect(desk.wrong()).toEqual([]);
  });
});
