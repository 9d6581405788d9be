import { ENVIRONMENTS, propertiesOf, resourcesOf, spelled, stackOf, statementsOf } from './support/resources.ts';
import { synthesize } from './support/synthesize.ts';
import { ARCHIVE_EVENTS_ENV } from '../../lambdas/archive-events/names.ts';
import { CATCH_UP_ENV } from '../../lambdas/catch-up/names.ts';
import { TRACK_VEHICLES_ENV } from '../../lambdas/track-vehicles/names.ts';
import { TRACK_SHIPMENTS_ENV } from '../../lambdas/track-shipments/names.ts';

const OWN = { config: 'test/infra/fixtures/own-environment.json' };
const FUNCTIONS = ['ArchiveEventsOrderChange', 'ArchiveEventsShipmentEvent', 'ArchiveEventsVehiclePosition', 'CatchUp', 'LiveAlertsNotify', 'LiveAlertsRaiseAlerts', 'LiveAlertsWatchStalls', 'TrackShipments', 'TrackVehicles'];
/** Of streams; those of tables: alerts.test.ts. */
const CONSUMERS = FUNCTIONS.filter((name) => name !== 'CatchUp' && !name.startsWith('LiveAlerts'));

const source = (context: Parameters<typeof synthesize>[0], consumer: string): unknown => spelled(propertiesOf(synthesize(context), 'AWS::Lambda::EventSourceMapping', consumer));

describe('the event source mapping', () => {
  it('of archive-events in production has exactly these values', () => {
    expect(source({ env: 'prod' }, 'ArchiveEventsShipmentEvent')).toEqual({
      FunctionName: expect.stringMatching(/^<ArchiveEventsShipmentEventFunction\w+>$/) as string,
      EventSourceArn: 'arn:<AWS::Partition>:kinesis:<AWS::Region>:<AWS::AccountId>:stream/waybill-prod-shipment-event',
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 10_000,
      MaximumBatchingWindowInSeconds: 10,
      ParallelizationFactor: 1,
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: -1,
      MaximumRecordAgeInSeconds: 167 * 3_600,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: 'arn:<AWS::Partition>:s3:::waybill-prod-bronze-<AWS::AccountId>-<AWS::Region>' } },
      MetricsConfig: { Metrics: ['EventCount'] },
      Tags: [{ Key: 'waybill:environment', Value: 'prod' }],
    });
  });

  it.each(CONSUMERS)('is the same for every consumer but for stream and function: %s', (consumer) => {
    for (const env of ['dev', 'staging', 'prod']) {
      expect(source({ env }, consumer)).toMatchObject({
        StartingPosition: 'TRIM_HORIZON',
        MaximumBatchingWindowInSeconds: 10,
        ParallelizationFactor: 1,
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: -1,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        MetricsConfig: { Metrics: ['EventCount'] },
      });
    }
  });

  it('gives a record up one hour before its stream does, and never later than the seven days that Lambda offers', () => {
    const hours = (context: Parameters<typeof synthesize>[0], consumer: string): number => (source(context, consumer) as { MaximumRecordAgeInSeconds: number }).MaximumRecordAgeInSeconds / 3_600;
    expect(hours({ env: 'prod' }, 'ArchiveEventsVehiclePosition')).toBe(24 - 1);
    expect(hours({ env: 'prod' }, 'TrackShipments')).toBe(168 - 1);
    expect(hours(OWN, 'TrackShipments')).toBe(168 - 1);
  });

  it('waits two seconds in the sandbox and with the profile low-latency', () => {
    expect(source({ env: 'local' }, 'TrackShipments')).toMatchObject({ MaximumBatchingWindowInSeconds: 2, BatchSize: 1_000 });
    expect(source(OWN, 'TrackShipments')).toMatchObject({ MaximumBatchingWindowInSeconds: 2, BatchSize: 10_000 });
  });
});

describe('the functions', () => {
  it.each(ENVIRONMENTS)('run on Node 24, arm64, each under a role and with a log group of its own: %s', (env) => {
    const functions = resourcesOf(synthesize({ env }), 'AWS::Lambda::Function').filter(({ kind }) => kind === 'ingest');
    expect(functions.map(({ id }) => id.replace(/Function\w{8}$/, '')).sort()).toEqual(FUNCTIONS);
    for (const { resource } of functions) expect(resource.Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
    const own = (property: (properties: Readonly<Record<string, unknown>>) => unknown): number => new Set(functions.map(({ resource }) => JSON.stringify(property(resource.Properties ?? {})))).size;
    expect(own(({ Role }) => Role)).toBe(FUNCTIONS.length);
    expect(own(({ LoggingConfig }) => LoggingConfig)).toBe(FUNCTIONS.length);
  });

  it.each([
    ['ArchiveEventsShipmentEvent', 1_024, 120],
    ['TrackShipments', 1_024, 120],
    ['TrackVehicles', 1_024, 120],
    ['CatchUp', 1_024, 900],
  ])('%s has %i MB and %i seconds in production', (name, memory, seconds) => {
    expect(propertiesOf(synthesize({ env: 'prod' }), 'AWS::Lambda::Function', `${name}Function`)).toMatchObject({ MemorySize: memory, Timeout: seconds });
  });

  it.each([
    ['ArchiveEventsShipmentEvent', ARCHIVE_EVENTS_ENV],
    ['ArchiveEventsVehiclePosition', ARCHIVE_EVENTS_ENV],
    ['TrackShipments', TRACK_SHIPMENTS_ENV],
    ['TrackVehicles', TRACK_VEHICLES_ENV],
    ['CatchUp', CATCH_UP_ENV],
  ])('%s gets every variable that its handler names, and no other', (name, names) => {
    const { Environment } = propertiesOf(synthesize({ env: 'prod' }), 'AWS::Lambda::Function', `${name}Function`) as { Environment: { Variables: Record<string, unknown> } };
    expect(Object.keys(Environment.Variables).sort()).toEqual(Object.values(names).sort());
  });

  it('are told names, horizon and patience by value', () => {
    const { Environment } = spelled(propertiesOf(synthesize({ env: 'prod' }), 'AWS::Lambda::Function', 'TrackShipmentsFunction')) as { Environment: unknown };
    expect(Environment).toEqual({
      Variables: {
        SHIPMENTS_TABLE: 'waybill-prod-shipments',
        LEDGER_TABLE: 'waybill-prod-lake-ledger',
        METRIC_NAMESPACE: 'Waybill/prod',
        BRONZE_BUCKET: 'waybill-prod-bronze-<AWS::AccountId>-<AWS::Region>',
        HORIZON_DAYS: '45',
        GIVE_UP_AFTER_MINUTES: '60',
      },
    });
  });
});

describe('the rights of a function', () => {
  const BRONZE = 'arn:aws:s3:::waybill-acme-bronze-123456789012-eu-west-1';
  const QUARANTINE = 'arn:aws:s3:::waybill-acme-quarantine-123456789012-eu-west-1';
  const TABLE = 'arn:aws:dynamodb:eu-west-1:123456789012:table/waybill-acme';
  const STREAM = 'arn:aws:kinesis:eu-west-1:123456789012:stream/waybill-acme-shipment-event';
  const READ_STREAM = ['kinesis:DescribeStream', 'kinesis:DescribeStreamSummary', 'kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'];
  const FOLD = ['dynamodb:BatchGetItem', 'dynamodb:BatchWriteItem', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate', 'dynamodb:Query'];

  /** `action resource`, one line each, without what every function has: its own log group. */
  const rights = (name: string): string[] => {
    const { PolicyDocument } = propertiesOf(synthesize(OWN), 'AWS::IAM::Policy', `${name}Rights`);
    const lines = statementsOf(PolicyDocument).flatMap(({ Action, Resource }) => Action.flatMap((action) => Resource.map((resource) => `${action} ${resource.replace(/Parameter\w+/, 'Key')}`)));
    return lines.filter((line) => !/^logs:(CreateLogStream|PutLogEvents) <\w+Logs\w{8}\.Arn>$/.test(line)).sort();
  };
  const KEY = ['kms:Decrypt', 'kms:GenerateDataKey'].map((action) => expect.stringMatching(new RegExp(`^${action} <Ssm.*>$`)) as string);
  const each = (actions: readonly string[], resource: string): string[] => actions.map((action) => `${action} ${resource}`);
  const sorted = (...lines: readonly (readonly string[])[]): string[] => lines.flat();

  it('archive-events: read its stream, put to its own prefixes, keep its ledger', () => {
    expect(rights('ArchiveEventsShipmentEvent')).toEqual(expect.arrayContaining(sorted(
      each(READ_STREAM, STREAM),
      [`s3:ListBucket ${BRONZE}`, `s3:PutObject ${BRONZE}/aws/lambda/*`, `s3:PutObject ${BRONZE}/shipment-event/*`, `s3:PutObject ${QUARANTINE}/shipment-event/*`],
      each(['dynamodb:GetItem', 'dynamodb:PutItem'], `${TABLE}-lake-ledger`),
      KEY,
    )));
    expect(rights('ArchiveEventsShipmentEvent')).toHaveLength(READ_STREAM.length + 4 + 2 + KEY.length);
  });

  it('track-shipments: read its stream, fold into shipments, note what it gave up', () => {
    expect(rights('TrackShipments')).toEqual(expect.arrayContaining(sorted(
      each(READ_STREAM, STREAM),
      [`s3:ListBucket ${BRONZE}`, `s3:PutObject ${BRONZE}/aws/lambda/*`, `s3:PutObject ${BRONZE}/catch-up/track-shipments/*`],
      each(FOLD, `${TABLE}-shipments`),
      each(['dynamodb:GetItem', 'dynamodb:PutItem'], `${TABLE}-lake-ledger`),
      KEY,
    )));
    expect(rights('TrackShipments')).toHaveLength(READ_STREAM.length + 3 + FOLD.length + 2 + KEY.length);
  });

  it('track-vehicles: read its stream, join pages, announce its shards', () => {
    const join = ['dynamodb:BatchGetItem', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate', 'dynamodb:PutItem'];
    expect(rights('TrackVehicles')).toEqual(expect.arrayContaining(sorted(
      each(READ_STREAM, STREAM.replace('shipment-event', 'vehicle-position')),
      [`s3:ListBucket ${BRONZE}`, `s3:PutObject ${BRONZE}/aws/lambda/*`],
      each(join, `${TABLE}-vehicle-pages`),
      each(['dynamodb:GetItem', 'dynamodb:PutItem'], `${TABLE}-lake-ledger`),
      KEY,
    )));
    expect(rights('TrackVehicles')).toHaveLength(READ_STREAM.length + 2 + join.length + 2 + KEY.length);
  });

  it('spreads the expected fleet over pages of each shard', () => {
    const buckets = (context: Parameters<typeof synthesize>[0]): unknown => (spelled(propertiesOf(synthesize(context), 'AWS::Lambda::Function', 'TrackVehiclesFunction')) as { Environment: { Variables: Record<string, unknown> } }).Environment.Variables['PAGE_BUCKETS'];
    // 10,000 and, in the sandbox, 500 vehicles at 100 to a page, over the shards of the stream.
    expect([buckets({ env: 'dev' }), buckets({ env: 'local' })]).toEqual(['100', '3']);
  });

  it('catch-up: read the lake of its one contract, fold, remove notes', () => {
    expect(rights('CatchUp')).toEqual(expect.arrayContaining(sorted(
      each(FOLD, `${TABLE}-shipments`),
      [`s3:ListBucket ${BRONZE}`, `s3:ListBucket ${QUARANTINE}`, `s3:GetObject ${BRONZE}/shipment-event/*`, `s3:GetObject ${QUARANTINE}/shipment-event/*`],
      each(['s3:GetObject', 's3:DeleteObject'], `${BRONZE}/catch-up/track-shipments/*`),
      KEY,
    )));
    expect(rights('CatchUp')).toHaveLength(FOLD.length + 4 + 2 + KEY.length);
  });

  it('watch-stalls: derive shipments anew, which asks for no texts', () => {
    expect(rights('LiveAlertsWatchStalls').filter((line) => line.endsWith(`${TABLE}-shipments`))).toEqual(['dynamodb:BatchGetItem', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate'].map((action) => `${action} ${TABLE}-shipments`));
  });

  it('go only to the Lambda service, by no managed policy', () => {
    const roles = resourcesOf(synthesize(OWN), 'AWS::IAM::Role').filter(({ kind, id }) => (kind === 'ingest' || kind === 'serving') && !id.includes('Schedules'));
    expect(roles.length).toBeGreaterThan(4);
    for (const { resource } of roles) {
      expect(resource.Properties).not.toHaveProperty('ManagedPolicyArns');
      expect(statementsOf({ Statement: (resource.Properties?.['AssumeRolePolicyDocument'] as { Statement: unknown[] }).Statement.map((statement) => ({ Resource: [], ...(statement as object) })) })).toEqual([
        { Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Resource: [] },
      ]);
    }
  });
});

describe('the outputs of the ingest stack', () => {
  it('name every function for the command line', () => {
    expect(Object.keys(stackOf(synthesize({ env: 'prod' }), 'ingest').Outputs ?? {}).sort()).toEqual(['AlertTopic', 'ArchiveEventsFunctionOrderChange', 'ArchiveEventsFunctionShipmentEvent', 'ArchiveEventsFunctionVehiclePosition', 'CatchUpFunction', 'NotifyFunction', 'RaiseAlertsFunction', 'TrackShipmentsFunction', 'TrackVehiclesFunction', 'WatchStallsFunction']);
  });
});
