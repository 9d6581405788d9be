import { retryDelayMs } from '../../../../sandbox/edge/step-functions/run/retry.ts';
import { ServiceError } from '../../../../sandbox/edge/step-functions/run/host.ts';
import { functionError, Lab, task, TurnedClock } from './lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const throttled = (): Error => new ServiceError('TooManyRequestsException', 'Rate exceeded', { status: 429 });

it('retries per retrier with back-off up to the longest delay, then catches with Assign and Output', async () => {
  const clock = new TurnedClock();
  let calls = 0;
  lab = new Lab({
    lambda: () => {
      calls += 1;
      throw calls <= 3 ? throttled() : functionError('DataError', 'bad');
    },
  }, clock);
  const Retry = [{ ErrorEquals: ['Lambda.TooManyRequestsException'], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 5 }, { ErrorEquals: ['Other'] }];
  const Catch = [{ ErrorEquals: ['DataError'], Assign: { why: '{% $states.errorOutput.Error %}' }, Output: '{% $states.input %}', Next: 'Caught' }];

  const output = await lab.output({ Work: task({ Retry, Catch }), Caught: { Type: 'Pass', Output: "{% {'why': $why, 'in': $states.input} %}", End: true } }, { day: 1 });

  expect(output).toEqual({ why: 'DataError', in: { day: 1 } });
  expect(clock.slept).toEqual([2000, 6000, 10_000]);
});

it('counts the tries of each retrier for itself', async () => {
  const errors = ['A', 'B', 'A', 'B', 'A'];
  let calls = 0;
  lab = new Lab({ lambda: () => { throw functionError(errors[calls++] ?? 'A'); } }, new TurnedClock());
  const Retry = [{ ErrorEquals: ['A'], MaxAttempts: 2 }, { ErrorEquals: ['B'], MaxAttempts: 2 }];

  expect(await lab.run({ T: task({ Retry }) })).toMatchObject({ status: 'FAILED', error: 'A' });
  expect(calls).toBe(5);
});

it('says in the context how often it was retried', async () => {
  const seen: unknown[] = [];
  lab = new Lab({ lambda: (payload) => { seen.push(payload); throw functionError('A'); } }, new TurnedClock());
  await lab.run({ T: task({ Arguments: { FunctionName: 'f', Payload: '{% $states.context.State.RetryCount %}' }, Retry: [{ ErrorEquals: ['A'], MaxAttempts: 2 }] }) });
  expect(seen).toEqual([0, 1, 2]);
});

it('takes a random share of the delay with full jitter', () => {
  const retrier = { ErrorEquals: ['A'], IntervalSeconds: 10, JitterStrategy: 'FULL' } as const;
  expect([retryDelayMs(retrier, 0, () => 0), retryDelayMs(retrier, 0, () => 0.5), retryDelayMs(retrier, 1, () => 0.5)]).toEqual([0, 5000, 10_000]);
});

describe('which errors a pattern takes', () => {
  const caughtBy = async (ErrorEquals: string[], more: object): Promise<unknown> => {
    const { status, output } = await lab.run({ T: task({ ...more, Catch: [{ ErrorEquals, Output: 'caught', Next: 'E' }] }), E: { Type: 'Succeed' } });
    return output === undefined ? status : JSON.parse(output);
  };
  const never = (): Promise<never> => new Promise(() => undefined);

  it('States.TaskFailed takes a function error, and not a time-out', async () => {
    lab = new Lab({ lambda: () => { throw functionError('DataError'); } });
    expect(await caughtBy(['States.TaskFailed'], {})).toBe('caught');
    lab.services = { lambda: never };
    expect(await caughtBy(['States.TaskFailed'], { TimeoutSeconds: 0.02 })).toBe('FAILED');
    expect(await caughtBy(['States.Timeout'], { TimeoutSeconds: 0.02 })).toBe('caught');
  });

  it('States.ALL takes everything but States.Runtime and States.DataLimitExceeded', async () => {
    lab = new Lab({ lambda: () => { throw functionError('States.Runtime'); } });
    expect(await caughtBy(['States.ALL'], {})).toBe('FAILED');
    lab.services = { lambda: never };
    expect(await caughtBy(['States.ALL'], { TimeoutSeconds: 0.02 })).toBe('caught');
  });

  it('States.Timeout takes a missing heartbeat, which has a name of its own', async () => {
    lab = new Lab({ 'sqs:SendMessage': () => ({ MessageId: '1' }) });
    const waiting = { Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', Arguments: { QueueUrl: 'q', MessageBody: '{% $states.context.Task.Token %}' }, HeartbeatSeconds: 0.02, Output: '{% $states.result %}' };
    expect(await caughtBy(['States.Timeout'], waiting)).toBe('caught');
    expect(await caughtBy(['States.HeartbeatTimeout'], waiting)).toBe('caught');
  });
});

it('ends a whole execution that takes too long', async () => {
  lab = new Lab({ lambda: () => new Promise(() => undefined) });
  const { arn, ...ended } = await lab.run({ T: task() }, {}, { TimeoutSeconds: 0.05 });
  expect(ended).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout', redriveStatus: 'REDRIVABLE' });
  expect((await lab.types(arn)).slice(-2)).toEqual(['TaskStateAborted', 'ExecutionTimedOut']);
});
