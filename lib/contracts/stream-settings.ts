import type { ContractDescriptor } from '../../contracts/model.ts';
import type { PlatformConfig } from '../config/platform-config.ts';

export interface StreamSettings {
  readonly shards: number | 'on-demand';
  readonly retentionHours: number;
}

/** What the contract asks for, unless the environment says otherwise. */
export function streamSettings({ name, stream }: ContractDescriptor, config: PlatformConfig): StreamSettings {
  const override = config.streams[name];
  return {
    shards: override?.shards ?? (stream.mode === 'on-demand' ? 'on-demand' : stream.shards),
    retentionHours: override?.retentionHours ?? stream.retentionHours,
  };
}

/** Hours between giving a batch up and the end of its retention: time for Lambda to notice and to write the object. */
const MARGIN_HOURS = 1;
/** The longest record age that Lambda offers: seven days. */
const LAMBDA_LONGEST_HOURS = 168;

/**
 * Age, in hours, at which Lambda stops retrying a record and writes it to the on-failure bucket. Just under the retention:
 * retries are without end, so without this a record that nobody can process would expire in the stream and be gone; so late,
 * because until then the records behind it are only waiting, in order. Never more than Lambda's seven days.
 */
export function recordAgeHours(retentionHours: number): number {
  return Math.min(retentionHours, LAMBDA_LONGEST_HOURS) - MARGIN_HOURS;
}
