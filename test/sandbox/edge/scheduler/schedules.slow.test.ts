/** Schedules on the running sandbox: deployed and changed by CloudFormation, firing into a machine, refused by name. */
import { CloudFormationClient, CreateStackCommand, DescribeStackEventsCommand, DescribeStacksCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { type Sandbox, startSandbox } from '../../harness.ts';
import { until } from '../../../until.ts';

jest.setTimeout(180_000);

const MACHINE = 'arn:aws:states:eu-central-1:000000000000:stateMachine:nightly';
let sandbox: Sandbox;
let sfn: SFNClient;

beforeAll(async () => {
  sandbox = await startSandbox();
  sfn = new SFNClient({ ...sandbox.client, maxAttempts: 8 });
});
afterAll(async () => {
  sfn.destroy();
  await sandbox.stop();
});

function template(schedule: Record<string, unknown>): object {
  const definition = { QueryLanguage: 'JSONata', StartAt: 'Day', States: { Day: { Type: 'Pass', End: true } } };
  const Target = { Arn: { Ref: 'Machine' }, RoleArn: 'arn:aws:iam::000000000000:role/scheduler', Input: '{"due":"<aws.scheduler.scheduled-time>"}' };
  return {
    Resources: {
      Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { StateMachineName: 'nightly', RoleArn: 'arn:aws:iam::000000000000:role/r', DefinitionString: JSON.stringify(definition) } },
      Schedule: { Type: 'AWS::Scheduler::Schedule', Properties: { Name: 'nightly', FlexibleTimeWindow: { Mode: 'OFF' }, Target, ...schedule } },
    },
  };
}

it('fires a rate at once into its machine, with the time that was due', async () => {
  await deploy(template({ ScheduleExpression: 'rate(1 hour)' }));
  await until(async () => (await executions()).length > 0, 'the schedule fires');

  const [executionArn] = await executions();
  const { input, status } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  expect([JSON.parse(input ?? '{}'), status]).toEqual([{ due: expect.stringMatching(/^20\d\d-\d\d-\d\dT[\d:.]+Z$/) as unknown }, 'SUCCEEDED']);
});

it('does not fire again after the edge was killed, and takes a change with its time zone', async () => {
  await sandbox.kill('edge');
  await deploy(template({ ScheduleExpression: 'cron(30 2 * * ? *)', ScheduleExpressionTimezone: 'Europe/Berlin' }));
  await until(async () => (await next()) !== undefined && /T0[01]:30:00\.000Z$/.test(String(await next())), 'the change is known');

  expect(await executions()).toHaveLength(1);
});

it('refuses what cannot fire when it is deployed, by name, and keeps the schedule that was there', async () => {
  await expect(deploy(template({ ScheduleExpression: 'cron(0 10 * * *)' }))).rejects.toThrow("AWS's has 6: minutes hours day-of-month month day-of-week year");
  await expect(deploy(template({ ScheduleExpression: 'rate(1 day)', Target: { Arn: 'arn:aws:ecs:eu-central-1:000000000000:cluster/c', RoleArn: 'arn:aws:iam::000000000000:role/r' } }))).rejects.toThrow('the sandbox cannot call it');
  expect(String(await next())).toMatch(/T0[01]:30:00\.000Z$/);
});

async function executions(): Promise<string[]> {
  const { executions: found = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: MACHINE }));
  return found.map(({ executionArn = '' }) => executionArn);
}

/** When the schedule fires next, by the status page. */
async function next(): Promise<string | undefined> {
  const status = (await (await fetch(`${sandbox.endpoint}/_waybill/status`)).json()) as { parts: { scheduler: { schedules: { next: string }[] } } };
  return status.parts.scheduler.schedules[0]?.next;
}

/** Creates or updates the stack. @throws Error with what its events say */
async function deploy(body: object): Promise<void> {
  const client = new CloudFormationClient({ ...sandbox.client, maxAttempts: 8 });
  const asked = { StackName: 'schedules', TemplateBody: JSON.stringify(body) };
  const status = async (): Promise<string> => String((await client.send(new DescribeStacksCommand({ StackName: 'schedules' }))).Stacks?.[0]?.StackStatus);
  const exists = await status().then(() => true, () => false);
  await client.send(exists ? new UpdateStackCommand(asked) : new CreateStackCommand(asked));
  await until(async () => !(await status()).endsWith('_IN_PROGRESS'), 'the stack is deployed');
  const final = await status();
  if (final === 'CREATE_COMPLETE' || final === 'UPDATE_COMPLETE') return;
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: 'schedules' }));
  throw new Error(`${final}: ${StackEvents.map(({ ResourceStatusReason }) => ResourceStatusReason ?? '').join('\n')}`);
}
