/** What a backfill will read, take and cost; nothing is touched to know it. */
import { addDays } from '../../domain/time/business-day.ts';

/** USD per DPU-hour of Glue (Glue pricing page, standard execution class; a G.1X worker is one DPU, billed by the second, a minute at least). */
export const GLUE_USD_PER_DPU_HOUR = 0.44;
const LEAST_SECONDS = 60;

/** Before any backfill of the environment was measured: Spark's start on Glue, and a small day. A first run replaces both. */
export const ASSUMED: Pace = { startSeconds: 60, secondsPerDay: 15, runs: 0 };

/** How long runs take. */
export interface Pace {
  readonly startSeconds: number;
  readonly secondsPerDay: number;
  /** How many runs were measured; 0: assumed. */
  readonly runs: number;
}

/** A run that ended well: days it took, and its seconds. */
export interface PastRun { readonly days: number; readonly seconds: number }

/** The line through the past runs: where its slope cannot be told (all took as many days), the start is what it is assumed to be at most. */
export function paceOf(past: readonly PastRun[]): Pace {
  const measured = past.filter(({ days, seconds }) => days > 0 && seconds > 0);
  if (measured.length === 0) return ASSUMED;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [days, seconds] = [mean(measured.map((run) => run.days)), mean(measured.map((run) => run.seconds))];
  const spread = measured.reduce((sum, run) => sum + (run.days - days) ** 2, 0);
  const slope = spread === 0 ? 0 : measured.reduce((sum, run) => sum + (run.days - days) * (run.seconds - seconds), 0) / spread;
  const secondsPerDay = slope > 0 && slope * days < seconds ? slope : Math.max(seconds - ASSUMED.startSeconds, seconds / 2) / days;
  return { startSeconds: Math.max(0, seconds - secondsPerDay * days), secondsPerDay, runs: measured.length };
}

export interface Plan {
  readonly days: number;
  readonly runs: number;
  readonly seconds: number;
  readonly usd: number;
}

export function plan({ days, daysPerRun, width, workers }: { readonly days: number; readonly daysPerRun: number; readonly width: number; readonly workers: number }, { startSeconds, secondsPerDay }: Pace): Plan {
  const full = Math.floor(days / daysPerRun);
  const rest = days % daysPerRun;
  const lengths = [...Array<number>(full).fill(daysPerRun), ...(rest === 0 ? [] : [rest])].map((each) => Math.max(LEAST_SECONDS, startSeconds + each * secondsPerDay));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  return { days, runs: lengths.length, seconds: finish(lengths, width), usd: (total / 3_600) * workers * GLUE_USD_PER_DPU_HOUR };
}

/** When the last of the runs ends: each begins as soon as there is a place. */
function finish(lengths: readonly number[], width: number): number {
  const places = Array<number>(width).fill(0);
  for (const length of lengths) {
    const next = places.indexOf(Math.min(...places));
    places[next] = (places[next] ?? 0) + length;
  }
  return Math.max(...places);
}

/** An object of the warehouse. */
export interface WarehouseObject { readonly key: string; readonly size: number }

/** Folder of a day in a table that is partitioned by event day. */
const EVENT_DAY = /\/event_time_day=(\d{4}-\d\d-\d\d)\//;

/**
 * Bytes of silver that runs read: of tables by event day those of the days and their neighbours (a business day begins and ends
 * on other days of UTC), of the others all, once a run. Objects of older snapshots count too: it is at most that much.
 */
export function bytesToRead(objects: Iterable<WarehouseObject>, days: readonly string[], runs: number): number {
  const near = new Set(days.flatMap((day) => [addDays(day, -1), day, addDays(day, 1)]));
  let bytes = 0;
  for (const { key, size } of objects) {
    if (!key.includes('/data/')) continue;
    const day = EVENT_DAY.exec(key)?.[1];
    if (day === undefined) bytes += size * runs;
    else if (near.has(day)) bytes += size;
  }
  return bytes;
}
