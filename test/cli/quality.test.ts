import { rangeOf } from '../../cli/commands/quality.ts';
import type { Io } from '../../cli/output/io.ts';
import { reportHtml } from '../../cli/quality/report-html.ts';
import { bars, reportMarkdown, reportText } from '../../cli/quality/report-text.ts';
import { reportOf } from '../../cli/quality/report.ts';
import { verdictOf, verdictsSql } from '../../cli/quality/verdicts.ts';
import type { Verdict } from '../../cli/quality/verdicts.ts';
import { waybill } from './cli-harness.ts';

const PLAIN = { colour: false } as Io;
const RANGE = { from: '2026-11-19', to: '2026-11-21' };

/** A row as Athena answers it. */
const row = (day: string, table: string, rule: string, more: Partial<Record<'severity' | 'passed' | 'observed' | 'allowed' | 'details', string | undefined>> = {}): (string | undefined)[] => [
  day, table, rule, 'accuracy', more.severity ?? 'warn', more.passed ?? 'true', 'observed' in more ? more.observed : '0.0', more.allowed ?? 'no row', 'details' in more ? more.details : '{"owner":"labs","says":"It holds.","rows":10,"broken":0}', 'r1',
];

const broken = (text: Record<string, unknown>): string => JSON.stringify({ owner: 'labs', says: 'Weights are plausible.', ...text });

const ROWS = [
  row('2026-11-19', 'shipment_events', 'weight-plausible'),
  row('2026-11-19', 'shipment_events', 'usual-volume'),
  row('2026-11-20', 'shipment_events', 'weight-plausible', { passed: 'false', observed: '0.03', details: broken({ rows: 1200, broken: 36, example: 'X12_214:FDEG/E-7' }) }),
  row('2026-11-20', 'shipment_events', 'usual-volume'),
  row('2026-11-21', 'shipment_events', 'weight-plausible', { passed: 'false', observed: '0.5', allowed: 'at most 2% of rows', details: broken({ rows: 4, broken: 2, example: '<script>alert("x")</script>|*b*' }) }),
  row('2026-11-21', 'shipment_events', 'usual-volume', { severity: 'halt', passed: 'false', observed: '120.0', allowed: 'at least 30% of the median of the weekday in 4 weeks: 400 rows', details: '{"owner":"logistics-platform","says":"A day has its events.","history":[1]}' }),
  row('2026-11-21', 'gold.cost_daily', 'grain-unique', { details: '' }),
  row('2026-11-21', 'gold.cost_daily', 'amounts-not-negative', { severity: 'halt', passed: 'false', observed: undefined, details: 'no json' }),
];
const REPORT = reportOf('local', RANGE, ROWS.map(verdictOf));

test('a verdict is read from a row, and what its details lack is left out', () => {
  expect(verdictOf(ROWS[2] ?? [])).toEqual<Verdict>({ day: '2026-11-20', table: 'shipment_events', rule: 'weight-plausible', kind: 'accuracy', severity: 'warn', passed: false, observed: 0.03, allowed: 'no row', owner: 'labs', says: 'Weights are plausible.', rows: 1200, broken: 36, example: 'X12_214:FDEG/E-7', run: 'r1' });
  expect(verdictOf(ROWS[7] ?? [])).toEqual({ day: '2026-11-21', table: 'gold.cost_daily', rule: 'amounts-not-negative', kind: 'accuracy', severity: 'halt', passed: false, allowed: 'no row', run: 'r1' });
});

test('days stand as literals, and of each rule the newest verdict counts', () => {
  expect(verdictsSql(RANGE)).toContain('WHERE business_date BETWEEN DATE \'2026-11-19\' AND DATE \'2026-11-21\'');
  expect(verdictsSql(RANGE)).toContain('PARTITION BY business_date, table_name, rule ORDER BY judged_at DESC');
});

test('scores are the share of rules that held, by table and day; silver stands before gold', () => {
  expect(REPORT.tables.map(({ table, newest, change, days }) => [table, newest.score, change, days.map((day) => day?.score)])).toEqual([
    ['shipment_events', 0, -50, [100, 50, 0]],
    ['gold.cost_daily', 50, undefined, [undefined, undefined, 50]],
  ]);
  expect(bars(REPORT.tables[0]?.days ?? [])).toBe('█▁▁');
  expect(bars([undefined, { day: 'd', rules: 10, failed: 1, halting: 0, score: 90 }])).toBe('·▆');
  expect(bars([{ day: 'd', rules: 200, failed: 1, halting: 0, score: 99.5 }])).toBe('▇');
});

test('the text says the worst first, with what was measured, an example and whose it is', () => {
  expect(reportText(PLAIN, REPORT)).toBe(`Data quality of local, 2026-11-19 to 2026-11-21
2 tables, 3 days: 3 rules did not hold, 2 of them kept a day from its readers.

  table            score   change  trend  newest day
  shipment_events  0.0 %   −50.0   █▁▁    0 of 2 rules on 2026-11-21
  gold.cost_daily  50.0 %          ··▁    1 of 2 rules on 2026-11-21

Rules that did not hold
  HALT  gold.cost_daily amounts-not-negative: nothing to measure; allowed: no row
    2026-11-21 · owner the platform
  HALT  shipment_events usual-volume: 120; allowed: at least 30% of the median of the weekday in 4 weeks: 400 rows
    A day has its events.
    2026-11-21 · owner logistics-platform
  WARN  shipment_events weight-plausible: 2 of 4 rows (50 %); allowed: at most 2% of rows
    Weights are plausible. For example <script>alert("x")</script>|*b*.
    2026-11-21, 2026-11-20 · owner labs
`);
});

test('a day on which every rule held has no list of failures', () => {
  const good = reportOf('local', RANGE, ROWS.slice(0, 2).map(verdictOf));
  expect(reportText(PLAIN, good)).toContain('1 table, 1 day: every rule held.');
  expect(reportText(PLAIN, good)).not.toContain('Rules that did not hold');
  expect(reportHtml(good)).toContain('<h2>Every rule held</h2>');
});

test('Markdown is a table, and no text becomes markup', () => {
  const text = reportMarkdown(REPORT);
  expect(text).toContain('| shipment\\_events | 0.0 % | −50.0 | █▁▁ | 100.0 % | 50.0 % | 0.0 % **halt** |');
  expect(text).toContain('| warn | shipment\\_events | weight-plausible | labs | 2 of 4 rows (50 %) | at most 2% of rows | 2026-11-21, 2026-11-20 | Weights are plausible. For example \\<script\\>alert("x")\\</script\\>\\|\\*b\\* |');
});

test('HTML stands alone and escapes every text', () => {
  const page = reportHtml(REPORT);
  expect(page).not.toMatch(/<script|src=|href=|url\(|@import/);
  expect(page).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;|*b*');
  expect(page).toContain('<span class="bad" title="0 of 2 rules held on 2026-11-21">0 <span>halt</span></span>');
  // The newest day stands where no page is too narrow for it.
  expect([...page.matchAll(/<th class="day">([^<]+)/g)].map(([, day]) => day)).toEqual(['11-21', '11-20', '11-19']);
  expect(page.indexOf('rules held on 2026-11-21')).toBeLessThan(page.indexOf('rules held on 2026-11-19'));
  expect(page).toContain('<span class="good" title="2 of 2 rules held on 2026-11-19">100</span>');
  const tags = [...page.matchAll(/<(\/?)(table|tr|td|th|thead|tbody|span|div|code|svg)\b/g)];
  for (const name of new Set(tags.map(([, , tag]) => tag))) {
    const of = tags.filter(([, , tag]) => tag === name);
    expect([name, of.filter(([, end]) => end === '/').length]).toEqual([name, of.length / 2]);
  }
});

test.each([
  [{ date: '2026-11-20' }, { from: '2026-11-20', to: '2026-11-20' }],
  [{}, { from: '2026-11-08', to: '2026-11-21' }],
  [{ to: '2026-03-01' }, { from: '2026-02-16', to: '2026-03-01' }],
  [{ from: '2026-11-01' }, { from: '2026-11-01', to: '2026-11-21' }],
])('%j is the range %j', (options, range) => {
  expect(rangeOf(options, Date.parse('2026-11-21T23:00:00Z'))).toEqual(range);
});

test.each([
  [['--date', '2026-02-30'], '--date got "2026-02-30"; allowed: a day of the calendar'],
  [['--date', '2026-11-20', '--to', '2026-11-21'], 'Give --date, or --from and --to.'],
  [['--from', '2026-11-21', '--to', '2026-11-20'], '--from 2026-11-21 lies after --to 2026-11-20.'],
  [['--from', '2020-01-01', '--to', '2026-11-20'], 'more than 400 days'],
  [['--format', 'pdf'], '--format got "pdf"; allowed: text, md, html, json'],
])('quality report %j is refused before anything is asked', async (args, message) => {
  const { code, err } = await waybill(['quality', 'report', ...args]);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
});
