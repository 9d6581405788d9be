/** Many alerts with one cause are one storm: counted as a set of names in time, so a repeat changes nothing. */
import type { AlertRow } from './episodes.ts';
import { placeOf } from './alert-id.ts';

const MINUTE = 60_000;

export const STORM = {
  /** As many in one window make a storm. */
  from: 20,
  windowMs: 30 * MINUTE,
  /** It is told again, as worse, when it holds this many. */
  worseFrom: [100, 500],
} as const;

/** What storms are counted by: where, and what kind of trouble. */
export interface StormCause {
  /** Of what: today the place; voyage and vehicle follow when live state knows them. */
  readonly by: 'place';
  readonly value: string;
  /** Kind of the alerts. */
  readonly reason: string;
}

/** undefined: nothing that others could share. */
export function causeOf({ kind, subject }: Pick<AlertRow, 'kind' | 'subject'>): StormCause | undefined {
  const value = placeOf(subject);
  return value === '' || kind === 'SENSOR' ? undefined : { by: 'place', value, reason: kind };
}

export const stormId = ({ by, value, reason }: StormCause): string => ['STORM', reason, by, value].map(encodeURIComponent).join(':');

/** A member as it lies in the set: at its moment, under its name. */
export interface StormMember {
  readonly alertId: string;
  /** Ms since 1970. */
  readonly at: number;
}

/**
 * Whether an alert at that moment is part of a storm: with itself, as many different alerts lie in the window that ends with
 * it. `members`: of the cause, at least those of the window.
 */
export function isStorm(members: readonly StormMember[], at: number): boolean {
  const names = new Set(members.filter((member) => member.at > at - STORM.windowMs && member.at <= at).map(({ alertId }) => alertId));
  return names.size >= STORM.from;
}

/** 1 from the first on, one more at each of `worseFrom`; 0 for too few. */
export const stormLevel = (count: number): number => (count < STORM.from ? 0 : 1 + STORM.worseFrom.filter((step) => count >= step).length);
