import type { EnvironmentInput } from '../platform-config.ts';

/** Shared development: cheap, and its data may be deleted with both keys. */
export const dev: EnvironmentInput = {
  environment: 'dev',
  profile: 'low-cost',
  allowDataLoss: true,
};
