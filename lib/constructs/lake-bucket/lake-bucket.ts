import { Duration, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { LifecycleRule } from 'aws-cdk-lib/aws-s3';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** Parts of an upload that never ended are rubbish after this many days. */
const INCOMPLETE_UPLOAD_DAYS = 7;

export interface LakeBucketProps {
  readonly bucketName: string;
  /** Name of the bucket that takes the access logs, under a prefix of this bucket's name. */
  readonly accessLogBucketName: string;
  /** @default - S3's own keys */
  readonly key: IKey | undefined;
  readonly removalPolicy: RemovalPolicy;
  /** Days that an overwritten or deleted version can be brought back. */
  readonly noncurrentVersionDays: number;
  /** When current objects go. */
  readonly expiry: readonly LifecycleRule[];
}

/** A bucket for data: private, TLS only, encrypted, versioned, logged, tidied. */
export class LakeBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: LakeBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      bucketName: props.bucketName,
      removalPolicy: props.removalPolicy,
      versioned: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      ...(props.key === undefined
        ? { encryption: BucketEncryption.S3_MANAGED }
        : { encryption: BucketEncryption.KMS, encryptionKey: props.key, bucketKeyEnabled: true }),
      serverAccessLogsBucket: Bucket.fromBucketName(this, 'AccessLogs', props.accessLogBucketName),
      serverAccessLogsPrefix: `${id.toLowerCase()}/`,
      lifecycleRules: [
        {
          id: 'tidy',
          noncurrentVersionExpiration: Duration.days(props.noncurrentVersionDays),
          abortIncompleteMultipartUploadAfter: Duration.days(INCOMPLETE_UPLOAD_DAYS),
        },
        ...props.expiry,
      ],
    });
    Validations.of(this.bucket).acknowledge({
      id: 'Annotation::@aws-cdk/aws-s3:accessLogsPolicyNotAdded',
      reason: 'The foundation stack, which owns the log bucket, admits this bucket in its policy.',
    });
  }
}
