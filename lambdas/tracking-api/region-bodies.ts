import type { DailyFigures, Overview, RegionDetail, RegionNumbers } from '../../contracts/api/answers.ts';
import { addTally, countOf, delayMinutesAt, emptyCount } from '../../domain/region/counts.ts';
import type { RegionCount, RegionCounts, Tally } from '../../domain/region/counts.ts';
import { regionName, REGIONS } from '../../domain/region/index.ts';
import type { HistorySlot, KnownCounts } from './counts-reader.ts';

/** Points of a region's trend: two hours. */
const TREND_SLOTS = 24;

export interface RegionBodyInput {
  readonly known: KnownCounts;
  readonly now: number;
}

/** What else the overview shows. */
interface Beside {
  readonly shipmentsSeconds: number | null;
  readonly vehiclesSeconds: number | null;
  /** Of the last published day; null while there is none. */
  readonly daily: DailyFigures | null;
}

/** The answer to `GET /v1/overview`. Delays are those of `now`; everything else is of the last count. */
export function overviewBody({ known, now }: RegionBodyInput, { daily, ...behind }: Beside): Overview {
  const { counts, history } = known;
  const at = { now, countedAt: counts.countedAt };
  const whole = sumOf(REGIONS.map((region) => countOf(counts, region)));
  return {
    ...head({ known, now }),
    countedAt: instant(counts.countedAt),
    total: numbersOf(whole, at),
    regions: REGIONS.map((region) => ({ ...numbersOfRegion(region, counts, now), trend: trendOf(region, history) })),
    statuses: whole.statuses,
    freshness: { ...behind, countsSeconds: Math.max(0, Math.round((now - counts.countedAt) / 1_000)) },
    daily,
  };
}

/** The answer to `GET /v1/regions/{id}`. */
export function regionBody(region: string, { known, now }: RegionBodyInput): RegionDetail {
  const { counts, history } = known;
  const count = countOf(counts, region);
  const at = { now, countedAt: counts.countedAt };
  const carriers = Object.entries(count.carriers).sort(([nameA, a], [nameB, b]) => b.active - a.active || (nameA < nameB ? -1 : 1));
  return {
    ...head({ known, now }),
    numbers: numbersOfRegion(region, counts, now),
    byCarrier: carriers.map(([carrier, tally]) => ({ carrier, active: tally.active, delayed: tally.delayed, delayMinutes: delayMinutesAt(tally, at) })),
    byStatus: count.statuses,
    history: history.map(({ at: slot, counts: row }) => {
      const [active, delayed, delayMinutes, exceptions] = row[region] ?? [0, 0, 0, 0];
      return { at: slot, active, delayed, delayMinutes, exceptions };
    }),
  };
}

/** Of a snapshot, nothing is known since it was read. */
const head = ({ known: { source, readAt }, now }: RegionBodyInput): { as_of: string; source: KnownCounts['source'] } => ({ as_of: instant(source === 'snapshot' ? readAt : now), source });

const numbersOfRegion = (region: string, counts: RegionCounts, now: number): RegionNumbers => ({
  region,
  name: regionName(region),
  ...numbersOf(countOf(counts, region), { now, countedAt: counts.countedAt }),
});

function numbersOf({ total, vehicles }: RegionCount, at: { now: number; countedAt: number }): Omit<RegionNumbers, 'region' | 'name'> {
  const { active, delayed, exceptions } = total satisfies Tally;
  return { active, delayed, delayMinutes: delayMinutesAt(total, at), exceptions, vehicles };
}

function sumOf(counts: readonly RegionCount[]): RegionCount {
  const sum = emptyCount();
  for (const { total, statuses, vehicles } of counts) {
    addTally(sum.total, total);
    for (const [status, count] of Object.entries(statuses)) sum.statuses[status] = (sum.statuses[status] ?? 0) + count;
    for (const motion of ['moving', 'idle', 'silent'] as const) sum.vehicles[motion] += vehicles[motion];
  }
  return sum;
}

/** Share of the delayed, 0 to 1, to three places. */
function trendOf(region: string, history: readonly HistorySlot[]): number[] {
  return history.slice(-TREND_SLOTS).map(({ counts }) => {
    const [active, delayed] = counts[region] ?? [0, 0];
    return active === 0 ? 0 : Math.round((1_000 * delayed) / active) / 1_000;
  });
}

const instant = (time: number): string => new Date(time).toISOString();
