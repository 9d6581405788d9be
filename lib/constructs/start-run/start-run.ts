import { Duration } from 'aws-cdk-lib';
import { START_RUN_ENV } from '../../../lambdas/start-run/names.ts';
import type { PlatformConfig } from '../../config/platform-config.ts';
import type { PlatformStack } from '../../stacks/platform-stack.ts';
import { BundledFunction } from '../bundled-function/bundled-function.ts';

export interface StartRunProps {
  readonly config: PlatformConfig;
  /** ARN by machine name. */
  readonly machines: Readonly<Record<string, string>>;
}

/** start-run: begins a machine for a business day, under a name that follows from the day. */
export class StartRun extends BundledFunction {
  constructor(stack: PlatformStack, id: string, { config, machines }: StartRunProps) {
    super(stack, id, {
      description: 'Starts a run of a state machine for a business day, once',
      bundle: { lambda: 'start-run' },
      memoryMegabytes: 256,
      timeout: Duration.seconds(30),
      logRetentionDays: config.logRetentionDays,
      environment: { [START_RUN_ENV.machines]: stack.toJsonString(machines), [START_RUN_ENV.businessTimeZone]: config.batch.businessTimeZone },
    });
    this.allow({ actions: ['states:StartExecution'], resources: Object.values(machines) });
  }
}
