import type { Overview } from '../../contracts/api/answers.ts';
import { answered, EMPTY_FEED, failed, failureWords, LONGEST_PAUSE, moodOf, pauseAfter } from '../../dashboard/model/feed.ts';
import type { Feed } from '../../dashboard/model/feed.ts';
import { bannerOf, freshnessItems } from '../../dashboard/model/freshness.ts';
import { overview } from '../browser/fixture/shipments.ts';

const NOW = Date.UTC(2026, 10, 18, 12, 0, 7);
const FAILURE = { endpoint: '/v1/overview', status: 503, detail: null, at: NOW };
const live = answered(overview(NOW), NOW);
const behind = (seconds: number): Feed<Overview> => answered({ ...overview(NOW), freshness: { shipmentsSeconds: 4, vehiclesSeconds: seconds, countsSeconds: 40 } }, NOW);
const twice = <T>(feed: Feed<T>): Feed<T> => failed(failed(feed, FAILURE), FAILURE);

describe('a feed', () => {
  it('loads, lives, is old after two failures, and is an error when nothing was ever answered', () => {
    expect([moodOf(EMPTY_FEED), moodOf(live), moodOf(failed(live, FAILURE)), moodOf(twice(live)), moodOf(failed(EMPTY_FEED, FAILURE))]).toEqual(['loading', 'live', 'live', 'stale', 'error']);
  });

  it('asks more slowly after each failure, and never more slowly than a minute', () => {
    expect([0, 1, 2, 3, 40].map((failures) => pauseAfter(failures, 5_000))).toEqual([5_000, 10_000, 20_000, 40_000, LONGEST_PAUSE]);
  });

  it('says who answered what, when, and what comes next', () => {
    const words = failureWords({ failure: FAILURE, failures: 3, nextTryAt: NOW + 12_000 }, NOW, () => '12:00:07Z');
    expect(words).toBe('/v1/overview answered 503 at 12:00:07Z. 3 tries; the next in 12 s.');
    expect(failureWords({ failure: { ...FAILURE, status: null }, failures: 1, nextTryAt: null }, NOW, () => 'noon')).toBe('/v1/overview did not answer at noon. One try; the next is under way.');
  });
});

describe('the strip of freshness', () => {
  it.each([[6, 'ok'], [31, 'warn'], [91, 'bad']])('positions %s s behind are %s', (seconds, tone) => {
    expect(freshnessItems(behind(seconds), NOW).find(({ label }) => label === 'Positions')).toEqual({ label: 'Positions', value: expect.any(String) as string, target: '30 s', tone });
  });

  it('lets a number age that is not asked for any more', () => {
    const item = freshnessItems(live, NOW + 75_000).find(({ label }) => label === 'Positions');
    expect([item?.value, item?.tone]).toEqual(['66 s', 'warn']);
  });

  it('claims nothing that it does not know', () => {
    expect(freshnessItems(EMPTY_FEED, NOW).map(({ value, tone }) => [value, tone])).toEqual(Array.from({ length: 4 }, () => ['–', 'stale']));
  });
});

describe('the banner', () => {
  const titleOf = (feeds: { overview?: Feed<Overview>; alerts?: Feed<unknown> }): string | null => bannerOf({ overview: live, alerts: answered({}, NOW), now: NOW, ...feeds })?.title ?? null;

  it('is silent when all is well, and while the page loads', () => {
    expect([titleOf({}), titleOf({ overview: EMPTY_FEED, alerts: EMPTY_FEED })]).toEqual([null, null]);
  });

  it('says that nothing answers before anything else', () => {
    expect(titleOf({ overview: twice(behind(500)), alerts: twice(EMPTY_FEED) })).toBe('The API does not answer');
  });

  it('names what is old, what is missing, what is shown instead', () => {
    expect(titleOf({ overview: behind(200) })).toBe('Vehicles are 3 min old');
    expect(titleOf({ alerts: twice(EMPTY_FEED) })).toBe('Alerts are not answered');
    expect(bannerOf({ overview: live, alerts: twice(EMPTY_FEED), now: NOW })?.text).toBe('There is no earlier answer to show; the page asks again by itself. Everything else is live.');
    expect(bannerOf({ overview: twice(live), alerts: answered({}, NOW), now: NOW })?.text).toBe('What stands there is the last answer, with its age. Everything else is live.');
    expect(titleOf({ overview: twice(live) })).toBe('Regions and daily figures are not answered');
    expect(titleOf({ overview: answered({ ...overview(NOW), source: 'snapshot' }, NOW) })).toBe('Live state does not answer');
  });
});
