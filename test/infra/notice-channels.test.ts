import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { cdkFlags } from '../../lib/cdk-flags.ts';
import { ENVIRONMENTS as INPUTS } from '../../lib/config/environments/index.ts';
import type { NoticeSubscription } from '../../lib/config/notice-config.ts';
import { validateConfig } from '../../lib/config/validate-config.ts';
import { findDataKey } from '../../lib/constructs/data-key/data-key.ts';
import { LiveAlerts } from '../../lib/constructs/live-alerts/live-alerts.ts';
import { AlarmRegistry } from '../../lib/monitoring/alarm-registry.ts';
import { PlatformStack } from '../../lib/stacks/platform-stack.ts';
import { DELIVER_NOTICE, DELIVER_NOTICE_ENV } from '../../lambdas/deliver-notice/names.ts';
import type { Delivery } from '../../lambdas/deliver-notice/names.ts';
import { evaluateMath } from '../../sandbox/edge/cloudwatch/math-functions.ts';
import { ENVIRONMENTS, propertiesOf, spelled, statementsOf } from './support/resources.ts';
import type { Statement } from './support/resources.ts';
import { synthesize } from './support/synthesize.ts';
import type { Resource, Synthesized, TemplateJson } from './support/synthesize.ts';

const TOWER_SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:tower/signing-a1B2c3';
const LISTENERS: readonly NoticeSubscription[] = [
  { channel: 'pagerduty', name: 'night-shift', secret: 'waybill/prod/pagerduty', severities: [1, 2] },
  { channel: 'slack', name: 'team', secret: 'waybill/prod/slack', regions: ['benelux'] },
  { channel: 'webhook', name: 'tower', endpoint: 'https://tower.example.com/alerts', secret: TOWER_SECRET, customers: ['CUST-1'] },
];

interface Made {
  readonly template: Synthesized;
  readonly nag: readonly string[];
  readonly alarms: AlarmRegistry;
}

/** The road of an alert with three listeners, in a stack of its own. */
function make(env: string): Made {
  const app = new App({ context: { ...cdkFlags(), '@aws-cdk/core:validateAgainstDefaultRules': false } });
  const input = { ...INPUTS[env], live: { ...INPUTS[env]?.live, notices: LISTENERS } };
  const config = validateConfig({ input, source: 'test', contracts: ['order-change', 'shipment-event', 'vehicle-position'] });
  const registry = new AlarmRegistry(env);
  const stack = new PlatformStack(app, { config } as ConstructorParameters<typeof PlatformStack>[1], { kind: 'ingest', description: 'test', stateful: false });
  new LiveAlerts(stack, 'LiveAlerts', { config, key: findDataKey(stack, config), registry });
  const template = Template.fromStack(stack).toJSON() as TemplateJson;
  return {
    template: { stacks: { ingest: { name: 'ingest', terminationProtection: false, after: [], template } }, alarms: [], nag: [], validation: [], acknowledgements: [] },
    nag: new AwsSolutionsChecks(app).validateScope(app).violations.flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath ?? '?'}`)),
    alarms: registry,
  };
}

const made = new Map(ENVIRONMENTS.map((env) => [env, make(env)] as const));
const of = (env: (typeof ENVIRONMENTS)[number]): Made => made.get(env) as Made;
const prod = of('prod').template;
const queue = (env: (typeof ENVIRONMENTS)[number], name: string): unknown => Object.values(of(env).template.stacks.ingest?.template.Resources ?? {}).find(({ Type, Properties }: Resource) => Type === 'AWS::SQS::Queue' && Properties?.['QueueName'] === name)?.Properties;
const rightsOf = (listener: string): Statement[] => statementsOf(propertiesOf(prod, 'AWS::IAM::Policy', `LiveAlerts${listener}DeliverRights`)['PolicyDocument']);
const deliveryOf = (env: (typeof ENVIRONMENTS)[number], listener: string): Delivery => {
  const { Environment } = propertiesOf(of(env).template, 'AWS::Lambda::Function', `LiveAlerts${listener}Deliver`) as { Environment: { Variables: Record<string, string> } };
  return JSON.parse(Environment.Variables[DELIVER_NOTICE_ENV.delivery] ?? '') as Delivery;
};

const ENCRYPTED_BY_AWS: unknown = { SqsManagedSseEnabled: true };
const ENCRYPTED_BY_US: unknown = { KmsMasterKeyId: { Ref: expect.stringContaining('datakeyarn') as string } };
const ENCRYPTED = { local: ENCRYPTED_BY_AWS, dev: ENCRYPTED_BY_AWS, staging: ENCRYPTED_BY_US, prod: ENCRYPTED_BY_US };

describe.each(ENVIRONMENTS)('listeners behind a queue, in %s', (env) => {
  it('leave cdk-nag nothing to find', () => {
    expect(of(env).nag).toEqual([]);
  });

  it('have two encrypted queues each, by names that a person finds, that take TLS only', () => {
    for (const listener of ['night-shift', 'team', 'tower']) {
      expect(queue(env, `waybill-${env}-notices-${listener}`)).toMatchObject({ MessageRetentionPeriod: 14 * 86_400, VisibilityTimeout: 360, RedrivePolicy: { maxReceiveCount: 50 } });
      expect(queue(env, `waybill-${env}-undelivered-${listener}`)).toMatchObject({ MessageRetentionPeriod: 14 * 86_400 });
      for (const kind of ['notices', 'undelivered']) expect(queue(env, `waybill-${env}-${kind}-${listener}`)).toEqual(expect.objectContaining(ENCRYPTED[env]));
    }
    const refusals = Object.values(of(env).template.stacks.ingest?.template.Resources ?? {}).filter(({ Type }) => Type === 'AWS::SQS::QueuePolicy').map(({ Properties }) => statementsOf(Properties?.['PolicyDocument']).filter(({ Effect }) => Effect === 'Deny'));
    expect(refusals).toEqual(Array(6).fill([expect.objectContaining({ Action: ['sqs:*'], Principal: { AWS: '*' }, Condition: { Bool: { 'aws:SecureTransport': 'false' } } })]));
  });

  it('have an alarm each', () => {
    expect(of(env).alarms.alarms.filter(({ kind }) => kind.id === 'notice-not-delivered').map(({ name }) => name)).toEqual(['night-shift', 'team', 'tower'].map((listener) => `waybill-${env}-notice-not-delivered-${listener}`));
  });

  it('carry no secret, and take plain HTTP in the sandbox alone', () => {
    expect(deliveryOf(env, 'ToNightShift')).toEqual({ name: 'night-shift', channel: 'pagerduty', secret: 'waybill/prod/pagerduty', plainHttp: env === 'local' });
    expect(deliveryOf(env, 'ToTower')).toEqual({ name: 'tower', channel: 'webhook', endpoint: 'https://tower.example.com/alerts', secret: TOWER_SECRET, plainHttp: env === 'local' });
  });
});

describe('a listener behind a queue, by value', () => {
  it('hears what it asked for, as notify wrote it; what SNS cannot hand over lies among the undelivered', () => {
    const filters = { ToNightShift: { severity: ['1', '2'], grouped: ['no'] }, ToTeam: { region: ['benelux'], grouped: ['no'] }, ToTower: { customer: ['CUST-1'] } };
    for (const [listener, FilterPolicy] of Object.entries(filters)) {
      const found = spelled(propertiesOf(prod, 'AWS::SNS::Subscription', `LiveAlerts${listener}Queue`)) as Record<string, unknown>;
      expect(found).toEqual({
        Protocol: 'sqs', TopicArn: expect.stringMatching(/^<LiveAlertsTold/) as string, Endpoint: expect.stringMatching(new RegExp(`^<LiveAlerts${listener}Queue\\w+\\.Arn>$`)) as string, RawMessageDelivery: true, FilterPolicy,
        RedrivePolicy: { deadLetterTargetArn: expect.stringMatching(new RegExp(`^<LiveAlerts${listener}Undelivered\\w+\\.Arn>$`)) as string },
      });
    }
  });

  it('is served by a function that answers for each message, two batches at once', () => {
    expect(spelled(propertiesOf(prod, 'AWS::Lambda::EventSourceMapping', 'LiveAlertsToTeam'))).toMatchObject({
      EventSourceArn: expect.stringMatching(/^<LiveAlertsToTeamQueue/) as string, BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'], ScalingConfig: { MaximumConcurrency: 2 },
    });
    expect(propertiesOf(prod, 'AWS::Lambda::Function', 'LiveAlertsToTeamDeliver')).toMatchObject({ Timeout: 60, MemorySize: 256 });
    const { Environment } = propertiesOf(prod, 'AWS::Lambda::Function', 'LiveAlertsToTeamDeliver') as { Environment: { Variables: object } };
    expect(Object.keys(Environment.Variables).sort()).toEqual(Object.values(DELIVER_NOTICE_ENV).sort());
  });

  it('keeps a message hidden for six timeouts, and a batch within one', () => {
    const { visibilitySeconds, timeoutSeconds, budgetMs, postTimeoutMs } = DELIVER_NOTICE;
    expect(visibilitySeconds).toBe(6 * timeoutSeconds);
    // The last notice that is begun: two secrets read at 3 × 3 s at worst, a post tried twice, the undelivered.
    expect(budgetMs + 2 * postTimeoutMs).toBeLessThan(timeoutSeconds * 1_000);
  });

  it('has a role that may do what it does and no more: its own queues, its own secret', () => {
    const rights = rightsOf('ToTeam').map(({ Action, Resource: on }) => [Action, on]);
    expect(rights).toEqual([
      [['logs:CreateLogStream', 'logs:PutLogEvents'], [expect.stringMatching(/^<LiveAlertsToTeamDeliverLogs\w+\.Arn>$/)]],
      [['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], [expect.stringMatching(/^<LiveAlertsToTeamQueue\w+\.Arn>$/)]],
      [['sqs:SendMessage'], [expect.stringMatching(/^<LiveAlertsToTeamUndelivered\w+\.Arn>$/)]],
      [['secretsmanager:GetSecretValue'], ['arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:waybill/prod/slack-??????']],
      [['kms:Decrypt', 'kms:GenerateDataKey'], [expect.stringContaining('datakeyarn')]],
    ]);
    expect(rightsOf('ToTower').flatMap(({ Action, Resource: on }) => (Action.includes('secretsmanager:GetSecretValue') ? on : []))).toEqual([TOWER_SECRET]);
  });

  it('is looked at by one alarm: undelivered, overdue, or taken by nobody', () => {
    const alarm = propertiesOf(prod, 'AWS::CloudWatch::Alarm', 'noticenotdeliveredteam');
    expect(alarm).toMatchObject({ Threshold: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold', EvaluationPeriods: 1, TreatMissingData: 'notBreaching' });
    const metrics = (spelled(alarm['Metrics']) as { Id: string; Expression?: string; MetricStat?: { Metric: { MetricName: string; Namespace: string; Dimensions: unknown }; Period: number; Stat: string } }[]).map(({ Id, Expression, MetricStat }) => [Id, Expression ?? `${MetricStat?.Stat} ${MetricStat?.Period} ${MetricStat?.Metric.Namespace} ${MetricStat?.Metric.MetricName} ${JSON.stringify(MetricStat?.Metric.Dimensions)}`]);
    expect(Object.fromEntries(metrics)).toEqual({
      expr_1: 'SUM([undelivered, overdue, untouched])',
      undelivered: expect.stringMatching(/^Maximum 300 AWS\/SQS ApproximateNumberOfMessagesVisible .*LiveAlertsToTeamUndelivered/) as string,
      overdue: 'Sum 300 Waybill/prod NoticesOverdue [{"Name":"Listener","Value":"team"}]',
      untouched: 'IF(age >= 600, 1, 0)',
      age: expect.stringMatching(/^Maximum 300 AWS\/SQS ApproximateAgeOfOldestMessage .*LiveAlertsToTeamQueue/) as string,
    });
  });

  it.each([
    ['nothing was ever told', {}, undefined],
    ['one was given up', { undelivered: 1 }, 1],
    ['one is overdue', { undelivered: 0, overdue: 1 }, 1],
    ['nobody takes them', { age: 600 }, 1],
    ['all is well', { undelivered: 0, overdue: 0, age: 599 }, 0],
  ])('alarms by the sum of what there is: %s', (_, values: Readonly<Record<string, number>>, expected) => {
    const ids = new Map<string, ReadonlyMap<number, number>>(['undelivered', 'overdue', 'age'].map((id) => [id, new Map(values[id] === undefined ? [] : [[0, values[id]]])]));
    const context = { ids, times: [0], periodMs: 300_000 };
    ids.set('untouched', evaluateMath('IF(age >= 600, 1, 0)', context));
    expect(evaluateMath('SUM([undelivered, overdue, untouched])', context).get(0)).toBe(expected);
  });

  it('may be handed notices by the topic under the key of the environment', () => {
    const { KeyPolicy } = propertiesOf(synthesize({ env: 'prod' }), 'AWS::KMS::Key', 'DataKey');
    expect(statementsOf(KeyPolicy).find(({ Sid }) => Sid === 'AlertsIntoQueues')).toMatchObject({
      Principal: { Service: 'sns.amazonaws.com' }, Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Condition: { ArnEquals: { 'aws:SourceArn': 'arn:<AWS::Partition>:sns:<AWS::Region>:<AWS::AccountId>:waybill-prod-alerts' }, StringEquals: { 'aws:SourceAccount': '<AWS::AccountId>' } },
    });
  });
});
