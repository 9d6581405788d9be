/** Times in UTC with Z unless a zone is given; durations in words (docs: what people see). */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number): string => String(n).padStart(2, '0');

interface WallClock { readonly month: number; readonly day: number; readonly hour: number; readonly minute: number; readonly second: number; readonly suffix: string }

function wallClock(ms: number, zone: string | undefined): WallClock {
  if (zone === undefined) {
    const at = new Date(ms);
    return { month: at.getUTCMonth(), day: at.getUTCDate(), hour: at.getUTCHours(), minute: at.getUTCMinutes(), second: at.getUTCSeconds(), suffix: 'Z' };
  }
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23', timeZoneName: 'short' }).formatToParts(ms);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  return { month: Number(part('month')) - 1, day: Number(part('day')), hour: Number(part('hour')), minute: Number(part('minute')), second: Number(part('second')), suffix: ` ${part('timeZoneName')}` };
}

/** `Nov 02 10:00Z` */
export function dayAndMinute(ms: number, zone?: string): string {
  const t = wallClock(ms, zone);
  return `${MONTHS[t.month] ?? ''} ${two(t.day)} ${two(t.hour)}:${two(t.minute)}${t.suffix}`;
}

/** `12:00:07Z` */
export function timeOfDay(ms: number, zone?: string): string {
  const t = wallClock(ms, zone);
  return `${two(t.hour)}:${two(t.minute)}:${two(t.second)}${t.suffix}`;
}

/** `3 h 20 min`, `4 s`, `2 d 5 h`: the two largest units, never a zero. */
export function duration(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  const parts: [number, string][] = [[Math.floor(seconds / 86_400), 'd'], [Math.floor(seconds / 3600) % 24, 'h'], [Math.floor(seconds / 60) % 60, 'min'], [seconds % 60, 's']];
  const first = parts.findIndex(([n]) => n > 0);
  if (first === -1) return '0 s';
  return parts.slice(first, first + 2).filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}`).join(' ');
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `15m`, `2h`, `3d` in ms; undefined when it is none of these. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(s|m|min|h|d)$/.exec(text.trim());
  const unit = match === null ? undefined : UNITS[match[2] ?? ''];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}
