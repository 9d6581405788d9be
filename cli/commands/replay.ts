import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ContractRuntime } from '../../contracts/model.ts';
import { streamName } from '../../contracts/platform-names.ts';
import { readRepair, RepairError } from '../../domain/repair/index.ts';
import type { Repair } from '../../domain/repair/index.ts';
import { kinesisPort, putAll } from '../../producer/index.ts';
import type { Context, Verb } from '../command.ts';
import { UsageError, WorldError } from '../errors.ts';
import { arrivalWindow } from '../lake/arrival-window.ts';
import type { ArrivalWindow, WindowOptions } from '../lake/arrival-window.ts';
import { objectStore } from '../lake/objects.ts';
import { quarantined } from '../lake/quarantine.ts';
import type { QuarantinedRecord } from '../lake/quarantine.ts';
import { confirm } from '../output/confirm.ts';
import { count, table } from '../output/style.ts';
import { loadContract } from '../platform/contracts.ts';
import { ledgerMarks } from '../replay/marks.ts';
import { replay } from '../replay/replay.ts';
import type { ReplayPorts, ReplayReport } from '../replay/replay.ts';

interface ReplayOptions extends WindowOptions { readonly contract: string; readonly rule?: string; readonly map?: string; readonly dryRun?: boolean; readonly yes?: boolean }

const SHOWN = 10;

export const replayQuarantine: Verb = {
  register: (program, run) => {
    program.command('replay').description('put quarantined records on their stream again, repaired by a file or valid by a newer contract; each once')
      .requiredOption('--contract <name>', 'contract whose records are replayed')
      .option('--map <file>', 'repair file: steps that set, rename, convert, replace or remove fields (docs/replay.md)')
      .option('--rule <name>', 'only records with this reason, e.g. format, VERSION')
      .option('--since <duration>', 'arrived since, e.g. 30m, 12h, 3d (default: 24h)')
      .option('--from <day>', 'arrived from this day of UTC on')
      .option('--to <day>', 'arrived up to this day')
      .option('--dry-run', 'say what would be replayed and what stays; write nothing')
      .option('--yes', 'do not ask')
      .action(run(async (context, options: ReplayOptions) => replayCommand(context, options)));
  },
};

async function replayCommand(context: Context, options: ReplayOptions): Promise<void> {
  const contract = await loadContract(options.contract);
  const repair = options.map === undefined ? undefined : repairFile(resolve(context.io.cwd, options.map));
  const window = arrivalWindow(options, context.io.now(), '24h');
  const request = { contract, repair, dryRun: options.dryRun === true };
  const { records, ports, close } = await world(context, contract, window, options.rule);
  try {
    const preview = await replay(records(), { ...request, dryRun: true }, ports);
    if (request.dryRun || preview.replayed === 0) return answer(context, preview, { options, window, dryRun: true });
    context.io.err(`${count(preview.replayed, 'record')} of ${contract.descriptor.name} can be replayed (${preview.repaired} repaired), ${preview.stay.length} stay, ${preview.before} were replayed before.\n`);
    await confirm(context, `Put ${count(preview.replayed, 'record')} on ${streamName(context.options.env, contract.descriptor.name)}?`, options.yes === true);
    answer(context, await replay(records(), request, ports), { options, window, dryRun: false });
  } finally {
    close();
  }
}

function repairFile(file: string): Repair {
  try {
    return readRepair(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof RepairError) throw new UsageError(`Repair ${file} has ${count(error.mistakes.length, 'mistake')}:\n${error.mistakes.map((each) => `  ${each}`).join('\n')}`, { todo: 'Examples: docs/replay.md', cause: error });
    throw new UsageError(`Repair ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

interface World { readonly records: () => AsyncIterable<QuarantinedRecord>; readonly ports: ReplayPorts; readonly close: () => void }

async function world(context: Context, { descriptor }: ContractRuntime, { since, until }: ArrivalWindow, rule: string | undefined): Promise<World> {
  const platform = await context.platform();
  const [{ DynamoDBClient }, { KinesisClient }] = [await import('@aws-sdk/client-dynamodb'), await import('@aws-sdk/client-kinesis')];
  const [ledger, kinesis, store, bucket] = [new DynamoDBClient(platform.client), new KinesisClient(platform.client), await objectStore(platform), await platform.quarantineBucket()];
  return {
    records: () => withRule(quarantined({ store, bucket, contracts: [descriptor.name], since, until }), rule),
    ports: {
      marks: ledgerMarks(ledger, platform.ledgerTable),
      put: async (records) => {
        const { failed } = await putAll(records, { port: kinesisPort(kinesis), stream: streamName(platform.env, descriptor.name) });
        return failed.map(({ record, code, message }) => ({ record, message: `${code}: ${message}` }));
      },
      now: () => new Date(context.io.now()).toISOString(),
    },
    close: () => {
      ledger.destroy();
      kinesis.destroy();
      store.close();
    },
  };
}

async function* withRule(records: AsyncIterable<QuarantinedRecord>, rule: string | undefined): AsyncGenerator<QuarantinedRecord> {
  for await (const record of records) if (rule === undefined || record.reasons.some((each) => each.rule === rule)) yield record;
}

function answer(context: Context, report: ReplayReport, { options, window, dryRun }: { readonly options: ReplayOptions; readonly window: ArrivalWindow; readonly dryRun: boolean }): void {
  const stay = report.stay.map(({ record, reasons }) => ({ sequence: record.sequence, shard: record.shard, index: record.index, reasons }));
  const refused = report.refused.map(({ record, message }) => ({ sequence: record.sequence, shard: record.shard, index: record.index, message }));
  context.answer({ contract: options.contract, dryRun, read: report.read, replayedBefore: report.before, replayed: report.replayed, repaired: report.repaired, stay, refused }, () => text(report, { window, dryRun }));
  if (refused.length > 0) throw new WorldError(`${count(refused.length, 'record')} were not taken by the stream; the first: ${refused[0]?.message ?? ''}`, { todo: 'Run the same command again: what was taken is marked and not put twice.' });
}

function text(report: ReplayReport, { window, dryRun }: { readonly window: ArrivalWindow; readonly dryRun: boolean }): string {
  if (report.read === 0) return `No quarantined record of this kind arrived ${window.said}.\n`;
  const before = report.before === 0 ? '' : ` ${count(report.before, 'record')} had been replayed before and ${report.before === 1 ? 'was' : 'were'} left alone.`;
  const head = dryRun ? `${count(report.replayed, 'record')} would be replayed (${report.repaired} repaired); nothing was written.${before}\n` : `Replayed ${count(report.replayed, 'record')} (${report.repaired} repaired).${before}\n`;
  if (report.stay.length === 0) return head;
  const rows = report.stay.slice(0, SHOWN).flatMap(({ record, reasons }) => reasons.map((reason, index) => [index === 0 ? `…${record.sequence.slice(-10)}` : '', reason.path === '' ? '(whole record)' : reason.path, reason.message]));
  const more = report.stay.length > SHOWN ? `  … and ${report.stay.length - SHOWN} more; --json has all\n` : '';
  return `${head}${count(report.stay.length, 'record')} ${report.stay.length === 1 ? 'stays' : 'stay'} in quarantine:\n${table(rows, '  ')}${more}`;
}
