import { ENVIRONMENTS, allResources, resourcesOf } from './support/resources.ts';
import type { Found } from './support/resources.ts';
import { synthesize } from './support/synthesize.ts';

/** Types that a person reads the name of; everything else is unnamed. Value: the property that carries the name. */
const NAMED: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket': 'BucketName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Kinesis::Stream': 'Name',
  'AWS::Glue::Database': 'DatabaseName',
  'AWS::Glue::Registry': 'Name',
  'AWS::Glue::SecurityConfiguration': 'Name',
  'AWS::Glue::Schema': 'Name',
  'AWS::Cognito::UserPool': 'UserPoolName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SSM::Parameter': 'Name',
  'AWS::CloudWatch::Alarm': 'AlarmName',
};
const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::KMS::Key': 'AliasName',
  'AWS::Lambda::EventSourceMapping': 'Name',
  'AWS::Glue::Job': 'Name',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
  'AWS::Scheduler::Schedule': 'Name',
};

/** Every type that our templates use: the sandbox must know each of them (docs/sandbox.md). A new one is a decision. */
const TYPES = [
  'AWS::ApiGatewayV2::Api', 'AWS::ApiGatewayV2::Authorizer', 'AWS::ApiGatewayV2::Integration', 'AWS::ApiGatewayV2::Route', 'AWS::ApiGatewayV2::Stage', 'AWS::Athena::NamedQuery', 'AWS::Athena::WorkGroup',
  'AWS::CloudFront::Distribution', 'AWS::CloudFront::OriginAccessControl', 'AWS::CloudFront::ResponseHeadersPolicy',
  'AWS::CloudWatch::Alarm', 'AWS::Cognito::UserPool', 'AWS::Cognito::UserPoolClient', 'AWS::Cognito::UserPoolGroup', 'AWS::DynamoDB::Table', 'AWS::Glue::Database', 'AWS::Glue::Job', 'AWS::Glue::Registry', 'AWS::Glue::Schema', 'AWS::Glue::Table',
  'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::KMS::Key', 'AWS::Kinesis::Stream', 'AWS::Lambda::EventSourceMapping', 'AWS::Lambda::Function', 'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup', 'AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', 'AWS::SSM::Parameter', 'AWS::Scheduler::Schedule', 'AWS::Scheduler::ScheduleGroup', 'AWS::StepFunctions::StateMachine', 'Custom::WaybillPage',
];

const list = (found: readonly Found[]): string[] => found.map(({ kind, id }) => `${kind}/${id}`);

describe.each(ENVIRONMENTS)('the templates of %s', (env) => {
  it('import and export nothing', () => {
    const { stacks } = synthesize({ env });
    expect(JSON.stringify(stacks)).not.toMatch(/Fn::ImportValue|Fn::GetStackOutput/);
    for (const { template } of Object.values(stacks)) for (const output of Object.values(template.Outputs ?? {})) expect(output).not.toHaveProperty('Export');
  });

  it('use only types that the sandbox knows, and no custom resource but the one that publishes the page', () => {
    const keyed = env === 'staging' || env === 'prod' ? ['AWS::Glue::SecurityConfiguration'] : [];
    expect([...new Set(allResources(synthesize({ env })).map(({ resource }) => resource.Type))].sort()).toEqual([...TYPES, ...keyed].sort());
  });

  it('name what a person looks for, by environment', () => {
    const named = allResources(synthesize({ env })).filter(({ resource }) => resource.Type in NAMED);
    const wrong = named.filter(({ resource }) => !new RegExp(`^(/waybill/${env}/|waybill-${env}|waybill_${env}_|(order-change|shipment-event|vehicle-position)-v1)`).test(JSON.stringify(resource.Properties?.[NAMED[resource.Type] ?? ''])?.replace(/^(\{"Fn::Join":\["",\[)?"/, '') ?? ''));
    expect(list(wrong)).toEqual([]);
  });

  it('name nothing else', () => {
    const named = allResources(synthesize({ env })).filter(({ resource }) => NAME_PROPERTIES[resource.Type] !== undefined && resource.Properties?.[NAME_PROPERTIES[resource.Type] ?? ''] !== undefined);
    expect(list(named)).toEqual([]);
  });

  it('keep every log for a stated time, and every function and API logs into a group of the template', () => {
    const days = { local: 14, dev: 14, staging: 90, prod: 90 }[env];
    for (const { resource } of resourcesOf(synthesize({ env }), 'AWS::Logs::LogGroup')) expect(resource.Properties).toMatchObject({ RetentionInDays: days });
    for (const { resource } of resourcesOf(synthesize({ env }), 'AWS::Lambda::Function')) expect(resource.Properties).toMatchObject({ LoggingConfig: { LogGroup: { Ref: expect.any(String) as string } } });
    for (const { resource } of resourcesOf(synthesize({ env }), 'AWS::ApiGatewayV2::Stage')) expect(JSON.stringify(resource.Properties?.['AccessLogSettings'])).toMatch(/Logs\w{8}/);
  });

  it('say of everything which environment it belongs to', () => {
    const taggable = resourcesOf(synthesize({ env }), 'AWS::Lambda::Function').concat(resourcesOf(synthesize({ env }), 'AWS::Kinesis::Stream'), resourcesOf(synthesize({ env }), 'AWS::S3::Bucket'));
    for (const { resource } of taggable) expect(resource.Properties?.['Tags']).toContainEqual({ Key: 'waybill:environment', Value: env });
  });

  it('hold nothing that would differ between two machines', () => {
    expect(JSON.stringify(synthesize({ env }).stacks)).not.toContain(process.cwd());
  });
});
