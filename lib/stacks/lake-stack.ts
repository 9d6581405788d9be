import { Duration } from 'aws-cdk-lib';
import type { LifecycleRule } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { OUTPUTS, databaseName, pascal } from '../../contracts/platform-names.ts';
import { findDataKey } from '../constructs/data-key/data-key.ts';
import { LakeBucket } from '../constructs/lake-bucket/lake-bucket.ts';
import { LakeDatabase } from '../constructs/lake-database/lake-database.ts';
import { PlatformStack } from './platform-stack.ts';
import type { PlatformStackProps } from './platform-stack.ts';

const LAYERS = {
  silver: 'Every event once, typed, by event day; current orders, customers and carriers with their history, shipments',
  gold: 'Daily figures, checked before readers see them',
  ops: 'What the lake knows about itself: quality results, loads, versions of published days',
} as const;

/** Bronze (every event as it was sent), quarantine (what broke its contract), the lake's tables, and what queries answer. */
export class LakeStack extends PlatformStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, props, { kind: 'lake', description: 'buckets and databases of the lake', stateful: true });
    const bucket = this.bucketMaker(props);
    const bronze = bucket('Bronze', 'bronze', bronzeExpiry(props));
    const quarantine = bucket('Quarantine', 'quarantine', [quarantineExpiry(props)]);
    const lake = bucket('Lake', 'lake', []);
    const results = bucket('QueryResults', 'query-results', [{ id: 'results', expiration: Duration.days(props.config.lake.queryResultDays) }]);
    this.addDatabases(props);
    this.output(OUTPUTS.bronzeBucket, bronze, 'Every event as it was sent');
    this.output(OUTPUTS.quarantineBucket, quarantine, 'Records that broke their contract, with the reasons');
    this.output(OUTPUTS.lakeBucket, lake, 'Tables of silver and gold, records of runs');
    this.output(OUTPUTS.queryResultsBucket, results, 'What queries answered');
  }

  private bucketMaker(props: PlatformStackProps): (id: string, name: Parameters<PlatformStack['bucketName']>[0], expiry: readonly LifecycleRule[]) => string {
    const shared = {
      key: findDataKey(this, props.config),
      accessLogBucketName: this.bucketName('access-logs'),
      removalPolicy: props.removalPolicy,
      noncurrentVersionDays: props.config.lake.noncurrentVersionDays,
    };
    return (id, name, expiry) => new LakeBucket(this, id, { ...shared, bucketName: this.bucketName(name), expiry }).bucket.bucketName;
  }

  private addDatabases({ config, removalPolicy }: PlatformStackProps): void {
    for (const layer of ['silver', 'gold', 'ops'] as const) {
      new LakeDatabase(this, `${pascal(layer)}Database`, {
        catalogId: this.account,
        databaseName: databaseName(config.environment, layer),
        description: LAYERS[layer],
        location: `s3://${this.bucketName('lake')}/warehouse/${databaseName(config.environment, layer)}.db`,
        removalPolicy,
      });
    }
  }
}

/** Each contract's events go when its owner says. Batches that Lambda gave up on, and catch-up notes, stay until people redrive them. */
function bronzeExpiry({ contracts }: PlatformStackProps): LifecycleRule[] {
  return contracts.map(({ descriptor }) => ({ id: `bronze-${descriptor.name}`, prefix: `${descriptor.name}/`, expiration: Duration.days(descriptor.bronzeRetentionDays) }));
}

function quarantineExpiry({ config }: PlatformStackProps): LifecycleRule {
  return { id: 'quarantine', expiration: Duration.days(config.lake.quarantineRetentionDays) };
}
