import type { Command } from 'commander';
import type { Context, Run, Verb } from '../command.ts';
import { UsageError, WorldError } from '../errors.ts';
import { objectStore } from '../lake/objects.ts';
import { bytesOf, quarantined } from '../lake/quarantine.ts';
import type { QuarantinedRecord } from '../lake/quarantine.ts';
import { count, table } from '../output/style.ts';
import { dayAndMinute, duration, parseDuration } from '../output/times.ts';
import { contractNames } from '../platform/contracts.ts';

interface ListOptions { readonly contract?: string; readonly since: string; readonly limit: string; readonly rule?: string }

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
    .option('--since <duration>', 'arrived since, e.g. 30m, 12h, 3d', '1h')
    .option('--limit <n>', 'at most so many', '20')
    .option('--rule <name>', 'only records with this reason, e.g. format, NOT_JSON, CLOCK')
    .action(run(async (context, options: ListOptions) => {
      const limit = Number(options.limit);
      if (!Number.isInteger(limit) || limit < 1) throw new UsageError(`--limit got "${options.limit}"; allowed: a whole number from 1. Example: --limit 50`);
      const found: QuarantinedRecord[] = [];
      let more = 0;
      for await (const record of await query(context, options)) {
        if (options.rule !== undefined && !record.reasons.some((each) => each.rule === options.rule)) continue;
        if (found.length < limit) found.push(record);
        else more++;
      }
      context.answer({ records: found, notShown: more }, () => listText(context, found, more, options.since));
    }));
}

function show(group: Command, run: Run): void {
  group.command('show <sequence>').description('one quarantined record, whole; the end of its sequence number is enough')
    .option('--contract <name>', 'only this contract')
    .option('--since <duration>', 'arrived since, e.g. 30m, 12h, 3d', '24h')
    .action(run(async (context, sequence: string, options: ListOptions) => {
      const found: QuarantinedRecord[] = [];
      for await (const record of await query(context, options)) if (record.sequence.endsWith(sequence)) found.push(record);
      const [record, ...others] = found;
      if (record === undefined) throw new WorldError(`No quarantined record of the last ${options.since} has a sequence number that ends with ${sequence}.`, { todo: 'Look further back with --since, for example --since 3d, or list them: waybill quarantine list' });
      if (others.length > 0) throw new UsageError(`${count(found.length, 'record')} end with ${sequence}.`, { todo: 'Give more of the number.' });
      context.answer(record, () => showText(record));
    }));
}

async function query(context: Context, options: { readonly contract?: string; readonly since: string }): Promise<AsyncIterable<QuarantinedRecord>> {
  const span = parseDuration(options.since);
  if (span === undefined) throw new UsageError(`--since got "${options.since}"; allowed: a number with s, m, h or d. Example: --since 30m`);
  const contracts = contractNames();
  if (options.contract !== undefined && !contracts.includes(options.contract)) throw new UsageError(`There is no contract "${options.contract}".`, { todo: `Allowed: ${contracts.join(', ')}` });
  const platform = await context.platform();
  const now = context.io.now();
  return quarantined({ store: await objectStore(platform), bucket: await platform.quarantineBucket(), contracts: options.contract === undefined ? contracts : [options.contract], since: now - span, until: now });
}

const fieldOf = (path: string): string => (path === '' ? '(whole record)' : path);

function listText(context: Context, records: readonly QuarantinedRecord[], more: number, since: string): string {
  if (records.length === 0) return `Nothing was quarantined in the last ${since}.\n`;
  const rows = records.flatMap((record) => record.reasons.map((reason, index) => [
    ...(index === 0 ? [`…${record.sequence.slice(-10)}`, record.contract, `${duration(context.io.now() - record.arrivedAt)} ago`] : ['', '', '']),
    fieldOf(reason.path), reason.message,
  ]));
  return `${table([['sequence', 'contract', 'arrived', 'field', 'reason'], ...rows])}\n${more === 0 ? `${count(records.length, 'record')}.` : `${count(more, 'more record')} not shown; --limit ${records.length + more} shows them.`} One of them whole: npx waybill quarantine show ${records[0]?.sequence.slice(-10) ?? ''}\n`;
}

function showText(record: QuarantinedRecord): string {
  const head = table([
    ['contract', record.contract], ['identity', `${record.shard} ${record.sequence} ${record.index}`], ['arrived', dayAndMinute(record.arrivedAt)], ['object', record.object],
    ...record.reasons.map((each, index) => [index === 0 ? 'reasons' : '', `${fieldOf(each.path)} ${each.message} (${each.rule})`]),
  ]);
  const bytes = bytesOf(record);
  const body = record.encoding === 'utf8' ? bytes.toString('utf8') : `${count(bytes.length, 'byte')} that are not text, in base64:\n${record.data}`;
  return `${head}\n${body}\n`;
}
