/** An alarm from deployment to subscriber: CloudFormation makes it, metrics trip it, SNS tells an HTTP endpoint. */
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmHistoryCommand, DescribeAlarmsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Sandbox, startSandbox } from '../harness.ts';
import { until } from '../../until.ts';

jest.setTimeout(240_000);

interface Told {
  readonly NewStateValue: string;
  readonly OldStateValue: string;
  readonly AlarmName: string;
}

/** Confirms its subscription, then keeps what it is told. */
function subscriber(): Promise<{ url: string; told: Told[]; close: () => void }> {
  const told: Told[] = [];
  const server = http.createServer((request, response) => {
    void take(request, told).then(() => response.end('ok'), () => response.writeHead(500).end());
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alarms`, told, close: () => server.close() }));
  });
}

async function take(request: http.IncomingMessage, told: Told[]): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const message = JSON.parse(Buffer.concat(parts).toString()) as { Type: string; SubscribeURL: string; Message: string };
  if (message.Type === 'SubscriptionConfirmation') await fetch(message.SubscribeURL);
  else told.push(JSON.parse(message.Message) as Told);
}

const TEMPLATE = {
  Resources: {
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'sev1' } },
    Alarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        AlarmName: 'error-share',
        AlarmDescription: 'More than five percent fail',
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 5,
        EvaluationPeriods: 1,
        TreatMissingData: 'notBreaching',
        AlarmActions: [{ Ref: 'Topic' }],
        OKActions: [{ Ref: 'Topic' }],
        Metrics: [
          { Id: 'share', Expression: 'IF(all > 0, 100 * FILL(bad, 0) / all, 0)', ReturnData: true },
          { Id: 'all', ReturnData: false, MetricStat: { Metric: { Namespace: 'Test', MetricName: 'All' }, Period: 10, Stat: 'Sum' } },
          { Id: 'bad', ReturnData: false, MetricStat: { Metric: { Namespace: 'Test', MetricName: 'Bad' }, Period: 10, Stat: 'Sum' } },
        ],
      },
    },
  },
};

let sandbox: Sandbox;
let cloudwatch: CloudWatchClient;
let endpoint: Awaited<ReturnType<typeof subscriber>>;

beforeAll(async () => {
  [sandbox, endpoint] = await Promise.all([startSandbox(), subscriber()]);
  cloudwatch = new CloudWatchClient(sandbox.client);
});
afterAll(async () => {
  cloudwatch?.destroy();
  endpoint?.close();
  await sandbox?.stop();
});

async function deployAndSubscribe(): Promise<void> {
  const cloudFormation = new CloudFormationClient(sandbox.client);
  await cloudFormation.send(new CreateStackCommand({ StackName: 'alarms', TemplateBody: JSON.stringify(TEMPLATE) }));
  await until(async () => (await cloudFormation.send(new DescribeStacksCommand({ StackName: 'alarms' }))).Stacks?.[0]?.StackStatus === 'CREATE_COMPLETE', 'the stack was made');
  cloudFormation.destroy();

  const form = new URLSearchParams({ Action: 'Subscribe', Version: '2010-03-31', TopicArn: 'arn:aws:sns:eu-central-1:000000000000:sev1', Protocol: 'http', Endpoint: endpoint.url });
  const scope = `AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/sns/aws4_request, SignedHeaders=host, Signature=0`;
  const answer = await fetch(sandbox.endpoint, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: scope }, body: form });
  if (!answer.ok) throw new Error(await answer.text());
}

const measure = (bad: number): Promise<unknown> =>
  cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Test', MetricData: [{ MetricName: 'All', Value: 100 }, { MetricName: 'Bad', Value: bad }] }));

const stateOf = async (): Promise<string | undefined> => (await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['error-share'] }))).MetricAlarms?.[0]?.StateValue;

it('an alarm on metric math goes to ALARM and back to OK, and an HTTP subscriber is told of both, also over a killed edge', async () => {
  await deployAndSubscribe();
  await until(async () => (await stateOf()) === 'OK', 'the alarm was evaluated first', 40_000);

  await measure(20);
  await until(async () => (await stateOf()) === 'ALARM', 'the alarm fired', 40_000);
  await until(() => endpoint.told.some(({ NewStateValue }) => NewStateValue === 'ALARM'), 'the subscriber was told');
  expect(endpoint.told.at(-1)).toMatchObject({ AlarmName: 'error-share', OldStateValue: 'OK', NewStateValue: 'ALARM', AlarmDescription: 'More than five percent fail', Trigger: { Threshold: 5, Period: 10 } });

  await sandbox.kill('edge');
  await measure(0);
  await until(async () => (await stateOf()) === 'OK', 'the alarm went back', 60_000);
  await until(() => endpoint.told.at(-1)?.NewStateValue === 'OK', 'the subscriber was told of the end');
  // The very first change may come before the subscription was confirmed.
  const changes = endpoint.told.map(({ OldStateValue, NewStateValue }) => `${OldStateValue} > ${NewStateValue}`);
  expect(changes.filter((change) => !change.startsWith('INSUFFICIENT_DATA'))).toEqual(['OK > ALARM', 'ALARM > OK']);

  const { AlarmHistoryItems = [] } = await cloudwatch.send(new DescribeAlarmHistoryCommand({ AlarmName: 'error-share', HistoryItemType: 'StateUpdate', ScanBy: 'TimestampAscending' }));
  expect(AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary)).toEqual(['Alarm updated from INSUFFICIENT_DATA to OK', 'Alarm updated from OK to ALARM', 'Alarm updated from ALARM to OK']);
});
