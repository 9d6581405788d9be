import type { Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { parameterName } from '../../../contracts/platform-names.ts';
import type { PlatformConfig } from '../../config/platform-config.ts';

/** What a function that reads needs of the key, and one that writes. */
export const READ_WITH_KEY = ['kms:Decrypt'] as const;
export const WRITE_WITH_KEY = ['kms:GenerateDataKey', 'kms:Decrypt'] as const;

const DATA_KEY = 'DataKey';

/**
 * The environment's own key where its encryption is customer-managed. Found by the parameter in which the foundation
 * stack left its ARN: AWS chooses a key's identity, and an export would tie the stacks together.
 */
export function findDataKey(stack: Stack, config: PlatformConfig): IKey | undefined {
  if (config.encryption !== 'customer-managed') return undefined;
  const known = stack.node.tryFindChild(DATA_KEY);
  if (known !== undefined) return known as unknown as IKey;
  const arn = StringParameter.valueForStringParameter(stack, parameterName(config.environment, 'data-key-arn'));
  return Key.fromKeyArn(stack, DATA_KEY, arn);
}
