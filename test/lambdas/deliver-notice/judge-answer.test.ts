import { backoffSeconds, judgeAnswer } from '../../../lambdas/deliver-notice/judge-answer.ts';
import { DELIVER_NOTICE } from '../../../lambdas/deliver-notice/names.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const judge = (status: number, more: { retryAfter?: string; location?: string; text?: string } = {}) => judgeAnswer({ status, text: '', ...more }, NOW);

describe('what an HTTP answer means', () => {
  it.each([200, 201, 202, 204, 299])('%i: delivered', (status) => {
    expect(judge(status)).toEqual({ kind: 'delivered' });
  });

  it.each([408, 425, 500, 502, 504, 599])('%i: again, this notice', (status) => {
    expect(judge(status)).toEqual({ kind: 'again', reason: `HTTP ${status}`, waitSeconds: 0, everybody: false });
  });

  it.each([429, 503])('%i: again, and the next notices would hear the same', (status) => {
    expect(judge(status)).toMatchObject({ kind: 'again', everybody: true });
  });

  it.each([400, 401, 402, 403, 404, 405, 409, 410, 413, 415, 418, 422, 451, 499])('%i: never', (status) => {
    expect(judge(status, { text: 'channel_is_archived' })).toEqual({ kind: 'never', reason: `HTTP ${status}: channel_is_archived` });
  });

  it.each([300, 301, 302, 303, 304, 307, 308])('%i: never; a redirect is not followed', (status) => {
    expect(judge(status, { location: 'https://elsewhere.example/' })).toEqual({ kind: 'never', reason: `HTTP ${status}: redirects to https://elsewhere.example/, which is not followed; name the final address` });
  });

  it.each([
    ['7', 7],
    [' 30 ', 30],
    ['3600', 900],
    ['Fri, 20 Nov 2026 12:01:00 GMT', 60],
    ['Fri, 20 Nov 2026 11:00:00 GMT', 0],
    ['soon', 0],
    ['-5', 0],
    ['', 0],
  ])('Retry-After "%s" is %i seconds', (retryAfter, waitSeconds) => {
    expect(judge(429, { retryAfter })).toMatchObject({ waitSeconds });
  });
});

describe('the waits between tries', () => {
  it('double from five seconds to four minutes', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 50, 1_000].map(backoffSeconds)).toEqual([5, 10, 20, 40, 80, 160, 240, 240, 240, 240]);
  });

  it('take about three hours in all', () => {
    const waits = Array.from({ length: DELIVER_NOTICE.tries - 1 }, (_, at) => backoffSeconds(at + 1));
    expect(waits.reduce((sum, wait) => sum + wait, 0) / 3_600).toBeCloseTo(2.95, 2);
  });
});
