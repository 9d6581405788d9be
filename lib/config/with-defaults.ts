import { DEFAULT_ALARMS, DEFAULT_API, DEFAULT_BATCH, DEFAULT_INGEST, DEFAULT_LAKE, DEFAULT_LIVE, DEFAULT_TRACKING } from './platform-config.ts';
import type { EnvironmentInput, PlatformConfig } from './platform-config.ts';
import { PROFILE_SETTINGS } from './profiles.ts';

/** Defaults, then the profile, then what the environment says. The input must have passed the field rules. */
export function withDefaults(checked: unknown): PlatformConfig {
  const input = checked as EnvironmentInput;
  const { ingest, batch, live, ...profile } = PROFILE_SETTINGS[input.profile];
  return {
    ephemeral: false,
    allowDataLoss: false,
    ...profile,
    ...input,
    streams: input.streams ?? {},
    ingest: { ...DEFAULT_INGEST, ...ingest, ...input.ingest },
    tracking: { ...DEFAULT_TRACKING, ...input.tracking },
    lake: { ...DEFAULT_LAKE, ...input.lake },
    batch: { ...DEFAULT_BATCH, ...batch, ...input.batch },
    live: { ...DEFAULT_LIVE, ...live, ...input.live },
    api: { ...DEFAULT_API, ...input.api },
    site: { ...input.site },
    alarms: { ...DEFAULT_ALARMS, ...input.alarms },
  };
}
