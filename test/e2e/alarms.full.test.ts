/**
 * The four kinds of alarm on the deployed platform, in one timeline: each reaches ALARM and an HTTP subscriber for its own reason,
 * the alarms beside it stay quiet, healing brings OK, and nothing was lost on the way.
 */
import { LambdaClient, ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { countLake, settledIdentities } from '../../bench/judge/lake-count.ts';
import { alarmsOf } from '../../cli/platform/alarms.ts';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import { caughtUp } from '../../cli/world/caught-up.ts';
import { deployed, run } from './deployed.ts';
import type { Deployed } from './deployed.ts';
import { httpSubscriber } from './http-subscriber.ts';
import type { Subscriber } from './http-subscriber.ts';
import { until } from '../until.ts';

jest.setTimeout(600_000);

const SINK = 'waybill-local-consumer-behind-archive-events-shipment-event';
const SHARE = 'waybill-local-quarantine-share-shipment-event';
const GIVEN_UP = 'waybill-local-on-failure-object-archive-events-vehicle-position';
const SILENT = 'waybill-local-contract-silent-shipment-event';
const QUIET = ['waybill-local-consumer-behind-track-shipments', 'waybill-local-quarantine-share-vehicle-position', 'waybill-local-on-failure-object-archive-events-shipment-event'];
const MINUTES = 60_000;

const event = (n: number): object => ({ schemaVersion: '1.0', eventId: `alarm-${n}`, source: 'TEST:alarms', sourceEventCode: 'DEP', shipmentId: `SHP-ALARM-${n % 7}`, eventType: 'DEPARTED', eventClassifier: 'ACTUAL', eventTime: new Date(Date.now() - n * 1000).toISOString() });
const position = (n: number): object => ({ schemaVersion: '1.0', source: 'GPS:test', vehicleId: `TRK-${n}`, eventTime: new Date().toISOString(), lat: 50, lon: n / 10 });
const lines = (list: readonly object[]): string => list.map((each) => JSON.stringify(each)).join('\n');

let app: Deployed;
let pager: Subscriber;
const put = { shipments: 0, positions: 0 };

async function putLines(contract: string, text: string): Promise<void> {
  const { NODE_24, PROJECT } = await import('../sandbox/harness.ts');
  const result = await run(NODE_24, [`${PROJECT}/cli/waybill.ts`, '--dir', app.sandbox.dir, 'put', '-', '--contract', contract], text);
  expect(result).toMatchObject({ code: 0, err: '' });
  put[contract === 'shipment-event' ? 'shipments' : 'positions'] += text.split('\n').length;
}

const told = (name: string, state: string): boolean => pager.messages.some((each) => each.AlarmName === name && each.NewStateValue === state);
const expectTold = (name: string, state: string): Promise<void> => until(() => told(name, state), `${name} told ${state}`, 6 * MINUTES);

beforeAll(async () => {
  app = await deployed();
  pager = await httpSubscriber();
  for (const severity of [1, 2, 3] as const) await pager.subscribe(app.platform, await app.platform.output('foundation', OUTPUTS.alarmTopic(severity)));
});
afterAll(async () => {
  await pager.close();
  await app.stop();
});

describe('alarms', () => {
  it('a contract without any record is silent, and is no longer once records come', async () => {
    // Not "told": nobody has heard of the contract since the deployment, so the alarm may go off before anybody can subscribe.
    await until(async () => (await alarmsOf(app.platform)).some(({ name, state }) => name === SILENT && state === 'ALARM'), `${SILENT} in ALARM`, 6 * MINUTES);
    await putLines('shipment-event', lines(Array.from({ length: 10 }, (_, n) => event(n))));
    await putLines('vehicle-position', lines(Array.from({ length: 10 }, (_, n) => position(n))));
    await expectTold(SILENT, 'OK');
  });

  it('more than five per cent of a contract\'s records in quarantine', async () => {
    await putLines('shipment-event', lines([...Array.from({ length: 40 }, (_, n) => event(n + 10)), ...Array.from({ length: 40 }, (_, n) => ({ ...event(n), eventClassifier: 'FINAL' }))]));
    await expectTold(SHARE, 'ALARM');
  });

  it('a broken sink: the consumer falls behind, and a batch that is given up leaves an object', async () => {
    await shortenRecordAge(OUTPUTS.archiveEventsFunction('vehicle-position'));
    await app.waybillJson('break', 'sink');
    await putLines('shipment-event', lines(Array.from({ length: 20 }, (_, n) => event(n + 100))));
    await putLines('vehicle-position', lines(Array.from({ length: 20 }, (_, n) => position(n + 100))));
    await expectTold(SINK, 'ALARM');
    await expectTold(GIVEN_UP, 'ALARM');
    const alarm = pager.messages.find((each) => each.AlarmName === SINK);
    expect(alarm?.AlarmDescription).toContain('docs/runbooks/');
  });

  it('healed: what waited is worked off, what was given up is redriven, the alarm is OK, nothing is lost', async () => {
    await app.waybillJson('heal');
    const redriven = await app.waybillJson<{ objects: { done: boolean }[] }>('redrive', '--yes');
    expect(redriven.objects.length).toBeGreaterThan(0);
    await caughtUp(app.platform);
    await expectTold(SINK, 'OK');
    expect(settledIdentities(await countLake(app.platform, 'shipment-event'))).toBe(put.shipments);
    expect(settledIdentities(await countLake(app.platform, 'vehicle-position'))).toBe(put.positions);
  });

  it('alarms that had no reason never told anybody, and none is in ALARM', async () => {
    expect(pager.messages.filter((each) => QUIET.includes(each.AlarmName) && each.NewStateValue === 'ALARM')).toEqual([]);
    const states = await alarmsOf(app.platform);
    expect(states.filter((each) => QUIET.includes(each.name)).map((each) => each.state)).not.toContain('ALARM');
  });
});

/** As an operator would by hand: records older than a minute are given up, so that the test need not wait a day. */
async function shortenRecordAge(output: string): Promise<void> {
  const client = new LambdaClient(app.platform.client);
  const { EventSourceMappings = [] } = await client.send(new ListEventSourceMappingsCommand({ FunctionName: await app.platform.output('ingest', output) }));
  await client.send(new UpdateEventSourceMappingCommand({ UUID: EventSourceMappings[0]?.UUID, MaximumRecordAgeInSeconds: 60 }));
  client.destroy();
}
