import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CATCH_UP_PREFIX } from '../../../contracts/platform-names.ts';
import { CATCH_UP_ENV } from '../../../lambdas/catch-up/names.ts';
import type { PlatformConfig } from '../../config/platform-config.ts';
import type { DeployedContract } from '../../contracts/deployed-contract.ts';
import type { PlatformStack } from '../../stacks/platform-stack.ts';
import { BundledFunction } from '../bundled-function/bundled-function.ts';
import { WRITE_WITH_KEY } from '../data-key/data-key.ts';
import { FOLD_ACTIONS, TRACKED_CONTRACT } from '../track-shipments/track-shipments.ts';

/** Lambda's longest: one note may cover hours of a shard. */
const TIMEOUT = Duration.minutes(15);

export interface CatchUpProps {
  readonly contract: DeployedContract;
  readonly config: PlatformConfig;
  readonly key: IKey | undefined;
}

/** catch-up: folds from bronze what track-shipments gave up on. Called by `waybill catch-up`, by nothing else. */
export class CatchUp extends BundledFunction {
  constructor(stack: PlatformStack, id: string, { contract, config, key }: CatchUpProps) {
    super(stack, id, {
      description: 'Folds from bronze the positions that track-shipments gave up on',
      bundle: { lambda: 'catch-up', contractRuntime: contract.runtimeFile },
      memoryMegabytes: config.tracking.memoryMegabytes,
      timeout: TIMEOUT,
      logRetentionDays: config.logRetentionDays,
      environment: {
        [CATCH_UP_ENV.shipmentsTable]: stack.tableName('shipments'),
        [CATCH_UP_ENV.bronzeBucket]: stack.bucketName('bronze'),
        [CATCH_UP_ENV.quarantineBucket]: stack.bucketName('quarantine'),
        [CATCH_UP_ENV.horizonDays]: String(config.tracking.horizonDays),
      },
    });
    this.allow({ actions: FOLD_ACTIONS, resources: [stack.tableArn('shipments')] });
    this.allow({ actions: ['s3:ListBucket'], resources: [stack.bucketArn('bronze'), stack.bucketArn('quarantine')] });
    this.allow({
      actions: ['s3:GetObject'],
      resources: [`${stack.bucketArn('bronze')}/${TRACKED_CONTRACT}/*`, `${stack.bucketArn('quarantine')}/${TRACKED_CONTRACT}/*`],
      wildcard: 'It reads whichever objects of this one contract cover the positions.',
    });
    this.allow({
      actions: ['s3:GetObject', 's3:DeleteObject'],
      resources: [`${stack.bucketArn('bronze')}/${CATCH_UP_PREFIX}*`],
      wildcard: 'It reads the notes under this one prefix and removes each that it has folded.',
    });
    if (key !== undefined) this.allow({ actions: WRITE_WITH_KEY, resources: [key.keyArn] });
  }
}
