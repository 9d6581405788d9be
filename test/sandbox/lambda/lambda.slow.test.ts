import { existsSync, readFileSync } from 'node:fs';
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateAliasCommand, LambdaClient, PublishVersionCommand, PutFunctionConcurrencyCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { isAlive } from '../../../sandbox/supervisor/processes.ts';
import { type Sandbox, startSandbox } from '../harness.ts';
import { deploy, invoke, redeploy } from './deploy.ts';
import { until } from '../../until.ts';

jest.setTimeout(180_000);

/** Does what its event says. */
const VERSATILE = `
import { appendFileSync } from 'node:fs';
import { getPriority } from 'node:os';
export const handler = async (event, context) => {
  if (event.say) console.log(event.say);
  if (event.throw) throw new RangeError(event.throw);
  if (event.exit !== undefined) process.exit(event.exit);
  if (event.spin) for (;;);
  if (event.uncaught) setTimeout(() => { throw new TypeError('nobody catches this'); }, 1), await new Promise(() => undefined);
  if (event.sleep) await new Promise((resolve) => setTimeout(resolve, event.sleep));
  for (let line = 0; line < (event.lines ?? 0); line += 1) console.log('line ' + line + ' ' + 'x'.repeat(100));
  if (event.fill) return 'x'.repeat(event.fill);
  if (event.priority) appendFileSync(event.priority, getPriority() + ' ');
  if (event.count) { appendFileSync(event.count, '.'); throw new Error('again'); }
  if (event.env) return Object.fromEntries(event.env.map((name) => [name, process.env[name]]));
  return { event, pid: process.pid, context: { ...context, left: context.getRemainingTimeInMillis() } };
};`;

let sandbox: Sandbox;
let lambda: LambdaClient;
let logs: CloudWatchLogsClient;
let cloudwatch: CloudWatchClient;
beforeAll(async () => {
  sandbox = await startSandbox();
  lambda = new LambdaClient({ ...sandbox.client, maxAttempts: 1 });
  logs = new CloudWatchLogsClient(sandbox.client);
  cloudwatch = new CloudWatchClient(sandbox.client);
  await deploy(lambda, { name: 'versatile', code: VERSATILE, timeoutSeconds: 2, variables: { COLOUR: 'green', AWS_REGION: 'mars-north-1' } });
});
afterAll(async () => {
  for (const client of [lambda, logs, cloudwatch]) client?.destroy();
  await sandbox?.stop();
});

const messagesOf = async (logGroupName: string): Promise<string[]> => {
  const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
  return events.map(({ message }) => message ?? '');
};

describe('a deployed function', () => {
  it('gets its event and its context, and answers', async () => {
    const { value, error, version } = await invoke(lambda, 'versatile', { n: 1 });

    expect(error).toBeUndefined();
    expect(version).toBe('$LATEST');
    expect(value).toMatchObject({
      event: { n: 1 },
      context: {
        functionName: 'versatile', functionVersion: '$LATEST', memoryLimitInMB: '256', logGroupName: '/aws/lambda/versatile',
        invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:versatile',
        awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      },
    });
    expect((value as { context: { left: number } }).context.left).toBeGreaterThan(1500);
  });

  it('sees its own variables, and the reserved ones as the sandbox sets them', async () => {
    const { value } = await invoke(lambda, 'versatile', { env: ['COLOUR', 'AWS_REGION', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3', 'AWS_ACCESS_KEY_ID', 'AWS_LAMBDA_FUNCTION_NAME', 'HOME'] });

    expect(value).toEqual({ COLOUR: 'green', AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: sandbox.endpoint, AWS_ENDPOINT_URL_S3: sandbox.endpoint, AWS_ACCESS_KEY_ID: 'fn-versatile', AWS_LAMBDA_FUNCTION_NAME: 'versatile' });
  });

  it('keeps its process from call to call', async () => {
    const pids = new Set<number>();
    for (let call = 0; call < 3; call += 1) pids.add(((await invoke(lambda, 'versatile')).value as { pid: number }).pid);

    expect(pids.size).toBe(1);
  });

  it('that throws answers the error', async () => {
    const { value, error, log } = await invoke(lambda, 'versatile', { throw: 'out of range' });

    expect(error).toBe('Unhandled');
    expect(value).toMatchObject({ errorType: 'RangeError', errorMessage: 'out of range', trace: expect.arrayContaining(['RangeError: out of range']) as string[] });
    expect(log).toContain('Invoke Error');
  });

  it.each([['waits', { sleep: 60_000 }], ['spins', { say: 'last words', spin: true }]])('that %s is ended at its timeout, with what it wrote', async (_what, event) => {
    const started = performance.now();
    const { value, error, log } = await invoke(lambda, 'versatile', event);

    expect(error).toBe('Unhandled');
    expect(value).toMatchObject({ errorType: 'Sandbox.Timedout', errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 2\.00 seconds$/) as string });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(log).toContain('say' in event ? 'last words' : 'Task timed out');
  });

  it.each([
    ['ends its process', { say: 'bye', exit: 7 }, 'Runtime.ExitError', 'exit status 7'],
    ['throws where nobody catches', { say: 'bye', uncaught: true }, 'TypeError', 'nobody catches this'],
  ])('that %s is an error, and the next call gets a new process', async (_what, event, errorType, message) => {
    const { value, error, log } = await invoke(lambda, 'versatile', event);

    expect(error).toBe('Unhandled');
    expect(value).toMatchObject({ errorType, errorMessage: expect.stringContaining(message) as string });
    expect(log).toContain('bye');
    expect((await invoke(lambda, 'versatile')).error).toBeUndefined();
  });

  it.each([
    ['does not parse', 'export const handler = (;', 'index.handler', 'Runtime.UserCodeSyntaxError'],
    ['misses a module', "import 'not-there'; export const handler = async () => 1;", 'index.handler', 'Runtime.ImportModuleError'],
    ['exports no handler', 'export const other = 1;', 'index.handler', 'Runtime.HandlerNotFound'],
    ['throws while loading', "throw new EvalError('early');", 'index.handler', 'EvalError'],
    ['takes a callback, which Node 24 on Lambda does not call', 'export const handler = (event, context, callback) => callback(null, 1);', 'index.handler', 'Runtime.CallbackHandlerDeprecated'],
  ])('whose code %s says so', async (what, code, _handler, errorType) => {
    const name = `broken-${what.replaceAll(/[^a-z0-9]+/gi, '-')}`.slice(0, 60);
    await deploy(lambda, { name, code });
    const { value, error } = await invoke(lambda, name);

    expect([error, (value as { errorType: string }).errorType]).toEqual(['Unhandled', errorType]);
  });

  it('that answers more than 6 MB fails', async () => {
    const { value } = await invoke(lambda, 'versatile', { fill: 7_000_000 });

    expect(value).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
  });

  it('that is not deployed is not found', async () => {
    await expect(invoke(lambda, 'nobody')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('finds its lines in its log group, several lines of one message as one event', async () => {
    await deploy(lambda, { name: 'talker', code: VERSATILE, logGroup: '/waybill/talker' });
    await invoke(lambda, 'talker', { say: 'first\nsecond' });
    await until(async () => (await messagesOf('/waybill/talker').catch(() => [])).length >= 4, 'the log arrived');

    const messages = await messagesOf('/waybill/talker');
    expect(messages[0]).toMatch(/^START RequestId: \S+ Version: \$LATEST$/);
    expect(messages[1]).toMatch(/\tINFO\tfirst\nsecond$/);
    expect(messages[3]).toMatch(/^REPORT RequestId: \S+\tDuration: [\d.]+ ms/);
  });

  it('that writes much has its last line in the answer to it', async () => {
    for (let call = 0; call < 5; call += 1) expect((await invoke(lambda, 'versatile', { lines: 5000 })).log).toContain('line 4999 ');
  });

  it('is counted: invocations, errors, duration', async () => {
    await deploy(lambda, { name: 'counted', code: VERSATILE });
    for (const event of [{}, {}, { throw: 'x' }]) await invoke(lambda, 'counted', event);

    const sum = async (MetricName: string): Promise<number> => {
      const window = { StartTime: new Date(Date.now() - 600_000), EndTime: new Date(Date.now() + 60_000), Period: 3600 };
      const { Datapoints = [] } = await cloudwatch.send(new GetMetricStatisticsCommand({ Namespace: 'AWS/Lambda', MetricName, Dimensions: [{ Name: 'FunctionName', Value: 'counted' }], Statistics: ['Sum'], ...window }));
      return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
    };
    expect([await sum('Invocations'), await sum('Errors')]).toEqual([3, 1]);
    expect(await sum('Duration')).toBeGreaterThan(0);
  });
});

describe('limits of Lambda', () => {
  it('reserved concurrency throttles, and 0 switches off', async () => {
    await deploy(lambda, { name: 'reserved', code: VERSATILE });
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'reserved', ReservedConcurrentExecutions: 1 }));
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => invoke(lambda, 'reserved', { sleep: 500 })));

    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { name: 'TooManyRequestsException' } });

    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'reserved', ReservedConcurrentExecutions: 0 }));
    await expect(invoke(lambda, 'reserved')).rejects.toMatchObject({ name: 'TooManyRequestsException' });
  });

  it('an asynchronous invocation is accepted at once and tried three times', async () => {
    const file = `${sandbox.dir}/tries`;
    const { status } = await invoke(lambda, 'versatile', { count: file }, { InvocationType: 'Event', LogType: 'None' });
    expect(status).toBe(202);

    const tries = (): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
    await until(() => tries() === '...', 'the third try');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(tries()).toBe('...');
  });

  it('runs at once for who waits for it, and steps back where nobody does', async () => {
    const file = `${sandbox.dir}/priorities`;
    const priorities = (): number[] => (existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ').map(Number) : []);
    await invoke(lambda, 'versatile', { priority: file });
    await invoke(lambda, 'versatile', { priority: file }, { InvocationType: 'Event', LogType: 'None' });
    await until(() => priorities().length === 2, 'both ran');
    await invoke(lambda, 'versatile', { priority: file });

    const [waited = 0, ...others] = priorities();
    expect(others).toEqual([waited + 5, waited]);
  });
});

describe('a deploy', () => {
  it('changes the next call and leaves the running one alone', async () => {
    await deploy(lambda, { name: 'changing', code: "export const handler = async (e) => { await new Promise((r) => setTimeout(r, e.sleep ?? 0)); return ['old', process.pid]; };" });
    const running = invoke(lambda, 'changing', { sleep: 1500 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    await redeploy(lambda, 'changing', "export const handler = async () => 'new';");

    expect((await invoke(lambda, 'changing')).value).toBe('new');
    const [answer, pid] = (await running).value as [string, number];
    expect(answer).toBe('old');
    await until(() => !isAlive(pid), 'the process of the old code ended');
  });

  it('of new variables starts new processes', async () => {
    await deploy(lambda, { name: 'painted', code: VERSATILE, variables: { COLOUR: 'red' } });
    expect((await invoke(lambda, 'painted', { env: ['COLOUR'] })).value).toEqual({ COLOUR: 'red' });
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'painted', Environment: { Variables: { COLOUR: 'blue' } } }));

    expect((await invoke(lambda, 'painted', { env: ['COLOUR'] })).value).toEqual({ COLOUR: 'blue' });
  });

  it('keeps published versions and aliases as they were', async () => {
    await deploy(lambda, { name: 'versioned', code: "export const handler = async (_, context) => ['one', context.functionVersion, context.invokedFunctionArn.split(':').at(-1)];" });
    await invoke(lambda, 'versioned');
    await lambda.send(new PublishVersionCommand({ FunctionName: 'versioned' }));
    await lambda.send(new CreateAliasCommand({ FunctionName: 'versioned', Name: 'live', FunctionVersion: '1' }));
    await redeploy(lambda, 'versioned', "export const handler = async () => 'two';");

    expect((await invoke(lambda, 'versioned')).value).toBe('two');
    expect(await invoke(lambda, 'versioned', {}, { Qualifier: 'live' })).toMatchObject({ value: ['one', '1', 'live'], version: '1' });
    expect((await invoke(lambda, 'versioned:1')).value).toEqual(['one', '1', '1']);
  });
});

describe('custom resources', () => {
  it('reach the sandbox although they answer by https without a port', async () => {
    const code = `import https from 'node:https';
export const handler = (event) => new Promise((resolve, reject) => {
  const request = https.request({ hostname: '127.0.0.1', path: '/_waybill/health', method: 'GET' }, (response) => { let text = ''; response.on('data', (part) => { text += part; }).on('end', () => resolve(JSON.parse(text).status)); });
  request.on('error', reject).end();
});`;
    await deploy(lambda, { name: 'callback', code });

    expect((await invoke(lambda, 'callback')).value).toBe('ok');
  });
});

describe('speed', () => {
  it('of Invoke is printed', async () => {
    await deploy(lambda, { name: 'quick', code: 'export const handler = async () => 1;' });
    const url = `${sandbox.endpoint}/2015-03-31/functions/quick/invocations`;
    const call = async (): Promise<void> => void (await (await fetch(url, { method: 'POST', body: '{}' })).text());
    await Promise.all([call(), call(), call(), call()]);

    const started = performance.now();
    let calls = 0;
    await Promise.all(Array.from({ length: 4 }, async () => {
      while (performance.now() - started < 2000) {
        await call();
        calls += 1;
      }
    }));
    const perSecond = Math.round(calls / ((performance.now() - started) / 1000));
    process.stdout.write(`Invoke: ${perSecond} calls/s, 4 callers\n`);
    expect(perSecond).toBeGreaterThan(50);
  });
});
