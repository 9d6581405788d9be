import { propertiesOf, resourcesOf, spelled, stackOf, statementsOf } from './support/resources.ts';
import { synthesize } from './support/synthesize.ts';

const OWN = { config: 'test/infra/fixtures/own-environment.json' };

/** The lake's notices have a topic of their own, to which no alarm publishes. */
const inFoundation = ({ kind }: { readonly kind: string }): boolean => kind === 'foundation';

describe('alarm topics', () => {
  it('are one per severity, found by name', () => {
    expect(resourcesOf(synthesize({ env: 'prod' }), 'AWS::SNS::Topic').filter(inFoundation).map(({ resource }) => resource.Properties?.['TopicName'])).toEqual(['waybill-prod-alarms-sev1', 'waybill-prod-alarms-sev2', 'waybill-prod-alarms-sev3']);
    expect(Object.keys(stackOf(synthesize({ env: 'prod' }), 'foundation').Outputs ?? {}).sort()).toEqual(['AlarmTopicSev1', 'AlarmTopicSev2', 'AlarmTopicSev3']);
  });

  it('are encrypted by a key that CloudWatch may use, or alarms would vanish without a word', () => {
    const environment = synthesize(OWN);
    for (const { resource } of resourcesOf(environment, 'AWS::SNS::Topic').filter(inFoundation)) expect(spelled(resource.Properties)).toMatchObject({ KmsMasterKeyId: expect.stringMatching(/^<AlarmKey\w+\.Arn>$/) as string });
    const { KeyPolicy, EnableKeyRotation } = propertiesOf(environment, 'AWS::KMS::Key', 'AlarmKey');
    expect(EnableKeyRotation).toBe(true);
    expect(statementsOf(KeyPolicy)).toContainEqual({
      Sid: 'AlarmsMayPublish',
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Resource: ['*'],
      Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
    });
  });

  it('let CloudWatch of this account publish, and nobody without TLS', () => {
    for (const { resource } of resourcesOf(synthesize(OWN), 'AWS::SNS::TopicPolicy').filter(inFoundation)) {
      const statements = statementsOf(resource.Properties?.['PolicyDocument']);
      expect(statements).toContainEqual(expect.objectContaining({ Sid: 'AlarmsMayPublish', Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' }, Action: ['sns:Publish'], Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } } }));
      expect(statements).toContainEqual(expect.objectContaining({ Effect: 'Deny', Action: ['sns:Publish'], Condition: { Bool: { 'aws:SecureTransport': 'false' } } }));
    }
  });

  it('reach whom the configuration names', () => {
    const listeners = resourcesOf(synthesize(OWN), 'AWS::SNS::Subscription').filter(inFoundation).map(({ resource }) => spelled(resource.Properties) as { Protocol: string; Endpoint: string; TopicArn: string });
    expect(listeners.map(({ Protocol, Endpoint, TopicArn }) => [Protocol, Endpoint, /Sev\d/.exec(TopicArn)?.[0]]).sort()).toEqual([['email', 'ops@example.com', 'Sev2'], ['https', 'https://pager.example.com/hook', 'Sev1']]);
    expect(resourcesOf(synthesize({ env: 'prod' }), 'AWS::SNS::Subscription')).toEqual([]);
  });
});

describe('the data key', () => {
  it('exists where encryption is customer-managed, rotates, and leaves its ARN where the other stacks look', () => {
    expect(propertiesOf(synthesize({ env: 'prod' }), 'AWS::KMS::Key', 'DataKey')).toMatchObject({ EnableKeyRotation: true });
    expect(spelled(propertiesOf(synthesize({ env: 'prod' }), 'AWS::SSM::Parameter', 'DataKeyArn'))).toMatchObject({ Name: '/waybill/prod/data-key-arn', Value: expect.stringMatching(/^<DataKey\w+\.Arn>$/) as string });
    for (const kind of ['lake', 'state', 'streams', 'ingest', 'serving'] as const) {
      expect(Object.values(stackOf(synthesize({ env: 'prod' }), kind).Parameters ?? {})).toContainEqual(expect.objectContaining({ Type: 'AWS::SSM::Parameter::Value<String>', Default: '/waybill/prod/data-key-arn' }));
    }
  });

  it('costs nothing where it is not wanted', () => {
    expect(resourcesOf(synthesize({ env: 'dev' }), 'AWS::KMS::Key').map(({ id }) => id)).toEqual([expect.stringMatching(/^AlarmKey/)]);
  });
});
