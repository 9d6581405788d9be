/**
 * A week of gold built again by one command, ended in the middle and gone on with, while the stream road lives: each day is published
 * once, the result is what single builds give, and nothing live is written by it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { caughtUp } from '../../cli/world/caught-up.ts';
import { putSimulated } from '../../cli/world/put-simulated.ts';
import { addDays, businessDay } from '../../domain/time/business-day.ts';
import { createWorld, history } from '../../simulator/index.ts';
import type { SimulatedRecord } from '../../simulator/index.ts';
import { lakePython } from '../sandbox/athena/lake-python.ts';
import { deployed } from './deployed.ts';
import type { CommandResult, Deployed } from './deployed.ts';
import { until } from '../until.ts';

jest.setTimeout(1_200_000);

/** Business time zone of the local profile (lib/config/profiles.ts). */
const ZONE = 'Europe/Berlin';
const to = addDays(businessDay(Date.now(), ZONE), -1);
const from = addDays(to, -6);
const RANGE = ['--from', from, '--to', to, '--run', 'week', '--days-per-run', '2', '--width', '1', '--yes'];
/** Operations that change something of the live road. */
const LIVE = /^(dynamodb (?!.*lake-ledger)|kinesis |lambda )/;

interface Request { readonly caller: string; readonly service: string; readonly operation: string; readonly resource?: string }

let app: Deployed;
let ended: CommandResult;
let liveRecords: SimulatedRecord[];

const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await app.waybillJson<{ rows: Record<string, unknown>[] }>('query', sql)).rows;
const backfill = (...more: string[]): Promise<CommandResult> => app.waybill('backfill', ...RANGE, ...more);
const doneDays = async (): Promise<number> => 7 - (await app.waybillJson<{ days: unknown[] }>('backfill', ...RANGE, '--dry-run')).days.length;
/** Notes of sets that have ended, well or mixed; that of a set's beginning is left out. */
const ENDED_SETS = 'SELECT table_name, CAST(business_date AS varchar) AS day, state, count(*) AS n FROM waybill_local_ops.data_versions WHERE state <> \'publishing\' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3';

/** What really happened after the week: it changes no day of it, whenever it is loaded. */
function isOfToday({ contract, data }: SimulatedRecord): boolean {
  const text = data.toString();
  if (contract !== 'shipment-event' || !text.includes('"eventClassifier":"ACTUAL"') || text.includes('"correctsEventId"')) return false;
  const at = Date.parse(/"eventTime":"([^"]+)"/.exec(text)?.[1] ?? '');
  return Number.isFinite(at) && businessDay(at, ZONE) > to;
}

async function put(records: readonly SimulatedRecord[]): Promise<void> {
  const client = new KinesisClient(app.platform.client);
  await putSimulated(client, 'local', records);
  client.destroy();
}

beforeAll(async () => {
  await lakePython();
  app = await deployed();
  const records = [...history(createWorld({ seed: 41, now: Date.now(), days: 10, shipments: 150, orders: true }))];
  liveRecords = records.filter(isOfToday);
  await put(records.filter((record) => !isOfToday(record)));
  await caughtUp(app.platform);
  const loaded = await app.waybill('run', 'ingest-silver');
  if (loaded.code !== 0) throw new Error(`ingest-silver: ${loaded.out}${loaded.err}`);
});
afterAll(() => app.stop());

test('a dry run says days, bytes, time and price, and touches nothing', async () => {
  const { code, out } = await app.waybill('backfill', ...RANGE, '--dry-run');
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringMatching(/^7 days from .*of silver\.\n4 Glue runs[^]*Nothing was touched/) as string });
  expect(await rows('SELECT count(*) AS n FROM waybill_local_ops.data_versions')).toEqual([{ n: 0 }]);
});

test('ended in the middle, the same command goes on with the days that are left, while live events flow', async () => {
  const { execution } = await app.waybillJson<{ execution: string }>('backfill', ...RANGE, '--no-follow');
  await until(async () => (await doneDays()) > 0, 'the first day is done', 300_000);
  expect(await app.waybill('executions', 'stop', execution, '--yes')).toMatchObject({ code: 0 });
  const doneBefore = await doneDays();
  expect(doneBefore).toBeLessThan(7);

  expect(liveRecords.length).toBeGreaterThan(0);
  const live = put(liveRecords);
  ended = await backfill();
  await live;
  expect(ended.code).toBe(0);
  expect(ended.err).toContain(`${doneBefore} day`);
  expect(ended.out).toMatch(/week: 7 of 7 days done/);
});

test('each table of each day was published once', async () => {
  const published = await rows(ENDED_SETS);
  expect(published.filter(({ state, n }) => state !== 'complete' || n !== 1)).toEqual([]);
  expect([...new Set(published.map(({ day }) => day))].sort()).toEqual(Array.from({ length: 7 }, (_, more) => addDays(from, more)));
});

test('a comparison with a new build of the same days finds no difference', async () => {
  const report = await app.waybillJson<{ mismatchPercent: number }>('compare-logic', '--from', from, '--to', to, '--against', 'published');
  expect(report.mismatchPercent).toBe(0);
});

test('no Spark job wrote to what is live: streams, functions, state tables', () => {
  const log = readFileSync(join(app.sandbox.dir, 'logs', 'requests.ndjson'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Request);
  const ofJobs = log.filter(({ caller }) => caller.startsWith('job '));
  expect(ofJobs.length).toBeGreaterThan(100);
  expect(ofJobs.map(({ service, operation, resource = '' }) => `${service} ${operation} ${resource}`).filter((each) => LIVE.test(each))).toEqual([]);
});
