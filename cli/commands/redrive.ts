import { ON_FAILURE_PREFIX } from '../../contracts/platform-names.ts';
import type { Context, Verb } from '../command.ts';
import { WorldError } from '../errors.ts';
import { objectStore } from '../lake/objects.ts';
import type { ObjectStore, StoredObject } from '../lake/objects.ts';
import { confirm } from '../output/confirm.ts';
import { count, table } from '../output/style.ts';
import { dayAndMinute } from '../output/times.ts';
import { invoker } from '../platform/invoke.ts';
import type { Invoke } from '../platform/invoke.ts';

/** What Lambda wrote when it gave a batch up (AWS Lambda guide, on-failure destinations for Kinesis). */
interface OnFailureObject {
  readonly requestContext: { readonly functionArn: string; readonly condition: string };
  readonly KinesisBatchInfo: { readonly shardId: string; readonly startSequenceNumber: string; readonly endSequenceNumber: string; readonly batchSize: number };
  readonly payload: string | object;
}

interface Redriven { readonly object: string; readonly functionName: string; readonly records: number; readonly done: boolean; readonly why?: string }

export const redrive: Verb = {
  register: (program, run) => {
    program.command('redrive')
      .description('hand batches that Lambda gave up on (on-failure objects) to their function again; an object goes once its batch is done')
      .option('--dry-run', 'show them only')
      .option('--yes', 'do not ask')
      .action(run(async (context, options: { dryRun?: boolean; yes?: boolean }) => redriveAll(context, options)));
  },
};

async function redriveAll(context: Context, options: { dryRun?: boolean; yes?: boolean }): Promise<void> {
  const platform = await context.platform();
  const [store, bucket] = [await objectStore(platform), await platform.bronzeBucket()];
  const objects: StoredObject[] = [];
  for await (const object of store.list(bucket, ON_FAILURE_PREFIX)) objects.push(object);
  if (objects.length === 0) return context.answer({ objects: [] }, () => 'There are no on-failure objects: nothing was given up.\n');
  if (options.dryRun === true) return context.answer({ objects }, () => `${table(objects.map((each) => [dayAndMinute(each.modified), each.key]))}${count(objects.length, 'on-failure object')}. Nothing was done.\n`);
  await confirm(context, `Redrive ${count(objects.length, 'on-failure object')} of ${bucket}?`, options.yes === true);
  const invoke = await invoker(platform);
  const results: Redriven[] = [];
  for (const object of objects) results.push(await redriveOne(store, bucket, object, invoke));
  const failed = results.filter((each) => !each.done);
  context.answer({ objects: results }, () => `${table(results.map((each) => [each.done ? 'done' : 'NOT DONE', count(each.records, 'record'), each.functionName, each.why ?? '']))}${count(results.length - failed.length, 'object')} redriven, ${failed.length} left.\n`);
  if (failed.length > 0) throw new WorldError(`${count(failed.length, 'object')} could not be redriven and were left where they are.`, { todo: 'Repair the reason above, then run waybill redrive again: repeats are harmless.' });
}

async function redriveOne(store: ObjectStore, bucket: string, object: StoredObject, invoke: Invoke): Promise<Redriven> {
  const saved = JSON.parse((await store.read(bucket, object.key)).toString('utf8')) as OnFailureObject;
  const functionName = saved.requestContext.functionArn.split(':')[6] ?? saved.requestContext.functionArn;
  const records = saved.KinesisBatchInfo.batchSize;
  const answer = await invoke(functionName, typeof saved.payload === 'string' ? saved.payload : JSON.stringify(saved.payload));
  const refused = answer.error ?? refusedPositions(answer.payload);
  if (refused !== undefined) return { object: object.key, functionName, records, done: false, why: refused };
  await store.remove(bucket, object.key);
  return { object: object.key, functionName, records, done: true };
}

/** A partial-batch answer that names a record means: from there on, not done. */
function refusedPositions(payload: unknown): string | undefined {
  const failures = typeof payload === 'object' && payload !== null ? (payload as { batchItemFailures?: { itemIdentifier?: string }[] }).batchItemFailures ?? [] : [];
  const first = failures[0];
  return first === undefined ? undefined : `the function could not take it from ${first.itemIdentifier ?? 'its first record'} on`;
}
