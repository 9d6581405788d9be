/** Glue jobs on real Spark, through the edge: what they do, what they refuse, how they end. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { BatchStopJobRunCommand, GetJobRunsCommand, GetTableCommand } from '@aws-sdk/client-glue';
import { descriptionFile } from '../../../sandbox/lake-environment.ts';
import { sandboxPaths } from '../../../sandbox/supervisor/paths.ts';
import { isAlive } from '../../../sandbox/supervisor/processes.ts';
import { currentSnapshot } from '../../../sandbox/supervisor/snapshots.ts';
import type { SnapshotInfo } from '../../../sandbox/supervisor/snapshots.ts';
import { type Sandbox, startSandbox } from '../harness.ts';
import { demandLake } from '../lake.ts';
import { DATABASE, deployTinyLake } from './jobs.ts';
import type { TinyLake } from './jobs.ts';
import { until } from '../../until.ts';

jest.setTimeout(900_000);

let sandbox: Sandbox;
let lake: TinyLake;
let logs: CloudWatchLogsClient;
/** The description of Spark's set-up as this sandbox sees it: absent at first. */
const folder = mkdtempSync(join(tmpdir(), 'waybill-lake-'));
const description = join(folder, 'lake-environment.json');

beforeAll(async () => {
  await demandLake();
  sandbox = await startSandbox({ snapshotSeconds: 20, env: { WAYBILL_LAKE_DESCRIPTION: description, WAYBILL_SPARK_PROCESSES: '1' } });
  lake = await deployTinyLake(sandbox, [{ name: 'load-tiny' }, { name: 'try-again', maxRetries: 1 }, { name: 'other-tiny', maxConcurrentRuns: 3 }]);
  logs = new CloudWatchLogsClient(sandbox.client);
});
afterAll(async () => {
  lake?.close();
  logs?.destroy();
  await sandbox?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const said = async (logGroupName: string): Promise<string> => ((await logs.send(new FilterLogEventsCommand({ logGroupName }))).events ?? []).map(({ message }) => message ?? '').join('\n');
const status = async (): Promise<{ going: { run: string; pid?: number }[] }> => ((await (await fetch(`${sandbox.endpoint}/_waybill/status`)).json()) as { parts: { glue: { going: { run: string; pid?: number }[] } } }).parts.glue;
/** Java and the job's Python are both at work. */
const begun = async (run: string): Promise<void> => until(async () => (await said('/aws-glue/jobs/output')).includes(`run ${run} has begun`), `run ${run} has begun`, 60_000);
const pidOf = async (id: string): Promise<number> => (await status()).going.find(({ run }) => run === id)?.pid ?? 0;

it('waits for the set-up of Spark with a reason that says so, then writes an Iceberg table and reads it back', async () => {
  const id = await lake.start('load-tiny', { '--run': 'r1' });
  expect(await lake.reach('load-tiny', id, 'WAITING')).toMatchObject({ JobRunState: 'WAITING', StateDetail: expect.stringContaining('setup --lake') as string, Arguments: { '--run': 'r1' } });

  copyFileSync(descriptionFile(), description);
  const run = await lake.reach('load-tiny', id);

  expect(run).toMatchObject({ JobRunState: 'SUCCEEDED', Attempt: 0, JobName: 'load-tiny', Timeout: 30, WorkerType: 'G.1X' });
  expect(run.ExecutionTime).toBeGreaterThan(0);
  const { rows, argv } = await lake.answer();
  expect(rows).toEqual([{ id: 'a', value: 1, run: 'r1' }, { id: 'b', value: 2, run: 'r1' }]);
  expect(argv).toEqual(expect.arrayContaining(['--JOB_NAME', 'load-tiny', '--database', DATABASE]));
  expect(argv).not.toContain('--datalake-formats');
  const { Table: table } = await lake.glue.send(new GetTableCommand({ DatabaseName: DATABASE, Name: 'events' }));
  expect(table?.Parameters).toMatchObject({ table_type: 'ICEBERG', metadata_location: expect.stringContaining('s3://tiny-lake/warehouse/') as string });
});

it('carries what a job says to Glue\'s groups and to its own', async () => {
  await until(async () => (await said('/aws-glue/jobs/output')).includes('2 rows'), 'the last line arrived');

  expect(await said('/aws-glue/jobs/output')).toContain('run r1 has begun');
  expect(await said('/waybill/tiny')).toContain('run r1 has begun');
});

it('names the job in the request log as the caller', async () => {
  const requests = (await (await fetch(`${sandbox.endpoint}/_waybill/requests?caller=${encodeURIComponent('job load-tiny')}&limit=500`)).json()) as { service: string; operation: string }[];
  const calls = new Set(requests.map(({ service, operation }) => `${service} ${operation}`));

  expect([...calls]).toEqual(expect.arrayContaining(['glue CreateTable', 'glue UpdateTable', 's3 PutObject', 's3 ListObjectsV2']));
});

it('fails with the job\'s own last words, and tries again under an id of its own when the job allows it', async () => {
  const id = await lake.start('try-again', { '--fail': 'no objects below bronze/2026-11-21: nothing to load' });

  expect(await lake.reach('try-again', id)).toMatchObject({ JobRunState: 'FAILED', ErrorMessage: 'no objects below bronze/2026-11-21: nothing to load' });
  expect(await lake.reach('try-again', `${id}_attempt_1`)).toMatchObject({ JobRunState: 'FAILED', Attempt: 1, PreviousRunId: id });
  const { JobRuns: runs } = await lake.glue.send(new GetJobRunsCommand({ JobName: 'try-again' }));
  expect(runs?.map((run) => run.Id)).toEqual([`${id}_attempt_1`, id]);
});

it('refuses a run above the job\'s limit, lets another job wait for the place, and stops both', async () => {
  const running = await lake.start('load-tiny', { '--sleep': '600' });
  await lake.reach('load-tiny', running, 'RUNNING');
  await expect(lake.start('load-tiny')).rejects.toMatchObject({ name: 'ConcurrentRunsExceededException' });
  const waiting = await lake.start('other-tiny');
  expect(await lake.reach('other-tiny', waiting, 'WAITING')).toMatchObject({ JobRunState: 'WAITING', StateDetail: '1 of 1 places for Spark are taken.' });

  const pid = await pidOf(running);
  const stop = async (JobName: string, id: string): Promise<unknown> => lake.glue.send(new BatchStopJobRunCommand({ JobName, JobRunIds: [id] }));
  expect(await stop('other-tiny', waiting)).toMatchObject({ SuccessfulSubmissions: [{ JobRunId: waiting }], Errors: [] });
  await stop('load-tiny', running);

  expect(await lake.reach('other-tiny', waiting)).toMatchObject({ JobRunState: 'STOPPED', ExecutionTime: 0 });
  expect(await lake.reach('load-tiny', running)).toMatchObject({ JobRunState: 'STOPPED' });
  expect(pid).toBeGreaterThan(1);
  expect(isAlive(pid)).toBe(false);
  expect(await stop('load-tiny', running)).toMatchObject({ SuccessfulSubmissions: [], Errors: [{ ErrorDetail: { ErrorCode: 'JobRunCannotBeStoppedException' } }] });
});

it('fails a run whose Spark is killed, and says by what', async () => {
  const id = await lake.start('load-tiny', { '--run': 'killed', '--sleep': '600' });
  await begun('killed');
  process.kill(await pidOf(id), 'SIGKILL');

  expect(await lake.reach('load-tiny', id)).toMatchObject({ JobRunState: 'FAILED', ErrorMessage: 'Spark was killed (SIGKILL)' });
});

it('knows after a SIGKILL of the edge what ran: that run is lost, its Spark is ended, and what waited runs', async () => {
  const lost = await lake.start('load-tiny', { '--run': 'lost', '--sleep': '600' });
  await begun('lost');
  const waiting = await lake.start('other-tiny', { '--run': 'r2' });
  const pid = await pidOf(lost);

  await sandbox.kill('edge');
  await until(async () => (await fetch(`${sandbox.endpoint}/_waybill/health`).catch(() => undefined))?.ok === true, 'the edge answers');

  expect(await lake.reach('load-tiny', lost)).toMatchObject({ JobRunState: 'FAILED', ErrorMessage: expect.stringContaining('The run was lost') as string });
  expect(isAlive(pid)).toBe(false);
  expect(await lake.reach('other-tiny', waiting)).toMatchObject({ JobRunState: 'SUCCEEDED' });
});

it('goes on from the metadata that the snapshot knew when the control plane is killed, whatever was committed after it', async () => {
  const location = async (): Promise<string> => (await lake.glue.send(new GetTableCommand({ DatabaseName: DATABASE, Name: 'events' }))).Table?.Parameters?.['metadata_location'] ?? '';
  const snapshot = (): SnapshotInfo | undefined => currentSnapshot(sandboxPaths(sandbox.dir));
  let [before, after, id] = ['', '', snapshot()?.id];
  await lake.put('in/part-2.ndjson', '{"id": "c", "value": 3}\n');
  // A run that took so long that the next snapshot knows of it proves nothing: another.
  for (let tries = 0; tries < 4 && (tries === 0 || snapshot()?.id !== id); tries += 1) {
    const asked = new Date();
    await until(() => (snapshot()?.takenAt ?? asked) > asked, 'the next snapshot was taken', 60_000);
    [before, id] = [await location(), snapshot()?.id];
    await lake.reach('other-tiny', await lake.start('other-tiny', { '--run': `r3-${tries}` }));
    after = await location();
  }

  await sandbox.kill('control');
  await until(async () => (await fetch(`${sandbox.endpoint}/_waybill/health`).catch(() => undefined))?.ok === true, 'the edge answers');
  const back = await location();
  const again = await lake.reach('other-tiny', await lake.start('other-tiny', { '--run': 'r4' }));

  expect(after).not.toBe(before);
  expect(back).toBe(before);
  expect(again).toMatchObject({ JobRunState: 'SUCCEEDED' });
  expect((await lake.answer()).rows.map(({ id, run }) => [id, run])).toEqual([['a', 'r4'], ['b', 'r4'], ['c', 'r4']]);
});
