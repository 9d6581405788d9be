/** The deployed app's work group, views and named queries, asked by the command line. */
import { deployed } from './deployed.ts';
import type { Deployed } from './deployed.ts';
import { lakePython } from '../sandbox/athena/lake-python.ts';

jest.setTimeout(600_000);

let app: Deployed;

beforeAll(async () => {
  await lakePython();
  app = await deployed();
});

afterAll(async () => {
  await app.stop();
});

test('the named queries are listed with their parameters', async () => {
  const queries = await app.waybillJson<{ name: string; database: string; parameters: { name: string }[] }[]>('query', '--list');
  expect(queries).toHaveLength(12);
  expect(queries.find(({ name }) => name === 'shipment-story')).toMatchObject({ database: 'waybill_local_gold', parameters: [{ name: 'shipment_id' }] });
});

test('views are there, with types and comments', async () => {
  const views = await app.waybill('query', '--database', 'silver', 'SHOW VIEWS');
  expect(views.out).toMatch(/v_shipment_events\nv_shipments\n/);
  const columns = await app.waybill('query', 'DESCRIBE v_shipment_daily');
  expect(columns.out).toMatch(/^lane +\tstring +\tOrigin and destination by UN\/LOCODE/m);
});

test('statements, parameters and formats', async () => {
  expect(await app.waybillJson('query', 'SELECT 7 / 2 AS n, CAST(1.5 AS decimal(4,2)) AS d')).toMatchObject({ rows: [{ n: 3, d: '1.50' }], scannedBytes: 0 });
  expect((await app.waybill('query', '--format', 'csv', 'SELECT \'a\' AS x, CAST(NULL AS varchar) AS y')).out).toBe('x,y\na,\n');
});

test('a table that is not there: the error names it, and the next step', async () => {
  const { code, err } = await app.waybill('query', 'SELECT * FROM waybill_local_gold.shipment_weekly');
  expect(code).toBe(1);
  expect(err).toContain('TABLE_NOT_FOUND: Table \'awsdatacatalog.waybill_local_gold.shipment_weekly\' does not exist');
  expect(err).toContain('SHOW TABLES');
});
