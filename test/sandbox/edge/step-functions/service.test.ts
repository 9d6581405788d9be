import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { functionError, Lab, task } from './lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('names', () => {
  it('answer the same execution for the same start while it runs, and are taken afterwards', async () => {
    let release: (() => void) | undefined;
    lab = new Lab({ lambda: () => new Promise((resolve) => { release = () => resolve(1); }) });
    const machine = lab.deploy({ T: task() });
    const first = await lab.start(machine, { day: 1 }, 'day-1');

    expect(await lab.start(machine, { day: 1 }, 'day-1')).toBe(first);
    await expect(lab.start(machine, { day: 2 }, 'day-1')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
    while (release === undefined) await pause(1);
    release();
    await lab.ended(first);
    await expect(lab.start(machine, { day: 1 }, 'day-1')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
  });

  it.each(['two words', 'a:b', 'a/b', 'x'.repeat(81)])('such as %s are refused', async (name) => {
    lab = new Lab();
    await expect(lab.start(lab.deploy({ S: { Type: 'Succeed' } }), {}, name)).rejects.toMatchObject({ code: 'InvalidName' });
  });

  it('and an input that is no JSON', async () => {
    lab = new Lab();
    const stateMachineArn = lab.deploy({ S: { Type: 'Succeed' } });
    await expect(lab.api.call('StartExecution', { stateMachineArn, input: '{' })).rejects.toMatchObject({ code: 'InvalidExecutionInput' });
  });
});

describe('history', () => {
  it('links every event with the one before it in its thread', async () => {
    lab = new Lab({ lambda: () => 1 });
    const { arn } = await lab.run({ A: { Type: 'Pass', Assign: { n: 1 }, Next: 'T' }, T: task() });
    expect((await lab.history(arn)).map(({ id, previousEventId, type }) => [id, previousEventId, type])).toEqual([
      [1, 0, 'ExecutionStarted'], [2, 0, 'PassStateEntered'], [3, 2, 'PassStateExited'], [4, 3, 'TaskStateEntered'],
      [5, 4, 'TaskScheduled'], [6, 5, 'TaskStarted'], [7, 6, 'TaskSucceeded'], [8, 7, 'TaskStateExited'], [9, 8, 'ExecutionSucceeded'],
    ]);
  });

  it('comes in pages, backwards, and without data when asked so', async () => {
    lab = new Lab();
    const { arn: executionArn } = await lab.run({ A: { Type: 'Pass', End: true } }, { secret: 1 });
    const first = await lab.api.call('GetExecutionHistory', { executionArn, maxResults: 3, reverseOrder: true, includeExecutionData: false });
    expect((first['events'] as { id: number }[]).map(({ id }) => id)).toEqual([4, 3, 2]);
    expect(JSON.stringify(first)).not.toContain('secret');
    const second = await lab.api.call('GetExecutionHistory', { executionArn, maxResults: 3, reverseOrder: true, nextToken: first['nextToken'] });
    expect([(second['events'] as { id: number }[]).map(({ id }) => id), second['nextToken']]).toEqual([[1], undefined]);
  });
});

describe('redrive', () => {
  it('runs only failed children of a map, with the variables from before', async () => {
    const calls: number[] = [];
    let broken = true;
    lab = new Lab({ lambda: ({ day }: { day: number }) => { calls.push(day); if (broken && day > 3) throw functionError('DayFailed'); return day; } });
    const M = { Type: 'Map', Items: '{% $states.input.days %}', ItemSelector: { day: '{% $states.context.Map.Item.Value %}' }, MaxConcurrency: 1, ToleratedFailureCount: 1, Next: 'Z', ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'D', States: { D: task() } } };
    const { arn, ...first } = await lab.run({ A: { Type: 'Pass', Assign: { note: 'kept' }, Next: 'M' }, M, Z: { Type: 'Pass', Output: '{% {"note": $note, "days": $states.input} %}', End: true } }, { days: [1, 2, 3, 4, 5, 6] });
    expect([first.status, first.error, first.redriveStatus, calls]).toEqual(['FAILED', 'States.ExceedToleratedFailureThreshold', 'REDRIVABLE', [1, 2, 3, 4, 5]]);

    broken = false;
    await lab.crash();
    await lab.api.call('RedriveExecution', { executionArn: arn });
    const second = await lab.ended(arn);

    expect(JSON.parse(second.output ?? '')).toEqual({ note: 'kept', days: [1, 2, 3, 4, 5, 6] });
    expect([calls.slice(5), second.redriveCount]).toEqual([[4, 5, 6], 1]);
    expect(await lab.types(arn)).toEqual(expect.arrayContaining(['ExecutionRedriven', 'MapRunRedriven']));
    await expect(lab.api.call('RedriveExecution', { executionArn: arn })).rejects.toMatchObject({ code: 'ExecutionNotRedrivable' });
  });

  it('keeps what is done in branches and iterations', async () => {
    const seen: string[] = [];
    let broken = true;
    lab = new Lab({ lambda: async (n: string) => { seen.push(n); if (n === 'b') { await pause(10); if (broken) throw functionError('B'); } return n; } });
    const branch = (n: string): object => ({ StartAt: n, States: { [n]: task({ Arguments: { FunctionName: 'f', Payload: n } }) } });
    const { arn } = await lab.run({ P: { Type: 'Parallel', Branches: [branch('a'), branch('b')], Next: 'M' }, M: { Type: 'Map', MaxConcurrency: 1, ItemProcessor: { StartAt: 'I', States: { I: task() } }, End: true } });
    broken = false;
    await lab.api.call('RedriveExecution', { executionArn: arn });
    expect(JSON.parse((await lab.ended(arn)).output ?? '')).toEqual(['a', 'b']);
    expect(seen).toEqual(['a', 'b', 'b', 'a', 'b']);
  });

  it('of a stopped execution goes on, and starts its time anew', async () => {
    lab = new Lab({ lambda: () => 1 });
    const arn = await lab.start(lab.deploy({ T: task({ End: undefined, Next: 'W' }), W: { Type: 'Wait', Seconds: 600, Next: 'Z' }, Z: { Type: 'Succeed' } }));
    await pause(20);
    await lab.api.call('StopExecution', { executionArn: arn });
    expect(await lab.ended(arn)).toMatchObject({ status: 'ABORTED' });
    await lab.api.call('RedriveExecution', { executionArn: arn });
    await pause(20);
    expect([(await lab.types(arn)).at(-1), lab.log]).toEqual(['WaitStateEntered', ['lambda:Invoke']]);
  });
});

describe('an edge that was killed', () => {
  it('goes on in the middle of a wait, a retry pause and a job, without a second event or job', async () => {
    const log: string[] = [];
    let state = 'RUNNING';
    let tries = 0;
    lab = new Lab({
      'glue:StartJobRun': () => { log.push('start'); return { JobRunId: 'jr_1' }; },
      'glue:GetJobRun': () => ({ JobRun: { JobRunState: state } }),
      lambda: () => { if (++tries === 1) throw functionError('Once'); return 1; },
    });
    const branch = (state_: object): object => ({ StartAt: 'S', States: { S: { End: true, ...state_ } } });
    const Branches = [
      branch({ Type: 'Wait', Seconds: 0.3 }),
      branch({ Type: 'Task', Resource: 'arn:aws:states:::glue:startJobRun.sync', Arguments: { JobName: 'j' } }),
      branch(task({ Retry: [{ ErrorEquals: ['Once'], IntervalSeconds: 0.3 }] })),
    ];
    const arn = await lab.start(lab.deploy({ P: { Type: 'Parallel', Branches, End: true } }));
    await pause(60);
    const before = await lab.types(arn);
    await lab.crash();
    await pause(20);
    expect(await lab.types(arn)).toEqual(before);
    state = 'SUCCEEDED';

    expect(await lab.ended(arn)).toMatchObject({ status: 'SUCCEEDED' });
    expect([log, tries]).toEqual([['start'], 2]);
    const after = await lab.history(arn);
    expect(after.map(({ id }) => id)).toEqual(after.map((_event, index) => index + 1));
    expect(after.filter(({ type }) => type === 'ParallelStateStarted')).toHaveLength(1);
  });

  it('keeps a token, and lets its task be ended afterwards', async () => {
    const tokens: string[] = [];
    lab = new Lab({ 'sqs:SendMessage': ({ MessageBody }: { MessageBody: string }) => { tokens.push(MessageBody); return {}; } });
    const arn = await lab.start(lab.deploy({ W: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', Arguments: { QueueUrl: 'q', MessageBody: '{% $states.context.Task.Token %}' }, End: true } }));
    await pause(20);
    await lab.crash();
    await pause(10);
    await lab.api.call('SendTaskSuccess', { taskToken: tokens[0], output: '"after"' });
    expect(await lab.ended(arn)).toMatchObject({ output: '"after"' });
    expect(tokens).toHaveLength(1);
  });

  it('does not run finished children again, in an orderly stop neither', async () => {
    const calls: number[] = [];
    lab = new Lab({ lambda: async (day: number) => { calls.push(day); await pause(day > 2 ? 80 : 1); return day; } });
    const M = { Type: 'Map', Items: [1, 2, 3, 4], ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'D', States: { D: task() } }, End: true };
    const arn = await lab.start(lab.deploy({ M }));
    await pause(40);
    await lab.stopAndStart();
    expect(await lab.ended(arn)).toMatchObject({ output: '[1,2,3,4]', redriveCount: 0 });
    expect([calls.filter((day) => day <= 2), calls.filter((day) => day > 2).length]).toEqual([[1, 2], 4]);
    expect((await lab.types(arn)).filter((type) => type === 'MapRunStarted' || type === 'MapRunRedriven')).toEqual(['MapRunStarted']);
  });

  it('passes over a line that the kill cut off', async () => {
    lab = new Lab();
    const arn = await lab.start(lab.deploy({ W: { Type: 'Wait', Seconds: 0.1, Next: 'S' }, S: { Type: 'Succeed' } }));
    await pause(20);
    const [file = ''] = readdirSync(lab.dir);
    appendFileSync(join(lab.dir, file), '["event",0,{"id":3,"ty');
    await lab.crash();
    expect(await lab.ended(arn)).toMatchObject({ status: 'SUCCEEDED' });
    await pause(10);
    expect(() => readFileSync(join(lab.dir, file), 'utf8').trim().split('\n').forEach((line) => void JSON.parse(line))).not.toThrow();
  });

  it('knows ended executions from their journals', async () => {
    lab = new Lab({ lambda: () => { throw functionError('DataError', 'bad'); } });
    const machine = lab.deploy({ T: task() });
    const arn = await lab.start(machine, {}, 'day-1');
    await lab.ended(arn);
    await lab.crash();
    const { executions } = await lab.api.call('ListExecutions', { stateMachineArn: machine });
    expect(executions).toMatchObject([{ name: 'day-1', status: 'FAILED' }]);
    expect(await lab.ended(arn)).toMatchObject({ error: 'DataError' });
    expect((await lab.types(arn)).at(-1)).toBe('ExecutionFailed');
  });
});

it('counts starts and ends in the metrics of the service', async () => {
  lab = new Lab();
  await lab.run({ S: { Type: 'Succeed' } });
  await lab.run({ F: { Type: 'Fail', Error: 'X' } }, {}, { name: 'other' });
  const sums = (machine: string): Record<string, number> => {
    const mine = lab.metrics.filter(({ dimensions }) => dimensions['StateMachineArn']?.endsWith(`:${machine}`) === true && !('ms' in dimensions));
    return Object.fromEntries([...new Set(mine.map(({ name }) => name))].filter((name) => name !== 'ExecutionTime').map((name) => [name, mine.filter((each) => each.name === name).reduce((sum, { value }) => sum + value, 0)]));
  };
  expect(sums('machine')).toEqual({ ExecutionsStarted: 1, ExecutionsSucceeded: 1, ExecutionsFailed: 0, ExecutionsTimedOut: 0, ExecutionsAborted: 0 });
  expect(sums('other')).toMatchObject({ ExecutionsStarted: 1, ExecutionsSucceeded: 0, ExecutionsFailed: 1 });
});
