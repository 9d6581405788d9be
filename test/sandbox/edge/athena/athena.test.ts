import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAthena } from '../../../../sandbox/edge/athena/athena.ts';
import type { Athena } from '../../../../sandbox/edge/athena/athena.ts';
import type { QueryOutcome, QueryProcess, QueryRequest } from '../../../../sandbox/edge/athena/query-process.ts';
import { createQueryProcess } from '../../../../sandbox/edge/athena/query-process.ts';
import { csvRows, textRows } from '../../../../sandbox/edge/athena/result-pages.ts';
import { ControlError } from '../../../../sandbox/edge/control-client.ts';
import type { ControlClient, ControlReply, ControlRequest } from '../../../../sandbox/edge/control-client.ts';
import { silentSink } from '../../../../sandbox/edge/metric-sink.ts';
import type { MetricDatum } from '../../../../sandbox/edge/metric-sink.ts';

/** Work groups and objects of a control plane; nothing else is asked of it here. */
class Control {
  readonly groups = new Map<string, object>([['primary', {}]]);
  readonly objects = new Map<string, string>();
  readonly port = 1;
  readonly region = 'eu-central-1';

  json(_service: string, target: string, input: object): Promise<Record<string, unknown>> {
    const name = (input as { WorkGroup: string }).WorkGroup;
    const settings = this.groups.get(name);
    if (settings === undefined) return Promise.reject(new ControlError(target, { code: 'InvalidRequestException', status: 400, detail: 'no' }));
    return Promise.resolve({ WorkGroup: { Name: name, State: 'ENABLED', ...settings } });
  }

  send({ path, headers }: ControlRequest): Promise<ControlReply> {
    const body = this.objects.get(path);
    if (body === undefined) return Promise.resolve({ status: 404, headers: {}, body: Buffer.alloc(0) });
    const range = /^bytes=(\d+)-(\d+)$/.exec(headers?.['range'] ?? '');
    const bytes = Buffer.from(body);
    if (range === null) return Promise.resolve({ status: 200, headers: {}, body: bytes });
    return Promise.resolve({ status: 206, headers: { 'content-range': `bytes ${range[1]}-x/${bytes.length}` }, body: bytes.subarray(Number(range[1]), Number(range[2]) + 1) });
  }
}

/** Runs nothing: the test says how each query ends. */
class Process implements QueryProcess {
  readonly asked: QueryRequest[] = [];
  readonly cancelled: string[] = [];
  readonly #settle = new Map<string, (outcome: QueryOutcome) => void>();

  run(request: QueryRequest): Promise<QueryOutcome> {
    this.asked.push(request);
    return new Promise((resolve) => this.#settle.set(request.id, resolve));
  }

  async end(id: string, outcome: QueryOutcome): Promise<void> {
    this.#settle.get(id)?.(outcome);
    await new Promise((resolve) => setImmediate(resolve));
  }

  cancel(id: string): void {
    this.cancelled.push(id);
  }

  status = (): object => ({});
  stop = (): Promise<void> => Promise.resolve();
}

const ENFORCED = { Configuration: { EnforceWorkGroupConfiguration: 'true', BytesScannedCutoffPerQuery: 10_000_000, PublishCloudWatchMetricsEnabled: true, ResultConfiguration: { OutputLocation: 's3://results/athena' } } };
const done = (output: string): QueryOutcome => ({ kind: 'done', output, statement: 'DML', substatement: 'SELECT', scannedBytes: 500, engineMs: 20 });

let dir: string;
let control: Control;
let process: Process;
let metrics: MetricDatum[];
let athena: Athena;

function open(): Athena {
  const sink = { ...silentSink, put: (datum: MetricDatum) => void metrics.push(datum) };
  return createAthena({ control: control as unknown as ControlClient, sink, dir, endpoint: '', region: '', logFile: '', lake: () => undefined, process, now: () => 1_700_000_000_000 });
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'waybill-athena-'));
  control = new Control();
  control.groups.set('waybill', ENFORCED);
  process = new Process();
  metrics = [];
  athena = open();
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

interface Answer { readonly status: number; readonly body: Record<string, any> } // eslint-disable-line @typescript-eslint/no-explicit-any

async function call(operation: string, input: object): Promise<Answer> {
  const request = { service: 'athena', operation, resource: '', caller: 'user', worker: '', attempt: 1, protocol: 'json' as const, method: 'POST', path: '/', headers: {}, body: Buffer.from(JSON.stringify(input)) };
  const reply = await athena.handle(request);
  return { status: reply.status, body: JSON.parse(String(reply.body)) as Answer['body'] };
}

const start = async (more: object = {}): Promise<string> => String((await call('StartQueryExecution', { QueryString: 'SELECT 1', WorkGroup: 'waybill', ...more })).body['QueryExecutionId']);
const stateOf = async (id: string): Promise<unknown> => (await call('GetQueryExecution', { QueryExecutionId: id })).body['QueryExecution'].Status.State; // eslint-disable-line @typescript-eslint/no-unsafe-member-access

test('it serves queries and the catalog; work groups and named queries stay with the control plane', () => {
  const handles = (operation: string): boolean => athena.handles({ service: 'athena', operation } as Parameters<Athena['handles']>[0]);
  expect(['StartQueryExecution', 'GetQueryResults', 'ListTableMetadata'].map(handles)).toEqual([true, true, true]);
  expect(['GetWorkGroup', 'ListNamedQueries'].map(handles)).toEqual([false, false]);
});

test('the place of results and the limit are the work group\'s when it enforces them', async () => {
  const id = await start({ ResultConfiguration: { OutputLocation: 's3://mine/' }, QueryExecutionContext: { Database: 'db' }, ExecutionParameters: ['1'] });
  expect(process.asked).toEqual([{ id, sql: 'SELECT 1', parameters: ['1'], output: `s3://results/athena/${id}`, database: 'db', limit: 10_000_000 }]);
});

test('without enforcement the caller chooses; with no place at all the query is refused', async () => {
  control.groups.set('free', { Configuration: { EnforceWorkGroupConfiguration: false } });
  const id = await start({ WorkGroup: 'free', ResultConfiguration: { OutputLocation: 's3://mine' } });
  expect(process.asked[0]?.output).toBe(`s3://mine/${id}`);
  expect((await call('StartQueryExecution', { QueryString: 'SELECT 1', WorkGroup: 'free' })).body).toMatchObject({ __type: 'InvalidRequestException', message: expect.stringContaining('No output location provided') as string });
});

test.each([
  ['an unknown work group', { WorkGroup: 'nope' }, /WorkGroup nope is not found/],
  ['an empty query', { QueryString: ' ' }, /must not be empty/],
  ['a query that is too long', { QueryString: 'x'.repeat(262_145) }, /262145 bytes, allowed are 262144/],
])('%s is refused', async (_what, input, words) => {
  const { status, body } = await call('StartQueryExecution', { QueryString: 'SELECT 1', WorkGroup: 'waybill', ...input });
  expect(status).toBe(400);
  expect(body['message']).toMatch(words);
});

test('a disabled work group runs nothing', async () => {
  control.groups.set('waybill', { ...ENFORCED, State: 'DISABLED' });
  expect((await call('StartQueryExecution', { QueryString: 'SELECT 1', WorkGroup: 'waybill' })).body['message']).toBe('WorkGroup waybill is disabled.');
});

test('two run, others wait in order; a waiting one is cancelled without having run', async () => {
  const ids = [await start(), await start(), await start(), await start()];
  expect(await Promise.all(ids.map(stateOf))).toEqual(['RUNNING', 'RUNNING', 'QUEUED', 'QUEUED']);
  await call('StopQueryExecution', { QueryExecutionId: ids[2] });
  await process.end(ids[0] ?? '', done('s3://results/x.csv'));
  expect(await Promise.all(ids.map(stateOf))).toEqual(['SUCCEEDED', 'RUNNING', 'CANCELLED', 'RUNNING']);
  expect(process.asked.map(({ id }) => id)).toEqual([ids[0], ids[1], ids[3]]);
});

test('a running query is cancelled by its process', async () => {
  const id = await start();
  await call('StopQueryExecution', { QueryExecutionId: id });
  expect(process.cancelled).toEqual([id]);
  expect(await stateOf(id)).toBe('RUNNING');
  await process.end(id, { kind: 'cancelled', reason: 'Query cancelled by user', byUser: true, scannedBytes: 7, engineMs: 1 });
  expect(await stateOf(id)).toBe('CANCELLED');
});

test('the twenty-first query at once is refused', async () => {
  for (let n = 0; n < 20; n++) await start();
  expect((await call('StartQueryExecution', { QueryString: 'SELECT 1', WorkGroup: 'waybill' })).body['__type']).toBe('TooManyRequestsException');
});

test('the same token starts one query; with another text it is a mistake', async () => {
  const ClientRequestToken = 'a'.repeat(32);
  const id = await start({ ClientRequestToken });
  expect(await start({ ClientRequestToken })).toBe(id);
  expect(process.asked).toHaveLength(1);
  expect((await call('StartQueryExecution', { QueryString: 'SELECT 2', WorkGroup: 'waybill', ClientRequestToken })).body['message']).toMatch(/^Idempotent parameters do not match/);
});

test('a failure carries its reason, category and what it read', async () => {
  const id = await start();
  await process.end(id, { kind: 'failed', reason: 'TABLE_NOT_FOUND: no', byUser: true, scannedBytes: 3, engineMs: 4 });
  const { body } = await call('GetQueryExecution', { QueryExecutionId: id });
  expect(body['QueryExecution']).toMatchObject({
    Status: { State: 'FAILED', StateChangeReason: 'TABLE_NOT_FOUND: no', AthenaError: { ErrorCategory: 2, ErrorMessage: 'TABLE_NOT_FOUND: no' } },
    Statistics: { DataScannedInBytes: 3, EngineExecutionTimeInMillis: 4 },
    WorkGroup: 'waybill',
  });
});

test('results are asked for too early, or of a query that failed', async () => {
  const id = await start();
  expect((await call('GetQueryResults', { QueryExecutionId: id })).body['message']).toBe('Query has not yet finished. Current state: RUNNING');
  await process.end(id, { kind: 'failed', reason: 'x', byUser: true, scannedBytes: 0, engineMs: 0 });
  expect((await call('GetQueryResults', { QueryExecutionId: id })).body['message']).toBe('Query did not finish successfully. Final query state: FAILED');
  expect((await call('GetQueryResults', { QueryExecutionId: 'nope' })).body['message']).toBe('QueryExecution nope was not found');
});

test('a result is paged by its rows, not by its size', async () => {
  control.objects.set('/results/r.csv', '"n","t"\n"1","a"\n"2",\n"3","ä,""\n"\n');
  control.objects.set('/results/r.csv.metadata', '{"columns":[{"Name":"n","Type":"integer"}],"rows":3}');
  const id = await start();
  await process.end(id, done('s3://results/r.csv'));
  const pages: unknown[] = [];
  let token: string | undefined;
  do {
    const { body } = await call('GetQueryResults', { QueryExecutionId: id, MaxResults: 3, ...(token === undefined ? {} : { NextToken: token }) });
    pages.push((body['ResultSet'] as { Rows: { Data: object[] }[] }).Rows.map(({ Data }) => Data));
    token = body['NextToken'] as string | undefined;
  } while (token !== undefined);
  expect(pages).toEqual([
    [[{ VarCharValue: 'n' }, { VarCharValue: 't' }], [{ VarCharValue: '1' }, { VarCharValue: 'a' }], [{ VarCharValue: '2' }, {}]],
    [[{ VarCharValue: '3' }, { VarCharValue: 'ä,"\n' }]],
  ]);
  expect((await call('GetQueryResults', { QueryExecutionId: id, NextToken: 'AAAA' })).body['message']).toMatch(/NextToken is not one/);
  expect((await call('GetQueryResults', { QueryExecutionId: id, MaxResults: 1001 })).body['message']).toBe('MaxResults is 1001; allowed: 1 to 1000.');
});

test('a page ends with its last whole row', () => {
  expect(csvRows(Buffer.from('"a","b\n"\n"c'), 10)).toEqual({ rows: [['a', 'b\n']], used: 9 });
  expect(csvRows(Buffer.from('"",\n'), 10)).toEqual({ rows: [['', undefined]], used: 4 });
  expect(textRows(Buffer.from('one\ntw'), 10)).toEqual({ rows: [['one']], used: 4 });
});

test('history is listed newest first, by work group, and bounded', async () => {
  control.groups.set('other', ENFORCED);
  const ids: string[] = [];
  for (let n = 0; n < 510; n++) {
    const id = await start();
    await process.end(id, done('s3://results/x.csv'));
    ids.push(id);
  }
  await start({ WorkGroup: 'other' });
  const { body } = await call('ListQueryExecutions', { WorkGroup: 'waybill', MaxResults: 2 });
  expect(body['QueryExecutionIds']).toEqual([ids[509], ids[508]]);
  expect((await call('ListQueryExecutions', { WorkGroup: 'waybill', MaxResults: 2, NextToken: body['NextToken'] as string })).body['QueryExecutionIds']).toEqual([ids[507], ids[506]]);
  expect((await call('GetQueryExecution', { QueryExecutionId: ids[0] })).status).toBe(400);
  expect(athena.status()).toMatchObject({ kept: 500 });
});

test('after a restart the history is there, and what ran has failed', async () => {
  const [ended, running] = [await start(), await start()];
  await process.end(ended, done('s3://results/x.csv'));
  athena = open();
  expect(await stateOf(ended)).toBe('SUCCEEDED');
  expect(await stateOf(running)).toBe('FAILED');
});

test('the work group\'s metrics say what was read', async () => {
  const id = await start();
  await process.end(id, done('s3://results/x.csv'));
  expect(metrics.map(({ namespace, name, value }) => [namespace, name, value])).toEqual([['AWS/Athena', 'ProcessedBytes', 500], ['AWS/Athena', 'EngineExecutionTime', 20], ['AWS/Athena', 'TotalExecutionTime', 0]]);
  expect(metrics[0]?.dimensions).toEqual({ WorkGroup: 'waybill', QueryState: 'SUCCEEDED', QueryType: 'DML' });
});

describe('the process of queries', () => {
  const request: QueryRequest = { id: 'q', sql: 'SELECT 1', parameters: [], output: 's3://results/q' };
  const made = (python: string | undefined): QueryProcess => createQueryProcess({ lake: () => (python === undefined ? undefined : { python, duckdbExtensions: '' }), endpoint: '', region: '', logFile: join(dir, 'athena.log') });

  test('says so when the lake\'s Python is not set up yet', async () => {
    expect(await made(undefined).run(request)).toMatchObject({ kind: 'failed', byUser: false, reason: expect.stringContaining('not set up yet') as string });
  });

  test('that cannot start is a failed query with the place of its words', async () => {
    expect(await made('/no/such/python').run(request)).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/ENOENT.*athena\.log/) as string });
  });

  test('that dies is a failed query; the next one starts it again', async () => {
    const dying = made('/bin/false');
    expect(await dying.run(request)).toMatchObject({ kind: 'failed', reason: expect.stringContaining('exit code') as string });
    expect(await dying.run({ ...request, id: 'again' })).toMatchObject({ kind: 'failed', reason: expect.stringContaining('exit code') as string });
  });
});
