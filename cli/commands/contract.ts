import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { readCatalog } from '../../contracts/catalog.ts';
import { checkContract, publishVersion } from '../../contracts/compatibility/check-contract.ts';
import type { ContractCheck, MajorCheck } from '../../contracts/compatibility/check-contract.ts';
import { publishTable } from '../../contracts/compatibility/check-table.ts';
import { readReference } from '../../contracts/lake/reference.ts';
import { newContract } from '../../contracts/new-contract.ts';
import { SchemaError } from '../../contracts/schema/json-schema.ts';
import type { Context, Run, Verb } from '../command.ts';
import { UsageError, WorldError } from '../errors.ts';
import { count, paint, table } from '../output/style.ts';
import { loadContract } from '../platform/contracts.ts';
import { PROJECT } from '../project.ts';
import { formatOf, openInput, readRecords } from '../put/read-records.ts';
import { prepare } from '../put/prepare.ts';
import type { Prepared } from '../put/prepare.ts';

interface RootOption { readonly root?: string }

const SHOWN = 20;
const rootOf = (context: Context, options: RootOption): string => (options.root === undefined ? join(PROJECT, 'contracts') : resolve(context.io.cwd, options.root));

export const contract: Verb = {
  register: (program, run) => {
    const group = program.command('contract').description('contracts: check a change, scaffold a new one, validate events');
    check(group, run);
    scaffold(group, run);
    validate(group, run);
  },
};

function check(group: Command, run: Run): void {
  group.command('check [name]').description('compare schemas with their published versions: would a reader break, which field, who reads it')
    .option('--root <folder>', 'folder of the contracts', undefined)
    .option('--publish', 'write the copies of versions that are good and not published yet')
    .action(run((context, name: string | undefined, options: RootOption & { publish?: boolean }) => {
      const root = rootOf(context, options);
      const names = readCatalog(root).contracts.map((each) => each.descriptor.name);
      if (existsSync(join(root, 'reference'))) readReference(join(root, 'reference'));
      if (name !== undefined && !names.includes(name)) throw new UsageError(`There is no contract "${name}" in ${root}.`, { todo: `Allowed: ${names.join(', ')}` });
      const checks = (name === undefined ? names : [name]).map((each) => checkContract(join(root, each)));
      context.answer(checks, () => checks.map((each) => checkText(context, each)).join('\n'));
      const bad = checks.filter((each) => !each.ok);
      if (bad.length > 0) throw new WorldError(`${bad.map((each) => each.contract).join(', ')}: not to be published like this.`);
      if (options.publish === true) for (const each of checks) publish(context, each);
      return Promise.resolve();
    }));
}

function publish(context: Context, { directory, publishable, tablePublishable }: ContractCheck): void {
  for (const version of publishable) context.io.err(`published ${publishVersion(directory, version)}\n`);
  if (tablePublishable) context.io.err(`published ${publishTable(directory)}\n`);
}

function checkText(context: Context, result: ContractCheck): string {
  const majors = result.majors.map((each) => `${result.contract} v${each.major}  ${verdict(context, each)}\n${table(each.changes.map((change) => [change.breaking ? 'breaks' : change.impact === 'words' ? 'words' : 'fits', change.kind, change.field === '' ? '(whole event)' : change.field, change.reason, change.consumers.length === 0 ? '' : `read by ${change.consumers.join(', ')}`]), '  ')}`).join('');
  const problems = result.problems.map((each) => `  ${paint(context.io, 'red', 'to do')}  ${each}\n`).join('');
  const tables = result.tablePublishable ? '  table.json  additive or new: not published yet\n' : '';
  return `${majors}${tables}${problems}`;
}

function verdict(context: Context, each: MajorCheck): string {
  const from = each.published === undefined ? 'not published yet' : `published ${each.published}`;
  switch (each.verdict) {
    case 'unchanged': return `unchanged (${from})`;
    case 'new': return `new, version ${each.version}`;
    case 'words': return `only words changed (${from})`;
    case 'compatible': return `compatible: version ${each.needs} (${from})`;
    case 'breaking': return paint(context.io, 'red', `BREAKING: needs version ${each.needs} (${from})`);
  }
}

function scaffold(group: Command, run: Run): void {
  group.command('new <name>').description('make the directory of a new contract, which generates and deploys as it stands')
    .option('--root <folder>', 'folder of the contracts', undefined)
    .option('--entity-key <field>', 'field that names the entity; by default the last word of the name and Id')
    .option('--owner <team>', 'who answers for it', 'your-team')
    .action(run((context, name: string, options: RootOption & { entityKey?: string; owner: string }) => {
      const root = rootOf(context, options);
      const files = asked(() => newContract({ root, name, owner: options.owner, ...(options.entityKey === undefined ? {} : { entityKey: options.entityKey }) }));
      const next = options.root === undefined ? 'then npm run generate; the next deploy makes its stream, function and alarms.' : `then deploy with -c contracts=${options.root}: that generates its validator and makes its stream, function and alarms.`;
      context.answer({ name, files }, () => `${files.map((each) => `  ${each}\n`).join('')}\nMade contract ${name}. Next: fill in the schema and samples, ${next}\n`);
      return Promise.resolve();
    }));
}

/** A name that is taken or not allowed is the user's mistake, not ours. */
function asked<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof SchemaError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function validate(group: Command, run: Run): void {
  group.command('validate [file]').description('events of a file (.ndjson, .json, also .gz; - for standard input) against their contract; nothing is put')
    .option('--contract <name>', 'contract that they follow', 'shipment-event')
    .action(run(async (context, file: string | undefined, options: { contract: string }) => {
      const runtime = await loadContract(options.contract);
      const format = eventFormat(file);
      const [bad, total] = [[] as Prepared[], { records: 0 }];
      for await (const record of readRecords(openInput(file ?? '-', context.io.stdin), format)) {
        total.records++;
        const prepared = prepare(record, runtime, undefined);
        if (prepared.rejected.length + prepared.warnings.length > 0) bad.push(prepared);
      }
      const rejected = bad.filter((each) => each.rejected.length > 0).length;
      context.answer({ contract: options.contract, records: total.records, rejected, reasons: bad.map((each) => ({ place: each.place, violations: [...each.rejected, ...each.warnings] })) }, () => validateText(total.records, rejected, bad));
      if (rejected > 0) throw new WorldError(`${count(rejected, 'record')} of ${total.records} would be quarantined.`);
    }));
}

/** CSV has no events of its own: it becomes events by a mapping, which `put --dry-run` applies. */
function eventFormat(file: string | undefined): 'ndjson' | 'json' {
  const format = formatOf(file ?? '-') ?? 'ndjson';
  if (format === 'csv') throw new UsageError('CSV needs a mapping file: a row has no event shape of its own.', { todo: 'Check it with: waybill put <file> --mapping <mapping> --dry-run' });
  return format;
}

function validateText(records: number, rejected: number, bad: readonly Prepared[]): string {
  const rows = bad.slice(0, SHOWN).flatMap((each) => [...each.rejected, ...each.warnings].map((violation, index) => [index === 0 ? each.place : '', violation.severity === 'reject' ? 'quarantine' : 'warning', violation.path === '' ? '(whole event)' : violation.path, violation.message]));
  const more = bad.length > SHOWN ? `  … and ${count(bad.length - SHOWN, 'more record')}; --json lists all\n` : '';
  return `${count(records, 'record')}: ${records - rejected} valid, ${rejected} would be quarantined.\n${table(rows, '  ')}${more}`;
}
