import { rmSync } from 'node:fs';
import type { Context, Verb } from '../command.ts';
import { UsageError, WorldError } from '../errors.ts';
import { confirm } from '../output/confirm.ts';
import { sandboxCommand } from '../platform/sandbox-program.ts';
import { SANDBOX_ENV } from '../platform/platform.ts';

/** stop, doctor and reset: the sandbox is a program of its own; these hand over to it. */
export const sandbox: Verb = {
  register: (program, run) => {
    program.command('stop').description('stop the sandbox; its state stays')
      .action(run(async (context) => handOver(context, ['stop'])));
    program.command('doctor').description('check this machine and the sandbox: what is missing, what is only stored, what was lost')
      .option('--template-dir <folder>', 'synthesized templates to judge', 'cdk.out')
      .action(run(async (context, options: { templateDir: string }) => handOver(context, ['doctor', '--template-dir', options.templateDir])));
    program.command('reset').description('stop the sandbox and remove its state').option('--yes', 'do not ask')
      .action(run(async (context, options: { yes?: boolean }) => {
        const dir = sandboxOnly(context);
        await confirm(context, `Remove everything in ${dir}: streams, objects, tables, the world and its users?`, options.yes === true);
        await handOver(context, ['reset', '--yes']);
        rmSync(dir, { recursive: true, force: true });
      }));
  },
};

function sandboxOnly(context: Context): string {
  if (context.options.env !== SANDBOX_ENV) throw new UsageError(`This command works on the sandbox only; got --env ${context.options.env}.`);
  return context.options.dir ?? '.waybill';
}

async function handOver(context: Context, args: readonly string[]): Promise<void> {
  const dir = sandboxOnly(context);
  const result = await sandboxCommand([...args, '--dir', dir, ...(context.options.json === true ? ['--json'] : [])]);
  context.io.out(result.output);
  if (result.code === 0) return;
  const complaint = result.complaint.trim();
  throw new WorldError(complaint === '' ? `The sandbox's "${args[0] ?? ''}" ended with code ${result.code}.` : complaint);
}
