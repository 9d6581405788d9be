import { Duration } from 'aws-cdk-lib';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { FLEET_API_ENV } from '../../../lambdas/fleet-api/names.ts';
import { SHIPMENT_INDEXES } from '../../../lambdas/track-shipments/names.ts';
import type { PlatformConfig } from '../../config/platform-config.ts';
import type { PlatformStack } from '../../stacks/platform-stack.ts';
import { BundledFunction } from '../bundled-function/bundled-function.ts';
import { READ_WITH_KEY } from '../data-key/data-key.ts';

/** Far under API Gateway's 30 s: a reader hears "unavailable" instead of nothing. */
const TIMEOUT = Duration.seconds(10);

export interface FleetApiProps {
  readonly config: PlatformConfig;
  readonly key: IKey | undefined;
}

/** fleet-api: holds every vehicle's position in memory and answers where they are. Reads only; its instances are its own. */
export class FleetApi extends BundledFunction {
  constructor(stack: PlatformStack, id: string, { config, key }: FleetApiProps) {
    super(stack, id, {
      description: 'Answers where vehicles are, from memory',
      bundle: { lambda: 'fleet-api' },
      memoryMegabytes: config.live.fleetMemoryMegabytes,
      timeout: TIMEOUT,
      logRetentionDays: config.logRetentionDays,
      environment: {
        [FLEET_API_ENV.vehiclesTable]: stack.tableName('vehicle-pages'),
        [FLEET_API_ENV.shipmentsTable]: stack.tableName('shipments'),
        [FLEET_API_ENV.accessTable]: stack.tableName('api-access'),
        [FLEET_API_ENV.refreshSeconds]: String(config.live.fleetRefreshSeconds),
        [FLEET_API_ENV.boundSeconds]: String(config.live.fleetBoundSeconds),
        [FLEET_API_ENV.silentMinutes]: String(config.live.silentMinutes),
        [FLEET_API_ENV.keptHours]: String(config.live.positionHours),
      },
    });
    // More instances would each read all pages: the number is a bound on cost, and keeps a storm of questions from starving the streams.
    (this.function.node.defaultChild as CfnFunction).reservedConcurrentExecutions = config.live.fleetConcurrency;
    this.allow({ actions: ['dynamodb:BatchGetItem', 'dynamodb:Query'], resources: [stack.tableArn('vehicle-pages')] });
    this.allow({ actions: ['dynamodb:Query'], resources: [stack.tableArn('api-access'), ...[SHIPMENT_INDEXES.customer, SHIPMENT_INDEXES.delayed].map(({ name }) => `${stack.tableArn('shipments')}/index/${name}`)] });
    if (key !== undefined) this.allow({ actions: READ_WITH_KEY, resources: [key.keyArn] });
  }
}
