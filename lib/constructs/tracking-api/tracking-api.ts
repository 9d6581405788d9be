import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LAST_DAY_KEY } from '../../../contracts/object-keys.ts';
import { SHIPMENT_INDEXES } from '../../../lambdas/track-shipments/names.ts';
import { TRACKING_API_ENV } from '../../../lambdas/tracking-api/names.ts';
import type { PlatformConfig } from '../../config/platform-config.ts';
import type { PlatformStack } from '../../stacks/platform-stack.ts';
import { BundledFunction } from '../bundled-function/bundled-function.ts';
import { READ_WITH_KEY } from '../data-key/data-key.ts';

/** Reads a few items; more CPU makes it quicker to start. */
const MEMORY_MEGABYTES = 512;
/** Far under API Gateway's 30 s: a reader hears "unavailable" instead of nothing. */
const TIMEOUT = Duration.seconds(10);

export interface TrackingApiProps {
  readonly config: PlatformConfig;
  readonly key: IKey | undefined;
}

/** tracking-api: answers lists of shipments, what the state of one is, and how fresh. Reads only. */
export class TrackingApi extends BundledFunction {
  constructor(stack: PlatformStack, id: string, { config, key }: TrackingApiProps) {
    super(stack, id, {
      description: 'Answers lists of shipments, the state of one and how fresh it is',
      bundle: { lambda: 'tracking-api' },
      memoryMegabytes: MEMORY_MEGABYTES,
      timeout: TIMEOUT,
      logRetentionDays: config.logRetentionDays,
      environment: {
        [TRACKING_API_ENV.shipmentsTable]: stack.tableName('shipments'),
        [TRACKING_API_ENV.ledgerTable]: stack.tableName('lake-ledger'),
        [TRACKING_API_ENV.countsTable]: stack.tableName('region-counts'),
        [TRACKING_API_ENV.accessTable]: stack.tableName('api-access'),
        [TRACKING_API_ENV.lakeBucket]: stack.bucketName('lake'),
        [TRACKING_API_ENV.horizonDays]: String(config.tracking.horizonDays),
      },
    });
    this.allow({ actions: ['dynamodb:Query'], resources: [stack.tableArn('shipments'), stack.tableArn('lake-ledger'), stack.tableArn('api-access'), stack.tableArn('region-counts')] });
    this.allow({ actions: ['dynamodb:GetItem'], resources: [stack.tableArn('region-counts')] });
    this.allow({ actions: ['dynamodb:BatchGetItem'], resources: [stack.tableArn('shipments')] });
    this.allow({ actions: ['dynamodb:Query'], resources: Object.values(SHIPMENT_INDEXES).map(({ name }) => `${stack.tableArn('shipments')}/index/${name}`) });
    this.allow({ actions: ['s3:GetObject'], resources: [`${stack.bucketArn('lake')}/${LAST_DAY_KEY}`] });
    if (key !== undefined) this.allow({ actions: READ_WITH_KEY, resources: [key.keyArn] });
  }
}
