import { bucketName } from '../../contracts/platform-names.ts';
import { resourcesOf, propertiesOf, spelled, stackOf, statementsOf } from './support/resources.ts';
import { synthesize } from './support/synthesize.ts';

/** A folder of contracts that has one directory, `web-order`. Not a line of code knows it. */
const OTHERS = { env: 'prod', contracts: 'test/fixtures/contracts' };

describe('a directory in the folder of contracts', () => {
  it('is a stream as its contract.json wants it', () => {
    expect(resourcesOf(synthesize(OTHERS), 'AWS::Kinesis::Stream').map(({ resource }) => resource.Properties)).toMatchObject([{ Name: 'waybill-prod-web-order', StreamModeDetails: { StreamMode: 'ON_DEMAND' }, RetentionPeriodHours: 48 }]);
  });

  it('is a schema in the registry', () => {
    expect(propertiesOf(synthesize(OTHERS), 'AWS::Glue::Schema')).toMatchObject({ Name: 'web-order-v1' });
  });

  it('is an archive function that reads the stream', () => {
    const functions = resourcesOf(synthesize(OTHERS), 'AWS::Lambda::Function').filter(({ kind }) => kind === 'ingest');
    expect(functions.map(({ id }) => id)).toEqual([expect.stringMatching(/^ArchiveEventsWebOrderFunction/)]);
    expect(spelled(propertiesOf(synthesize(OTHERS), 'AWS::Lambda::EventSourceMapping'))).toMatchObject({
      EventSourceArn: 'arn:<AWS::Partition>:kinesis:<AWS::Region>:<AWS::AccountId>:stream/waybill-prod-web-order',
      MaximumRecordAgeInSeconds: 47 * 3_600,
      FunctionName: `<${functions[0]?.id ?? ''}>`,
    });
  });

  it('is a prefix of bronze with its own retention, which only that function may write', () => {
    const { LifecycleConfiguration } = propertiesOf(synthesize(OTHERS), 'AWS::S3::Bucket', 'Bronze') as { LifecycleConfiguration: { Rules: unknown[] } };
    expect(LifecycleConfiguration.Rules).toContainEqual({ Id: 'bronze-web-order', Status: 'Enabled', Prefix: 'web-order/', ExpirationInDays: 365 });
    const { PolicyDocument } = propertiesOf(synthesize(OTHERS), 'AWS::IAM::Policy', 'ArchiveEventsWebOrder');
    const bronze = `arn:<AWS::Partition>:s3:::${bucketName('prod', 'bronze', '<AWS::AccountId>', '<AWS::Region>')}`;
    expect(statementsOf(PolicyDocument).flatMap(({ Action, Resource }) => (Action.includes('s3:PutObject') ? Resource : []))).toEqual(expect.arrayContaining([`${bronze}/web-order/*`]));
  });

  it('is four alarms', () => {
    const own = synthesize(OTHERS).alarms.filter(({ subject }) => subject.endsWith('web-order'));
    expect(own.map(({ kind, subject }) => `${kind} ${subject}`).sort()).toEqual([
      'consumer-behind archive-events-web-order',
      'contract-silent web-order',
      'on-failure-object archive-events-web-order',
      'quarantine-share web-order',
    ]);
  });

  it('is an output for the command line', () => {
    expect(Object.keys(stackOf(synthesize(OTHERS), 'ingest').Outputs ?? {})).toEqual(['ArchiveEventsFunctionWebOrder']);
  });

  it('passes the same checks as our own contracts', () => {
    expect(synthesize(OTHERS)).toMatchObject({ nag: [], validation: [] });
  });
});
