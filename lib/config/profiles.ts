import type { BatchConfig, Encryption, IngestConfig, LiveConfig, ProfileName } from './platform-config.ts';

/** What a profile decides. An environment may still say each of these itself. */
export interface Profile {
  readonly encryption: Encryption;
  readonly pointInTimeRecovery: boolean;
  readonly terminationProtection: boolean;
  readonly logRetentionDays: number;
  readonly ingest: Partial<IngestConfig>;
  readonly batch: Partial<BatchConfig>;
  readonly live: Partial<LiveConfig>;
}

export const PROFILE_SETTINGS: Readonly<Record<ProfileName, Profile>> = {
  /** Trial and development: nothing that costs while idle. */
  'low-cost': {
    encryption: 'aws-managed',
    pointInTimeRecovery: false,
    terminationProtection: false,
    logRetentionDays: 14,
    ingest: { archiveMemoryMegabytes: 512 },
    // Each load costs two workers for a minute at least: hourly is a quarter of the price.
    batch: { loadEveryMinutes: 60 },
    live: { countEverySeconds: 300 },
  },
  /** What production wants unless it knows better. */
  balanced: {
    encryption: 'customer-managed',
    pointInTimeRecovery: true,
    terminationProtection: true,
    logRetentionDays: 90,
    ingest: {},
    batch: {},
    live: {},
  },
  /** Seconds matter more than requests: five times the calls, objects and state writes of `balanced`. */
  'low-latency': {
    encryption: 'customer-managed',
    pointInTimeRecovery: true,
    terminationProtection: true,
    logRetentionDays: 90,
    ingest: { batchWindowSeconds: 2, archiveMemoryMegabytes: 1_769 },
    batch: { loadEveryMinutes: 5, loadWorkers: 4, backfillWidth: 8 },
    live: { countEverySeconds: 60 },
  },
};
