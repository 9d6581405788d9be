import type { EnvironmentInput } from '../platform-config.ts';

/** As production, so that what passes here passes there; only the protection against deletion is off. */
export const staging: EnvironmentInput = {
  environment: 'staging',
  profile: 'balanced',
  terminationProtection: false,
};
