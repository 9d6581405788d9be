import type { EnvironmentInput } from '../platform-config.ts';

/** Production. Shards from docs/guide/platform-engineer.md: at most 0.5 MB and 500 plain records a second on each. */
export const prod: EnvironmentInput = {
  environment: 'prod',
  profile: 'balanced',
  streams: {
    'shipment-event': { shards: 4 },
    'vehicle-position': { shards: 4 },
  },
};
