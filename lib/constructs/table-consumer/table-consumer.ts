import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { EventSourceMapping, MetricType, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ON_FAILURE_PREFIX } from '../../../contracts/platform-names.ts';
import type { BundledFunction } from '../bundled-function/bundled-function.ts';
import { READ_WITH_KEY, WRITE_WITH_KEY } from '../data-key/data-key.ts';

/** What DynamoDB keeps of the changes of a table, and what is left of it when Lambda gives up. */
const RETENTION_HOURS = 24;
const GIVE_UP_HOURS = RETENTION_HOURS - 1;
const RETRIES_WITHOUT_END = -1;

export interface TableConsumerProps {
  readonly consumer: BundledFunction;
  /** Of the table's stream. */
  readonly streamArn: string;
  /** Records that match one of these are handed over. */
  readonly filters: readonly object[];
  /** Seconds that Lambda gathers changes before it calls the function. */
  readonly batchWindowSeconds: number;
  readonly batchSize: number;
  /** Where Lambda leaves a batch with its full records when it gives up. */
  readonly onFailureBucketArn: string;
  /** Of table and bucket. @default - AWS's keys, which need no right */
  readonly key: IKey | undefined;
}

/** Connects a function to the changes of a table: mapping, rights and the place for what could not be processed, in one. */
export class TableConsumer extends Construct {
  readonly source: EventSourceMapping;

  constructor(scope: Construct, id: string, props: TableConsumerProps) {
    super(scope, id);
    this.allow(props);
    this.source = new EventSourceMapping(this, 'Source', {
      target: props.consumer.function,
      eventSourceArn: props.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: props.batchSize,
      maxBatchingWindow: Duration.seconds(props.batchWindowSeconds),
      parallelizationFactor: 1,
      bisectBatchOnError: true,
      retryAttempts: RETRIES_WITHOUT_END,
      maxRecordAge: Duration.hours(GIVE_UP_HOURS),
      reportBatchItemFailures: true,
      filters: props.filters.map((filter) => ({ pattern: JSON.stringify(filter) })),
      supportS3OnFailureDestination: true,
      onFailure: { bind: () => ({ destination: props.onFailureBucketArn }) },
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
  }

  private allow({ consumer, streamArn, onFailureBucketArn, key }: TableConsumerProps): void {
    consumer.allow({ actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], resources: [streamArn] });
    consumer.allow({ actions: ['dynamodb:ListStreams'], resources: ['*'], wildcard: 'Lambda asks for it to connect a function to a table; it names streams, takes no resource and reads no data.' });
    consumer.allow({ actions: ['s3:ListBucket'], resources: [onFailureBucketArn] });
    consumer.allow({
      actions: ['s3:PutObject'],
      resources: [`${onFailureBucketArn}/${ON_FAILURE_PREFIX}*`],
      wildcard: 'Lambda itself chooses the keys of the batches it gives up on, under this one prefix.',
    });
    if (key !== undefined) consumer.allow({ actions: [...new Set([...READ_WITH_KEY, ...WRITE_WITH_KEY])], resources: [key.keyArn] });
  }
}
