import { SANDBOX_ACCOUNT } from '../platform-config.ts';
import type { EnvironmentInput } from '../platform-config.ts';

/** The sandbox. What may differ from dev is listed in test/config/environments.test.ts, each with its reason. */
export const local: EnvironmentInput = {
  environment: 'local',
  profile: 'low-cost',
  account: SANDBOX_ACCOUNT,
  region: 'eu-central-1',
  ephemeral: true,
  live: { fleetVehicles: 500, countEverySeconds: 60 },
  ingest: { batchWindowSeconds: 2, batchSize: 1_000 },
  streams: {
    'order-change': { shards: 1, retentionHours: 24 },
    'shipment-event': { shards: 2, retentionHours: 24 },
    'vehicle-position': { shards: 2, retentionHours: 24 },
  },
  alarms: { behindMinutes: 1, minutesInARow: 1, quarantineMinimumRecords: 20 },
};
