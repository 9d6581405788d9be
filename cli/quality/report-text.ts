/** The report for a terminal, and as Markdown. */
import type { Io } from '../output/io.ts';
import { paint, table } from '../output/style.ts';
import { changeText, daysText, observedText, percent, summaryText } from './report.ts';
import type { DayScore, Failure, Report } from './report.ts';

const BARS = [...'▁▂▃▄▅▆▇█'];
/** Scores below this look alike: the bars are for the last points. */
const LOWEST = 50;

/** One bar for each day, a full one only where every rule held; a dot where the table was not judged. */
export const bars = (days: readonly (DayScore | undefined)[]): string => days.map((day) => (day === undefined ? '·' : (BARS[heightOf(day)] ?? ''))).join('');

const heightOf = ({ score, failed }: DayScore): number => (failed === 0 ? BARS.length - 1 : Math.max(0, Math.floor(((score - LOWEST) / (100 - LOWEST)) * (BARS.length - 1))));

export function reportText(io: Io, report: Report): string {
  const head = `${paint(io, 'bold', `Data quality of ${report.environment}, ${report.from} to ${report.to}`)}\n${summaryText(report)}\n`;
  const rows = report.tables.map((each) => [each.table, percent(each.newest.score), changeText(each.change), bars(each.days), `${each.newest.rules - each.newest.failed} of ${each.newest.rules} rules on ${each.newest.day}`]);
  return `${head}\n${table([['table', 'score', 'change', 'trend', 'newest day'], ...rows], '  ')}${failuresText(io, report.failures)}`;
}

function failuresText(io: Io, failures: readonly Failure[]): string {
  if (failures.length === 0) return '';
  const colours = { halt: 'red', quarantine: 'yellow', warn: 'yellow' } as const;
  const blocks = failures.map(({ newest, days }) => [
    `  ${paint(io, colours[newest.severity], newest.severity.toUpperCase())}  ${newest.table} ${newest.rule}: ${observedText(newest)}; allowed: ${newest.allowed}\n`,
    newest.says === undefined ? '' : `    ${newest.says}${newest.example === undefined ? '' : ` For example ${newest.example}.`}\n`,
    `    ${daysText(days)} · owner ${newest.owner ?? 'the platform'}\n`,
  ].join(''));
  return `\nRules that did not hold\n${blocks.join('')}`;
}

export function reportMarkdown(report: Report): string {
  const scores = report.tables.map((each) => markdownRow([each.table, percent(each.newest.score), changeText(each.change), bars(each.days), ...each.days.map(cell)]));
  const failed = report.failures.map(({ newest, days }) => markdownRow([newest.severity, newest.table, newest.rule, newest.owner ?? 'the platform', observedText(newest), newest.allowed, daysText(days), [newest.says, newest.example].filter((part) => part !== undefined).join(' For example ')]));
  return [
    `# Data quality of ${markdown(report.environment)}, ${report.from} to ${report.to}`,
    '',
    summaryText(report),
    '',
    'A score is the percentage of a table\'s rules that held on a day.',
    '',
    markdownRow(['table', 'score', 'change', 'trend', ...report.days]),
    `|${'---|'.repeat(4 + report.days.length)}`,
    ...scores,
    ...(failed.length === 0 ? [] : ['', '## Rules that did not hold', '', markdownRow(['severity', 'table', 'rule', 'owner', 'observed', 'allowed', 'days', 'says']), `|${'---|'.repeat(8)}`, ...failed]),
    '',
  ].join('\n');
}

const cell = (day: DayScore | undefined): string => (day === undefined ? '' : `${percent(day.score)}${day.halting > 0 ? ' **halt**' : ''}`);
const markdownRow = (cells: readonly string[]): string => `| ${cells.map((each) => (each.includes('**halt**') ? each : markdown(each))).join(' | ')} |`;
/** Texts come from rule files and events: none of them is markup. */
const markdown = (text: string): string => text.replaceAll(/[\\`*_<>[\]|]/g, (sign) => `\\${sign}`).replaceAll(/\s*\n\s*/g, ' ');
