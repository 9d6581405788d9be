import { Duration } from 'aws-cdk-lib';
import type { LifecycleRule } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import { findDataKey } from '../constructs/data-key/data-key.ts';
import { LakeBucket } from '../constructs/lake-bucket/lake-bucket.ts';
import { PlatformStack } from './platform-stack.ts';
import type { PlatformStackProps } from './platform-stack.ts';

/** Bronze (every event as it was sent) and quarantine (what broke its contract, with all reasons). */
export class LakeStack extends PlatformStack {
  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, props, { kind: 'lake', description: 'bronze and quarantine buckets', stateful: true });
    const key = findDataKey(this, props.config);
    const shared = {
      key,
      accessLogBucketName: this.bucketName('access-logs'),
      removalPolicy: props.removalPolicy,
      noncurrentVersionDays: props.config.lake.noncurrentVersionDays,
    };
    const bronze = new LakeBucket(this, 'Bronze', { ...shared, bucketName: this.bucketName('bronze'), expiry: bronzeExpiry(props) });
    const quarantine = new LakeBucket(this, 'Quarantine', { ...shared, bucketName: this.bucketName('quarantine'), expiry: [quarantineExpiry(props)] });
    this.output(OUTPUTS.bronzeBucket, bronze.bucket.bucketName, 'Every event as it was sent');
    this.output(OUTPUTS.quarantineBucket, quarantine.bucket.bucketName, 'Records that broke their contract, with the reasons');
  }
}

/** Each contract's events go when its owner says. Batches that Lambda gave up on, and catch-up notes, stay until people redrive them. */
function bronzeExpiry({ contracts }: PlatformStackProps): LifecycleRule[] {
  return contracts.map(({ descriptor }) => ({ id: `bronze-${descriptor.name}`, prefix: `${descriptor.name}/`, expiration: Duration.days(descriptor.bronzeRetentionDays) }));
}

function quarantineExpiry({ config }: PlatformStackProps): LifecycleRule {
  return { id: 'quarantine', expiration: Duration.days(config.lake.quarantineRetentionDays) };
}
