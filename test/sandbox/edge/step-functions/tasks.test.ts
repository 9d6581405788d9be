import { ServiceError } from '../../../../sandbox/edge/step-functions/run/host.ts';
import { functionError, Lab, task } from './lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const caught = (state: object, Output: unknown = '{% $states.errorOutput.Error %}'): Record<string, unknown> => ({ T: { Type: 'Task', End: true, Catch: [{ ErrorEquals: ['States.ALL'], Output, Next: 'E' }], ...state }, E: { Type: 'Succeed' } });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('names of errors', () => {
  const refuse = (code: string, status = 400) => (): never => {
    throw new ServiceError(code, 'no', { status, requestId: 'r-1' });
  };

  it.each([
    ['a function error by its own type', { lambda: () => { throw functionError('DataError'); } }, 'lambda:invoke', {}, 'DataError'],
    ['a throttled function', { lambda: refuse('TooManyRequestsException', 429) }, 'lambda:invoke', {}, 'Lambda.TooManyRequestsException'],
    ['the optimized DynamoDB', { 'dynamodb:PutItem': refuse('ConditionalCheckFailedException') }, 'dynamodb:putItem', {}, 'DynamoDB.ConditionalCheckFailedException'],
    ["the SDK's DynamoDB", { 'dynamodb:PutItem': refuse('ConditionalCheckFailedException') }, 'aws-sdk:dynamodb:putItem', {}, 'DynamoDb.ConditionalCheckFailedException'],
    ['a code without Exception', { 's3:GetObject': refuse('NoSuchKey', 404) }, 'aws-sdk:s3:getObject', {}, 'S3.NoSuchKeyException'],
    ['an event that was not taken', { 'eventbridge:PutEvents': () => ({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'x' }] }) }, 'events:putEvents', { Entries: [{ Detail: { a: 1 } }] }, 'EventBridge.FailedEntry'],
  ])('%s', async (_what, services, resource, Arguments, error) => {
    lab = new Lab(services);
    expect(await lab.output(caught({ Resource: `arn:aws:states:::${resource}`, Arguments }))).toBe(error);
  });

  it('carries service, status and request in the cause', async () => {
    lab = new Lab({ lambda: refuse('TooManyRequestsException', 429) });
    expect(await lab.output(caught({ Resource: 'arn:aws:states:::lambda:invoke', Arguments: {} }, '{% $states.errorOutput.Cause %}'))).toBe('no (Service: Lambda, Status Code: 429, Request ID: r-1)');
  });
});

it('sends objects as text where the service wants text', async () => {
  const sent: unknown[] = [];
  const take = (args: unknown): object => { sent.push(args); return {}; };
  lab = new Lab({ 'sns:Publish': take, 'sqs:SendMessage': take, 'eventbridge:PutEvents': take });
  await lab.output({
    A: { Type: 'Task', Resource: 'arn:aws:states:::sns:publish', Arguments: { TopicArn: 't', Message: { a: 1 } }, Next: 'B' },
    B: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', Arguments: { QueueUrl: 'q', MessageBody: 'plain' }, Next: 'C' },
    C: { Type: 'Task', Resource: 'arn:aws:states:::events:putEvents', Arguments: { Entries: [{ Source: 's', Detail: { b: 2 } }] }, End: true },
  });
  expect(sent).toEqual([{ TopicArn: 't', Message: '{"a":1}' }, { QueueUrl: 'q', MessageBody: 'plain' }, { Entries: [{ Source: 's', Detail: '{"b":2}' }] }]);
});

describe('jobs', () => {
  const glue = { Type: 'Task', Resource: 'arn:aws:states:::glue:startJobRun.sync', Arguments: { JobName: 'load-silver', Arguments: { '--run': '{% $states.context.Execution.Name %}' } }, Output: '{% $states.result.JobRunState %}', End: true };
  let state: string;
  let stopped: unknown[];
  const services = {
    'glue:StartJobRun': () => ({ JobRunId: 'jr_1' }),
    'glue:GetJobRun': () => ({ JobRun: { Id: 'jr_1', JobRunState: state } }),
    'glue:BatchStopJobRun': (args: unknown) => { stopped.push(args); state = 'STOPPED'; return {}; },
  };
  beforeEach(() => {
    [state, stopped] = ['RUNNING', []];
    lab = new Lab(services);
  });

  it('is polled to its end', async () => {
    const arn = await lab.start(lab.deploy({ G: glue }));
    setTimeout(() => { state = 'SUCCEEDED'; }, 30);
    expect(await lab.ended(arn)).toMatchObject({ output: '"SUCCEEDED"' });
    expect((await lab.types(arn)).slice(2, 6)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded']);
  });

  it.each(['FAILED', 'STOPPED', 'TIMEOUT', 'ERROR', 'EXPIRED'])('that ends as %s is States.TaskFailed, with the job as its cause', async (end) => {
    state = end;
    expect(await lab.output({ G: { ...glue, Catch: [{ ErrorEquals: ['States.TaskFailed'], Output: '{% $parse($states.errorOutput.Cause).JobRunState %}', Next: 'E' }] }, E: { Type: 'Succeed' } })).toBe(end);
  });

  it('is stopped with its execution', async () => {
    const arn = await lab.start(lab.deploy({ G: glue }));
    await pause(20);
    await lab.api.call('StopExecution', { executionArn: arn, error: 'Operator', cause: 'enough' });
    expect(await lab.ended(arn)).toMatchObject({ status: 'ABORTED', error: 'Operator', cause: 'enough' });
    expect(stopped).toEqual([{ JobName: 'load-silver', JobRunIds: ['jr_1'] }]);
    expect((await lab.types(arn)).slice(-2)).toEqual(['TaskStateAborted', 'ExecutionAborted']);
  });

  it('is stopped when its time is up', async () => {
    expect(await lab.output({ G: { ...glue, TimeoutSeconds: 0.05, Catch: [{ ErrorEquals: ['States.Timeout'], Output: 'late', Next: 'E' }] }, E: { Type: 'Succeed' } })).toBe('late');
    await pause(10);
    expect(stopped).toHaveLength(1);
  });

  it('is looked after through an outage of its service', async () => {
    let asked = 0;
    lab.services = { ...services, 'glue:GetJobRun': () => {
      if (++asked < 3) throw new ServiceError('ServiceUnavailable', 'starting', { status: 503 });
      return { JobRun: { JobRunState: 'SUCCEEDED' } };
    } };
    expect(await lab.output({ G: glue })).toBe('SUCCEEDED');
  });

  it('of Athena answers the query, or fails with it', async () => {
    let end = 'SUCCEEDED';
    lab.services = { 'athena:StartQueryExecution': () => ({ QueryExecutionId: 'q1' }), 'athena:GetQueryExecution': () => ({ QueryExecution: { QueryExecutionId: 'q1', Status: { State: end, StateChangeReason: 'why' } } }) };
    const query = { Resource: 'arn:aws:states:::athena:startQueryExecution.sync', Arguments: { QueryString: 'select 1' } };
    expect(await lab.output(caught(query))).toMatchObject({ QueryExecution: { QueryExecutionId: 'q1' } });
    end = 'FAILED';
    expect(await lab.output(caught(query, '{% $parse($states.errorOutput.Cause).Status.StateChangeReason %}'), {}, { name: 'again' })).toBe('why');
  });
});

describe('nested executions', () => {
  const starting = (StateMachineArn: string, more: object = {}): Record<string, unknown> => ({ Type: 'Task', Resource: 'arn:aws:states:::states:startExecution.sync:2', Arguments: { StateMachineArn, Name: 'day-5', Input: '{% $states.input %}' }, Output: '{% $states.result.Output %}', End: true, ...more });

  it('hand on their output as a value, and fail with what the child failed with', async () => {
    lab = new Lab({ lambda: ({ day }: { day: number }) => { if (day === 6) throw functionError('DataError'); return { rows: 3 }; } });
    const child = lab.deploy({ T: task() }, { name: 'child' });
    expect(await lab.output({ S: starting(child) }, { day: 5 })).toEqual({ rows: 3 });
    const failed = starting(child, { Arguments: { StateMachineArn: child, Input: { day: 6 } }, Catch: [{ ErrorEquals: ['States.TaskFailed'], Output: '{% $parse($states.errorOutput.Cause).Error %}', Next: 'E' }] });
    expect(await lab.output({ S: failed, E: { Type: 'Succeed' } }, {}, { name: 'second' })).toBe('DataError');
  });

  it('meet a name that is taken', async () => {
    lab = new Lab({ lambda: () => 1 });
    const child = lab.deploy({ T: task() }, { name: 'child' });
    await lab.ended(await lab.start(child, {}, 'day-5'));
    const meets = starting(child, { Catch: [{ ErrorEquals: ['StepFunctions.ExecutionAlreadyExistsException'], Output: 'taken', Next: 'E' }] });
    expect(await lab.output({ S: meets, E: { Type: 'Succeed' } })).toBe('taken');
  });
});

describe('tokens', () => {
  const W = { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', Arguments: { QueueUrl: 'q', MessageBody: { token: '{% $states.context.Task.Token %}' } }, End: true };
  let tokens: string[];
  beforeEach(() => {
    tokens = [];
    lab = new Lab({ 'sqs:SendMessage': ({ MessageBody }: { MessageBody: string }) => { tokens.push((JSON.parse(MessageBody) as { token: string }).token); return { MessageId: '1' }; } });
  });
  const sent = async (): Promise<string> => {
    while (tokens.length === 0) await pause(1);
    await pause(5);
    return tokens[0] ?? '';
  };

  it('end a task with the output that somebody gives', async () => {
    const arn = await lab.start(lab.deploy({ W }));
    await lab.api.call('SendTaskSuccess', { taskToken: await sent(), output: '{"ok":true}' });
    expect(await lab.ended(arn)).toMatchObject({ output: '{"ok":true}' });
    expect(await lab.types(arn)).toContain('TaskSubmitted');
    await expect(lab.api.call('SendTaskSuccess', { taskToken: tokens[0], output: '1' })).rejects.toMatchObject({ code: 'TaskDoesNotExist' });
  });

  it('fail a task with a given name', async () => {
    const arn = await lab.start(lab.deploy({ W }));
    await lab.api.call('SendTaskFailure', { taskToken: await sent(), error: 'Refused', cause: 'by hand' });
    expect(await lab.ended(arn)).toMatchObject({ status: 'FAILED', error: 'Refused', cause: 'by hand' });
  });

  it('are kept alive by heartbeats', async () => {
    const arn = await lab.start(lab.deploy({ W: { ...W, HeartbeatSeconds: 1 } }));
    const taskToken = await sent();
    for (let beat = 0; beat < 4; beat++) {
      await pause(300);
      await lab.api.call('SendTaskHeartbeat', { taskToken });
    }
    await lab.api.call('SendTaskSuccess', { taskToken, output: '"late but alive"' });
    expect(await lab.ended(arn)).toMatchObject({ output: '"late but alive"' });
  });
});
