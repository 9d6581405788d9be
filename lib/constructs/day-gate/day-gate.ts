import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { streamName } from '../../../contracts/platform-names.ts';
import { DAY_GATE_ENV } from '../../../lambdas/day-gate/names.ts';
import type { PlatformConfig } from '../../config/platform-config.ts';
import type { DeployedContract } from '../../contracts/deployed-contract.ts';
import type { PlatformStack } from '../../stacks/platform-stack.ts';
import { BundledFunction } from '../bundled-function/bundled-function.ts';
import { WRITE_WITH_KEY } from '../data-key/data-key.ts';

export interface DayGateProps {
  readonly contracts: readonly DeployedContract[];
  readonly config: PlatformConfig;
  readonly key: IKey | undefined;
}

/** day-gate: puts a day's markers to the streams of the contracts that have tables, and says whether the day is complete. */
export class DayGate extends BundledFunction {
  constructor(stack: PlatformStack, id: string, { contracts, config, key }: DayGateProps) {
    const inTheLake = contracts.filter(({ hasTable }) => hasTable).map(({ descriptor }) => descriptor.name);
    super(stack, id, {
      description: 'Puts markers to the streams and says whether a day is complete in silver',
      bundle: { lambda: 'day-gate' },
      memoryMegabytes: 512,
      timeout: Duration.minutes(2),
      logRetentionDays: config.logRetentionDays,
      environment: {
        [DAY_GATE_ENV.streams]: JSON.stringify(Object.fromEntries(inTheLake.map((name) => [name, streamName(config.environment, name)]))),
        [DAY_GATE_ENV.ledgerTable]: stack.tableName('lake-ledger'),
        [DAY_GATE_ENV.bronzeBucket]: stack.bucketName('bronze'),
        [DAY_GATE_ENV.businessTimeZone]: config.batch.businessTimeZone,
        [DAY_GATE_ENV.objective]: config.batch.objective,
        [DAY_GATE_ENV.agreement]: config.batch.agreement,
        [DAY_GATE_ENV.atAgreement]: config.batch.atAgreement,
      },
    });
    this.allow({ actions: ['kinesis:ListShards', 'kinesis:PutRecord'], resources: inTheLake.map((name) => stack.streamArn(name)) });
    this.allow({ actions: ['dynamodb:Query', 'dynamodb:UpdateItem'], resources: [stack.tableArn('lake-ledger')] });
    this.allow({ actions: ['s3:ListBucket'], resources: [stack.bucketArn('bronze')] });
    if (key !== undefined) this.allow({ actions: WRITE_WITH_KEY, resources: [key.keyArn] });
  }
}
