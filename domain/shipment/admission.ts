/** Whether a record may touch live state: decided by the record alone, never by what is stored, which depends on the order. */
import type { ShipmentEvent } from './event.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const ADMISSION_LIMITS = {
  /** A later publishedTime would win its slot for ever. */
  publishedAheadMs: DAY,
  /** Plans reach this far. */
  eventAheadMs: 400 * DAY,
} as const;

/**
 * `ADMIT`; `TOO_OLD`: the lake only, counted, also when the shipment exists; `CLOCK`: the sender's clock is wrong, quarantine.
 */
export type Admission = 'ADMIT' | 'TOO_OLD' | 'CLOCK';

export interface AdmissionTimes {
  /** When the stream took the record; ms since 1970. */
  readonly arrivalTime: number;
  /** How long live state looks back; ms. */
  readonly horizonMs: number;
}

export function admission(event: ShipmentEvent, { arrivalTime, horizonMs }: AdmissionTimes): Admission {
  const eventTime = event.operation === 'RETRACT' ? (event.publishedTime ?? arrivalTime) : event.eventTime;
  const isPublishedAhead = event.publishedTime !== undefined && event.publishedTime > arrivalTime + ADMISSION_LIMITS.publishedAheadMs;
  if (isPublishedAhead || eventTime > arrivalTime + ADMISSION_LIMITS.eventAheadMs) return 'CLOCK';
  return eventTime < arrivalTime - horizonMs ? 'TOO_OLD' : 'ADMIT';
}
