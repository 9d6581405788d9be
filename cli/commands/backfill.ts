import { resolve } from 'node:path';
import type { DescribeExecutionCommandOutput, SFNClient } from '@aws-sdk/client-sfn';
import { OUTPUTS, databaseName } from '../../contracts/platform-names.ts';
import { machineInput, readBackfill } from '../backfill/ask.ts';
import type { Asked, BackfillOptions } from '../backfill/ask.ts';
import { daysPrefix, daysWatch } from '../backfill/days.ts';
import { bytesToRead, paceOf, plan } from '../backfill/estimate.ts';
import type { Pace, PastRun, Plan, WarehouseObject } from '../backfill/estimate.ts';
import { nextStep, pastOf } from '../backfill/execution.ts';
import { progress } from '../backfill/progress.ts';
import { readTolerances } from '../backfill/tolerances.ts';
import { backfillSettings } from '../backfill/settings.ts';
import type { BackfillSettings } from '../backfill/settings.ts';
import type { Context, Verb } from '../command.ts';
import { WorldError } from '../errors.ts';
import { readInForce } from '../logic/in-force.ts';
import { objectStore } from '../lake/objects.ts';
import type { ObjectStore } from '../lake/objects.ts';
import { confirm } from '../output/confirm.ts';
import { count } from '../output/style.ts';
import { duration } from '../output/times.ts';
import type { Platform } from '../platform/platform.ts';
import { PRICE_DATE, bytes } from '../query/price.ts';

const LOOK_EVERY_MS = 2_000;

export const backfill: Verb = {
  register: (program, run) => {
    program.command('backfill [tables...]').description('build, audit and publish days of gold again, some at once; each day by itself. The same range goes on where it was ended')
      .option('--from <day>', 'first business day, YYYY-MM-DD')
      .option('--to <day>', 'last business day')
      .option('--logic <version>', 'logic version (default: the one in force; another one cannot be published)')
      .option('--width <n>', 'Glue runs at once (default: batch.backfillWidth of the configuration)')
      .option('--days-per-run <n>', 'days that one Glue run takes (default: batch.backfillDaysPerRun)')
      .option('--compare [mode]', 'compare with what readers have before publishing: each (a day that differs by too much is held; default) or all (then none is published)')
      .option('--tolerances <file>', 'JSON: how far values may lie apart, by table and column (docs/backfill.md)')
      .option('--run <name>', 'name of the run (default: from the range)')
      .option('--dry-run', 'say which days, how many bytes, how long and at what price; touch nothing')
      .option('--yes', 'do not ask')
      .option('--no-follow', 'start it and return at once')
      .action(run(async (context, tables: string[], options: BackfillOptions) => backfillDays(context, readBackfill(tables, options), options)));
  },
};

async function backfillDays(context: Context, asked: Asked, options: BackfillOptions): Promise<void> {
  const tolerances = options.tolerances === undefined ? undefined : readTolerances(resolve(context.io.cwd, options.tolerances));
  const platform = await context.platform();
  const { SFNClient } = await import('@aws-sdk/client-sfn');
  const [client, store] = [new SFNClient(platform.client), await objectStore(platform)];
  try {
    const machine = await platform.output('batch', OUTPUTS.machine('backfill-days'));
    const step = nextStep(asked.run, await pastOf(client, machine, asked.run));
    const world: World = { context, platform, client, store, bucket: await platform.output('lake', OUTPUTS.lakeBucket) };
    if (step.kind === 'follow' && options.dryRun === true) {
      const left = await estimate(world, { ...asked, run: step.run });
      return context.answer({ run: step.run, resumes: true, ...left }, () => `${estimateText(left)}${step.run} is running already. Nothing was touched.\n`);
    }
    if (step.kind === 'follow') {
      context.io.err(`${step.run} is running already; this is how far it is.\n`);
      return await lookOn(world, { ...asked, run: step.run }, step.arn);
    }
    await checkLogic(platform, asked.logic);
    const estimated = await estimate(world, { ...asked, run: step.run });
    if (options.dryRun === true) return context.answer({ run: step.run, resumes: step.resumes, ...estimated }, () => `${estimateText(estimated)}${step.resumes ? `Run ${step.run} goes on. ` : ''}Nothing was touched. Start it without --dry-run.\n`);
    context.io.err(estimateText(estimated));
    await confirm(context, `Build ${count(estimated.plan.days, 'day')} again and publish each as it passes its audits?`, options.yes === true);
    const arn = await start(world, { machine, asked: { ...asked, run: step.run }, name: step.name, tolerances });
    if (!options.follow) return context.answer({ execution: arn, run: step.run }, () => `Started. Look on with the same command, or: npx waybill executions show ${step.name}\n`);
    await lookOn(world, { ...asked, run: step.run }, arn);
  } finally {
    client.destroy();
    store.close();
  }
}

/** Another logic than the one in force is refused at the end by what publishes; here, before anything is built. */
async function checkLogic(platform: Platform, logic: string | undefined): Promise<void> {
  if (logic === undefined) return;
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient(platform.client);
  const inForce = await readInForce(client, platform.ledgerTable).finally(() => client.destroy());
  if (inForce !== undefined && inForce.logic !== logic) throw new WorldError(`Logic ${logic} cannot publish: ${inForce.logic} is in force.`, { todo: `To put it into force: npx waybill promote ${logic}. To see what it would change: npx waybill compare-logic --candidate ${logic}` });
}

interface World { readonly context: Context; readonly platform: Platform; readonly client: SFNClient; readonly store: ObjectStore; readonly bucket: string }

interface Estimate { readonly from: string; readonly to: string; readonly days: readonly string[]; readonly doneBefore: number; readonly bytes: number; readonly width: number; readonly daysPerRun: number; readonly workers: number; readonly pace: Pace; readonly plan: Plan }

async function estimate({ platform, store, bucket }: World, asked: Asked): Promise<Estimate> {
  const settings: BackfillSettings = await backfillSettings(platform);
  const [width, daysPerRun] = [asked.width ?? settings.width, asked.daysPerRun ?? settings.daysPerRun];
  const done = new Set<string>();
  for await (const { key } of store.list(bucket, `${daysPrefix(asked.run)}done/`)) done.add(key.slice(-'YYYY-MM-DD.json'.length, -'.json'.length));
  const days = asked.days.filter((day) => !done.has(day));
  const pace = paceOf(await pastRuns(platform));
  const planned = plan({ days: days.length, daysPerRun, width, workers: settings.workers }, pace);
  const objects: WarehouseObject[] = [];
  for await (const object of store.list(bucket, `warehouse/${databaseName(platform.env, 'silver')}.db/`)) objects.push(object);
  return { from: asked.from, to: asked.to, days, doneBefore: asked.days.length - days.length, bytes: bytesToRead(objects, days, planned.runs), width, daysPerRun, workers: settings.workers, pace, plan: planned };
}

/** Backfills of this environment that ended well: how long they took is how long the next will take. */
async function pastRuns(platform: Platform): Promise<PastRun[]> {
  const { GlueClient, GetJobRunsCommand } = await import('@aws-sdk/client-glue');
  const client = new GlueClient(platform.client);
  try {
    const { JobRuns = [] } = await client.send(new GetJobRunsCommand({ JobName: await platform.output('batch', OUTPUTS.job('backfill-days')), MaxResults: 100 }));
    return JobRuns.filter(({ JobRunState }) => JobRunState === 'SUCCEEDED').map(({ Arguments, ExecutionTime = 0 }) => ({ days: (Arguments?.['--dates'] ?? '').split(',').filter((day) => day !== '').length, seconds: ExecutionTime }));
  } finally {
    client.destroy();
  }
}

function estimateText({ from, to, days, doneBefore, bytes: read, width, daysPerRun, workers, pace, plan: planned }: Estimate): string {
  const before = doneBefore === 0 ? '' : ` (${count(doneBefore, 'day')} of the range are done)`;
  const basis = pace.runs === 0 ? 'assumed, as no backfill was measured here yet' : `by ${count(pace.runs, 'past run')}`;
  return [
    `${count(days.length, 'day')} from ${from} to ${to}${before}, at most ${bytes(read)} of silver.`,
    `${count(planned.runs, 'Glue run')} of up to ${count(daysPerRun, 'day')}, ${width} at once, ${count(workers, 'worker')} each: about ${duration(planned.seconds * 1_000)} and $ ${planned.usd.toFixed(2)} on AWS (${basis}; prices of ${PRICE_DATE}).`,
    'Live jobs keep their own capacity.',
    '',
  ].join('\n');
}

interface Start { readonly machine: string; readonly asked: Asked; readonly name: string; readonly tolerances: Buffer | undefined }

async function start({ client, store, bucket }: World, { machine, asked, name, tolerances }: Start): Promise<string> {
  const { StartExecutionCommand } = await import('@aws-sdk/client-sfn');
  const key = tolerances === undefined ? undefined : `runs/backfill-days/${asked.run}/tolerances.json`;
  if (key !== undefined && tolerances !== undefined) await store.put(bucket, key, tolerances);
  const { executionArn = '' } = await client.send(new StartExecutionCommand({ stateMachineArn: machine, name, input: JSON.stringify(machineInput(asked, key)) }));
  return executionArn;
}

/** Shows each day as it ends, until all have; Ctrl-C ends the looking, not the work. */
async function lookOn({ context, client, store, bucket }: World, asked: Asked, executionArn: string): Promise<void> {
  const { run, days } = asked;
  const { DescribeExecutionCommand } = await import('@aws-sdk/client-sfn');
  const { io } = context;
  const watch = daysWatch(store, bucket, run);
  const watchCompared = asked.compare === 'all' ? daysWatch(store, bucket, run, 'compared') : undefined;
  const interrupted = io.interrupted.then(() => true);
  let execution: DescribeExecutionCommandOutput = await client.send(new DescribeExecutionCommand({ executionArn }));
  const shown = progress(context.options.json === true ? { ...io, out: () => undefined } : io, { run, total: days.length, startedAt: execution.startDate?.getTime() ?? 0 });
  for (;;) {
    if (watchCompared !== undefined) shown.compared(await watchCompared());
    shown.add(await watch());
    if (execution.status !== 'RUNNING') break;
    const pause = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), LOOK_EVERY_MS));
    if (await Promise.race([pause, interrupted])) {
      shown.end();
      return io.out(`It goes on without this screen: npx waybill backfill with the same range shows it again.\n`);
    }
    execution = await client.send(new DescribeExecutionCommand({ executionArn }));
  }
  shown.end();
  answerEnd(context, { run, total: days.length, execution, counts: shown.counts(), compares: asked.compare !== undefined });
}

function answerEnd(context: Context, { run, total, execution, counts, compares }: { readonly run: string; readonly total: number; readonly execution: DescribeExecutionCommandOutput; readonly counts: ReturnType<ReturnType<typeof progress>['counts']>; readonly compares: boolean }): void {
  const { status, startDate, stopDate, error, cause } = execution;
  const took = (stopDate?.getTime() ?? 0) - (startDate?.getTime() ?? 0);
  context.answer({ run, status, days: total, done: counts.done, failed: counts.failed.map(({ day }) => day), held: counts.failed.filter(({ state }) => state === 'held').map(({ day, held }) => ({ day, why: held })), ...(compares ? { changed: counts.changed, reports: `reports/backfill-days/${run}/` } : {}), seconds: took / 1_000 }, () => endText(run, { total, took, counts, compares }));
  if (status !== 'SUCCEEDED') throw new WorldError(`${run} ended ${status ?? ''}: ${error ?? ''} ${(cause ?? '').slice(0, 500)}`.trim(), { todo: 'When the cause is gone, the same command goes on with the days that are left. Days that differ as they should: the same command without --compare, or with wider --tolerances.' });
}

function endText(run: string, { total, took, counts, compares }: { readonly total: number; readonly took: number; readonly counts: ReturnType<ReturnType<typeof progress>['counts']>; readonly compares: boolean }): string {
  const held = counts.failed.filter(({ state }) => state === 'held').length;
  const failed = counts.failed.length - held;
  const parts = [`${counts.done} of ${count(total, 'day')} done in ${duration(took)}`, ...(failed === 0 ? [] : [`${failed} failed`]), ...(held === 0 ? [] : [`${held} held, as they would have changed more than is allowed`])];
  return `${run}: ${parts.join(', ')}.\n${compares ? `${count(counts.changed, 'day')} changed for readers; by row and column: reports/backfill-days/${run}/ in the lake bucket.\n` : ''}`;
}
