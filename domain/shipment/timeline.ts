/** What people see of a shipment: the derived state and every entry, with who said it and whether it counts. */
import { reasonName, typeName } from './codes.ts';
import type { Classifier, EventType, Reason } from './codes.ts';
import { derive } from './derive/derive.ts';
import type { DerivedState } from './derive/derive.ts';
import { compareInTime, greatestPerId, isEffective } from './derive/facts.ts';
import type { DeriveContext } from './derive/rules.ts';
import type { Entry } from './entry.ts';
import { entriesOf } from './entry-set.ts';
import type { EntrySet } from './entry-set.ts';

/**
 * `COUNTS`; `RETRACTED`: a retraction or a correction names it; `OUTVOTED`: the same id was told with another content that is
 * the greater version; `NEUTRAL`: about empty equipment; `AHEAD`: an ACTUAL whose time has not come.
 */
export type Standing = 'COUNTS' | 'RETRACTED' | 'OUTVOTED' | 'NEUTRAL' | 'AHEAD';

/** Times in ms since 1970. */
export interface TimelineEntry {
  readonly type: EventType;
  readonly classifier: Classifier;
  readonly place: string;
  readonly source: string;
  readonly eventTime: number;
  readonly publishedTime?: number;
  readonly standing: Standing;
  /** The sender told this id with two contents; both are in the timeline. */
  readonly conflict: boolean;
  /** It replaces another event. */
  readonly correction: boolean;
  readonly reason?: Reason;
  readonly sensor?: 'OK' | 'ALARM';
  /** Contract major of the event. */
  readonly major: number;
  /** Id hash + content hash: names the free text kept with this entry, if any. */
  readonly name: string;
}

export interface ShipmentView extends DerivedState {
  /** By event time. */
  readonly timeline: readonly TimelineEntry[];
}

export function viewOf(set: EntrySet, now: number, context: DeriveContext = {}): ShipmentView {
  return { ...derive(set, now, context), timeline: timelineOf(set, now) };
}

export function timelineOf(set: EntrySet, now: number): readonly TimelineEntry[] {
  const shownPerId = greatestPerId(set.slots.values());
  const isGreatest = (entry: Entry): boolean => (entry.classifier === 'ACTUAL' ? set.kept.get(entry.id)?.[0] : shownPerId.get(entry.id)) === entry;
  return entriesOf(set)
    .sort(compareInTime)
    .map((entry) => timelineEntry(entry, {
      standing: standingOf(entry, { set, now, isGreatest }),
      conflict: entry.classifier === 'ACTUAL' && (set.kept.get(entry.id)?.length ?? 0) > 1,
    }));
}

function standingOf(entry: Entry, { set, now, isGreatest }: { set: EntrySet; now: number; isGreatest: (entry: Entry) => boolean }): Standing {
  if (set.tombs.has(entry.id)) return 'RETRACTED';
  if (!isGreatest(entry)) return 'OUTVOTED';
  if (entry.neutral) return 'NEUTRAL';
  return entry.classifier === 'ACTUAL' && !isEffective(entry, now) ? 'AHEAD' : 'COUNTS';
}

function timelineEntry(entry: Entry, { standing, conflict }: Pick<TimelineEntry, 'standing' | 'conflict'>): TimelineEntry {
  const reason = reasonName(entry.reasonCode);
  return {
    type: typeName(entry.typeCode),
    classifier: entry.classifier,
    place: entry.place,
    source: entry.source,
    eventTime: entry.eventTime,
    ...(entry.published > 0 && { publishedTime: entry.published }),
    standing,
    conflict,
    correction: entry.corrects,
    ...(reason !== undefined && { reason }),
    ...(entry.sensor.present && { sensor: entry.sensor.alarm ? ('ALARM' as const) : ('OK' as const) }),
    major: entry.major,
    name: entry.id + entry.hash,
  };
}
