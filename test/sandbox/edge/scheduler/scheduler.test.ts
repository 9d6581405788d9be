import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ControlClient } from '../../../../sandbox/edge/control-client.ts';
import type { Clock } from '../../../../sandbox/edge/event-sources/clock.ts';
import { createScheduler, type Scheduler, scheduleProblem } from '../../../../sandbox/edge/scheduler/scheduler.ts';
import { ServiceError } from '../../../../sandbox/edge/step-functions/run/host.ts';
import type { JsonObject } from '../../../../sandbox/json.ts';

const MACHINE = 'arn:aws:states:eu-central-1:000000000000:stateMachine:publish-day';
const START = Date.parse('2026-11-21T10:00:30Z');

let dir: string;
let now: number;
let schedules: Map<string, JsonObject>;
let called: { service: string; operation: string; args: JsonObject }[];
let answer: () => void;
let metrics: string[];
let open: Scheduler[];

/** Pauses between tries end at once. */
const clock: Clock = {
  now: () => now,
  after(ms, then) {
    const timer = setImmediate(() => {
      now += ms;
      then();
    });
    return () => clearImmediate(timer);
  },
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'waybill-scheduler-'));
  now = START;
  schedules = new Map();
  called = [];
  metrics = [];
  open = [];
  answer = () => undefined;
  // What was dropped is also said in the edge's log.
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(async () => {
  for (const scheduler of open) await scheduler.stop();
  rmSync(dir, { recursive: true, force: true });
  jest.restoreAllMocks();
});

function scheduler(): Scheduler {
  const made = createScheduler({
    control: control(),
    sink: { put: ({ name }) => void metrics.push(name), logLine: () => undefined },
    dir,
    port: 1,
    clock,
    calls: {
      call: (service, operation, args) => {
        called.push({ service, operation, args });
        if (service !== 'sqs') answer();
        return Promise.resolve({});
      },
    },
  });
  open.push(made);
  return made;
}

function put(name: string, more: JsonObject = {}): void {
  const arn = `arn:aws:scheduler:eu-central-1:000000000000:schedule/default/${name}`;
  const Target = { Arn: MACHINE, RoleArn: 'role', Input: '{"due":"<aws.scheduler.scheduled-time>","try":<aws.scheduler.attempt-number>}' };
  schedules.set(name, { Arn: arn, Name: name, GroupName: 'default', State: 'ENABLED', ScheduleExpression: 'cron(0/5 * * * ? *)', Target, CreationDate: START / 1000 - 3600, LastModificationDate: schedules.size, ...more });
}

function control(): ControlClient {
  const rest = (_service: string, method: string, path: string): Promise<JsonObject> => {
    const name = /^\/schedules\/([^?]+)/.exec(path)?.[1];
    if (name === undefined) return Promise.resolve({ Schedules: [...schedules.values()] });
    if (method === 'DELETE') schedules.delete(name);
    return Promise.resolve(schedules.get(name) ?? {});
  };
  return { port: 1, region: 'eu-central-1', rest, json: () => Promise.resolve({}), send: () => Promise.reject(new Error('not used')), close: () => undefined };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

async function at(made: Scheduler, time: string): Promise<void> {
  now = Date.parse(time);
  await made.tick();
  await settle();
}

it('starts an execution at each due time, once, with the placeholders filled in', async () => {
  put('publish');
  const made = scheduler();
  await at(made, '2026-11-21T10:04:59Z');
  expect(called).toEqual([]);
  await at(made, '2026-11-21T10:05:00Z');
  await at(made, '2026-11-21T10:05:01Z');

  expect(called).toEqual([{ service: 'sfn', operation: 'StartExecution', args: { StateMachineArn: MACHINE, Input: '{"due":"2026-11-21T10:05:00Z","try":1}' } }]);
  expect(metrics).toEqual(['InvocationAttemptCount']);
});

it('fires nothing that is disabled, not begun, or over', async () => {
  put('off', { State: 'DISABLED' });
  put('later', { StartDate: Date.parse('2026-11-22T00:00:00Z') / 1000 });
  put('over', { EndDate: '2026-11-21T10:01:00Z' });
  await at(scheduler(), '2026-11-21T10:30:00Z');
  expect(called).toEqual([]);
});

it('goes on without a gap or a repeat after a short pause, and makes up for nothing after a long one', async () => {
  put('publish');
  await at(scheduler(), '2026-11-21T10:04:50Z');
  now = Date.parse('2026-11-21T10:05:20Z');
  await at(scheduler(), '2026-11-21T10:05:20Z');
  await at(scheduler(), '2026-11-21T10:05:25Z');
  expect(called).toHaveLength(1);

  now = Date.parse('2026-11-21T12:07:00Z');
  const late = scheduler();
  await at(late, '2026-11-21T12:07:00Z');
  expect(called).toHaveLength(1);
  await at(late, '2026-11-21T12:10:00Z');
  expect(called).toHaveLength(2);
});

it('fires a rate at once when it is made, then at its step', async () => {
  const made = scheduler();
  await at(made, '2026-11-21T10:10:00Z');
  put('often', { ScheduleExpression: 'rate(10 minutes)', CreationDate: Date.parse('2026-11-21T10:09:59Z') / 1000 });
  await at(made, '2026-11-21T10:10:01Z');
  await at(made, '2026-11-21T10:20:00Z');
  expect(called).toHaveLength(2);
});

it('tries again what may pass, with the same id, and gives up into the dead-letter queue with the reason', async () => {
  const Target = { Arn: MACHINE, RoleArn: 'role', Input: '{}', RetryPolicy: { MaximumRetryAttempts: 2 }, DeadLetterConfig: { Arn: 'arn:aws:sqs:eu-central-1:000000000000:lost' } };
  put('publish', { Target });
  answer = () => {
    throw new ServiceError('ServiceUnavailable', 'busy', { status: 503 });
  };
  await at(scheduler(), '2026-11-21T10:05:00Z');

  expect(called.map(({ service }) => service)).toEqual(['sfn', 'sfn', 'sfn', 'sqs']);
  expect(called.at(-1)?.args).toMatchObject({ QueueUrl: 'http://127.0.0.1/000000000000/lost', MessageAttributes: { ERROR_CODE: { StringValue: 'ServiceUnavailable' }, RETRY_ATTEMPTS: { StringValue: '2' } } });
  expect(metrics.filter((name) => name === 'InvocationDroppedCount')).toHaveLength(1);
});

it('gives up at once on what cannot pass, and on what is too old', async () => {
  put('publish', { Target: { Arn: MACHINE, RoleArn: 'role', Input: '{}', RetryPolicy: { MaximumEventAgeInSeconds: 60 } } });
  answer = () => {
    throw new ServiceError('StateMachineDoesNotExist', 'gone');
  };
  const made = scheduler();
  await at(made, '2026-11-21T10:05:00Z');
  expect(called).toHaveLength(1);
  answer = () => {
    throw new ServiceError('InternalFailure', 'broken', { status: 500 });
  };
  await at(made, '2026-11-21T10:10:00Z');
  // 1, 2, 4, 8, 16 seconds; the next pause of 32 would end after 60.
  expect(called).toHaveLength(1 + 6);
});

it('removes a schedule that has done its work, when it says so', async () => {
  put('once', { ScheduleExpression: 'at(2026-11-21T10:05:00)', ActionAfterCompletion: 'DELETE' });
  await at(scheduler(), '2026-11-21T10:05:00Z');
  expect([called.length, schedules.size]).toEqual([1, 0]);
});

it.each([
  [{ ScheduleExpression: 'cron(0 10 * * *)' }, 'has 5 fields'],
  [{ ScheduleExpressionTimezone: 'Mars/Olympus' }, "'Mars/Olympus' is no time zone"],
  [{ Target: { Arn: 'arn:aws:ecs:eu-central-1:000000000000:cluster/c' } }, 'the sandbox cannot call it'],
  [{ Target: { Arn: 'arn:aws:scheduler:::aws-sdk:ec2:stopInstances' } }, 'cannot call aws-sdk:ec2'],
  [{ State: 'ASLEEP' }, "State is 'ASLEEP'"],
])('refuses %j by name', (more, words) => {
  expect(scheduleProblem({ ScheduleExpression: 'rate(1 day)', Target: { Arn: MACHINE }, ...more })).toContain(words);
});
