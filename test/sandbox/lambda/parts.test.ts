import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ControlClient } from '../../../sandbox/edge/control-client.ts';
import type { JsonObject } from '../../../sandbox/json.ts';
import { createAsyncInvokes } from '../../../sandbox/edge/lambda/async-invokes.ts';
import { createConcurrency } from '../../../sandbox/edge/lambda/concurrency.ts';
import { parseFunctionName } from '../../../sandbox/edge/lambda/functions.ts';
import { createInvokeApi } from '../../../sandbox/edge/lambda/invoke-api.ts';
import { FunctionNotFoundError, type InvokeResult } from '../../../sandbox/edge/lambda/invoker.ts';
import { LineReader } from '../../../sandbox/edge/lambda/line-reader.ts';
import { createLogShipper, logStreamName } from '../../../sandbox/edge/lambda/log-shipper.ts';
import { unzip, UnzipError } from '../../../sandbox/edge/lambda/unzip.ts';
import type { EdgeRequest } from '../../../sandbox/edge/router-part.ts';
import { zip } from './zip.ts';

describe('unpacking a deployment package', () => {
  const dir = mkdtempSync(join(tmpdir(), 'unzip-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  it('writes every file, folders included', () => {
    unzip(zip({ 'index.mjs': 'export const a = 1;', 'lib/deep/ü.json': '{}' }), dir);

    expect(readFileSync(join(dir, 'index.mjs'), 'utf8')).toBe('export const a = 1;');
    expect(readFileSync(join(dir, 'lib/deep/ü.json'), 'utf8')).toBe('{}');
  });

  it('refuses paths that lead out of its folder, and what is no archive', () => {
    expect(() => unzip(zip({ '../evil.js': 'x' }), join(dir, 'inner'))).toThrow(/\.\.\/evil\.js/);
    expect(() => unzip(Buffer.from('hello'), dir)).toThrow(UnzipError);
  });
});

describe('the name of a function', () => {
  it.each([
    ['track', undefined, 'track', '$LATEST'],
    ['track', 'live', 'track', 'live'],
    ['track:3', undefined, 'track', '3'],
    ['000000000000:function:track', undefined, 'track', '$LATEST'],
    ['arn:aws:lambda:eu-central-1:000000000000:function:track', undefined, 'track', '$LATEST'],
    ['arn:aws:lambda:eu-central-1:000000000000:function:track:live', undefined, 'track', 'live'],
  ])('may be %s with qualifier %s', (given, qualifier, name, expected) => {
    expect(parseFunctionName(given, qualifier)).toEqual({ name, qualifier: expected });
  });
});

describe('concurrency', () => {
  it('refuses at once beyond what is reserved, and gives places back', async () => {
    const concurrency = createConcurrency({ limit: 10 });
    const first = await concurrency.enter('a', 1);

    expect(await concurrency.enter('a', 1)).toEqual({ admitted: false, reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' });
    expect((await concurrency.enter('b', 1)).admitted).toBe(true);
    if (first.admitted) first.release();
    expect((await concurrency.enter('a', 1)).admitted).toBe(true);
  });

  it('with nothing reserved at all refuses everything: that is how a function is switched off', async () => {
    expect((await createConcurrency({ limit: 1 }).enter('a', 0)).admitted).toBe(false);
  });

  it('lets wait for a place of the sandbox, first come first served', async () => {
    const concurrency = createConcurrency({ limit: 1 });
    const first = await concurrency.enter('a', undefined);
    const order: string[] = [];
    const waiting = ['b', 'c'].map(async (name) => {
      const admission = await concurrency.enter(name, undefined);
      order.push(name);
      if (admission.admitted) admission.release();
    });
    if (first.admitted) first.release();
    await Promise.all(waiting);

    expect(order).toEqual(['b', 'c']);
    expect(concurrency.total).toBe(0);
  });

  it('throttles who waited too long, and does not lose the place', async () => {
    const concurrency = createConcurrency({ limit: 1, waitMs: 5 });
    const first = await concurrency.enter('a', undefined);

    expect(await concurrency.enter('b', undefined)).toEqual({ admitted: false, reason: 'ConcurrentInvocationLimitExceeded' });
    if (first.admitted) first.release();
    expect((await concurrency.enter('b', undefined)).admitted).toBe(true);
    expect(concurrency.running('b')).toBe(1);
  });
});

describe('reading lines', () => {
  it('joins pieces, keeps letters that were cut, and turns CR back into line ends', () => {
    const lines: string[] = [];
    const reader = new LineReader((line) => lines.push(line));
    const bytes = Buffer.from('grün\rblau\nrot');
    reader.push(bytes.subarray(0, 3));
    reader.push(bytes.subarray(3));
    reader.end();

    expect(lines).toEqual(['grün\nblau', 'rot']);
    expect(reader.bytes).toBe(bytes.length);
  });
});

/** A control plane that takes logs and knows no invoke configuration. */
function fakeControl(json: ControlClient['json']): ControlClient {
  const refuse = (): Promise<never> => Promise.reject(new Error('not in this test'));
  return { port: 0, region: 'eu-central-1', json, rest: () => Promise.resolve({ MaximumRetryAttempts: 2 }), send: refuse, close: () => undefined };
}

describe('carrying logs', () => {
  it('names streams as Lambda does', () => {
    expect(logStreamName('$LATEST', 'abc', new Date('2026-11-21T10:00:00Z'))).toBe('2026/11/21/[$LATEST]abc');
  });

  it('sends lines in order and in batches, creates group and stream once', async () => {
    const calls: [string, JsonObject][] = [];
    const shipper = createLogShipper(fakeControl((_service, target, input) => {
      calls.push([target.split('.')[1] ?? '', input as JsonObject]);
      return Promise.resolve({});
    }));
    for (let number = 0; number < 6000; number += 1) shipper.add('/aws/lambda/a', 's', `line ${number}`);
    await shipper.stop();

    const sent = calls.filter(([operation]) => operation === 'PutLogEvents').map(([, input]) => (input['logEvents'] as { message: string }[]).map(({ message }) => message));
    expect(calls.slice(0, 2).map(([operation]) => operation)).toEqual(['CreateLogGroup', 'CreateLogStream']);
    expect(sent.map((batch) => batch.length)).toEqual([5000, 1000]);
    expect(sent.flat()).toEqual(Array.from({ length: 6000 }, (_, number) => `line ${number}`));
  });

  it('keeps lines while the control plane is away, and sends them when it is back', async () => {
    let away = true;
    const sent: string[] = [];
    const shipper = createLogShipper(fakeControl((_service, target, input) => {
      if (away) return Promise.reject(new Error('away'));
      if (target.endsWith('PutLogEvents')) sent.push(...((input as { logEvents: { message: string }[] }).logEvents).map(({ message }) => message));
      return Promise.resolve({});
    }));
    shipper.add('g', 's', 'first');
    await shipper.flush();
    away = false;
    shipper.add('g', 's', 'second');
    await shipper.stop();

    expect(sent).toEqual(['first', 'second']);
  });
});

const answered: InvokeResult = { payload: 'null', durationMs: 1, logTail: '' };
const failed: InvokeResult = { ...answered, functionError: 'Unhandled' };
const throttled: InvokeResult = { ...answered, throttled: true };

describe('asynchronous invocations', () => {
  const triesOf = async (results: readonly InvokeResult[]): Promise<number> => {
    let tries = 0;
    const invoker = { invoke: () => Promise.resolve(results[tries++] ?? failed) };
    const invokes = createAsyncInvokes({ control: fakeControl(() => Promise.resolve({})), invoker, retryWaitsMs: [1, 1] });
    invokes.accept({ functionName: 'f', qualifier: '$LATEST', payload: '{}' });
    while (invokes.waiting > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    return tries;
  };

  it('run once when they succeed', async () => {
    expect(await triesOf([answered])).toBe(1);
  });

  it('are tried twice more after errors, then dropped', async () => {
    expect(await triesOf([failed, failed, failed, failed])).toBe(3);
  });

  it('do not count throttles as tries', async () => {
    expect(await triesOf([throttled, failed, failed, answered])).toBe(4);
  });
});

describe('Invoke on the wire', () => {
  const request = (change: Partial<EdgeRequest> = {}): EdgeRequest => ({
    service: 'lambda', operation: 'Invoke', resource: 'f', caller: 'user', worker: '', attempt: 1, protocol: 'rest-json',
    method: 'POST', path: '/2015-03-31/functions/f/invocations', headers: {}, body: Buffer.from('{}'), ...change,
  });
  const api = (result: InvokeResult | Error) => createInvokeApi({
    invoker: { invoke: () => (result instanceof Error ? Promise.reject(result) : Promise.resolve(result)) },
    asyncInvokes: { accept: () => undefined, waiting: 0, settle: () => Promise.resolve() },
    check: () => (result instanceof Error ? Promise.reject(result) : Promise.resolve()),
  });

  it.each([
    ['an answer', answered, {}, 200, undefined],
    ['an error of the function', failed, {}, 200, undefined],
    ['a throttle', throttled, {}, 429, 'TooManyRequestsException'],
    ['no such function', new FunctionNotFoundError('f', '$LATEST'), {}, 404, 'ResourceNotFoundException'],
    ['a broken edge', new Error('disk full'), {}, 500, 'ServiceException'],
    ['a body that is no JSON', answered, { body: Buffer.from('{') }, 400, 'InvalidRequestContentException'],
    ['a body over 6 MB', answered, { body: Buffer.alloc(6_291_457, 32) }, 413, 'RequestTooLargeException'],
    ['an event over 1 MB', answered, { body: Buffer.alloc(1_048_577, 32), headers: { 'x-amz-invocation-type': 'Event' } }, 413, 'RequestTooLargeException'],
    ['an event', answered, { headers: { 'x-amz-invocation-type': 'Event' } }, 202, undefined],
    ['a dry run', answered, { headers: { 'x-amz-invocation-type': 'DryRun' } }, 204, undefined],
    ['an unknown type', answered, { headers: { 'x-amz-invocation-type': 'Later' } }, 400, 'InvalidParameterValueException'],
  ])('says %s as Lambda does', async (_what, result, change, status, code) => {
    const reply = await api(result).handle(request(change));

    expect(reply.status).toBe(status);
    expect(reply.headers['x-amzn-errortype']).toBe(code);
  });

  it('marks errors of the function, and gives the log only when asked', async () => {
    const result = { ...failed, logTail: 'last words\n' };
    const plain = await api(result).handle(request());
    const withLog = await api(result).handle(request({ headers: { 'x-amz-log-type': 'Tail' } }));

    expect(plain.headers).toMatchObject({ 'x-amz-function-error': 'Unhandled' });
    expect(plain.headers['x-amz-log-result']).toBeUndefined();
    expect(Buffer.from(withLog.headers['x-amz-log-result'] ?? '', 'base64').toString()).toBe('last words\n');
  });
});
