/**
 * From the stream to a report: a simulated week put on the deployed app's streams, one run of publish-day by the command line,
 * and what analysts then read, against the simulator's own truth. Real Spark, Iceberg and DuckDB behind the same templates as on AWS.
 */
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { caughtUp } from '../../cli/world/caught-up.ts';
import { putSimulated } from '../../cli/world/put-simulated.ts';
import { addDays, businessDay } from '../../domain/time/business-day.ts';
import { createTruth, createWorld, history } from '../../simulator/index.ts';
import type { Truth } from '../../simulator/index.ts';
import { lakePython } from '../sandbox/athena/lake-python.ts';
import { NODE_24, PROJECT } from '../sandbox/harness.ts';
import { deployed, run } from './deployed.ts';
import type { CommandResult, Deployed } from './deployed.ts';

jest.setTimeout(900_000);

const DAYS = 7;
const SHARES = { duplicates: 0.1, disorder: 0.2, late: 0.05, conflicts: 0.03, retractions: 0.02, corrections: 0.02, corrupt: 0.02 };
/** Business time zone of the local profile (lib/config/profiles.ts). */
const ZONE = 'Europe/Berlin';
const yesterday = addDays(businessDay(Date.now(), ZONE), -1);

let app: Deployed;
let truth: Truth;
let published: CommandResult;

const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await app.waybillJson<{ rows: Record<string, unknown>[] }>('query', sql)).rows;
/** Of the last hour; 0 when nothing has arrived. */
async function sumOf(Namespace: string, MetricName: string, dimensions: Record<string, string>): Promise<number> {
  const client = new CloudWatchClient(app.platform.client);
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const { Datapoints = [] } = await client.send(new GetMetricStatisticsCommand({ Namespace, MetricName, Dimensions, StartTime: new Date(Date.now() - 3_600_000), EndTime: new Date(Date.now() + 120_000), Period: 60, Statistics: ['Sum'] }));
  client.destroy();
  return Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0);
}

const publish = (): Promise<CommandResult> => app.waybill('run', 'publish-day', '--date', yesterday, '--restate-days', String(DAYS));

beforeAll(async () => {
  await lakePython();
  app = await deployed();
  truth = createTruth();
  const records = [...history(createWorld({ seed: 31, now: Date.now(), days: DAYS, shipments: 200, orders: true, shares: SHARES }))];
  for (const record of records) truth.add(record);
  const client = new KinesisClient(app.platform.client);
  await putSimulated(client, 'local', records);
  client.destroy();
  await caughtUp(app.platform);
  published = await publish();
});
afterAll(() => app.stop());

test('publish-day shows each state as it ends, and says what was published', () => {
  expect(published).toMatchObject({ code: 0, err: '' });
  const states = [...published.out.matchAll(/✔ (\w+) +\d+/g)].map(([, state]) => state);
  expect(states.slice(0, 3)).toEqual(['Begin', 'MeasureBuilds', 'LookAtGate']);
  expect(states.slice(-5)).toEqual(['BuildGold', 'ReadResult', 'IsRefused', 'TellSuccess', 'Published']);
  expect(published.out).toMatch(/Done in .*published/);
});

test('what a job wrote is read by its name: its last run, or the one that is named', async () => {
  const last = await app.waybill('logs', 'build-gold');
  expect(last).toMatchObject({ code: 0, err: '' });
  expect(last.out).toMatch(/^\d\d:\d\d:\d\dZ {2}\S/);
  expect(await app.waybill('logs', 'build-gold', '--run', 'jr_none')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^Run jr_none of job build-gold cannot be read: .*\n +npx waybill executions/) as string });
  expect(await app.waybill('logs', 'maintain-lake')).toMatchObject({ code: 1, err: expect.stringContaining('has not run yet') as string });
});

test('silver.shipments is what the truth says of every shipment', async () => {
  const got = await rows('SELECT shipment_id, status, event_count + conflict_count AS events FROM waybill_local_silver.v_shipments ORDER BY shipment_id');
  const want = truth.shipmentIds().map((id) => truth.shipment(id, Date.now())).map((each) => ({ shipment_id: each?.shipmentId, status: each?.status, events: each?.events }));
  expect(want.length).toBeGreaterThan(150);
  expect(got).toEqual(want);
});

test('orders, customers and carriers are the rows of the orders database', async () => {
  const current = (table: 'customers' | 'orders'): string[] => truth.orders.current(table).filter(({ isDeleted }) => !isDeleted).map(({ key }) => key).sort();
  const orders = await rows('SELECT order_id FROM waybill_local_silver.orders WHERE NOT is_deleted ORDER BY order_id');
  expect(current('orders').length).toBeGreaterThan(100);
  expect(orders.map((row) => row['order_id'])).toEqual(current('orders'));
  const customers = await rows('SELECT customer_id FROM waybill_local_silver.customers WHERE is_current AND NOT is_deleted ORDER BY customer_id');
  expect(customers.map((row) => row['customer_id'])).toEqual(current('customers'));
});

test('gold adds up to silver, day by day', async () => {
  const from = addDays(yesterday, -DAYS);
  const gold = await rows('SELECT CAST(business_date AS varchar) AS day, CAST(sum(delivered) AS bigint) AS n FROM v_shipment_daily GROUP BY 1 HAVING sum(delivered) > 0 ORDER BY 1');
  const deliveries = await rows("SELECT CAST(to_unixtime(delivered_time) * 1000 AS bigint) AS at FROM waybill_local_silver.v_shipments WHERE delivered_time IS NOT NULL");
  const byDay = Map.groupBy(deliveries.map((row) => businessDay(Number(row['at']), ZONE)), (day) => day);
  const silver = [...byDay].map(([day, all]) => ({ day, n: all.length })).filter(({ day }) => from <= day && day <= yesterday).sort((a, b) => (a.day < b.day ? -1 : 1));
  expect(silver.length).toBeGreaterThan(2);
  expect(gold).toEqual(silver);
});

test('a row leads back to its object in bronze', async () => {
  const [event] = await rows('SELECT source, event_id FROM waybill_local_silver.v_shipment_events ORDER BY event_id LIMIT 1');
  const lineage = await app.waybill('--json', 'query', '--named', 'row-lineage', '--param', `source=${String(event?.['source'])}`, '--param', `event_id=${String(event?.['event_id'])}`);
  expect(lineage).toMatchObject({ code: 0, err: '' });
  expect(lineage.out).toMatch(/shipment-event\/arrival_date=[^"]+\.ndjson\.zst/);
});

test('every table of the day was judged, by rules that held or say why not; nothing is behind', async () => {
  const report = await app.waybillJson<{ tables: { table: string; newest: { day: string; halting: number } }[]; failures: { newest: { severity: string } }[] }>('quality', 'report', '--date', yesterday);
  expect(report.tables.map(({ table }) => table)).toEqual(expect.arrayContaining(['order_changes', 'shipment_events', 'vehicle_positions', 'gold.cost_daily', 'gold.shipment_daily']));
  expect(report.tables.every(({ newest }) => newest.day === yesterday && newest.halting === 0)).toBe(true);
  expect(report.failures.map(({ newest }) => newest.severity)).not.toContain('halt');
  const lag = await app.waybillJson<{ contracts: { contract: string; isBehind: boolean; newestArrival?: number }[]; gold: { newestDay?: string } }>('lag');
  expect(lag).toMatchObject({ gold: { newestDay: yesterday, isBehind: false } });
  expect(lag.contracts.find(({ contract }) => contract === 'shipment-event')?.newestArrival).toBeGreaterThan(Date.now() - 3_600_000);
});

test('the same day again: nothing has changed, and nothing is written', async () => {
  const versions = 'SELECT count(*) AS n FROM waybill_local_ops.data_versions';
  const before = await rows(versions);
  const again = await publish();
  expect(again).toMatchObject({ code: 0, err: '' });
  expect(again.out).toMatch(/Done in .*unchanged/);
  expect(await rows(versions)).toEqual(before);
});

test('a day with too many bad records is refused once: the command says table, rule, counts and what to do, and the records are found', async () => {
  const position = (n: number, place: object): string => JSON.stringify({ schemaVersion: '1.0', source: 'GPS:test', vehicleId: `TRK-${n}`, eventTime: `${yesterday}T12:00:0${n}Z`, ...place });
  const lines = [position(0, { lat: 50, lon: 8 }), ...[1, 2, 3, 4].map((n) => position(n, { lat: 0, lon: 0 }))].join('\n');
  expect(await run(NODE_24, [`${PROJECT}/cli/waybill.ts`, '--dir', app.sandbox.dir, 'put', '-', '--contract', 'vehicle-position'], lines)).toMatchObject({ code: 0 });
  await caughtUp(app.platform);
  // The day's markers are there: publish-day itself would load nothing more.
  expect(await app.waybill('run', 'ingest-silver')).toMatchObject({ code: 0 });
  const refused = await app.waybill('run', 'publish-day', '--date', yesterday, '--restate-days', '0');
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(`Rules refused what was to be published.\n${yesterday}: vehicle_positions broke bad-share (halt, owner logistics-platform): 80.00 % of 5 records (0 in quarantine, 4 parked, 0 of 1 rows bad); allowed: over 1% warns, over 5% halts`);
  expect(refused.err).toContain(`npx waybill run publish-day --date ${yesterday} --restate-days 0 --severity vehicle_positions.bad-share=warn`);
  // One Glue run: what was refused is not tried again.
  const states = refused.out.split('\n').filter((line) => /[✔✖]/.test(line)).map((line) => line.trim().split(/\s+/)[1]);
  expect(states.slice(-6)).toEqual(['BuildGold', 'ReadResult', 'IsRefused', 'TellRefused', 'NoteRefusal', 'Refused']);
  // One alarm tells of it: what keeps `run-failed` quiet has arrived where that alarm looks.
  expect(await sumOf('Waybill/local', 'RefusalsTold', { Machine: 'publish-day' })).toBeGreaterThan(0);
  expect(await rows('SELECT lat FROM waybill_local_silver.vehicle_positions')).toEqual([{ lat: 50 }]);
  const { records } = await app.waybillJson<{ records: { reasons: { rule: string }[]; data: string }[] }>('quarantine', 'list', '--contract', 'vehicle-position', '--rule', 'not-null-island');
  expect(records.map(({ data }) => (JSON.parse(data) as { vehicleId: string }).vehicleId).sort()).toEqual(['TRK-1', 'TRK-2', 'TRK-3', 'TRK-4']);
});
