/** Where a shipment has stopped being heard of: a step passed over, and no news past a due time. */
import type { Facts } from './facts.ts';
import type { NextEvent } from './forecast.ts';
import { isStated } from './milestones.ts';
import type { Milestone } from './milestones.ts';

export interface Stall {
  readonly kind: 'MISSED' | 'SILENT';
  readonly milestone: Milestone;
  /** It stands from here on, if no event comes before; ms since 1970. */
  readonly from: number;
}

export interface StallInput {
  readonly milestones: readonly Milestone[];
  /** The first open step, and when it is due. */
  readonly expected: Milestone | undefined;
  readonly next: NextEvent | undefined;
  readonly facts: Pick<Facts, 'actuals' | 'statements'>;
  readonly graceOf: (milestone: Milestone) => number;
  /** Ms. */
  readonly silence: number;
}

/** Of a journey under way. */
export function stallsOf({ milestones, expected, next, facts, graceOf, silence }: StallInput): readonly Stall[] {
  const stalls = missedSteps(milestones, graceOf);
  if (next !== undefined && expected !== undefined) stalls.push({ kind: 'SILENT', milestone: expected, from: Math.max(next.due, lastHeard(facts)) + silence });
  return stalls;
}

/** Stated, not reported, and a later one is: after its grace nobody may count on the report still being under way. */
function missedSteps(milestones: readonly Milestone[], graceOf: (milestone: Milestone) => number): Stall[] {
  const missed: Stall[] = [];
  let passed = Infinity;
  for (let index = milestones.length - 1; index >= 0; index -= 1) {
    const milestone = milestones[index];
    if (milestone === undefined || !isStated(milestone)) continue;
    if (milestone.actual !== undefined) passed = Math.min(passed, milestone.actual);
    else if (passed !== Infinity) missed.push({ kind: 'MISSED', milestone, from: passed + graceOf(milestone) });
  }
  return missed;
}

/** Time of the last event, or when the last plan or estimate was published. Both lists are sorted so. */
const lastHeard = ({ actuals, statements }: Pick<Facts, 'actuals' | 'statements'>): number => Math.max(actuals.at(-1)?.eventTime ?? 0, statements.at(-1)?.published ?? 0);
