import { RemovalPolicy } from 'aws-cdk-lib';
import { ContextError } from './config-error.ts';
import type { PlatformConfig } from './platform-config.ts';

/**
 * What happens to data when its resource leaves the template. Kept, unless both keys are turned: `allowDataLoss` in the
 * environment's file and its name on the command (`-c destroy=<environment>`). An ephemeral environment needs neither.
 */
export function removalPolicyOf(config: PlatformConfig, destroyKey: string | undefined): RemovalPolicy {
  if (config.ephemeral) return RemovalPolicy.DESTROY;
  if (destroyKey === undefined) return RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
  if (destroyKey !== config.environment) {
    throw new ContextError(`-c destroy=${destroyKey} names another environment than the one that is synthesized, "${config.environment}".\n  Write -c destroy=${config.environment} if its data may be deleted.`);
  }
  if (!config.allowDataLoss) {
    throw new ContextError(`-c destroy=${destroyKey} is one of two keys; the other is missing: allowDataLoss is false in the configuration of "${config.environment}".\n  Set allowDataLoss: true there if its data may be deleted.`);
  }
  return RemovalPolicy.DESTROY;
}
