/** The lake's alarms as they are deployed, on the sandbox's metric engine: each goes off for its own reason, and for no other. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { METRIC } from '../../contracts/metrics.ts';
import type { ControlClient } from '../../sandbox/edge/control-client.ts';
import { createCloudWatch } from '../../sandbox/edge/cloudwatch/cloudwatch.ts';
import type { CloudWatch } from '../../sandbox/edge/cloudwatch/cloudwatch.ts';
import type { JsonObject } from '../../sandbox/json.ts';
import { propertiesOf, resourcesOf, spelled } from './support/resources.ts';
import { PROJECT_ROOT, synthesize } from './support/synthesize.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-21T03:00:00Z');
const REFUSED = 'waybill-local-day-refused-gold';
const FAILED = 'waybill-local-run-failed-publish-day';
const LATE = 'waybill-local-gold-late-gold';
const MISMATCH = 'waybill-local-logic-mismatch-gold';
const DROPPED = 'waybill-local-schedule-dropped-lake';
const WAITING = 'waybill-local-objects-waiting-shipment-event';

const deployed = (): JsonObject[] => resourcesOf(synthesize({ env: 'local' }), 'AWS::CloudWatch::Alarm')
  .map(({ resource }) => spelled(resource.Properties) as JsonObject)
  .filter(({ AlarmName }) => [REFUSED, FAILED, LATE, DROPPED, WAITING, MISMATCH].includes(String(AlarmName)))
  .map((alarm) => ({ ...alarm, AlarmArn: `arn:aws:cloudwatch:eu-central-1:000000000000:alarm:${String(alarm['AlarmName'])}`, ActionsEnabled: false, StateValue: 'INSUFFICIENT_DATA', StateUpdatedTimestamp: 5, AlarmConfigurationUpdatedTimestamp: 5 }));

const control = (alarms: JsonObject[]): ControlClient => ({ port: 1, region: 'eu-central-1', json: () => Promise.resolve({ MetricAlarms: alarms, CompositeAlarms: [] }), rest: () => Promise.reject(new Error('not used')), send: () => Promise.reject(new Error('not used')), close: () => undefined });

/** Where the machine's own metrics are counted: the dimension is its ARN, whatever it is called here. */
const machineDimension = (alarms: readonly JsonObject[]): Record<string, string> => {
  const metrics = alarms.find(({ AlarmName }) => AlarmName === FAILED)?.['Metrics'] as { MetricStat?: { Metric: { MetricName: string; Dimensions?: { Name: string; Value: string }[] } } }[];
  const failed = metrics.find(({ MetricStat }) => MetricStat?.Metric.MetricName === 'ExecutionsFailed')?.MetricStat?.Metric;
  return Object.fromEntries((failed?.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]));
};

interface Put { readonly name: string; readonly value: number; readonly namespace?: string; readonly dimensions?: Record<string, string> }

let [at, dir] = [START, ''];
let alarms: JsonObject[] = [];
let watch: CloudWatch;

beforeEach(() => {
  at = START;
  dir = mkdtempSync(join(tmpdir(), 'waybill-lake-alarms-'));
  alarms = deployed();
  watch = createCloudWatch({ control: control(alarms), dir, clock: { now: () => at, after: () => () => undefined } });
  // A load has just said that gold is as it should be.
  watch.sink.put({ namespace: 'Waybill/local', name: METRIC.goldAgeHours, dimensions: {}, time: at + MINUTE, value: 1, unit: 'None' });
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Five minutes with these values; answers which alarms stand afterwards. */
async function fiveMinutes(...puts: readonly Put[]): Promise<string[]> {
  for (const { name, value, namespace = 'Waybill/local', dimensions = {} } of puts) watch.sink.put({ namespace, name, dimensions, time: at + MINUTE, value, unit: 'None' });
  at += 5 * MINUTE + 10_000;
  await watch.evaluate();
  at = Math.ceil(at / (5 * MINUTE)) * 5 * MINUTE;
  return watch.status().alarms.filter(({ state }) => state === 'ALARM').map(({ name }) => name).sort();
}

const failed = (): Put => ({ namespace: 'AWS/States', name: 'ExecutionsFailed', value: 1, dimensions: machineDimension(alarms) });

it('all six are deployed', () => {
  expect(alarms.map(({ AlarmName }) => AlarmName).sort()).toEqual([REFUSED, LATE, WAITING, FAILED, DROPPED, MISMATCH].sort());
  expect(Object.keys(machineDimension(alarms))).toEqual(['StateMachineArn']);
});

it('a run that failed by itself is told as such', async () => {
  expect(await fiveMinutes(failed(), { name: METRIC.daysRefused, value: 0 })).toEqual([FAILED]);
  for (let silent = 0; silent < 5; silent++) await fiveMinutes();
  expect(await fiveMinutes()).toEqual([]);
  // It died before it told anything.
  expect(await fiveMinutes(failed())).toEqual([FAILED]);
});

/** What the machine notes just before it fails for a refusal. */
const noted = (machine = 'publish-day'): Put => ({ name: METRIC.refusalsTold, value: 1, dimensions: { Machine: machine } });

it('a day that a rule refused is told once, though its run failed, too', async () => {
  expect(await fiveMinutes({ name: METRIC.daysRefused, value: 2 }, noted(), failed())).toEqual([REFUSED]);
  expect(await fiveMinutes({ name: METRIC.daysPublished, value: 36 }, { name: METRIC.daysRefused, value: 0 })).toEqual([]);
});

it('a refusal is told once also when the run fails minutes after its job refused the day', async () => {
  expect(await fiveMinutes({ name: METRIC.daysRefused, value: 2 })).toEqual([REFUSED]);
  expect(await fiveMinutes(noted(), failed())).not.toContain(FAILED);
});

it('a refusal silences no other run: none that failed beside it, and none of another machine', async () => {
  expect(await fiveMinutes({ name: METRIC.daysRefused, value: 1 }, noted(), failed(), failed())).toEqual([REFUSED, FAILED].sort());
  for (let silent = 0; silent < 6; silent++) await fiveMinutes({ name: METRIC.daysRefused, value: 0 });
  expect(await fiveMinutes(noted('backfill-days'), failed())).toEqual([FAILED]);
});

/** Between two loads, ms. */
const between = (): number => Number(alarms.find(({ AlarmName }) => AlarmName === LATE)?.['Period']) * 1_000;

/** As long, with a load that says how old gold is, or with none; answers which alarms stand just after it. */
async function interval(age?: number): Promise<string[]> {
  if (age !== undefined) watch.sink.put({ namespace: 'Waybill/local', name: METRIC.goldAgeHours, dimensions: {}, time: at + MINUTE, value: age, unit: 'None' });
  at += between();
  at += 10_000;
  await watch.evaluate();
  at -= 10_000;
  return watch.status().alarms.filter(({ state }) => state === 'ALARM').map(({ name }) => name).sort();
}

it('gold is late at the agreement when no load has said otherwise, and no longer once the day is there', async () => {
  // Loads of every hour. The day before ended 26 hours ago, at two o'clock; the agreement is six.
  expect(between()).toBe(60 * MINUTE);
  for (const age of [26.1, 27.1, 28.1, 29.1]) expect(await interval(age)).toEqual([]);
  expect(await interval(30.1)).toEqual([LATE]);
  expect(await interval(7.1)).toEqual([]);
});

it('a day that comes just before its agreement is not late', async () => {
  for (const age of [27.9, 28.9, 29.9, 5.9, 6.9]) expect(await interval(age)).toEqual([]);
});

it('loads that die without a word are told within some intervals, and one that is lost is not', async () => {
  for (const age of [3, undefined, 3.5, 3.75]) expect(await interval(age)).toEqual([]);
  const silent = [await interval(), await interval(), await interval(), await interval(), await interval(), await interval()];
  expect([silent.slice(0, 3), silent.at(-1)]).toEqual([[[], [], []], [LATE]]);
  expect(await interval(6)).toEqual([]);
});

it('an environment of which no load has ever been heard is in alarm, and is no longer with the first', async () => {
  watch = createCloudWatch({ control: control(alarms), dir: join(dir, 'new'), clock: { now: () => at, after: () => () => undefined } });
  expect(await fiveMinutes()).toEqual([LATE]);
  expect(await interval(0)).toEqual([]);
});

it('nothing to publish is nothing late', async () => {
  for (let nothing = 0; nothing < 4; nothing++) expect(await interval(0)).toEqual([]);
});

it('objects that wait for a person are told by contract, until none waits', async () => {
  const waiting = (value: number, contract = 'shipment-event'): Put => ({ name: METRIC.objectsWaiting, value, dimensions: { Contract: contract } });
  expect(await fiveMinutes(waiting(0), waiting(7, 'another-contract'))).toEqual([]);
  expect(await fiveMinutes(waiting(1))).toEqual([WAITING]);
  expect(await fiveMinutes()).toEqual([WAITING]);
  expect(await fiveMinutes(waiting(0))).toEqual([]);
});

it('a comparison above its limit is told, one within it is not', async () => {
  expect(await fiveMinutes({ name: METRIC.comparisonsAboveLimit, value: 0 })).toEqual([]);
  expect(await fiveMinutes({ name: METRIC.comparisonsAboveLimit, value: 1 }, { name: METRIC.comparisonsAboveLimit, value: 0 })).toEqual([MISMATCH]);
  expect(await fiveMinutes({ name: METRIC.comparisonsAboveLimit, value: 0 })).toEqual([]);
  expect(readFileSync(join(PROJECT_ROOT, 'glue-scripts', 'waybill_lake', 'jobs', 'compare_logic.py'), 'utf8')).toContain(`= "${METRIC.comparisonsAboveLimit}"`);
});

it('a start that Scheduler gave up on is told, one of another environment is not', async () => {
  const dropped = (group: string): Put => ({ namespace: 'AWS/Scheduler', name: 'InvocationDroppedCount', value: 1, dimensions: { ScheduleGroup: group } });
  expect(await fiveMinutes(dropped('waybill-prod'))).toEqual([]);
  expect(await fiveMinutes(dropped('waybill-local'))).toEqual([DROPPED]);
  // Those of live operations have groups of their own.
  const groups = resourcesOf(synthesize({ env: 'local' }), 'AWS::Scheduler::Schedule').map(({ resource }) => (resource.Properties as { GroupName?: string }).GroupName);
  expect(groups.filter((group) => group === 'waybill-local')).toHaveLength(3);
  expect(propertiesOf(synthesize({ env: 'local' }), 'AWS::Scheduler::ScheduleGroup', 'SchedulesGroup')).toMatchObject({ Name: 'waybill-local' });
});

it('jobs put their metrics under the names that alarms read', () => {
  const job = readFileSync(join(PROJECT_ROOT, 'glue-scripts', 'waybill_lake', 'job_metrics.py'), 'utf8');
  for (const name of [METRIC.daysPublished, METRIC.daysRefused, METRIC.objectsWaiting, METRIC.goldAgeHours]) expect(job).toContain(` = "${name}"\n`);
});
