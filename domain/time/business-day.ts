/** Business days: calendar days of a time zone. A day has 23 or 25 hours where the clocks change. */

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const DAY = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' });
    formats.set(timeZone, format);
  }
  return format;
}

/** What a clock on the wall there shows. */
export interface WallClock {
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** `HH:MM` */
  readonly time: string;
}

/**
 * @param instant ms since 1970.
 * @param timeZone IANA name.
 */
export function wallClock(instant: number, timeZone: string): WallClock {
  const parts = new Map(formatOf(timeZone).formatToParts(instant).map(({ type, value }) => [type, value]));
  const part = (type: string): string => parts.get(type as Intl.DateTimeFormatPartTypes) ?? '';
  return { date: `${part('year')}-${part('month')}-${part('day')}`, time: `${part('hour')}:${part('minute')}` };
}

/** The business day that an instant belongs to. */
export const businessDay = (instant: number, timeZone: string): string => wallClock(instant, timeZone).date;

/** Whether a text is a day of the calendar, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  const time = DATE.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}

/** The day so many days later (or, negative, earlier). */
export const addDays = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

/** The instant (ms) at which a business day begins: the first at which a clock there shows it. */
export function startOfDay(day: string, timeZone: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // Zones lie between UTC-12 and UTC+14; the first quarter of an hour that shows the day is its start.
  let [before, at] = [midnight - 15 * 3_600_000, midnight + 13 * 3_600_000];
  while (at - before > 1_000) {
    const middle = Math.floor((before + at) / 2);
    if (businessDay(middle, timeZone) < day) before = middle;
    else at = middle;
  }
  return Math.floor(at / 1_000) * 1_000;
}

const MINUTE = 60_000;
const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/**
 * The instant (ms) at which a clock there shows a time of a day, `HH:MM`. A time that is skipped in spring is that of the
 * hour before it was skipped plus the skipped hour; of a time that comes twice in autumn it is the first.
 */
export function localTime(day: string, time: string, timeZone: string): number {
  const start = startOfDay(day, timeZone);
  const guess = start + minutesOf(time) * MINUTE;
  const shown = wallClock(guess, timeZone);
  const drift = minutesOf(shown.time) + (shown.date === day ? 0 : shown.date > day ? 1_440 : -1_440) - minutesOf(time);
  const corrected = guess - drift * MINUTE;
  return wallClock(corrected, timeZone).time === time ? corrected : guess;
}
