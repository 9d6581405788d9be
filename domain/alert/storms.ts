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

/** What alerts can share; an alert in several storms names the first of them. */
export const STORM_CAUSES = ['place', 'voyage', 'vehicle'] as const;

/** What storms are counted by: where or on what, and what kind of trouble. */
export interface StormCause {
  readonly by: (typeof STORM_CAUSES)[number];
  readonly value: string;
  /** Kind of the alerts. */
  readonly reason: string;
}

/** In the order of `STORM_CAUSES`; none: nothing that others could share. */
export function causesOf({ kind, subject, about }: Pick<AlertRow, 'kind' | 'subject'> & { readonly about: Pick<AlertRow['about'], 'voyage' | 'vehicle'> }): StormCause[] {
  if (kind === 'SENSOR') return [];
  const shared = { place: placeOf(subject), voyage: about.voyage ?? '', vehicle: about.vehicle ?? '' };
  return STORM_CAUSES.filter((by) => shared[by] !== '').map((by) => ({ by, value: shared[by], reason: kind }));
}

export const stormId = ({ by, value, reason }: StormCause): string => ['STORM', reason, by, value].map(encodeURIComponent).join(':');

/** What the name of a storm says; undefined: it is none. */
export function causeIn(id: string): StormCause | undefined {
  const [storm, reason, by, value] = id.split(':').map(decodePart);
  const cause = STORM_CAUSES.find((known) => known === by);
  return storm !== 'STORM' || reason === undefined || cause === undefined || value === undefined ? undefined : { by: cause, value, reason };
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

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
