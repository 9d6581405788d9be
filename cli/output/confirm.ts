import { createInterface } from 'node:readline';
import type { Context } from '../command.ts';
import { UsageError, WorldError } from '../errors.ts';

/** Asks before something is changed for good. Scripts say `--yes`; without a terminal and without it, nothing is done. */
export async function confirm(context: Context, question: string, yes: boolean): Promise<void> {
  if (yes) return;
  if (!context.io.interactive) throw new UsageError(`${question} This needs a yes, and nobody can be asked here.`, { todo: 'Add --yes.' });
  context.io.err(`${question} [y/N] `);
  const reader = createInterface({ input: context.io.stdin });
  const answer = await new Promise<string>((resolve) => { reader.once('line', resolve); reader.once('close', () => resolve('')); });
  reader.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new WorldError('Not done.');
}
