/** Between clocks on walls and moments, by the time zone rules of Node's own ICU. A wall time is counted like a moment: milliseconds, as if it were UTC. */

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

export function isTimeZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** What the clocks of a zone show at a moment. */
export function wallOf(moment: number, zone: string): number {
  const parts = Object.fromEntries(formatOf(zone).formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const part = (name: string): number => parts[name] ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) + (moment % 1000);
}

/** The moment at which the clocks show this: the first one where they show it twice, undefined where they never do. */
export function momentOf(wall: number, zone: string): number | undefined {
  // A zone changes its clocks at most once within two days: one of the two offsets around the wall time is right.
  const offsets = [-DAY_MS, DAY_MS].map((shift) => wallOf(wall + shift, zone) - (wall + shift));
  const moments = offsets.map((offset) => wall - offset).filter((moment) => wallOf(moment, zone) === wall);
  return moments.length === 0 ? undefined : Math.min(...moments);
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const numeric = 'numeric' as const;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric });
  formats.set(zone, format);
  return format;
}
