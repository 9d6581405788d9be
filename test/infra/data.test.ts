import { propertiesOf, resourcesOf, spelled, stackOf, statementsOf } from './support/resources.ts';
import { synthesize } from './support/synthesize.ts';

const OWN = { config: 'test/infra/fixtures/own-environment.json' };
const BUCKETS = ['AccessLogs', 'Bronze', 'Quarantine', 'Lake', 'QueryResults'];

const stream = (context: Parameters<typeof synthesize>[0], name = 'ShipmentEvent'): unknown => spelled(propertiesOf(synthesize(context), 'AWS::Kinesis::Stream', name));

describe('streams', () => {
  it('are one per contract, sized by the contract where the environment says nothing', () => {
    expect(stream({ env: 'dev' })).toMatchObject({ Name: 'waybill-dev-shipment-event', ShardCount: 1, RetentionPeriodHours: 168, StreamModeDetails: { StreamMode: 'PROVISIONED' } });
    expect(stream({ env: 'dev' }, 'VehiclePosition')).toMatchObject({ Name: 'waybill-dev-vehicle-position', ShardCount: 1, RetentionPeriodHours: 24 });
  });

  it('follow the environment where it says otherwise', () => {
    expect(stream({ env: 'prod' })).toMatchObject({ ShardCount: 4, RetentionPeriodHours: 168 });
    expect(stream(OWN)).toMatchObject({ RetentionPeriodHours: 8_760, StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
    expect(stream(OWN)).not.toHaveProperty('ShardCount');
  });

  it('are encrypted: by the AWS managed key, or by the environment\'s own', () => {
    expect(stream({ env: 'dev' })).toMatchObject({ StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' } });
    expect(stream({ env: 'prod' })).toMatchObject({ StreamEncryption: { EncryptionType: 'KMS', KeyId: expect.stringMatching(/^<Ssm/) as string } });
  });
});

describe('the contract registry', () => {
  it('holds one schema per major version, with the compatibility check left to us', () => {
    const schemas = resourcesOf(synthesize({ env: 'prod' }), 'AWS::Glue::Schema').map(({ resource }) => spelled(resource.Properties));
    expect(schemas).toMatchObject([
      { Name: 'order-change-v1', DataFormat: 'JSON', Compatibility: 'NONE', Registry: { Arn: '<Registry.Arn>' } },
      { Name: 'shipment-event-v1', DataFormat: 'JSON', Compatibility: 'NONE', Registry: { Arn: '<Registry.Arn>' } },
      { Name: 'vehicle-position-v1', DataFormat: 'JSON', Compatibility: 'NONE', Registry: { Arn: '<Registry.Arn>' } },
    ]);
    expect(propertiesOf(synthesize({ env: 'prod' }), 'AWS::Glue::Registry')).toMatchObject({ Name: 'waybill-prod' });
  });

  it('holds schemas that Glue takes: draft-07, at most 170,000 characters', () => {
    for (const { resource } of resourcesOf(synthesize({ env: 'prod' }), 'AWS::Glue::Schema')) {
      const text = resource.Properties?.['SchemaDefinition'] as string;
      expect((JSON.parse(text) as { $schema: string }).$schema).toMatch(/^http:\/\/json-schema\.org\/draft-07\/schema#?$/);
      expect(text.length).toBeLessThanOrEqual(170_000);
    }
  });
});

describe('buckets', () => {
  it.each(BUCKETS)('%s: private, versioned, owner-enforced', (id) => {
    for (const env of ['local', 'prod']) {
      expect(propertiesOf(synthesize({ env }), 'AWS::S3::Bucket', id)).toMatchObject({
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
        VersioningConfiguration: { Status: 'Enabled' },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      });
    }
  });

  it.each(BUCKETS)('%s: refuses calls without TLS', (id) => {
    const { PolicyDocument } = propertiesOf(synthesize({ env: 'prod' }), 'AWS::S3::BucketPolicy', id);
    const refused = statementsOf(PolicyDocument).filter(({ Effect }) => Effect === 'Deny').map(({ Action, Condition }) => ({ Action, Condition }));
    expect(refused).toEqual(expect.arrayContaining([
      { Action: ['s3:*'], Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      { Action: ['s3:*'], Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } } },
    ]));
  });

  it('keep data under the environment\'s key in production, under S3\'s in development; access logs always under S3\'s', () => {
    const encryption = (env: string, id: string): unknown => {
      const { BucketEncryption } = propertiesOf(synthesize({ env }), 'AWS::S3::Bucket', id) as { BucketEncryption: { ServerSideEncryptionConfiguration: { ServerSideEncryptionByDefault: { SSEAlgorithm: string } }[] } };
      return BucketEncryption.ServerSideEncryptionConfiguration[0]?.ServerSideEncryptionByDefault.SSEAlgorithm;
    };
    expect(BUCKETS.map((id) => encryption('prod', id))).toEqual(['AES256', ...Array<string>(4).fill('aws:kms')]);
    expect(BUCKETS.map((id) => encryption('dev', id))).toEqual(Array<string>(5).fill('AES256'));
  });

  it('keep each contract\'s events as long as its owner says, old versions and broken uploads shortly, and on-failure objects for good', () => {
    const { LifecycleConfiguration } = propertiesOf(synthesize({ env: 'prod' }), 'AWS::S3::Bucket', 'Bronze') as { LifecycleConfiguration: { Rules: { Id: string }[] } };
    expect(LifecycleConfiguration.Rules).toEqual([
      { Id: 'tidy', Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 30 }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
      { Id: 'bronze-order-change', Status: 'Enabled', Prefix: 'order-change/', ExpirationInDays: 730 },
      { Id: 'bronze-shipment-event', Status: 'Enabled', Prefix: 'shipment-event/', ExpirationInDays: 730 },
      { Id: 'bronze-vehicle-position', Status: 'Enabled', Prefix: 'vehicle-position/', ExpirationInDays: expect.any(Number) as number },
    ]);
  });

  it('keep quarantined records half a year', () => {
    const { LifecycleConfiguration } = propertiesOf(synthesize({ env: 'prod' }), 'AWS::S3::Bucket', 'Quarantine') as { LifecycleConfiguration: { Rules: unknown[] } };
    expect(LifecycleConfiguration.Rules).toContainEqual({ Id: 'quarantine', Status: 'Enabled', ExpirationInDays: 180 });
  });

  it('write their access logs to the log bucket, which admits exactly them', () => {
    for (const id of ['Bronze', 'Quarantine', 'Lake', 'QueryResults']) {
      expect(spelled(propertiesOf(synthesize(OWN), 'AWS::S3::Bucket', id))).toMatchObject({ LoggingConfiguration: { DestinationBucketName: 'waybill-acme-access-logs-123456789012-eu-west-1', LogFilePrefix: `${id.toLowerCase()}/` } });
    }
    const { PolicyDocument } = propertiesOf(synthesize(OWN), 'AWS::S3::BucketPolicy', 'AccessLogs');
    expect(statementsOf(PolicyDocument).filter(({ Effect }) => Effect === 'Allow')).toEqual([{
      Sid: 'AccessLogsOfTheLake',
      Effect: 'Allow',
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: ['s3:PutObject'],
      Resource: [expect.stringMatching(/^<AccessLogs\w+\.Arn>\/\*$/)],
      Condition: {
        ArnLike: { 'aws:SourceArn': ['bronze', 'quarantine', 'lake', 'query-results'].map((bucket) => `arn:aws:s3:::waybill-acme-${bucket}-123456789012-eu-west-1`) },
        StringEquals: { 'aws:SourceAccount': '123456789012' },
      },
    }]);
  });

  it('tell their names to the command line', () => {
    expect(Object.keys(stackOf(synthesize({ env: 'prod' }), 'lake').Outputs ?? {}).sort()).toEqual(['BronzeBucket', 'LakeBucket', 'QuarantineBucket', 'QueryResultsBucket']);
  });
});

describe('databases', () => {
  it('are one per layer, named so that SQL needs no quotes, open by IAM alone', () => {
    const databases = resourcesOf(synthesize(OWN), 'AWS::Glue::Database').map(({ resource }) => spelled(resource.Properties));
    expect(databases).toMatchObject(['silver', 'gold', 'ops'].map((layer) => ({
      CatalogId: '123456789012',
      DatabaseName: `waybill_acme_${layer}`,
      DatabaseInput: {
        LocationUri: `s3://waybill-acme-lake-123456789012-eu-west-1/warehouse/waybill_acme_${layer}.db`,
        CreateTableDefaultPermissions: [{ Permissions: ['ALL'], Principal: { DataLakePrincipalIdentifier: 'IAM_ALLOWED_PRINCIPALS' } }],
      },
    })));
  });
});

describe('tables', () => {
  it.each([['Shipments', 'shipments'], ['LakeLedger', 'lake-ledger'], ['ApiAccess', 'api-access'], ['RegionCounts', 'region-counts']])('%s: keyed by pk and sk, paid per request, rows expire', (id, name) => {
    expect(propertiesOf(synthesize({ env: 'prod' }), 'AWS::DynamoDB::Table', id)).toMatchObject({
      TableName: `waybill-prod-${name}`,
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  it('LakeLedger: finds what no load has taken by a sparse index', () => {
    expect(propertiesOf(synthesize({ env: 'prod' }), 'AWS::DynamoDB::Table', 'LakeLedger')).toMatchObject({
      GlobalSecondaryIndexes: [{ IndexName: 'open', KeySchema: [{ AttributeName: 'open', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }], Projection: { ProjectionType: 'ALL' } }],
    });
  });

  it('Shipments: finds lists by indexes of keys only, sorted by shipment, so that an entry moves only when its key does', () => {
    const index = (IndexName: string, key: string): object => ({ IndexName, KeySchema: [{ AttributeName: key, KeyType: 'HASH' }, { AttributeName: 'pk', KeyType: 'RANGE' }], Projection: { ProjectionType: 'KEYS_ONLY' } });
    const { GlobalSecondaryIndexes } = propertiesOf(synthesize({ env: 'prod' }), 'AWS::DynamoDB::Table', 'Shipments');
    for (const one of [index('by-status', 'statusKey'), index('by-region', 'region'), index('by-carrier', 'carrier'), index('by-customer', 'customerKey'), index('by-delayed', 'lateKey')]) expect(GlobalSecondaryIndexes).toContainEqual(one);
  });

  it('can be set back to any second where the profile says so', () => {
    const pointInTime = (env: string): unknown => propertiesOf(synthesize({ env }), 'AWS::DynamoDB::Table', 'Shipments')['PointInTimeRecoverySpecification'];
    expect(['local', 'dev', 'staging', 'prod'].map(pointInTime)).toEqual([false, false, true, true].map((enabled) => ({ PointInTimeRecoveryEnabled: enabled })));
  });

  it('are under the environment\'s key in production', () => {
    expect(spelled(propertiesOf(synthesize({ env: 'prod' }), 'AWS::DynamoDB::Table', 'Shipments'))).toMatchObject({ SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: expect.stringMatching(/^<Ssm/) as string } });
  });
});
