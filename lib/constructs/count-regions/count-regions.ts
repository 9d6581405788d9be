import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { metricNamespace } from '../../../contracts/metrics.ts';
import { COUNT_REGIONS_ENV } from '../../../lambdas/count-regions/names.ts';
import type { PlatformConfig } from '../../config/platform-config.ts';
import type { PlatformStack } from '../../stacks/platform-stack.ts';
import { BundledFunction } from '../bundled-function/bundled-function.ts';
import { WRITE_WITH_KEY } from '../data-key/data-key.ts';

/** Most of it is parsing what a scan brings: CPU decides how long a million shipments take. */
const MEMORY_MEGABYTES = 1_024;
const TIMEOUT = Duration.minutes(4);

export interface CountRegionsProps {
  readonly config: PlatformConfig;
  readonly key: IKey | undefined;
}

/** count-regions: counts shipments and vehicles per region, anew each time. */
export class CountRegions extends BundledFunction {
  constructor(stack: PlatformStack, id: string, { config, key }: CountRegionsProps) {
    super(stack, id, {
      description: 'Counts shipments and vehicles per region',
      bundle: { lambda: 'count-regions' },
      memoryMegabytes: MEMORY_MEGABYTES,
      timeout: TIMEOUT,
      logRetentionDays: config.logRetentionDays,
      environment: {
        [COUNT_REGIONS_ENV.shipmentsTable]: stack.tableName('shipments'),
        [COUNT_REGIONS_ENV.vehiclesTable]: stack.tableName('vehicle-pages'),
        [COUNT_REGIONS_ENV.countsTable]: stack.tableName('region-counts'),
        [COUNT_REGIONS_ENV.horizonDays]: String(config.tracking.horizonDays),
        [COUNT_REGIONS_ENV.positionHours]: String(config.live.positionHours),
        [COUNT_REGIONS_ENV.silentMinutes]: String(config.live.silentMinutes),
        [COUNT_REGIONS_ENV.metricNamespace]: metricNamespace(config.environment),
      },
    });
    this.allow({ actions: ['dynamodb:Scan'], resources: [stack.tableArn('shipments')] });
    this.allow({ actions: ['dynamodb:Query', 'dynamodb:BatchGetItem'], resources: [stack.tableArn('vehicle-pages')] });
    this.allow({ actions: ['dynamodb:PutItem'], resources: [stack.tableArn('region-counts')] });
    if (key !== undefined) this.allow({ actions: WRITE_WITH_KEY, resources: [key.keyArn] });
  }
}
