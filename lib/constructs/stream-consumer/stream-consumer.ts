import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { EventSourceMapping, MetricType, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ON_FAILURE_PREFIX } from '../../../contracts/platform-names.ts';
import type { IngestConfig } from '../../config/platform-config.ts';
import { recordAgeHours } from '../../contracts/stream-settings.ts';
import type { BundledFunction } from '../bundled-function/bundled-function.ts';
import { READ_WITH_KEY, WRITE_WITH_KEY } from '../data-key/data-key.ts';

/** One batch of a shard at a time: order within a shard is what state and object names build on. */
const BATCHES_PER_SHARD = 1;
/** Without end. Content never makes a function fail, so a failure is an outage, and an outage must never drop a record. */
const RETRIES_WITHOUT_END = -1;

export interface StreamConsumerProps {
  readonly consumer: BundledFunction;
  readonly streamArn: string;
  /** Hours that the stream keeps records. */
  readonly retentionHours: number;
  /** Where Lambda leaves a batch with its full records when it gives up. */
  readonly onFailureBucketArn: string;
  /** Of stream and bucket. @default - AWS's keys, which need no right */
  readonly key: IKey | undefined;
  readonly ingest: IngestConfig;
}

/** Connects a function to a stream: mapping, rights and the place for what could not be processed, in one. */
export class StreamConsumer extends Construct {
  readonly source: EventSourceMapping;

  constructor(scope: Construct, id: string, props: StreamConsumerProps) {
    super(scope, id);
    this.allow(props);
    this.source = new EventSourceMapping(this, 'Source', {
      target: props.consumer.function,
      eventSourceArn: props.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: props.ingest.batchSize,
      maxBatchingWindow: Duration.seconds(props.ingest.batchWindowSeconds),
      parallelizationFactor: BATCHES_PER_SHARD,
      bisectBatchOnError: true,
      retryAttempts: RETRIES_WITHOUT_END,
      maxRecordAge: Duration.hours(recordAgeHours(props.retentionHours)),
      reportBatchItemFailures: true,
      supportS3OnFailureDestination: true,
      onFailure: { bind: () => ({ destination: props.onFailureBucketArn }) },
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
  }

  private allow({ consumer, streamArn, onFailureBucketArn, key }: StreamConsumerProps): void {
    consumer.allow({ actions: ['kinesis:DescribeStream', 'kinesis:DescribeStreamSummary', 'kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'], resources: [streamArn] });
    consumer.allow({ actions: ['s3:ListBucket'], resources: [onFailureBucketArn] });
    consumer.allow({
      actions: ['s3:PutObject'],
      resources: [`${onFailureBucketArn}/${ON_FAILURE_PREFIX}*`],
      wildcard: 'Lambda itself chooses the keys of the batches it gives up on, under this one prefix.',
    });
    if (key !== undefined) consumer.allow({ actions: [...new Set([...READ_WITH_KEY, ...WRITE_WITH_KEY])], resources: [key.keyArn] });
  }
}
