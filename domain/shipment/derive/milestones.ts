/** Planned, expected and actual time of each step of the journey. */
import { typeName } from '../codes.ts';
import type { EventType } from '../codes.ts';
import type { Entry } from '../entry.ts';
import { sortFew } from '../sort-few.ts';
import type { Facts } from './facts.ts';

/** One step: what happens, where. Times in ms since 1970. What is unknown is there as undefined: with steps of one shape deriving costs a third less. */
export interface Milestone {
  readonly type: EventType;
  /** '' when no event names a place. */
  readonly place: string;
  readonly planned: number | undefined;
  readonly estimated: number | undefined;
  /** When the estimate was published; 0 = not stated. */
  readonly estimatedAt: number | undefined;
  /** The earliest of all reports. */
  readonly actual: number | undefined;
  /** How often it was reported as done. */
  readonly count: number;
  /** Who reported it as done first; before that, who stated it last. */
  readonly source: string;
}

type MilestoneDraft = { -readonly [Key in keyof Milestone]: Milestone[Key] };

/** By place: a text put together as a key for each entry would cost more than all else here. */
type Drafts = Map<string, MilestoneDraft[]>;

/** In the order of the journey: by planned, else estimated, else actual time. */
export function milestonesOf({ statements, actuals }: Pick<Facts, 'statements' | 'actuals'>): readonly Milestone[] {
  const drafts: Drafts = new Map();
  for (const entry of statements) if (isStep(entry)) addStatement(drafts, entry);
  const stated = allOf(drafts);
  for (const entry of actuals) if (isStep(entry)) addActual(drafts, entry, stated);
  return sortFew(allOf(drafts), compareMilestones);
}

function allOf(drafts: Drafts): MilestoneDraft[] {
  const all: MilestoneDraft[] = [];
  for (const atPlace of drafts.values()) for (const draft of atPlace) all.push(draft);
  return all;
}

/** Of all sources the greatest version comes last and wins. */
function addStatement(drafts: Drafts, entry: Entry): void {
  if (entry.classifier === 'REQUESTED') return;
  const milestone = draftOf(drafts, entry, entry.place);
  milestone.source = entry.source;
  if (entry.classifier === 'PLANNED') {
    milestone.planned = entry.eventTime;
  } else {
    milestone.estimated = entry.eventTime;
    milestone.estimatedAt = entry.published;
  }
}

/** The first in time counts; an event without a place fills the only stated place of its type. */
function addActual(drafts: Drafts, entry: Entry, stated: readonly MilestoneDraft[]): void {
  const milestone = draftOf(drafts, entry, entry.place === '' ? onlyPlaceOf(entry, stated) : entry.place);
  if (milestone.actual === undefined) {
    milestone.actual = entry.eventTime;
    milestone.source = entry.source;
  }
  milestone.count += 1;
}

/** The place of the only stated milestone of its type; '' when there are none or several. */
function onlyPlaceOf(entry: Entry, stated: readonly MilestoneDraft[]): string {
  const [only, second] = stated.filter(({ type }) => type === typeName(entry.typeCode));
  return only === undefined || second !== undefined ? '' : only.place;
}

function draftOf(drafts: Drafts, entry: Entry, place: string): MilestoneDraft {
  const type = typeName(entry.typeCode);
  const atPlace = drafts.get(place);
  if (atPlace !== undefined) for (const draft of atPlace) if (draft.type === type) return draft;
  const draft: MilestoneDraft = { type, place, planned: undefined, estimated: undefined, estimatedAt: undefined, actual: undefined, count: 0, source: entry.source };
  if (atPlace === undefined) drafts.set(place, [draft]);
  else atPlace.push(draft);
  return draft;
}

/** What nobody can name is no step: an UNKNOWN plan must not become the next expected event. */
const isStep = (entry: Entry): boolean => typeName(entry.typeCode) !== 'UNKNOWN';

const timeOf = ({ planned, estimated, actual }: Milestone): number => planned ?? estimated ?? actual ?? 0;

function compareMilestones(a: Milestone, b: Milestone): number {
  return timeOf(a) - timeOf(b) || (`${a.type}|${a.place}` < `${b.type}|${b.place}` ? -1 : 1);
}

/** Stated, not reached, and no later stated step reached. */
export function openMilestones(milestones: readonly Milestone[]): readonly Milestone[] {
  const lastReached = milestones.findLastIndex((milestone) => milestone.actual !== undefined && isStated(milestone));
  return milestones.slice(lastReached + 1).filter((milestone) => milestone.actual === undefined);
}

export const isStated = ({ planned, estimated }: Milestone): boolean => planned !== undefined || estimated !== undefined;

/** The last step that can end the journey. */
export function finalMilestone(milestones: readonly Milestone[]): Milestone | undefined {
  return milestones.findLast(({ type }) => type === 'DELIVERED' || type === 'ARRIVED');
}
