import { LogicTextError, logicText } from '../../contracts/gold-logic.ts';
import { OUTPUTS } from '../../contracts/platform-names.ts';
import type { Context, Verb } from '../command.ts';
import { UsageError } from '../errors.ts';
import { putInForce, readInForce } from '../logic/in-force.ts';
import type { InForce } from '../logic/in-force.ts';
import { goingRuns } from '../logic/older-runs.ts';
import { confirm } from '../output/confirm.ts';
import { count } from '../output/style.ts';
import type { Platform } from '../platform/platform.ts';

interface PromoteOptions { readonly yes?: boolean; readonly wait: boolean }

const LOOK_EVERY_MS = 2_000;
const JOBS = ['build-gold', 'backfill-days'] as const;

export const promote: Verb = {
  register: (program, run) => {
    program.command('promote [logic]')
      .description('put a logic version of gold into force (v2, or by shares of shipments v1:90,v2:10); without one, say which is')
      .option('--yes', 'do not ask')
      .option('--no-wait', 'do not wait for runs that were going before')
      .action(run(async (context, logic: string | undefined, options: PromoteOptions) => promoteLogic(context, logic === undefined ? undefined : spelled(logic), options)));
  },
};

function spelled(logic: string): string {
  try {
    return logicText(logic);
  } catch (error) {
    if (error instanceof LogicTextError) throw new UsageError(`${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}. Example: npx waybill promote v2`);
    throw error;
  }
}

async function promoteLogic(context: Context, logic: string | undefined, options: PromoteOptions): Promise<void> {
  const platform = await context.platform();
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient(platform.client);
  try {
    const seen = await readInForce(client, platform.ledgerTable);
    if (logic === undefined) return context.answer(seen ?? { logic: null }, () => `${sayInForce(seen)}\n`);
    if (seen?.logic === logic) context.io.err(`${logic} is in force already.\n`);
    else {
      context.io.err(`${sayInForce(seen)}\nFrom the moment ${logic} is in force no day is published by another version; days that are being built are built again by it.\n`);
      await confirm(context, `Put ${logic} into force in ${platform.env}?`, options.yes === true);
      await putInForce(client, platform.ledgerTable, { logic, seen: seen?.logic, since: new Date(context.io.now()).toISOString() });
    }
    const isCut = await cutOver(context, platform, options.wait);
    context.answer({ logic, before: seen?.logic ?? null, cutOver: isCut }, () => `${logic} is in force.${isCut ? ' Nothing that began before is running any more: the cut-over is done.' : ''}\nDays that are published: npx waybill backfill --from <day> --to <day>\n`);
  } finally {
    client.destroy();
  }
}

const sayInForce = (seen: InForce | undefined): string => (seen === undefined ? 'No logic was put into force yet: the configured one (batch.logic) is used.' : `In force: ${seen.logic}${seen.since === undefined ? '' : ` since ${seen.since}`}.`);

/**
 * Waits until what was going before has ended: a run that had its permission a moment before may still use it, and that is the
 * last of the old version. @returns false when nobody waits
 */
async function cutOver(context: Context, platform: Platform, wait: boolean): Promise<boolean> {
  if (!wait) return false;
  const { GlueClient } = await import('@aws-sdk/client-glue');
  const client = new GlueClient(platform.client);
  const interrupted = context.io.interrupted.then(() => true);
  try {
    const jobs = await Promise.all(JOBS.map((job) => platform.output('batch', OUTPUTS.job(job))));
    const before = new Set((await goingRuns(client, jobs)).map(({ id }) => id));
    for (let told = -1; ;) {
      const runs = (await goingRuns(client, jobs)).filter(({ id }) => before.has(id));
      if (runs.length === 0) return true;
      if (runs.length !== told) context.io.err(`Waiting for ${count(runs.length, 'run')} that began before (days ${runs.map(({ days }) => days.replace(/,.*,/, ' … ')).join('; ')}). Ctrl-C ends the waiting only.\n`);
      told = runs.length;
      const pause = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), LOOK_EVERY_MS));
      if (await Promise.race([pause, interrupted])) return false;
    }
  } finally {
    client.destroy();
  }
}
