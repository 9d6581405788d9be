import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { metricNamespace } from '../../../contracts/metrics.ts';
import { ARCHIVE_EVENTS_ENV } from '../../../lambdas/archive-events/names.ts';
import type { PlatformConfig } from '../../config/platform-config.ts';
import type { DeployedContract } from '../../contracts/deployed-contract.ts';
import type { PlatformStack } from '../../stacks/platform-stack.ts';
import { BundledFunction } from '../bundled-function/bundled-function.ts';
import { WRITE_WITH_KEY } from '../data-key/data-key.ts';

/** A full batch takes under a second; two minutes let one ride out a slow S3 with its retries. */
const TIMEOUT = Duration.minutes(2);

export interface ArchiveEventsProps {
  readonly contract: DeployedContract;
  readonly config: PlatformConfig;
  readonly key: IKey | undefined;
}

/** archive-events of one contract: writes every record to bronze or quarantine and a ledger row per object. */
export class ArchiveEvents extends BundledFunction {
  constructor(stack: PlatformStack, id: string, { contract, config, key }: ArchiveEventsProps) {
    const { name } = contract.descriptor;
    super(stack, id, {
      description: `Archives every ${name} record to bronze, or to quarantine with all reasons`,
      bundle: { lambda: 'archive-events', contractRuntime: contract.runtimeFile },
      memoryMegabytes: config.ingest.archiveMemoryMegabytes,
      timeout: TIMEOUT,
      logRetentionDays: config.logRetentionDays,
      environment: {
        [ARCHIVE_EVENTS_ENV.bronzeBucket]: stack.bucketName('bronze'),
        [ARCHIVE_EVENTS_ENV.quarantineBucket]: stack.bucketName('quarantine'),
        [ARCHIVE_EVENTS_ENV.ledgerTable]: stack.tableName('lake-ledger'),
        [ARCHIVE_EVENTS_ENV.metricNamespace]: metricNamespace(config.environment),
      },
    });
    this.allow({
      actions: ['s3:PutObject'],
      resources: [`${stack.bucketArn('bronze')}/${name}/*`, `${stack.bucketArn('quarantine')}/${name}/*`],
      wildcard: `Objects of ${name} are named by hour, shard and content, all under the contract's own prefix.`,
    });
    this.allow({ actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [stack.tableArn('lake-ledger')] });
    if (key !== undefined) this.allow({ actions: WRITE_WITH_KEY, resources: [key.keyArn] });
  }
}
