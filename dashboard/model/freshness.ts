import type { Overview } from '../../contracts/api/answers.ts';
import { age, clock, dateWords, instantOf } from './time.ts';
import type { Feed, Mood } from './feed.ts';
import { moodOf } from './feed.ts';
import type { Tone } from './tone.ts';

/** Seconds: what each consumer promises. */
export const TARGETS = { shipments: 60, positions: 30, regions: 300 } as const;

export interface FreshnessItem {
  readonly label: string;
  readonly value: string;
  readonly target: string | null;
  readonly tone: Tone;
}

/** The strip under the header: how far each consumer is behind its stream, of what it promises. */
export function freshnessItems(feed: Feed<Overview>, now: number): FreshnessItem[] {
  const overview = moodOf(feed) === 'error' ? null : feed.data;
  const unread = secondsSince(feed, now);
  const { freshness, daily } = overview ?? {};
  return [
    lag('Shipments', freshness?.shipmentsSeconds, { target: TARGETS.shipments, unread }),
    lag('Positions', freshness?.vehiclesSeconds, { target: TARGETS.positions, unread }),
    lag('Regions', freshness?.countsSeconds, { target: TARGETS.regions, unread }),
    { label: 'Gold', value: daily === null || daily === undefined ? '–' : dateWords(daily.businessDate), target: null, tone: daily === null || daily === undefined ? 'stale' : 'ok' },
  ];
}

/** Seconds by which the answer itself has aged on this page beyond a usual pause. */
const USUAL_PAUSE = 15;
const secondsSince = (feed: Feed<unknown>, now: number): number => (feed.receivedAt === null ? 0 : Math.max(0, (now - feed.receivedAt) / 1000 - USUAL_PAUSE));

function lag(label: string, seconds: number | null | undefined, { target, unread }: { target: number; unread: number }): FreshnessItem {
  if (seconds === null || seconds === undefined) return { label, value: '–', target: null, tone: 'stale' };
  const value = seconds + unread;
  return { label, value: age(value), target: age(target), tone: value > 3 * target ? 'bad' : value > target ? 'warn' : 'ok' };
}

export interface Banner {
  readonly tone: 'warn' | 'bad';
  readonly title: string;
  readonly text: string;
}

/** What stands over everything: the first of "nothing answers", "old", "something else is shown". null: all is well. */
export function bannerOf({ overview, alerts, now }: { overview: Feed<Overview>; alerts: Feed<unknown>; now: number }): Banner | null {
  const moods: readonly Mood[] = [moodOf(overview), moodOf(alerts)];
  if (moods.every((mood) => mood === 'error' || mood === 'stale')) return silentApi(overview, alerts, now);
  const old = overview.data === null ? null : oldData(overview.data, now);
  if (old !== null) return old;
  const broken = [{ what: 'Regions and daily figures', mood: moods[0] }, { what: 'Alerts', mood: moods[1] }].find(({ mood }) => mood === 'error' || mood === 'stale');
  if (broken !== undefined) return { tone: 'warn', title: `${broken.what} are not answered`, text: `${broken.mood === 'stale' ? 'What stands there is the last answer, with its age.' : 'There is no earlier answer to show; the page asks again by itself.'} Everything else is live.` };
  return overview.data === null ? null : substituteOf(overview.data);
}

function silentApi(overview: Feed<Overview>, alerts: Feed<unknown>, now: number): Banner {
  const next = [overview.nextTryAt, alerts.nextTryAt].filter((time) => time !== null);
  const inSeconds = next.length === 0 ? null : Math.max(0, Math.ceil((Math.min(...next) - now) / 1000));
  const text = overview.data === null && alerts.data === null ? 'Nothing on this page is current.' : `This page shows what was known at ${clock(overview.receivedAt ?? alerts.receivedAt ?? now)}.`;
  return { tone: 'bad', title: 'The API does not answer', text: `${text} ${inSeconds === null ? 'A try is under way.' : `The next try is in ${inSeconds} s.`}` };
}

function oldData({ freshness, as_of }: Overview, now: number): Banner | null {
  const behind = [
    { what: 'Shipments', seconds: freshness.shipmentsSeconds ?? 0, target: TARGETS.shipments },
    { what: 'Vehicles', seconds: freshness.vehiclesSeconds ?? 0, target: TARGETS.positions },
  ].filter(({ seconds, target }) => seconds > 3 * target);
  const first = [...behind].sort((a, b) => b.seconds - a.seconds)[0];
  if (first === undefined) return null;
  const since = clock((instantOf(as_of) ?? now) - first.seconds * 1000);
  const title = behind.length > 1 ? `Live data is ${age(first.seconds)} old` : `${first.what} are ${age(first.seconds)} old`;
  return { tone: 'bad', title, text: `Nothing newer than ${since} has been read from the stream. Nothing is lost: its readers catch up.` };
}

function substituteOf({ source, countedAt }: Overview): Banner | null {
  if (source !== 'snapshot') return null;
  const at = instantOf(countedAt);
  return { tone: 'warn', title: 'Live state does not answer', text: `Regions show the last count${at === null ? '' : `, ${clock(at)}`}. Positions and alerts say their own age.` };
}
