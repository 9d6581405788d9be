import { CATCH_UP_PREFIX, OUTPUTS } from '../../contracts/platform-names.ts';
import type { Context, Verb } from '../command.ts';
import { WorldError } from '../errors.ts';
import { objectStore } from '../lake/objects.ts';
import { count, table } from '../output/style.ts';
import { invoker } from '../platform/invoke.ts';

/** What track-shipments noted when it gave a batch up. */
interface Note { readonly contract: string; readonly shard: string; readonly firstSequence: string; readonly lastSequence: string; readonly records: number; readonly reason: string; readonly notedAt: string }

interface CaughtUp { readonly note: string; readonly done: boolean; readonly records: number; readonly why: string }

export const catchUp: Verb = {
  register: (program, run) => {
    program.command('catch-up')
      .description('fold positions that track-shipments gave up on into shipment state, from bronze; a note goes once its positions are in')
      .option('--dry-run', 'show the notes only')
      .action(run(async (context, options: { dryRun?: boolean }) => catchUpAll(context, options.dryRun === true)));
  },
};

async function catchUpAll(context: Context, dryRun: boolean): Promise<void> {
  const platform = await context.platform();
  const [store, bucket] = [await objectStore(platform), await platform.bronzeBucket()];
  const notes: { key: string; note: Note }[] = [];
  for await (const object of store.list(bucket, CATCH_UP_PREFIX)) notes.push({ key: object.key, note: JSON.parse((await store.read(bucket, object.key)).toString('utf8')) as Note });
  if (notes.length === 0) return context.answer({ notes: [] }, () => 'There are no noted positions: track-shipments gave nothing up.\n');
  if (dryRun) return context.answer({ notes }, () => `${table(notes.map(({ note }) => [note.shard, count(note.records, 'record'), note.notedAt, note.reason]))}${count(notes.length, 'note')}. Nothing was done.\n`);
  const invoke = await invoker(platform);
  const functionName = await platform.output('ingest', OUTPUTS.catchUpFunction);
  const results: CaughtUp[] = [];
  for (const { key, note } of notes) {
    const answer = await invoke(functionName, JSON.stringify({ noteKey: key }));
    results.push({ note: key, done: answer.error === undefined, records: note.records, why: answer.error ?? '' });
  }
  const left = results.filter((each) => !each.done);
  context.answer({ notes: results }, () => `${table(results.map((each) => [each.done ? 'done' : 'NOT DONE', count(each.records, 'record'), each.why]))}${count(results.length - left.length, 'note')} folded in, ${left.length} left.\n`);
  if (left.length > 0) throw new WorldError(`${count(left.length, 'note')} could not be folded in and were left where they are.`, { todo: 'Repair the reason above, then run waybill catch-up again: repeats are harmless.' });
}
