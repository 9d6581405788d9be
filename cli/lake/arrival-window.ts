import { isDay } from '../../domain/time/business-day.ts';
import { UsageError } from '../errors.ts';
import { parseDuration } from '../output/times.ts';

export interface WindowOptions { readonly since?: string; readonly from?: string; readonly to?: string }

/** When records arrived that a command looks at. */
export interface ArrivalWindow {
  /** Epoch ms. */
  readonly since: number;
  readonly until: number;
  /** Continues a sentence: "in the last 1h", "from 2026-11-01 to 2026-11-03". */
  readonly said: string;
}

const DAY_MS = 86_400_000;

/** By `--since`, or by whole days of UTC, both included. @throws UsageError */
export function arrivalWindow({ since, from, to }: WindowOptions, now: number, usually: string): ArrivalWindow {
  if (from === undefined && to === undefined) return sinceWindow(since ?? usually, now);
  if (since !== undefined) throw new UsageError('--since and --from/--to are two ways to say the same; give one.');
  for (const [name, day] of [['from', from], ['to', to]] as const) {
    if (day !== undefined && !isDay(day)) throw new UsageError(`--${name} got "${day}"; allowed: a day of the calendar, YYYY-MM-DD. Example: --${name} 2026-11-20`);
  }
  if (from === undefined) throw new UsageError('--to needs --from. Example: --from 2026-11-19 --to 2026-11-20');
  const last = to ?? new Date(now).toISOString().slice(0, 10);
  if (from > last) throw new UsageError(`--from ${from} lies after --to ${last}.`);
  return { since: Date.parse(`${from}T00:00:00Z`), until: Math.min(Date.parse(`${last}T00:00:00Z`) + DAY_MS - 1, now), said: `from ${from} to ${last}` };
}

function sinceWindow(since: string, now: number): ArrivalWindow {
  const span = parseDuration(since);
  if (span === undefined) throw new UsageError(`--since got "${since}"; allowed: a number with s, m, h or d. Example: --since 30m`);
  return { since: now - span, until: now, said: `in the last ${since}` };
}
