import { ENVIRONMENTS, allResources } from './support/resources.ts';
import { synthesize } from './support/synthesize.ts';

/** What holds data. A change of one of these names makes CloudFormation replace the resource, that is, empty it. */
const STATEFUL_IDS = {
  foundation: {
    AccessLogs8B620ECA: 'AWS::S3::Bucket',
    AlarmKeyE05DE300: 'AWS::KMS::Key',
    DataKey17AFBB84: 'AWS::KMS::Key',
  },
  lake: {
    BronzeBucket5DFFF708: 'AWS::S3::Bucket',
    QuarantineBucket2B128B57: 'AWS::S3::Bucket',
    LakeBucketB1D32E10: 'AWS::S3::Bucket',
    QueryResultsBucket8914DAAE: 'AWS::S3::Bucket',
    SilverDatabaseCD8AEB71: 'AWS::Glue::Database',
    GoldDatabaseCEEF5CC7: 'AWS::Glue::Database',
    OpsDatabaseC5D59BEF: 'AWS::Glue::Database',
  },
  state: {
    ShipmentsTable63E7D3D5: 'AWS::DynamoDB::Table',
    AlertsTable3C20DA98: 'AWS::DynamoDB::Table',
    VehiclePagesTableDA2616A1: 'AWS::DynamoDB::Table',
    LakeLedgerTableBD816C4A: 'AWS::DynamoDB::Table',
    RegionCountsTable5F162AA1: 'AWS::DynamoDB::Table',
    ApiAccessTableB1961426: 'AWS::DynamoDB::Table',
    SignInUsers1801E146: 'AWS::Cognito::UserPool',
  },
  serving: {
    SiteBucket978D4AEB: 'AWS::S3::Bucket',
    SiteAccessLogs536C0B75: 'AWS::S3::Bucket',
  },
  streams: {
    Registry: 'AWS::Glue::Registry',
    OrderChangeStream828C26E5: 'AWS::Kinesis::Stream',
    OrderChangeV1Schema: 'AWS::Glue::Schema',
    ShipmentEventStreamC62D3F86: 'AWS::Kinesis::Stream',
    ShipmentEventV1Schema: 'AWS::Glue::Schema',
    VehiclePositionStream8FE7BD05: 'AWS::Kinesis::Stream',
    VehiclePositionV1Schema: 'AWS::Glue::Schema',
  },
};
const STATEFUL_TYPES = new Set(Object.values(STATEFUL_IDS).flatMap((ids) => Object.values(ids)));

const statefulIds = (context: Parameters<typeof synthesize>[0]): Record<string, Record<string, string>> => {
  const ids: Record<string, Record<string, string>> = {};
  for (const { kind, id, resource } of allResources(synthesize(context))) if (STATEFUL_TYPES.has(resource.Type)) (ids[kind] ??= {})[id] = resource.Type;
  return ids;
};

describe('the stacks of an environment', () => {
  it.each(ENVIRONMENTS)('are named by environment and kind: %s', (env) => {
    const names = Object.values(synthesize({ env }).stacks).map(({ name }) => name);
    expect(names).toEqual(['foundation', 'lake', 'state', 'streams', 'ingest', 'batch', 'serving'].map((kind) => `waybill-${env}-${kind}`));
  });

  it('are deployed stateful first, and only in an order, never by exports', () => {
    const { stacks } = synthesize({ env: 'prod' });
    expect(stacks.foundation?.after).toEqual([]);
    for (const kind of ['lake', 'state', 'streams'] as const) expect(stacks[kind]?.after).toEqual(['waybill-prod-foundation']);
    for (const kind of ['ingest', 'batch', 'serving'] as const) expect(stacks[kind]?.after).toEqual(['waybill-prod-lake', 'waybill-prod-state', 'waybill-prod-streams']);
  });

  it('keep data under the logical ids that were deployed first', () => {
    expect(statefulIds({ env: 'prod' })).toEqual(STATEFUL_IDS);
  });

  it('keep the same logical ids in every environment, but for the data key that only a customer-managed one has', () => {
    const { DataKey17AFBB84: _, ...foundation } = STATEFUL_IDS.foundation;
    expect(statefulIds({ env: 'local' })).toEqual({ ...STATEFUL_IDS, foundation });
    expect(statefulIds({ env: 'dev' })).toEqual({ ...STATEFUL_IDS, foundation });
    expect(statefulIds({ env: 'staging' })).toEqual(STATEFUL_IDS);
  });

  it('are protected against deletion in production where they hold data', () => {
    const protection = Object.entries(synthesize({ env: 'prod' }).stacks).map(([kind, stack]) => [kind, stack.terminationProtection]);
    expect(Object.fromEntries(protection)).toEqual({ foundation: true, lake: true, state: true, streams: true, ingest: false, batch: false, serving: false });
  });

  it.each(['local', 'dev', 'staging'])('can be deleted in %s', (env) => {
    expect(Object.values(synthesize({ env }).stacks).map(({ terminationProtection }) => terminationProtection)).toEqual(Array(7).fill(false));
  });
});

describe('data', () => {
  const policies = (context: Parameters<typeof synthesize>[0]): string[] => {
    const stateful = allResources(synthesize(context)).filter(({ resource }) => STATEFUL_TYPES.has(resource.Type));
    return [...new Set(stateful.flatMap(({ resource }) => [resource.DeletionPolicy ?? 'none', resource.UpdateReplacePolicy ?? 'none']))];
  };
  const tablesProtected = (context: Parameters<typeof synthesize>[0]): unknown[] =>
    [...new Set(allResources(synthesize(context)).filter(({ resource }) => resource.Type === 'AWS::DynamoDB::Table').map(({ resource }) => resource.Properties?.['DeletionProtectionEnabled']))];

  it.each(['dev', 'staging', 'prod'])('is kept when its resource leaves the template, and kept again when it is replaced: %s', (env) => {
    expect(policies({ env })).toEqual(['RetainExceptOnCreate', 'Retain']);
    expect(tablesProtected({ env })).toEqual([true]);
  });

  it('goes with its stack where both keys are turned', () => {
    expect(policies({ env: 'dev', destroy: 'dev' })).toEqual(['Delete']);
    expect(tablesProtected({ env: 'dev', destroy: 'dev' })).toEqual([false]);
  });

  it('goes with its stack in the sandbox', () => {
    expect(policies({ env: 'local' })).toEqual(['Delete']);
  });

  it('is not given up for one key alone, and the message names the other', () => {
    expect(() => synthesize({ env: 'staging', destroy: 'staging' })).toThrow(/other is missing: allowDataLoss is false in the configuration of "staging"/);
    expect(() => synthesize({ env: 'dev', destroy: 'prod' })).toThrow(/-c destroy=prod names another environment than the one that is synthesized, "dev"/);
  });
});
