/**
 * From the stream to a report: a simulated week put on the deployed app's streams, one run of publish-day by the command line,
 * and what analysts then read, against the simulator's own truth. Real Spark, Iceberg and DuckDB behind the same templates as on AWS.
 */
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { caughtUp } from '../../cli/world/caught-up.ts';
import { putSimulated } from '../../cli/world/put-simulated.ts';
import { addDays, businessDay } from '../../domain/time/business-day.ts';
import { createTruth, createWorld, history } from '../../simulator/index.ts';
import type { Truth } from '../../simulator/index.ts';
import { lakePython } from '../sandbox/athena/lake-python.ts';
import { deployed } from './deployed.ts';
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
  expect(lineage.out).toMatch(/shipment-event\/arrival_date=[^"]+\.ndjson\.gz/);
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
