import { resolve } from 'node:path';
import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { LogicTextError, logicText } from '../../contracts/gold-logic.ts';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import { readRange } from '../backfill/ask.ts';
import { readTolerances } from '../backfill/tolerances.ts';
import type { Context, Verb } from '../command.ts';
import { UsageError, WorldError } from '../errors.ts';
import { follow } from '../executions/follow.ts';
import { objectStore } from '../lake/objects.ts';
import { duration } from '../output/times.ts';
import type { Platform } from '../platform/platform.ts';

interface CompareOptions { readonly from?: string; readonly to?: string; readonly candidate?: string; readonly against: string; readonly tables?: string; readonly tolerances?: string; readonly follow: boolean }

const AGAINST = ['logic', 'published'] as const;

interface Asked { readonly run: string; readonly from: string; readonly to: string; readonly candidate?: string; readonly against: string; readonly tables?: string }

export const compareLogic: Verb = {
  register: (program, run) => {
    program.command('compare-logic').description('build a range of gold with a candidate beside the current state and say what would differ; publishes nothing')
      .option('--from <day>', 'first business day, YYYY-MM-DD')
      .option('--to <day>', 'last business day')
      .option('--candidate <logic>', 'logic to try, such as v2 or v1:90,v2:10 (default: the one in force)')
      .option('--against <what>', `compare with: ${AGAINST.join(' (the logic in force), ')} (what readers have)`, 'logic')
      .option('--tables <names>', 'only these tables, with commas')
      .option('--tolerances <file>', 'JSON: how far values may lie apart, by table and column (docs/backfill.md)')
      .option('--no-follow', 'start it and return at once')
      .action(run(async (context, options: CompareOptions) => compare(context, readAsked(context, options), options)));
  },
};

function readAsked(context: Context, { candidate, against, tables, ...range }: CompareOptions): Asked {
  const { from, to } = readRange(range);
  if (!AGAINST.some((known) => known === against)) throw new UsageError(`--against got "${against}"; allowed: ${AGAINST.join(', ')}. Example: --against published`);
  if (candidate === undefined && against === 'logic') throw new UsageError('--candidate is missing: the logic in force would be compared with itself. Example: --candidate v2');
  const run = `compare-${from}-${to}-${Math.floor(context.io.now() / 1_000).toString(36)}`;
  return { run, from, to, against, ...(candidate === undefined ? {} : { candidate: spelled(candidate) }), ...(tables === undefined ? {} : { tables }) };
}

function spelled(candidate: string): string {
  try {
    return logicText(candidate);
  } catch (error) {
    if (error instanceof LogicTextError) throw new UsageError(`--candidate: ${error.message}. Example: --candidate v2`);
    throw error;
  }
}

async function compare(context: Context, asked: Asked, options: CompareOptions): Promise<void> {
  const tolerances = options.tolerances === undefined ? undefined : readTolerances(resolve(context.io.cwd, options.tolerances));
  const platform = await context.platform();
  const { SFNClient, StartExecutionCommand } = await import('@aws-sdk/client-sfn');
  const [client, store, bucket] = [new SFNClient(platform.client), await objectStore(platform), await platform.output('lake', OUTPUTS.lakeBucket)];
  try {
    const tolerancesKey = `runs/compare-logic/${asked.run}/tolerances.json`;
    if (tolerances !== undefined) await store.put(bucket, tolerancesKey, tolerances);
    const input = { ...asked, ...(tolerances === undefined ? {} : { tolerancesKey }) };
    const { executionArn = '' } = await client.send(new StartExecutionCommand({ stateMachineArn: await platform.output('batch', OUTPUTS.machine('compare-logic')), name: asked.run, input: JSON.stringify(input) }));
    if (!options.follow) return context.answer({ execution: executionArn, run: asked.run }, () => `Started. Look on: npx waybill executions show ${asked.run}\n`);
    const execution = await follow(client, executionArn, context.options.json === true ? { ...context.io, out: () => undefined } : context.io);
    if (execution === undefined) return context.io.out(`\nIt goes on without this screen: npx waybill executions show ${asked.run}\n`);
    await answer(context, { platform, run: asked.run, execution, report: async (kind) => (await store.read(bucket, `reports/compare-logic/${asked.run}/report.${kind}`)).toString('utf8') });
  } finally {
    client.destroy();
    store.close();
  }
}

interface Ended { readonly platform: Platform; readonly run: string; readonly execution: DescribeExecutionCommandOutput; readonly report: (kind: 'json' | 'md') => Promise<string> }

async function answer(context: Context, { run, execution, report }: Ended): Promise<void> {
  const { status, error, cause, startDate, stopDate } = execution;
  if (status !== 'SUCCEEDED') throw new WorldError(`${run} ended ${status ?? ''}: ${error ?? ''} ${(cause ?? '').slice(0, 500)}`.trim(), { todo: `npx waybill executions show ${run}` });
  const [document, text] = [JSON.parse(await report('json')) as { readonly exceeds: boolean; readonly mismatchPercent: number }, await report('md')];
  const took = (stopDate?.getTime() ?? 0) - (startDate?.getTime() ?? 0);
  context.answer(document, () => `${text}\nDone in ${duration(took)}; nothing was published.${document.exceeds ? ` ${document.mismatchPercent.toFixed(2)} % of a table\'s rows differ: above the limit, which raises an alarm.` : ''}\n`);
}
