/** The report as one HTML page without anything from outside. Every text is escaped: it may come from a rule file or an event. */
import { changeText, daysText, observedText, percent, summaryText } from './report.ts';
import type { DayScore, Failure, Report, TableScores } from './report.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #1a2230; --soft: #5b6675; --line: #dfe4ea; --page: #f6f7f9; --card: #fff; --good: #1f7a4d; --fair: #9a6700; --bad: #b42318; --good-bg: #e3f4ea; --fair-bg: #fdf0cf; --bad-bg: #fde3e0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7ebf0; --soft: #9aa5b3; --line: #2c3542; --page: #12161c; --card: #1a2029; --good: #6cc997; --fair: #e3b341; --bad: #ff8a80; --good-bg: #17342a; --fair-bg: #3a2f12; --bad-bg: #44211f; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem clamp(1rem, 4vw, 3rem); background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.5rem; } h2 { margin: 2rem 0 .75rem; font-size: 1.1rem; }
.lead { margin: .25rem 0 1.5rem; color: var(--soft); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .5rem .75rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
tr:last-child td { border-bottom: 0; }
th { color: var(--soft); font-size: .8rem; font-weight: 600; white-space: nowrap; }
td.name { font-weight: 600; white-space: nowrap; } td.number { text-align: right; white-space: nowrap; }
.scores th, .scores td { vertical-align: middle; }
.scores th:first-child, .scores td:first-child { position: sticky; left: 0; background: var(--card); }
.scores th.day, td.day { padding: .5rem .2rem; text-align: center; min-width: 2.9rem; font-size: .85rem; }
.day span span { display: block; padding: 0; font-size: .7rem; }
td.days { min-width: 7rem; }
@media (max-width: 40rem) {
  .scores td.name { position: static; white-space: normal; overflow-wrap: anywhere; }
  .rules thead { display: none; }
  .rules tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); }
  .rules td { display: block; padding: .15rem .75rem; border: 0; }
  .rules td[data-name]::before { content: attr(data-name) ": "; color: var(--soft); }
}
.good { background: var(--good-bg); color: var(--good); } .fair { background: var(--fair-bg); color: var(--fair); } .bad { background: var(--bad-bg); color: var(--bad); }
.day span, .tag { display: inline-block; padding: .1rem .5rem; border-radius: 6px; font-weight: 600; }
.tag { font-size: .75rem; text-transform: uppercase; letter-spacing: .04em; }
.soft { color: var(--soft); } code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
svg { display: block; } polyline { fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linejoin: round; }
footer { margin-top: 2rem; color: var(--soft); font-size: .85rem; }
@media print { body { background: #fff; } }`;

export function reportHtml(report: Report): string {
  const title = `Data quality of ${report.environment}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}
</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p class="lead">${escaped(report.from)} to ${escaped(report.to)} · ${escaped(summaryText(report))}</p>
${scores(report)}
${failures(report.failures)}
<footer>A score is the percentage of a table's rules that held on a day; where one of them halts, the day was kept from its readers. Of each rule the newest verdict counts.</footer>
</body>
</html>
`;
}

/** Newest day first: a page that is too narrow hides the oldest. */
const scores = ({ days, tables }: Report): string => `<div class="card"><table class="scores">
<thead><tr><th>Table</th><th>Score</th><th>Change</th><th>Trend</th>${days.toReversed().map((day) => `<th class="day">${escaped(day.slice(5))}</th>`).join('')}</tr></thead>
<tbody>
${tables.map(scoreRow).join('\n')}
</tbody></table></div>`;

const scoreRow = (each: TableScores): string =>
  `<tr><td class="name">${escaped(each.table)}</td><td class="number">${percent(each.newest.score)}</td><td class="number soft">${changeText(each.change)}</td><td class="${grade(each.newest)}" style="background:none">${trend(each.days)}</td>${each.days.toReversed().map(dayCell).join('')}</tr>`;

const grade = ({ failed, halting }: DayScore): string => (halting > 0 ? 'bad' : failed > 0 ? 'fair' : 'good');

/** Colour carries no meaning alone: a halt says so. */
const dayCell = (day: DayScore | undefined): string =>
  (day === undefined ? '<td class="day soft" title="not judged">–</td>' : `<td class="day"><span class="${grade(day)}" title="${day.rules - day.failed} of ${day.rules} rules held on ${escaped(day.day)}">${Math.floor(day.score)}${day.halting > 0 ? ' <span>halt</span>' : ''}</span></td>`);

const [WIDTH, HEIGHT] = [88, 20];

/** A line over the judged days; below 50 % it stays at the bottom. */
function trend(days: readonly (DayScore | undefined)[]): string {
  const step = WIDTH / Math.max(1, days.length - 1);
  const points = days.flatMap((day, at) => (day === undefined ? [] : [`${(at * step).toFixed(1)},${(1 + (HEIGHT - 2) * (1 - Math.max(0, day.score - 50) / 50)).toFixed(1)}`]));
  const shown = points.length === 1 ? [...points, ...points.map((point) => `${WIDTH},${point.split(',')[1] ?? ''}`)] : points;
  return `<svg width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="score by day"><polyline points="${shown.join(' ')}"/></svg>`;
}

const failures = (found: readonly Failure[]): string => (found.length === 0 ? '<h2>Every rule held</h2>' : `<h2>Rules that did not hold</h2>
<div class="card"><table class="rules">
<thead><tr><th>Severity</th><th>Table and rule</th><th>Observed</th><th>Allowed</th><th>Days</th><th>Owner</th></tr></thead>
<tbody>
${found.map(failureRow).join('\n')}
</tbody></table></div>`);

const failureRow = ({ newest, days }: Failure): string =>
  `<tr><td><span class="tag ${newest.severity === 'halt' ? 'bad' : 'fair'}">${newest.severity}</span></td><td><strong>${escaped(newest.table)}</strong> <code>${escaped(newest.rule)}</code><br><span class="soft">${escaped(newest.says ?? '')}${newest.example === undefined ? '' : ` For example <code>${escaped(newest.example)}</code>.`}</span></td><td data-name="Observed">${escaped(observedText(newest))}</td><td data-name="Allowed">${escaped(newest.allowed)}</td><td data-name="Days" class="days">${escaped(daysText(days))}</td><td data-name="Owner">${escaped(newest.owner ?? 'the platform')}</td></tr>`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
