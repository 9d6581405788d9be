import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CATCH_UP_PREFIX } from '../../../contracts/platform-names.ts';
import { metricNamespace } from '../../../contracts/metrics.ts';
import { TRACK_SHIPMENTS_ENV } from '../../../lambdas/track-shipments/names.ts';
import type { PlatformConfig } from '../../config/platform-config.ts';
import type { DeployedContract } from '../../contracts/deployed-contract.ts';
import type { PlatformStack } from '../../stacks/platform-stack.ts';
import { BundledFunction } from '../bundled-function/bundled-function.ts';
import { WRITE_WITH_KEY } from '../data-key/data-key.ts';

/** The contract whose events are folded into shipment state. */
export const TRACKED_CONTRACT = 'shipment-event';

/** Rights on the table of shipments: read in bulk, insert and update under a condition (PartiQL). */
export const STATE_ACTIONS = ['dynamodb:BatchGetItem', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate'] as const;

/** Of who has news of shipments: texts as well, looked for and put in bulk. */
export const FOLD_ACTIONS = [...STATE_ACTIONS, 'dynamodb:BatchWriteItem', 'dynamodb:Query'] as const;

/** A full batch is a few hundred shipments; two minutes let one ride out a throttled table. */
const TIMEOUT = Duration.minutes(2);

export interface TrackShipmentsProps {
  readonly contract: DeployedContract;
  readonly config: PlatformConfig;
  readonly key: IKey | undefined;
}

/** track-shipments: merges each batch into shipment state, one conditional write per changed shipment. */
export class TrackShipments extends BundledFunction {
  constructor(stack: PlatformStack, id: string, { contract, config, key }: TrackShipmentsProps) {
    super(stack, id, {
      description: 'Folds shipment events into the state of each shipment',
      bundle: { lambda: 'track-shipments', contractRuntime: contract.runtimeFile },
      memoryMegabytes: config.tracking.memoryMegabytes,
      timeout: TIMEOUT,
      logRetentionDays: config.logRetentionDays,
      environment: {
        [TRACK_SHIPMENTS_ENV.shipmentsTable]: stack.tableName('shipments'),
        [TRACK_SHIPMENTS_ENV.ledgerTable]: stack.tableName('lake-ledger'),
        [TRACK_SHIPMENTS_ENV.bronzeBucket]: stack.bucketName('bronze'),
        [TRACK_SHIPMENTS_ENV.metricNamespace]: metricNamespace(config.environment),
        [TRACK_SHIPMENTS_ENV.horizonDays]: String(config.tracking.horizonDays),
        [TRACK_SHIPMENTS_ENV.giveUpAfterMinutes]: String(config.tracking.giveUpAfterMinutes),
      },
    });
    this.allow({ actions: FOLD_ACTIONS, resources: [stack.tableArn('shipments')] });
    this.allow({ actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [stack.tableArn('lake-ledger')] });
    this.allow({
      actions: ['s3:PutObject'],
      resources: [`${stack.bucketArn('bronze')}/${CATCH_UP_PREFIX}*`],
      wildcard: 'Notes of positions given up on are named by shard and sequence numbers, all under this one prefix.',
    });
    if (key !== undefined) this.allow({ actions: WRITE_WITH_KEY, resources: [key.keyArn] });
  }
}
