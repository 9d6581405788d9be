import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { metricNamespace } from '../../../contracts/metrics.ts';
import { TRACK_VEHICLES_ENV } from '../../../lambdas/track-vehicles/names.ts';
import type { PlatformConfig } from '../../config/platform-config.ts';
import type { DeployedContract } from '../../contracts/deployed-contract.ts';
import { streamSettings } from '../../contracts/stream-settings.ts';
import type { PlatformStack } from '../../stacks/platform-stack.ts';
import { BundledFunction } from '../bundled-function/bundled-function.ts';
import { WRITE_WITH_KEY } from '../data-key/data-key.ts';

/** The contract whose fixes are the positions of vehicles. */
export const VEHICLE_CONTRACT = 'vehicle-position';

/** A full batch is some hundred pages; two minutes let one ride out a throttled table. */
const TIMEOUT = Duration.minutes(2);
/** Shards that an on-demand stream begins with. */
const ON_DEMAND_SHARDS = 4;

export interface TrackVehiclesProps {
  readonly contract: DeployedContract;
  readonly config: PlatformConfig;
  readonly key: IKey | undefined;
}

/** track-vehicles: the newest fix of each vehicle into pages, one conditional write per changed page. */
export class TrackVehicles extends BundledFunction {
  constructor(stack: PlatformStack, id: string, { contract, config, key }: TrackVehiclesProps) {
    super(stack, id, {
      description: 'Folds positions of vehicles into pages of the newest ones',
      bundle: { lambda: 'track-vehicles', contractRuntime: contract.runtimeFile },
      memoryMegabytes: config.tracking.memoryMegabytes,
      timeout: TIMEOUT,
      logRetentionDays: config.logRetentionDays,
      environment: {
        [TRACK_VEHICLES_ENV.vehiclesTable]: stack.tableName('vehicle-pages'),
        [TRACK_VEHICLES_ENV.ledgerTable]: stack.tableName('lake-ledger'),
        [TRACK_VEHICLES_ENV.metricNamespace]: metricNamespace(config.environment),
        [TRACK_VEHICLES_ENV.buckets]: String(bucketsPerShard(contract, config)),
        [TRACK_VEHICLES_ENV.keptHours]: String(config.live.positionHours),
      },
    });
    this.allow({ actions: ['dynamodb:BatchGetItem', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate', 'dynamodb:PutItem'], resources: [stack.tableArn('vehicle-pages')] });
    this.allow({ actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [stack.tableArn('lake-ledger')] });
    if (key !== undefined) this.allow({ actions: WRITE_WITH_KEY, resources: [key.keyArn] });
  }
}

/** As many pages as hold the fleet at the wished number of vehicles each, spread over the shards. */
export function bucketsPerShard(contract: DeployedContract, config: PlatformConfig): number {
  const { shards } = streamSettings(contract.descriptor, config);
  return Math.max(1, Math.ceil(config.live.fleetVehicles / (shards === 'on-demand' ? ON_DEMAND_SHARDS : shards) / config.live.positionPageVehicles));
}
