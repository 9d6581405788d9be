import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { databaseName, workGroupName } from '../../contracts/platform-names.ts';
import { isDay } from '../../domain/time/business-day.ts';
import type { Context, Verb } from '../command.ts';
import { UsageError, WorldError } from '../errors.ts';
import { reportHtml } from '../quality/report-html.ts';
import { reportMarkdown, reportText } from '../quality/report-text.ts';
import { reportOf } from '../quality/report.ts';
import type { Report } from '../quality/report.ts';
import { readVerdicts } from '../quality/verdicts.ts';
import type { Range } from '../quality/verdicts.ts';

interface ReportOptions { readonly date?: string; readonly from?: string; readonly to?: string; readonly format?: string; readonly out?: string }

const FORMATS = ['text', 'md', 'html', 'json'] as const;
type Format = (typeof FORMATS)[number];
const DAY_MS = 86_400_000;
const USUAL_DAYS = 14;
const LONGEST_DAYS = 400;

export const quality: Verb = {
  register: (program, run) => {
    const group = program.command('quality').description('what the quality rules say about the lake');
    group.command('report', { isDefault: true }).description('score of each table and day, the rules that did not hold, and whose they are')
      .option('--date <day>', 'one business day, YYYY-MM-DD')
      .option('--from <day>', `first business day (default: ${USUAL_DAYS} days with --to)`)
      .option('--to <day>', 'last business day (default: today)')
      .option('--format <format>', `how to write it: ${FORMATS.join(', ')} (default: text, or as --out ends)`)
      .option('--out <file>', 'write it to a file')
      .action(run(async (context, options: ReportOptions) => writeReport(context, options)));
  },
};

async function writeReport(context: Context, options: ReportOptions): Promise<void> {
  const range = rangeOf(options, context.io.now());
  const format = formatOf(options, context.options.json === true);
  const report = await read(context, range);
  const text = written(context, report, format);
  if (options.out === undefined) return context.io.out(text);
  const file = resolve(context.io.cwd, options.out);
  await writeFile(file, text).catch((error: unknown) => {
    throw new WorldError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
  context.io.out(`${file}\n`);
}

/** @throws UsageError for days that are none, or the wrong way round */
export function rangeOf({ date, from, to }: ReportOptions, now: number): Range {
  for (const [name, day] of Object.entries({ date, from, to })) {
    if (day !== undefined && !isDay(day)) throw new UsageError(`--${name} got "${day}"; allowed: a day of the calendar, YYYY-MM-DD. Example: --${name} 2026-11-20`);
  }
  if (date !== undefined && (from !== undefined || to !== undefined)) throw new UsageError('Give --date, or --from and --to.', { todo: 'Example: waybill quality report --from 2026-11-01 --to 2026-11-20' });
  if (date !== undefined) return { from: date, to: date };
  const last = to ?? dayOf(now);
  const first = from ?? dayOf(Date.parse(last) - (USUAL_DAYS - 1) * DAY_MS);
  if (first > last) throw new UsageError(`--from ${first} lies after --to ${last}.`);
  if (Date.parse(last) - Date.parse(first) > LONGEST_DAYS * DAY_MS) throw new UsageError(`${first} to ${last} are more than ${LONGEST_DAYS} days. Longer trends: waybill query --named quality-trend`);
  return { from: first, to: last };
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function formatOf({ format, out }: ReportOptions, json: boolean): Format {
  const ending = /\.(md|html|json)$/.exec(out ?? '')?.[1];
  const wanted = format ?? (json ? 'json' : (ending ?? 'text'));
  const found = FORMATS.find((each) => each === wanted);
  if (found === undefined) throw new UsageError(`--format got "${wanted}"; allowed: ${FORMATS.join(', ')}. Example: --format html --out quality.html`);
  return found;
}

async function read(context: Context, range: Range): Promise<Report> {
  const platform = await context.platform();
  const { AthenaClient } = await import('@aws-sdk/client-athena');
  const client = new AthenaClient(platform.client);
  try {
    const place = { database: databaseName(platform.env, 'ops'), workGroup: workGroupName(platform.env) };
    const verdicts = await readVerdicts(client, place, range, context.io.interrupted);
    if (verdicts.length === 0) throw new WorldError(`No rule has judged a day from ${range.from} to ${range.to} in ${platform.env}.`, { todo: `Rules run before a day is published: waybill run publish-day --date ${range.to}` });
    return reportOf(platform.env, range, verdicts);
  } finally {
    client.destroy();
  }
}

function written({ io }: Context, report: Report, format: Format): string {
  switch (format) {
    case 'md': return reportMarkdown(report);
    case 'html': return reportHtml(report);
    case 'json': return `${JSON.stringify(report, null, 2)}\n`;
    case 'text': return reportText(io, report);
  }
}
