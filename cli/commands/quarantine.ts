import type { Command } from 'commander';
import type { Context, Run, Verb } from '../command.ts';
import { UsageError, WorldError } from '../errors.ts';
import { arrivalWindow } from '../lake/arrival-window.ts';
import type { ArrivalWindow, WindowOptions } from '../lake/arrival-window.ts';
import { objectStore } from '../lake/objects.ts';
import { bytesOf, quarantined } from '../lake/quarantine.ts';
import type { QuarantinedRecord } from '../lake/quarantine.ts';
import { count, table } from '../output/style.ts';
import { dayAndMinute, duration } from '../output/times.ts';
import { contractNames } from '../platform/contracts.ts';
import { ledgerMarks, placeOf } from '../replay/marks.ts';
import type { Mark } from '../replay/marks.ts';

interface ListOptions extends WindowOptions { readonly contract?: string; readonly limit: string; readonly rule?: string; readonly open?: boolean }

export const quarantine: Verb = {
  register: (program, run) => {
    const group = program.command('quarantine').description('records that broke their contract, with every reason and the original bytes');
    list(group, run);
    show(group, run);
  },
};

function list(group: Command, run: Run): void {
  group.command('list').description('the newest quarantined records')
    .option('--contract <name>', 'only this contract')
    .option('--since <duration>', 'arrived since, e.g. 30m, 12h, 3d (default: 1h)')
    .option('--from <day>', 'arrived from this day of UTC on')
    .option('--to <day>', 'arrived up to this day')
    .option('--open', 'only records that were not replayed')
    .option('--limit <n>', 'at most so many', '20')
    .option('--rule <name>', 'only records with this reason, e.g. format, NOT_JSON, CLOCK')
    .action(run(async (context, options: ListOptions) => {
      const limit = Number(options.limit);
      if (!Number.isInteger(limit) || limit < 1) throw new UsageError(`--limit got "${options.limit}"; allowed: a whole number from 1. Example: --limit 50`);
      const window = arrivalWindow(options, context.io.now(), '1h');
      const found: QuarantinedRecord[] = [];
      for await (const record of await query(context, options.contract, window)) {
        if (options.rule === undefined || record.reasons.some((each) => each.rule === options.rule)) found.push(record);
      }
      const marks = await replayed(context, found);
      const wanted = options.open === true ? found.filter((record) => !marks.has(placeOf(record))) : found;
      const shown = wanted.slice(0, limit).map((record): Listed => ({ ...record, replayed: marks.get(placeOf(record)) ?? null }));
      context.answer({ records: shown, notShown: wanted.length - shown.length }, () => listText(context, shown, wanted.length - shown.length, window));
    }));
}

function show(group: Command, run: Run): void {
  group.command('show <sequence>').description('one quarantined record, whole; the end of its sequence number is enough')
    .option('--contract <name>', 'only this contract')
    .option('--since <duration>', 'arrived since, e.g. 30m, 12h, 3d (default: 24h)')
    .option('--from <day>', 'arrived from this day of UTC on')
    .option('--to <day>', 'arrived up to this day')
    .action(run(async (context, sequence: string, options: ListOptions) => {
      const found: QuarantinedRecord[] = [];
      const window = arrivalWindow(options, context.io.now(), '24h');
      for await (const record of await query(context, options.contract, window)) if (record.sequence.endsWith(sequence)) found.push(record);
      const [record, ...others] = found;
      if (record === undefined) throw new WorldError(`No record that was quarantined ${window.said} has a sequence number that ends with ${sequence}.`, { todo: 'Look further back with --since, for example --since 3d, or list them: waybill quarantine list' });
      if (others.length > 0) throw new UsageError(`${count(found.length, 'record')} end with ${sequence}.`, { todo: 'Give more of the number.' });
      const mark = (await replayed(context, [record])).get(placeOf(record));
      context.answer({ ...record, replayed: mark ?? null }, () => showText(record, mark));
    }));
}

async function query(context: Context, contract: string | undefined, { since, until }: ArrivalWindow): Promise<AsyncIterable<QuarantinedRecord>> {
  const contracts = contractNames();
  if (contract !== undefined && !contracts.includes(contract)) throw new UsageError(`There is no contract "${contract}".`, { todo: `Allowed: ${contracts.join(', ')}` });
  const platform = await context.platform();
  return quarantined({ store: await objectStore(platform), bucket: await platform.quarantineBucket(), contracts: contract === undefined ? contracts : [contract], since, until });
}

/** Which of them were replayed. */
async function replayed(context: Context, records: readonly QuarantinedRecord[]): Promise<ReadonlyMap<string, Mark>> {
  const platform = await context.platform();
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient(platform.client);
  try {
    return await ledgerMarks(client, platform.ledgerTable).of(records);
  } finally {
    client.destroy();
  }
}

type Listed = QuarantinedRecord & { readonly replayed: Mark | null };

const fieldOf = (path: string): string => (path === '' ? '(whole record)' : path);

function listText(context: Context, records: readonly Listed[], more: number, { said }: ArrivalWindow): string {
  if (records.length === 0) return `Nothing was quarantined ${said}.\n`;
  const rows = records.flatMap((record) => record.reasons.map((reason, index) => [
    ...(index === 0 ? [`…${record.sequence.slice(-10)}`, record.contract, `${duration(context.io.now() - record.arrivedAt)} ago`] : ['', '', '']),
    fieldOf(reason.path), reason.message, index === 0 && record.replayed !== null ? 'replayed' : '',
  ]));
  return `${table([['sequence', 'contract', 'arrived', 'field', 'reason'], ...rows])}\n${more === 0 ? `${count(records.length, 'record')}.` : `${count(more, 'more record')} not shown; --limit ${records.length + more} shows them.`} One of them whole: npx waybill quarantine show ${records[0]?.sequence.slice(-10) ?? ''}\n`;
}

function showText(record: QuarantinedRecord, mark: Mark | undefined): string {
  const head = table([
    ['contract', record.contract], ['identity', `${record.shard} ${record.sequence} ${record.index}`], ['arrived', dayAndMinute(record.arrivedAt)], ['object', record.object],
    ...(mark === undefined ? [] : [['replayed', `${mark.replayedAt}${mark.repair === '' ? '' : ` by repair ${mark.repair}`}`]]),
    ...record.reasons.map((each, index) => [index === 0 ? 'reasons' : '', `${fieldOf(each.path)} ${each.message} (${each.rule})`]),
  ]);
  const bytes = bytesOf(record);
  const body = record.encoding === 'utf8' ? bytes.toString('utf8') : `${count(bytes.length, 'byte')} that are not text, in base64:\n${record.data}`;
  return `${head}\n${body}\n`;
}
