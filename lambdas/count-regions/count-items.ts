import type { RegionCounts } from '../../domain/region/counts.ts';

/** What lies in the table `region-counts`: one row with the last count, and one per five minutes. */
export const CURRENT_KEY = { pk: 'current', sk: 'counts' } as const;
export const HISTORY_PARTITION = 'history';
/** Sort key of a slot: its beginning, RFC 3339. */
export const historyKey = (slot: number): string => new Date(slot).toISOString();

/** Hours that a slot is kept. */
export const HISTORY_HOURS = 48;

/** One slot of one region: active, delayed, delay minutes, exceptions. */
export type HistoryCell = readonly [active: number, delayed: number, delayMinutes: number, exceptions: number];
export type HistoryRow = Readonly<Record<string, HistoryCell>>;

export function historyRow({ regions }: RegionCounts): HistoryRow {
  return Object.fromEntries(Object.entries(regions).map(([region, { total }]) => [region, [total.active, total.delayed, Math.round(total.delayMs / 60_000), total.exceptions]]));
}
