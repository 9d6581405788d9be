import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Readable as ReadableStream } from 'node:stream';
import type { ContractRuntime } from '../../contracts/model.ts';
import { streamName } from '../../contracts/platform-names.ts';
import { MappingError, readMapping } from '../../domain/mapping/index.ts';
import type { Mapping } from '../../domain/mapping/index.ts';
import { kinesisPort, putAll } from '../../producer/index.ts';
import type { PutReport } from '../../producer/index.ts';
import type { Context, Verb } from '../command.ts';
import { UsageError, WorldError } from '../errors.ts';
import { count, table } from '../output/style.ts';
import { duration } from '../output/times.ts';
import { contractNames, loadContract } from '../platform/contracts.ts';
import { FORMATS, formatOf, openInput, readRecords } from '../put/read-records.ts';
import type { Format } from '../put/read-records.ts';
import { prepare } from '../put/prepare.ts';
import type { Prepared } from '../put/prepare.ts';
import { samples } from '../put/samples.ts';

interface PutOptions {
  readonly contract?: string;
  readonly format?: Format;
  readonly mapping?: string;
  readonly sample?: string;
  readonly stream?: string;
  readonly dryRun?: boolean;
}

/** Records whose reasons are kept for the report; the rest are counted. */
const SHOWN = 2;
const KEPT = 1000;
const PROGRESS_MS = 1000;
const ERASE_LINE = '\u001b[K';

export const put: Verb = {
  register: (program, run) => {
    program.command('put [file]')
      .description('put events on a contract\'s stream, from a file, standard input (-) or a sample; says which will be quarantined, and why')
      .option('--contract <name>', 'contract whose stream takes them', undefined)
      .option('--format <format>', `${FORMATS.join(', ')}; by the file's name when not given`)
      .option('--mapping <file>', 'mapping file for records in another shape (CSV always needs one)')
      .option('--sample <name>', 'put a built-in sample: good, duplicate, late, conflict, retract, corrupt')
      .option('--stream <name>', 'another stream than the contract\'s own')
      .option('--dry-run', 'check only; put nothing')
      .action(run(async (context, file: string | undefined, options: PutOptions) => putCommand(context, file, options)));
  },
};

async function putCommand(context: Context, file: string | undefined, options: PutOptions): Promise<void> {
  const mapping = options.mapping === undefined ? undefined : mappingFile(options.mapping);
  const contract = await loadContract(options.contract ?? mapping?.contract ?? 'shipment-event');
  if (mapping !== undefined && mapping.contract !== contract.descriptor.name) throw new UsageError(`The mapping makes events of "${mapping.contract}", not of "${contract.descriptor.name}".`);
  const stream = options.stream ?? streamName(context.options.env, contract.descriptor.name);
  const { input, format } = inputOf(context, file, options, mapping, contract);
  const tally = new Tally();
  const prepared = tally.watch(readRecords(input, format), (record) => prepare(record, contract, mapping));
  const quiet = showProgress(context, tally);
  const report = await (options.dryRun === true ? drain(prepared) : putOn(context, stream, prepared)).finally(quiet);
  answer(context, { stream, contract, report, tally, dryRun: options.dryRun === true });
  if (report.failed.length > 0) throw new WorldError(`${count(report.failed.length, 'record')} could not be put; the first: ${report.failed[0]?.record.place ?? ''}, ${report.failed[0]?.code ?? ''}: ${report.failed[0]?.message ?? ''}`, { todo: 'Put the same file again: repeats are harmless, an event is known by source and eventId.' });
}

function inputOf(context: Context, file: string | undefined, options: PutOptions, mapping: Mapping | undefined, contract: ContractRuntime): { input: Readable; format: Format } {
  if (options.sample !== undefined) {
    const lines = samples(options.sample, contract, context.io.now());
    return { input: ReadableStream.from(lines.map((line) => `${line}\n`)), format: 'ndjson' };
  }
  if (file === undefined) throw new UsageError('Nothing to put: no file is named.', { todo: 'Examples: waybill put events.ndjson · waybill put - < events.ndjson · waybill put --sample corrupt' });
  const format = options.format ?? formatOf(file) ?? 'ndjson';
  if (!FORMATS.includes(format)) throw new UsageError(`--format got "${format}"; allowed: ${FORMATS.join(', ')}.`);
  if (format === 'csv' && mapping === undefined) throw new UsageError('CSV needs a mapping file: a row has no event shape of its own.', { todo: `Give --mapping <file>; examples: ${readdirSync(join(import.meta.dirname, '..', '..', 'docs', 'guide', 'mappings')).join(', ')} in docs/guide/mappings.` });
  return { input: openInput(file, context.io.stdin), format };
}

function mappingFile(file: string): Mapping {
  try {
    const mapping = readMapping(JSON.parse(readFileSync(file, 'utf8')));
    if (!contractNames().includes(mapping.contract)) throw new MappingError([`contract: got "${mapping.contract}", allowed: ${contractNames().join(', ')}`]);
    return mapping;
  } catch (error) {
    if (error instanceof MappingError) throw new UsageError(`Mapping ${file} has ${count(error.mistakes.length, 'mistake')}:\n${error.mistakes.map((each) => `  ${each}`).join('\n')}`, { cause: error });
    throw new UsageError(`Mapping ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

async function putOn(context: Context, stream: string, records: AsyncIterable<Prepared>): Promise<PutReport<Prepared>> {
  const platform = await context.platform();
  const { KinesisClient } = await import('@aws-sdk/client-kinesis');
  const client = new KinesisClient(platform.client);
  try {
    return await putAll(records, { port: kinesisPort(client), stream });
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') throw new WorldError(`There is no stream ${stream} in environment ${platform.env}.`, { todo: 'Deploy the platform, or name the stream with --stream.', cause: error });
    throw error;
  } finally {
    client.destroy();
  }
}

/** One line on a terminal that is rewritten while a long file goes; answers how to end it. A short put never shows it. */
function showProgress(context: Context, tally: Tally): () => void {
  if (!context.io.interactive) return () => undefined;
  const begun = context.io.now();
  const timer = setInterval(() => context.io.err(`\r${ERASE_LINE}${count(tally.total, 'record')} in ${duration(context.io.now() - begun)} …`), PROGRESS_MS);
  return () => {
    clearInterval(timer);
    context.io.err(`\r${ERASE_LINE}`);
  };
}

async function drain(records: AsyncIterable<Prepared>): Promise<PutReport<Prepared>> {
  let accepted = 0;
  for await (const _ of records) accepted++;
  return { accepted, failed: [], calls: 0, throttled: 0 };
}

/** Counts while the records stream through; keeps the first of the bad ones. */
class Tally {
  total = 0;
  quarantined = 0;
  warned = 0;
  readonly bad: Prepared[] = [];

  async *watch<I>(source: AsyncIterable<I>, make: (input: I) => Prepared): AsyncGenerator<Prepared> {
    for await (const input of source) {
      const record = make(input);
      this.total++;
      if (record.rejected.length === 0 && record.warnings.length > 0) this.warned++;
      if (record.rejected.length > 0) {
        this.quarantined++;
        if (this.bad.length < KEPT) this.bad.push(record);
      }
      yield record;
    }
  }
}

interface Done { readonly stream: string; readonly contract: ContractRuntime; readonly report: PutReport<Prepared>; readonly tally: Tally; readonly dryRun: boolean }

function answer(context: Context, { stream, contract, report, tally, dryRun }: Done): void {
  const failed = report.failed.map((each) => ({ place: each.record.place, code: each.code, message: each.message }));
  const document = {
    stream, contract: contract.descriptor.name, records: tally.total, put: dryRun ? 0 : report.accepted, calls: report.calls, throttled: report.throttled,
    valid: tally.total - tally.quarantined, withWarnings: tally.warned, quarantined: tally.quarantined,
    reasons: tally.bad.map((each) => ({ place: each.place, violations: each.rejected })), failed,
  };
  context.answer(document, () => {
    const head = dryRun ? `Checked ${count(tally.total, 'record')} against ${contract.descriptor.name}; nothing was put.\n` : `Put ${count(report.accepted, 'record')} to ${stream} in ${count(report.calls, 'call')} (${report.throttled} throttled).\n`;
    const warned = tally.warned === 0 ? '' : ` (${tally.warned.toLocaleString('en-US')} with a warning)`;
    if (tally.quarantined === 0) return `${head}All ${tally.total.toLocaleString('en-US')} accepted${warned}.\n`;
    const shown = tally.bad.slice(0, SHOWN);
    const first = tally.quarantined <= SHOWN ? '' : shown.length === 1 ? '; the first' : `; the first ${shown.length === 2 ? 'two' : shown.length}`;
    return `${head}${(tally.total - tally.quarantined).toLocaleString('en-US')} accepted${warned}, ${tally.quarantined.toLocaleString('en-US')} will be quarantined${first}:\n\n${reasons(shown)}${tally.quarantined > SHOWN ? '  …\n' : ''}\nSee them all: ${dryRun ? 'the same command with --json' : 'npx waybill quarantine list --since 1m'}     Contract: docs/contracts/${contract.descriptor.name}.md\n`;
  });
}

const reasons = (records: readonly Prepared[]): string => table(records.flatMap((record) => record.rejected.map((each, index) => [index === 0 ? record.place : '', each.path === '' ? '(whole event)' : each.path, each.message])), '  ');
