/** The numbers behind what is derived, in one place. Times in ms. */
import type { EventType } from '../codes.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export const RULES = {
  /** An ACTUAL event may lie this far ahead of our clock and count; later ones count when their time comes. */
  clockToleranceMs: 15 * MINUTE,
  /** A milestone is late, or its event overdue, from here on. */
  graceMs: 30 * MINUTE,
  /** Lateness at which an alert rises to its next level, above the grace. */
  worseLateMs: [4 * HOUR, 24 * HOUR],
  /** Without news for this long past the due time of the next step, a shipment is silent. */
  silenceMs: 12 * HOUR,
  /** An estimate older than this (by its publishedTime) no longer gives the ETA. */
  estimateLifeMs: 12 * HOUR,
} as const;

/** What the caller knows beside the set. The functions must be pure; without them the defaults of `RULES` hold. */
export interface DeriveContext {
  /** Minutes of patience, in ms, for a milestone of this type at this service level ('' = not stated). */
  readonly graceFor?: (type: EventType, serviceLevel: string) => number;
  /** Ms without any news past a due time, at this service level. */
  readonly silenceFor?: (serviceLevel: string) => number;
  /** Median time, in ms, from such an event to the end of the journey; undefined when nothing is known. */
  readonly laneMedianFrom?: (last: LastEvent) => number | undefined;
}

export interface LastEvent {
  readonly type: EventType;
  readonly place: string;
  readonly eventTime: number;
  /** Where the journey is planned to end; '' when unknown. */
  readonly destination: string;
  /** Ms from the plan of this step to the plan of the end, where both are stated. */
  readonly plannedRest?: number;
  /** Plan of the end, where this step and the end have one; ms since 1970. */
  readonly plannedEnd?: number;
}

