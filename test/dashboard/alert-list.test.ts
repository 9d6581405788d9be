import type { AlertList, AlertSummary } from '../../contracts/api/answers.ts';
import { allAlerts } from '../../dashboard/data/pages.ts';
import { chosenRow, filteredRows, filterOf, heldWords, minutesLeft, openCount, ownerWords, rowsOf, standingOf, stepped } from '../../dashboard/model/alerts.ts';
import { troubleOf, troublesByShipment } from '../../dashboard/model/trouble.ts';
import { alertWorld } from '../browser/fixture/alerts.ts';

const NOW = Date.UTC(2026, 10, 18, 12, 0, 7);
const { open, closed } = alertWorld(NOW);
const first = (): (typeof open)[number] => { const found = open[0]; if (found === undefined) throw new Error('no alert'); return found; };
const ME = { now: NOW, me: ['demo@waybill.example'] };

describe('the list of alerts', () => {
  it('holds the whole of a storm in one row and counts it once', () => {
    const rows = rowsOf(open, NOW);
    expect(rows.filter(({ alert }) => alert.kind === 'STORM').map(({ members }) => members.length)).toEqual([23, 21]);
    expect(rows.length + 23 + 21).toBe(open.length);
    expect(openCount(open, NOW)).toBe(rows.length - 2);
  });

  it('shows a member by itself when its storm is not there', () => {
    const member = open.find(({ storm }) => storm !== null);
    expect(rowsOf([member ?? first()], NOW)).toHaveLength(1);
  });

  it('puts what nobody holds first, then the most severe, and never swaps rows on the same data', () => {
    const rows = rowsOf(open, NOW);
    const keys = rows.map(({ alert }) => [standingOf(alert, NOW) === 'open' ? 0 : 1, alert.severity] as const);
    expect(keys).toEqual([...keys].sort((a, b) => a[0] - b[0] || a[1] - b[1]));
    expect(rowsOf(open.toReversed(), NOW).map(({ alert }) => alert.alertId)).toEqual(rows.map(({ alert }) => alert.alertId));
  });

  it('says who holds an alert, until when, and forgets a snooze that has run out', () => {
    const snoozed = { ...first(), snoozed: { by: 'j.lind', until: new Date(NOW + 3_600_000).toISOString() } };
    expect([standingOf(snoozed, NOW), ownerWords(snoozed, NOW), heldWords(snoozed, NOW)]).toEqual(['snoozed', 'j.lind, until 13:00Z', 'Snoozed by j.lind until 13:00Z']);
    expect(standingOf(snoozed, NOW + 3_600_001)).toBe('open');
    expect(ownerWords(first(), NOW)).toBeNull();
  });

  it('narrows by severity, kind, region and customer, and finds what is mine', () => {
    const rows = rowsOf(open, NOW);
    const severe = filteredRows(rows, filterOf({ severity: '2' }), ME);
    expect(severe.length).toBeGreaterThan(0);
    expect(severe.every(({ alert }) => alert.severity <= 2)).toBe(true);
    expect(filteredRows(rows, filterOf({ customer: 'Okuda Medical' }), ME).every(({ alert, members }) => [alert, ...members].some(({ customerId }) => customerId === 'Okuda Medical'))).toBe(true);
    expect(filteredRows(rows, filterOf({ state: 'mine' }), ME).map(({ alert }) => alert.snoozed?.by)).toEqual(['demo@waybill.example']);
    expect(filteredRows(rowsOf(closed, NOW), filterOf({ state: 'closed' }), ME)).toHaveLength(closed.length);
    expect(filteredRows(rows, filterOf({ region: 'nowhere' }), ME)).toEqual([]);
  });

  it('steps to the next and stops at the ends', () => {
    const rows = rowsOf(open, NOW);
    const ids = rows.map(({ alert }) => alert.alertId);
    const step = (chosen: string | null | undefined, by: 1 | -1): string | null => stepped(rows, { chosen: chosen ?? null, before: 0, by });
    expect([step(null, 1), step(ids[0], 1), step(ids[0], -1), step(ids.at(-1), 1)]).toEqual([ids[0], ids[1], ids[0], ids.at(-1)]);
    expect(stepped([], { chosen: null, before: 3, by: 1 })).toBeNull();
  });

  it('goes on from where the chosen one stood when it has left the list', () => {
    const rows = rowsOf(open, NOW);
    const ids = rows.map(({ alert }) => alert.alertId);
    expect([1, -1].map((by) => stepped(rows, { chosen: 'gone', before: 3, by: by as 1 | -1 }))).toEqual([ids[3], ids[2]]);
  });

  it('chooses what the address names, hidden by a filter or inside a storm too, and nothing else when that is not there', () => {
    const rows = filteredRows(rowsOf(open, NOW), filterOf({ severity: '1' }), ME);
    const member = open.find(({ storm }) => storm !== null);
    expect(chosenRow({ rows, alerts: open, id: null })).toBe(rows[0]);
    expect(chosenRow({ rows, alerts: open, id: rows[0]?.alert.alertId ?? '' })).toBe(rows[0]);
    expect(chosenRow({ rows, alerts: open, id: member?.alertId ?? '' })).toEqual({ alert: member, members: [] });
    expect(chosenRow({ rows, alerts: open, id: 'LATE:ARRIVED:NLRTM:NOBODY' })).toBeNull();
  });

  it('knows how long a snooze lasts yet, and that one which is over is none', () => {
    const alert = (until: number | null): AlertSummary => ({ ...first(), snoozed: until === null ? null : { by: 'x', until: new Date(until).toISOString() } });
    expect([alert(null), alert(NOW - 1), alert(NOW + 1), alert(NOW + 30 * 60_000)].map((each) => minutesLeft(each, NOW))).toEqual([0, 0, 1, 30]);
  });

  it('reads every page, each alert once', async () => {
    const asked: string[] = [];
    const get = (path: string): Promise<AlertList> => {
      asked.push(path);
      const from = Number(new URL(path, 'http://x').searchParams.get('cursor') ?? 0);
      // The page before repeats its last row: rows move while one reads.
      return Promise.resolve({ as_of: '2026-11-18T12:00:00Z', source: 'live', cursor: from + 20 < open.length ? String(from + 19) : null, alerts: open.slice(from, from + 20) });
    };
    const all = await allAlerts(get, '/v1/alerts?state=open');
    expect([all.alerts.length, all.isWhole, asked[1]]).toEqual([open.length, true, '/v1/alerts?state=open&cursor=19']);
  });
});

describe('what a vehicle is in trouble with', () => {
  it('follows the open alerts of what it carries, the worst first', () => {
    const alert = { ...first(), state: 'open' as const };
    const troubles = troublesByShipment([{ ...alert, shipmentId: 'A', kind: 'EXCEPTION' }, { ...alert, shipmentId: 'A', kind: 'LATE' }, { ...alert, shipmentId: 'B', kind: 'LATE' }, { ...alert, shipmentId: 'C', kind: 'LATE', state: 'closed' }]);
    expect([troubleOf(['B', 'A'], troubles), troubleOf(['B'], troubles), troubleOf(['C'], troubles), troubleOf([], troubles)]).toEqual(['exception', 'delayed', null, null]);
  });
});
