/** Athena of a whole sandbox, by the AWS SDK, on tables that Spark wrote into its catalog. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AthenaClient, BatchGetQueryExecutionCommand, CreateWorkGroupCommand, GetQueryExecutionCommand, GetQueryResultsCommand, ListQueryExecutionsCommand, StartQueryExecutionCommand, StopQueryExecutionCommand, UpdateWorkGroupCommand } from '@aws-sdk/client-athena';
import type { QueryExecution } from '@aws-sdk/client-athena';
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { lakeEnvironment, lakeVariables } from '../../../sandbox/lake-environment.ts';
import type { LakeEnvironment } from '../../../sandbox/lake-environment.ts';
import { startSandbox } from '../harness.ts';
import type { Sandbox } from '../harness.ts';
import { lakePython } from './lake-python.ts';
import { until } from '../../until.ts';

jest.setTimeout(600_000);

const WORK_GROUP = 'waybill-test';
const DATABASE = 'waybill_test_silver';
/** Bytes; Athena's least. */
const SCAN_LIMIT = 10_000_000;

let sandbox: Sandbox;
let athena: AthenaClient;
let s3: S3Client;
let spark: { snapshots: [string, string][]; totals: string[] };

beforeAll(async () => {
  const python = await lakePython();
  sandbox = await startSandbox();
  athena = new AthenaClient(sandbox.client);
  s3 = new S3Client(sandbox.client);
  for (const bucket of ['lake', 'results']) await s3.send(new CreateBucketCommand({ Bucket: `waybill-test-${bucket}` }));
  await athena.send(new CreateWorkGroupCommand({ Name: WORK_GROUP, Configuration: { EnforceWorkGroupConfiguration: true, BytesScannedCutoffPerQuery: SCAN_LIMIT, ResultConfiguration: { OutputLocation: 's3://waybill-test-results/athena' } } }));
  const { stdout } = await promisify(execFile)(python, [join(import.meta.dirname, 'make_tables.py'), sandbox.endpoint, 's3://waybill-test-lake/warehouse'], { env: { ...process.env, ...sandbox.env, ...lakeVariables(lakeEnvironment() as LakeEnvironment) } });
  spark = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as typeof spark;
});

afterAll(async () => {
  await sandbox.stop();
});

async function start(sql: string, parameters?: string[]): Promise<string> {
  const answer = await athena.send(new StartQueryExecutionCommand({ QueryString: sql, WorkGroup: WORK_GROUP, QueryExecutionContext: { Database: DATABASE }, ResultConfiguration: { OutputLocation: 's3://elsewhere/' }, ...(parameters === undefined ? {} : { ExecutionParameters: parameters }) }));
  return answer.QueryExecutionId ?? '';
}

async function ended(id: string): Promise<QueryExecution> {
  let execution: QueryExecution | undefined;
  await until(async () => {
    execution = (await athena.send(new GetQueryExecutionCommand({ QueryExecutionId: id }))).QueryExecution;
    return ['SUCCEEDED', 'FAILED', 'CANCELLED'].includes(execution?.Status?.State ?? '');
  }, 'the query ended', 60_000);
  return execution as QueryExecution;
}

/** Rows of the first page, without the names of the columns. */
async function rows(sql: string, parameters?: string[]): Promise<(string | undefined)[][]> {
  const id = await start(sql, parameters);
  const execution = await ended(id);
  if (execution.Status?.State !== 'SUCCEEDED') throw new Error(execution.Status?.StateChangeReason);
  const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId: id }));
  const all = (ResultSet?.Rows ?? []).map(({ Data = [] }) => Data.map(({ VarCharValue }) => VarCharValue));
  return execution.StatementType === 'DML' ? all.slice(1) : all;
}

const reasonOf = async (sql: string): Promise<string> => {
  const { Status } = await ended(await start(sql));
  return `${Status?.State ?? ''} ${Status?.StateChangeReason ?? ''}`;
};

test('it counts what Spark counts, rows deleted by position included', async () => {
  expect(await rows('SELECT count(*), sum(big), sum(amount) FROM ev')).toEqual([spark.totals]);
});

test('every type is written as Athena writes it', async () => {
  expect(await rows('SELECT event_time, plain, d, n, big, v, f, amount, ok, tags, attrs, exc FROM ev WHERE n = 7')).toEqual([[
    '2026-11-01 03:30:00.000000 UTC', '2026-11-01 03:30:00.000000', '2026-11-02', '7', '70', '10.5', '0.7', '8.75', 'false', '[x, y]', '{k=v7}',
    '[{type=DELAY, reason=null, event_time=2026-11-01 10:00:00.000000 UTC, place=NLRTM}]',
  ]]);
});

test('results have columns with types, pages, and lie in the bucket of the work group whatever the caller wished', async () => {
  const id = await start('SELECT n, amount, CAST(NULL AS varchar) AS empty, \'a"b,\n\' AS odd FROM ev WHERE n < 8 ORDER BY n');
  const execution = await ended(id);
  expect(execution.ResultConfiguration?.OutputLocation).toBe(`s3://waybill-test-results/athena/${id}.csv`);
  const pages: (string | undefined)[][][] = [];
  let token: string | undefined;
  do {
    const page = await athena.send(new GetQueryResultsCommand({ QueryExecutionId: id, MaxResults: 2, ...(token === undefined ? {} : { NextToken: token }) }));
    expect(page.ResultSet?.ResultSetMetadata?.ColumnInfo?.map(({ Name, Type, Precision, Scale }) => [Name, Type, Precision, Scale])).toEqual([['n', 'integer', 10, 0], ['amount', 'decimal', 14, 2], ['empty', 'varchar', 2147483647, 0], ['odd', 'varchar', 2147483647, 0]]);
    pages.push((page.ResultSet?.Rows ?? []).map(({ Data = [] }) => Data.map(({ VarCharValue }) => VarCharValue)));
    token = page.NextToken;
  } while (token !== undefined);
  expect(pages).toEqual([[['n', 'amount', 'empty', 'odd'], ['5', '6.25', undefined, 'a"b,\n']], [['6', '7.50', undefined, 'a"b,\n'], ['7', '8.75', undefined, 'a"b,\n']]]);
  const object = await s3.send(new GetObjectCommand({ Bucket: 'waybill-test-results', Key: `athena/${id}.csv` }));
  expect((await object.Body?.transformToString())?.split('\n')[0]).toBe('"n","amount","empty","odd"');
});

test('time travel by time, by snapshot and by branch', async () => {
  const [first, second] = spark.snapshots;
  expect(await rows(`SELECT count(*) FROM ev FOR VERSION AS OF ${first?.[0] ?? ''}`)).toEqual([['100']]);
  expect(await rows(`SELECT count(*) FROM ev FOR TIMESTAMP AS OF TIMESTAMP '${second?.[1] ?? ''} UTC'`)).toEqual([['120']]);
  expect(await rows('SELECT count(*) FROM ev FOR VERSION AS OF \'main\'')).toEqual([['115']]);
  expect(await reasonOf('SELECT 1 FROM ev FOR TIMESTAMP AS OF TIMESTAMP \'2020-01-01 00:00:00 UTC\'')).toMatch(/FAILED INVALID_ARGUMENTS: No version history/);
});

test('a table tells its own history', async () => {
  const snapshots = await rows('SELECT snapshot_id, operation FROM "ev$snapshots" ORDER BY committed_at');
  expect(snapshots.map(([id]) => id)).toEqual(spark.snapshots.map(([id]) => id));
  expect(snapshots.slice(0, 2).map(([, operation]) => operation)).toEqual(['append', 'append']);
  expect(await rows('SELECT is_current_ancestor, count(*) FROM "ev$history" GROUP BY 1')).toEqual([['true', '3']]);
  expect(await rows('SELECT content, sum(record_count) FROM "ev$files" GROUP BY 1 ORDER BY 1')).toEqual([['0', '120'], ['1', '5']]);
  expect(await rows('SELECT partition, record_count FROM "ev$partitions" ORDER BY record_count, CAST(partition.event_time_day AS varchar)')).toEqual([['{event_time_day=2026-11-03}', '24'], ['{event_time_day=2026-11-01}', '48'], ['{event_time_day=2026-11-02}', '48']]);
});

test('the catalog is shown', async () => {
  expect(await rows('SHOW DATABASES')).toEqual([[DATABASE]]);
  expect(await rows('SHOW TABLES')).toEqual([['ev']]);
  expect((await rows('DESCRIBE ev'))[0]?.[0]).toMatch(/^shipment_id +\tstring +\tThe shipment +$/);
});

test('a view is made, read, shown and dropped', async () => {
  await rows('CREATE OR REPLACE VIEW totals AS SELECT shipment_id, sum(amount) AS total, avg(amount) AS mean FROM ev GROUP BY shipment_id');
  expect(await rows('SELECT t.total, t.mean FROM totals t WHERE shipment_id = ?', ['\'S0\''])).toEqual([['1725.00', '75.0']]);
  expect(await rows('SHOW VIEWS')).toEqual([['totals']]);
  expect(await reasonOf('CREATE VIEW totals AS SELECT 1 AS a')).toBe('FAILED TABLE_ALREADY_EXISTS: View already exists: \'awsdatacatalog.waybill_test_silver.totals\'');
  expect(await reasonOf('CREATE OR REPLACE VIEW ev AS SELECT 1 AS a')).toMatch(/TABLE_ALREADY_EXISTS: Table already exists/);
  await rows('DROP VIEW totals');
  expect(await reasonOf('SELECT * FROM totals')).toMatch(/TABLE_NOT_FOUND/);
});

test.each([
  ['SELECT nope FROM ev', /FAILED COLUMN_NOT_FOUND: Column 'nope' cannot be resolved/],
  ['SELECT * FROM evv', /FAILED TABLE_NOT_FOUND: Table 'awsdatacatalog\.waybill_test_silver\.evv' does not exist\. Did you mean 'ev'\?/],
  ['SELECT * FROM nodb.ev', /FAILED SCHEMA_NOT_FOUND: Schema 'nodb' does not exist/],
  ['SELECT FROM', /FAILED SYNTAX_ERROR: line 1:/],
  ['SELECT 1; SELECT 2', /FAILED SYNTAX_ERROR: Only one sql statement is allowed/],
  ['SELECT n / 0 FROM ev', /FAILED DIVISION_BY_ZERO: Division by zero/],
  ['DELETE FROM ev WHERE n = 1', /FAILED NOT_SUPPORTED: DELETE changes data/],
  ['OPTIMIZE ev REWRITE DATA USING BIN_PACK', /FAILED NOT_SUPPORTED: OPTIMIZE changes data/],
  ['SELECT * FROM read_parquet(\'/etc/passwd\')', /FAILED (FUNCTION_NOT_FOUND|NOT_SUPPORTED)/],
  ['SELECT * FROM "/etc/passwd"', /FAILED TABLE_NOT_FOUND/],
])('%s fails with words that help', async (sql, words) => {
  expect(await reasonOf(sql)).toMatch(words);
});

test('bytes are counted anew each time; a query over the limit is cancelled and has no result', async () => {
  const scanned = async (): Promise<number> => (await ended(await start('SELECT sum(v) FROM ev'))).Statistics?.DataScannedInBytes ?? 0;
  const [once, again] = [await scanned(), await scanned()];
  expect(once).toBeGreaterThan(1000);
  expect(again).toBe(once);

  await athena.send(new UpdateWorkGroupCommand({ WorkGroup: WORK_GROUP, ConfigurationUpdates: { BytesScannedCutoffPerQuery: 1000 } }));
  const over = await ended(await start('SELECT sum(v) FROM ev'));
  await athena.send(new UpdateWorkGroupCommand({ WorkGroup: WORK_GROUP, ConfigurationUpdates: { BytesScannedCutoffPerQuery: SCAN_LIMIT } }));
  expect(over.Status?.State).toBe('CANCELLED');
  expect(over.Status?.StateChangeReason).toMatch(/^Bytes scanned limit was exceeded/);
  await expect(athena.send(new GetQueryResultsCommand({ QueryExecutionId: over.QueryExecutionId }))).rejects.toThrow('Query did not finish successfully. Final query state: CANCELLED');
});

test('a running query and a waiting one can be stopped', async () => {
  const endless = 'SELECT count(*) FROM ev a CROSS JOIN ev b CROSS JOIN ev c CROSS JOIN ev d CROSS JOIN ev e WHERE a.v * b.v + c.v * d.v > e.v';
  const ids = [await start(endless), await start(endless), await start(endless)];
  const { QueryExecutions } = await athena.send(new BatchGetQueryExecutionCommand({ QueryExecutionIds: ids }));
  expect(QueryExecutions?.map(({ Status }) => Status?.State)).toEqual(['RUNNING', 'RUNNING', 'QUEUED']);
  for (const QueryExecutionId of ids) await athena.send(new StopQueryExecutionCommand({ QueryExecutionId }));
  for (const id of ids) expect((await ended(id)).Status).toMatchObject({ State: 'CANCELLED', StateChangeReason: 'Query cancelled by user' });
});

test('history survives a restart of the edge; what was at work then has failed', async () => {
  const before = await start('SELECT n FROM ev WHERE n = 7');
  await ended(before);
  const running = await start('SELECT count(*) FROM ev a CROSS JOIN ev b CROSS JOIN ev c CROSS JOIN ev d CROSS JOIN ev e WHERE a.v * b.v + c.v * d.v > e.v');
  await sandbox.kill('edge');
  expect((await athena.send(new GetQueryResultsCommand({ QueryExecutionId: before }))).ResultSet?.Rows?.[1]?.Data?.[0]?.VarCharValue).toBe('7');
  expect((await athena.send(new ListQueryExecutionsCommand({ WorkGroup: WORK_GROUP, MaxResults: 2 }))).QueryExecutionIds).toEqual([running, before]);
  expect(await reasonOf('SELECT 1')).toBe('SUCCEEDED ');
  expect((await athena.send(new GetQueryExecutionCommand({ QueryExecutionId: running }))).QueryExecution?.Status).toMatchObject({ State: 'FAILED', StateChangeReason: 'The sandbox was stopped while the query ran. Start it again.' });
});
