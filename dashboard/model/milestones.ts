import type { ShipmentDetail, ShipmentEntry, ShipmentMilestone } from '../../contracts/api/answers.ts';
import { HOUR, instantOf, MINUTE } from './time.ts';
import type { Tone } from './tone.ts';

/** One milestone as a row: where its marks stand, from 0 to 1, and how far it is from plan. */
export interface MilestoneRow {
  readonly type: string;
  readonly place: string | null;
  readonly planned: number | null;
  readonly estimated: number | null;
  readonly actual: number | null;
  /** Places on the common time axis, 0 to 1. */
  readonly plannedAt: number | null;
  readonly mark: { readonly at: number; readonly kind: 'actual' | 'estimated' } | null;
  /** Minutes after plan; negative is early. null without both sides. */
  readonly delta: number | null;
  readonly bar: { readonly from: number; readonly to: number } | null;
  readonly tone: Tone;
  readonly notes: readonly { readonly text: string; readonly tone: Tone }[];
}

export interface MilestoneTable {
  readonly from: number;
  readonly to: number;
  /** Now on the axis; null when it lies outside. */
  readonly nowAt: number | null;
  /** Where on the deviation scale "as planned" stands, 0 to 1. */
  readonly zeroAt: number;
  readonly rows: readonly MilestoneRow[];
}

/** Minutes from which a deviation is shown as such, and from which it is grave while it has not happened. */
const SLIGHT = 30;
const GRAVE = 120;
/** The deviation scale never shows less than this, so that 4 minutes do not look like a disaster. */
const LEAST_SCALE = 60;

export function milestoneTable({ milestones, timeline }: Pick<ShipmentDetail, 'milestones' | 'timeline'>, now: number): MilestoneTable {
  const read = milestones.map((milestone) => reading(milestone, now));
  const times = read.flatMap(({ planned, estimated, actual }) => [planned, estimated, actual].filter((time) => time !== null));
  const from = times.length === 0 ? now : Math.min(...times);
  const to = Math.max(times.length === 0 ? now : Math.max(...times), from + HOUR);
  const at = (time: number): number => (time - from) / (to - from);
  const deltas = read.flatMap(({ delta }) => (delta === null ? [] : [delta]));
  const [least, most] = [Math.min(0, ...deltas), Math.max(LEAST_SCALE, ...deltas)];
  const onScale = (delta: number): number => (delta - least) / (most - least);
  return {
    from,
    to,
    nowAt: now >= from && now <= to ? at(now) : null,
    zeroAt: onScale(0),
    rows: read.map((row) => ({ ...row, plannedAt: row.planned === null ? null : at(row.planned), mark: markOf(row, at), bar: row.delta === null ? null : { from: onScale(Math.min(0, row.delta)), to: onScale(Math.max(0, row.delta)) }, notes: notesOf(row, timeline) })),
  };
}

interface Reading extends Pick<MilestoneRow, 'type' | 'place' | 'planned' | 'estimated' | 'actual' | 'delta' | 'tone'> {
  readonly isOverdue: boolean;
}

function reading({ type, place, ...times }: ShipmentMilestone, now: number): Reading {
  const [planned, estimated, actual] = [instantOf(times.planned), instantOf(times.estimated), instantOf(times.actual)];
  const expected = estimated ?? planned;
  const isOverdue = actual === null && expected !== null && expected < now;
  // What should have happened is late by the clock, whatever the last estimate said.
  const best = actual ?? (isOverdue ? now : estimated);
  const delta = planned === null || best === null ? null : Math.round((best - planned) / MINUTE);
  return { type, place, planned, estimated, actual, delta, isOverdue, tone: toneOf(delta, actual !== null) };
}

function toneOf(delta: number | null, hasHappened: boolean): Tone {
  if (delta === null || delta <= SLIGHT) return 'ok';
  return delta > GRAVE && !hasHappened ? 'bad' : 'warn';
}

const markOf = ({ actual, estimated }: Reading, at: (time: number) => number): MilestoneRow['mark'] =>
  actual !== null ? { at: at(actual), kind: 'actual' } : estimated !== null ? { at: at(estimated), kind: 'estimated' } : null;

function notesOf({ type, place, isOverdue }: Reading, timeline: readonly ShipmentEntry[]): MilestoneRow['notes'] {
  const own = timeline.filter((entry) => entry.type === type && entry.classifier === 'ACTUAL' && (place === null || entry.place === null || entry.place === place));
  return [
    ...(isOverdue ? [{ text: 'overdue', tone: 'bad' as const }] : []),
    ...(own.some((entry) => entry.conflict) ? [{ text: 'conflict', tone: 'warn' as const }] : []),
    ...(own.some((entry) => entry.retracted) ? [{ text: 'retracted', tone: 'note' as const }] : []),
  ];
}
