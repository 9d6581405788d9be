import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { ALERTS_API_ENV } from '../../../lambdas/alerts-api/names.ts';
import { ALERT_LIST_INDEX } from '../../../lambdas/raise-alerts/names.ts';
import type { PlatformConfig } from '../../config/platform-config.ts';
import type { PlatformStack } from '../../stacks/platform-stack.ts';
import { BundledFunction } from '../bundled-function/bundled-function.ts';
import { WRITE_WITH_KEY } from '../data-key/data-key.ts';

/** Reads a few hundred rows; more CPU makes it quicker to start. */
const MEMORY_MEGABYTES = 512;
/** Far under API Gateway's 30 s: a reader hears "unavailable" instead of nothing. */
const TIMEOUT = Duration.seconds(10);

export interface AlertsApiProps {
  readonly config: PlatformConfig;
  readonly key: IKey | undefined;
}

/** alerts-api: lists alerts, and takes what people say of one. */
export class AlertsApi extends BundledFunction {
  constructor(stack: PlatformStack, id: string, { config, key }: AlertsApiProps) {
    super(stack, id, {
      description: 'Lists alerts; acknowledges and snoozes them',
      bundle: { lambda: 'alerts-api' },
      memoryMegabytes: MEMORY_MEGABYTES,
      timeout: TIMEOUT,
      logRetentionDays: config.logRetentionDays,
      environment: { [ALERTS_API_ENV.alertsTable]: stack.tableName('alerts'), [ALERTS_API_ENV.accessTable]: stack.tableName('api-access') },
    });
    this.allow({ actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], resources: [stack.tableArn('alerts')] });
    this.allow({ actions: ['dynamodb:Query'], resources: [`${stack.tableArn('alerts')}/index/${ALERT_LIST_INDEX}`, stack.tableArn('api-access')] });
    if (key !== undefined) this.allow({ actions: WRITE_WITH_KEY, resources: [key.keyArn] });
  }
}
