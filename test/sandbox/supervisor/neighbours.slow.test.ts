/** Sandboxes side by side, and supervisors that meet trouble from outside. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, CreateTableCommand, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { readEvents } from '../../../sandbox/supervisor/events.ts';
import { sandboxPaths } from '../../../sandbox/supervisor/paths.ts';
import { isAlive } from '../../../sandbox/supervisor/processes.ts';
import { sandboxStatus } from '../../../sandbox/supervisor/status.ts';
import { NODE_24, PROJECT, startSandbox, SUPERVISOR } from '../harness.ts';
import type { Sandbox } from '../harness.ts';
import { until } from '../../until.ts';

jest.setTimeout(120_000);

const folders: string[] = [];
const folder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'waybill-neighbours-'));
  folders.push(dir);
  return dir;
};
const started: Sandbox[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((sandbox) => sandbox.stop()));
  for (const dir of folders.splice(0)) rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
});

it('runs two sandboxes side by side that know nothing of each other', async () => {
  started.push(...(await Promise.all([startSandbox(), startSandbox()])));
  const [one, two] = started as [Sandbox, Sandbox];

  await makeTable(one, 'first-only');
  await makeTable(two, 'second-only');

  expect(await tables(one)).toEqual(['first-only']);
  expect(await tables(two)).toEqual(['second-only']);
  await one.stop();
  expect(await tables(two)).toEqual(['second-only']);
});

it('saves and stops the parts of a supervisor that was killed, and goes on with their state', async () => {
  const dir = folder();
  const sandbox = await startSandbox({ dir });
  await makeTable(sandbox, 'kept');
  const { pids } = sandbox.running();
  process.kill(pids.supervisor, 'SIGKILL');
  await until(() => !isAlive(pids.supervisor), 'the supervisor was gone');
  expect((await sandboxStatus(sandboxPaths(dir))).state).toBe('orphaned');

  const again = await startSandbox({ dir });
  started.push(again);

  expect(isAlive(pids.control) || isAlive(pids.edge)).toBe(false);
  expect(await tables(again)).toEqual(['kept']);
  expect((await sandboxStatus(sandboxPaths(dir))).lost).toEqual([]);
});

it('names the lost interval when everything was killed at once', async () => {
  const dir = folder();
  const sandbox = await startSandbox({ dir, snapshotSeconds: 1 });
  await makeTable(sandbox, 'saved');
  await until(async () => (await sandboxStatus(sandboxPaths(dir))).snapshot !== null, 'a snapshot was taken');
  const { pids } = sandbox.running();
  for (const pid of [pids.supervisor, pids.control, pids.edge]) process.kill(pid, 'SIGKILL');
  await until(() => !isAlive(pids.supervisor) && !isAlive(pids.control), 'they were gone');

  const again = await startSandbox({ dir });
  started.push(again);

  expect(readEvents(sandboxPaths(dir)).map((event) => event.event)).toContain('unclean-end');
  expect((await sandboxStatus(sandboxPaths(dir))).lost).toMatchObject([{ event: 'unclean-end', detail: 'the sandbox ended without being stopped' }]);
});

it('refuses a taken port by naming its holder, and a second sandbox in one folder by naming the first', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address() as AddressInfo;
  const taken = supervisor(['up', '--dir', folder(), '--port', String(port)]);
  server.close();
  expect(taken).toMatchObject({ code: 1, last: { step: 'ports', state: 'fail', detail: `Port ${port} is taken.` } });

  const sandbox = await startSandbox();
  started.push(sandbox);
  const second = supervisor(['up', '--dir', sandbox.dir, '--port', '0']);
  expect(second.code).toBe(1);
  expect(second.last).toMatchObject({ state: 'fail', detail: expect.stringContaining(sandbox.endpoint) as unknown });
});

it('says what to do when there is no Python that is new enough', () => {
  const old = join(folder(), 'python3');
  writeFileSync(old, '#!/bin/sh\necho 3.8.10\n', { mode: 0o755 });
  const run = supervisor(['setup', '--dir', folder()], { WAYBILL_PYTHON: old });
  expect(run.code).toBe(1);
  expect(run.last).toMatchObject({ step: 'python', state: 'fail', detail: 'Python 3.10 or newer is needed and was not found.', why: `Found only: ${old} is 3.8.10.`, do: expect.stringContaining('python3-venv') as unknown });
});

it('gives up, with the reason, when a part ends again and again', () => {
  const broken = join(folder(), 'edge.mjs');
  writeFileSync(broken, `
    import http from 'node:http';
    http.createServer((request, response) => { response.end('{}'); setTimeout(() => process.exit(7), 20); }).listen(Number(process.env.WAYBILL_EDGE_PORT), '127.0.0.1');
  `);
  const run = supervisor(['up', '--dir', folder(), '--port', '0'], { WAYBILL_EDGE_ENTRY: broken });
  expect(run.code).toBe(1);
  expect(JSON.stringify(run.last)).toMatch(/ended|did not answer/);
});

it('runs in the background with --detach, answers status, doctor and stop, and reset removes what it made', () => {
  const dir = join(folder(), 'state');
  expect(supervisor(['up', '--dir', dir, '--port', '0', '--detach'])).toMatchObject({ code: 0, last: { step: 'ready', dir } });

  const status = supervisor(['status', '--dir', dir, '--json']);
  expect(status).toMatchObject({ code: 0, last: { state: 'running', parts: [{ part: 'supervisor', alive: true }, { part: 'edge', alive: true }, { part: 'control', alive: true }] } });
  expect(supervisor(['doctor', '--dir', dir]).output).toContain('pins hold');
  expect(supervisor(['stop', '--dir', dir]).output).toContain('its state is saved');
  expect(supervisor(['status', '--dir', dir, '--json'])).toMatchObject({ code: 1, last: { state: 'stopped' } });
  expect(supervisor(['reset', '--dir', dir]).code).toBe(2);
  expect(supervisor(['reset', '--dir', dir, '--yes']).code).toBe(0);
  expect(existsSync(dir)).toBe(false);
});

it('does not remove a folder that no sandbox made', () => {
  const dir = folder();
  mkdirSync(join(dir, 'photos'));
  expect(supervisor(['reset', '--dir', dir, '--yes'])).toMatchObject({ code: 2 });
  expect(existsSync(join(dir, 'photos'))).toBe(true);
});

function supervisor(args: readonly string[], env: Readonly<Record<string, string>> = {}): { code: number | null; output: string; last: unknown } {
  const run = spawnSync(NODE_24, [SUPERVISOR, ...args], { cwd: PROJECT, encoding: 'utf8', env: { ...process.env, ...env } });
  const last = run.stdout.trim().split('\n').at(-1) ?? '';
  return { code: run.status, output: run.stdout + run.stderr, last: last.startsWith('{') ? (JSON.parse(last) as unknown) : last };
}

async function makeTable(sandbox: Sandbox, name: string): Promise<void> {
  await new DynamoDBClient(sandbox.client).send(new CreateTableCommand({ TableName: name, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }] }));
}

async function tables(sandbox: Sandbox): Promise<string[] | undefined> {
  return (await new DynamoDBClient(sandbox.client).send(new ListTablesCommand({}))).TableNames;
}
