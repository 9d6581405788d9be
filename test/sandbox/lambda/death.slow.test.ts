/** Stops and deaths: what runs finishes, what died leaves nothing behind. */
import { readFileSync } from 'node:fs';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { isAlive } from '../../../sandbox/supervisor/processes.ts';
import { type Sandbox, startSandbox } from '../harness.ts';
import { deploy, invoke } from './deploy.ts';
import { until } from '../../until.ts';

jest.setTimeout(180_000);

let sandbox: Sandbox;
let lambda: LambdaClient;
let logs: CloudWatchLogsClient;
beforeAll(async () => {
  sandbox = await startSandbox({ snapshotSeconds: 1 });
  lambda = new LambdaClient({ ...sandbox.client, maxAttempts: 1 });
  logs = new CloudWatchLogsClient(sandbox.client);
  await deploy(lambda, { name: 'slow', timeoutSeconds: 30, code: "export const handler = async (e) => { console.log('begin ' + e.name); await new Promise((r) => setTimeout(r, e.sleep)); console.log('end ' + e.name); return process.pid; };" });
});
afterAll(async () => {
  lambda?.destroy();
  logs?.destroy();
  await sandbox?.stop();
});

const said = async (): Promise<string> => ((await logs.send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/slow' }))).events ?? []).map(({ message }) => message ?? '').join('\n');

describe('a stop', () => {
  it('lets a running invocation finish, with its answer and its log', async () => {
    const running = invoke(lambda, 'slow', { name: 'stopped', sleep: 2000 });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    // Settled, not all: the restart must be over before this test may fail, or nobody stops what it started.
    const [answer] = await Promise.allSettled([running, sandbox.restart()]);

    expect(answer).toMatchObject({ status: 'fulfilled', value: { error: undefined, value: expect.any(Number) as number } });
    expect(answer.status === 'fulfilled' && isAlive(answer.value.value as number)).toBe(false);
    expect(await said()).toContain('end stopped');
  });

  it('writes the request log out', () => {
    expect(readFileSync(`${sandbox.dir}/logs/requests.ndjson`, 'utf8')).toMatch(/"operation":"Invoke","resource":"slow","status":200/);
  });
});

describe('a SIGKILL', () => {
  it('of the edge takes its workers with it, and functions run again in the next one', async () => {
    const { value: before } = await invoke(lambda, 'slow', { name: 'first', sleep: 0 });
    await sandbox.kill('edge');
    await until(() => !isAlive(before as number), 'the worker ended');
    await until(async () => (await fetch(`${sandbox.endpoint}/_waybill/health`).catch(() => undefined))?.ok === true, 'the edge answers');
    const { value: after } = await invoke(lambda, 'slow', { name: 'second', sleep: 0 });

    expect(after).not.toBe(before);
  });

  it('of a worker is an error of that invocation only', async () => {
    const { value: pid } = await invoke(lambda, 'slow', { name: 'warm', sleep: 0 });
    const running = invoke(lambda, 'slow', { name: 'killed', sleep: 5000 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    process.kill(pid as number, 'SIGKILL');

    expect(await running).toMatchObject({ error: 'Unhandled', value: { errorType: 'Runtime.ExitError' }, log: expect.stringContaining('begin killed') as string });
    expect((await invoke(lambda, 'slow', { name: 'next', sleep: 0 })).error).toBeUndefined();
  });
});
