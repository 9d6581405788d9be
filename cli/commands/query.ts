import type { AthenaClient } from '@aws-sdk/client-athena';
import { databaseName, workGroupName } from '../../contracts/platform-names.ts';
import type { Context, Verb } from '../command.ts';
import { UsageError, WorldError } from '../errors.ts';
import { count, paint, table } from '../output/style.ts';
import type { Platform } from '../platform/platform.ts';
import { listNamedQueries, literals } from '../query/named-queries.ts';
import type { Named } from '../query/named-queries.ts';
import { bytes, PRICE_DATE, priceUsd } from '../query/price.ts';
import { resultPages, runQuery } from '../query/run-query.ts';
import type { Asked, Column, Finished } from '../query/run-query.ts';
import { csvText, rowObjects, tableText } from '../query/write-result.ts';

interface QueryOptions { readonly named?: string; readonly param: readonly string[]; readonly format?: string; readonly list?: boolean; readonly database: string }

const FORMATS = ['table', 'csv', 'json'] as const;
type Format = (typeof FORMATS)[number];
const LAYERS = ['silver', 'gold', 'ops'] as const;
/** A table for people ends here; CSV and JSON have all rows. */
const MOST_SHOWN = 500;

export const query: Verb = {
  register: (program, run) => {
    program.command('query [sql]').description('SQL on the lake: a statement, "-" for standard input, or a named query')
      .option('--named <name>', 'run a named query')
      .option('--param <name=value>', 'its parameters; repeat for more', (value: string, before: readonly string[]) => [...before, value], [] as readonly string[])
      .option('--list', 'show the named queries')
      .option('--format <format>', `how to print: ${FORMATS.join(', ')}`)
      .option('--database <layer>', `what unqualified names belong to: ${LAYERS.join(', ')}`, 'gold')
      .action(run(async (context, sql: string | undefined, options: QueryOptions) => runCommand(context, sql, options)));
  },
};

async function runCommand(context: Context, sql: string | undefined, options: QueryOptions): Promise<void> {
  const format = readFormat(context, options);
  const layer = LAYERS.find((name) => name === options.database);
  if (layer === undefined) throw new UsageError(`--database got "${options.database}"; allowed: ${LAYERS.join(', ')}. Example: --database silver`);
  if (options.list !== true && (sql === undefined) === (options.named === undefined)) throw new UsageError('Give one: a statement, --named, or --list.', { todo: 'Example: waybill query "SELECT count(*) FROM v_shipment_daily"' });

  const platform = await context.platform();
  const { AthenaClient } = await import('@aws-sdk/client-athena');
  const client = new AthenaClient(platform.client);
  try {
    if (options.list === true) return await list(context, client, platform);
    const asked = options.named === undefined ? { sql: await statement(context, sql ?? ''), database: databaseName(platform.env, layer), parameters: [] } : await named(client, platform, options);
    await show(context, client, { platform, format, asked: { ...asked, workGroup: workGroupName(platform.env) } });
  } catch (error) {
    throw noWorkGroup(error, platform);
  } finally {
    client.destroy();
  }
}

function readFormat(context: Context, { format }: QueryOptions): Format {
  const wanted = format ?? (context.options.json === true ? 'json' : 'table');
  const found = FORMATS.find((name) => name === wanted);
  if (found === undefined) throw new UsageError(`--format got "${wanted}"; allowed: ${FORMATS.join(', ')}. Example: --format csv`);
  return found;
}

async function statement(context: Context, sql: string): Promise<string> {
  if (sql !== '-') return sql;
  const parts: Buffer[] = [];
  for await (const part of context.io.stdin) parts.push(Buffer.from(part as Buffer));
  return Buffer.concat(parts).toString('utf8');
}

async function named(client: AthenaClient, platform: Platform, options: QueryOptions): Promise<Omit<Asked, 'workGroup'>> {
  const queries = await listNamedQueries(client, workGroupName(platform.env));
  const found = queries.find(({ name }) => name === options.named);
  if (found === undefined) throw new UsageError(`There is no named query "${options.named ?? ''}".`, { todo: `${didYouMean(options.named ?? '', queries)}All of them: waybill query --list` });
  return { sql: found.sql, database: found.database, parameters: literals(found, readParams(options.param)) };
}

/** Names that share a word with what was asked for. */
function didYouMean(asked: string, queries: readonly Named[]): string {
  const words = asked.toLowerCase().split(/[^a-z]+/).filter((word) => word.length > 3);
  const near = queries.map(({ name }) => name).filter((name) => words.some((word) => name.includes(word.slice(0, 5))));
  return near.length === 0 ? '' : `Near it: ${near.join(', ')}. `;
}

function readParams(given: readonly string[]): ReadonlyMap<string, string> {
  return new Map(given.map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw new UsageError(`--param got "${text}"; allowed: <name>=<value>. Example: --param from_date=2026-11-01`);
    return [text.slice(0, at), text.slice(at + 1)];
  }));
}

async function list(context: Context, client: AthenaClient, platform: Platform): Promise<void> {
  const queries = await listNamedQueries(client, workGroupName(platform.env));
  if (queries.length === 0) throw new WorldError(`Work group ${workGroupName(platform.env)} has no named queries.`, { todo: 'Deploy the current version of the platform to this environment.' });
  context.answer(queries, () => `${table(queries.map((each) => [paint(context.io, 'bold', each.name), each.description, each.parameters.map(({ name }) => name).join(', ')]))}\nRun one: waybill query --named ${queries[0]?.name ?? ''} --param <name>=<value>\n`);
}

interface Shown { readonly platform: Platform; readonly format: Format; readonly asked: Asked }

async function show(context: Context, client: AthenaClient, { platform, format, asked }: Shown): Promise<void> {
  const finished = await runQuery(client, asked, context.io.interrupted);
  const pages = resultPages(client, finished);
  if (format === 'csv') {
    let head = true;
    for await (const page of pages) {
      context.io.out(`${head ? csvText([page.columns.map(({ name }) => name)]) : ''}${csvText(page.rows)}`);
      head = false;
    }
    context.io.err(`${summary(platform, finished)}\n`);
    return;
  }
  let columns: readonly Column[] = [];
  const rows: (readonly (string | undefined)[])[] = [];
  for await (const page of pages) {
    ({ columns } = page);
    rows.push(...page.rows);
    if (format === 'table' && rows.length > MOST_SHOWN) break;
  }
  if (format === 'json') {
    const { id, scannedBytes, milliseconds } = finished;
    context.io.out(`${JSON.stringify({ columns, rows: rowObjects({ columns, rows }), queryExecutionId: id, scannedBytes, milliseconds, priceUsd: priceUsd(finished) }, null, 2)}\n`);
    return;
  }
  const shown = rows.slice(0, MOST_SHOWN);
  const isText = finished.output.endsWith('.txt');
  context.io.out(isText ? shown.map((row) => `${row.join('\t')}\n`).join('') : tableText(columns, shown));
  const more = rows.length > MOST_SHOWN ? `The first ${MOST_SHOWN} rows; all of them: --format csv. ` : '';
  context.io.out(`\n${paint(context.io, 'gray', `${isText ? '' : `${count(shown.length, 'row')} · `}${more}${summary(platform, finished)}`)}\n`);
}

function summary(platform: Platform, finished: Finished): string {
  const price = `$${priceUsd(finished).toFixed(6)}`;
  const cost = platform.sandbox === undefined ? `${price} (${PRICE_DATE} price)` : `nothing here, ${price} on AWS (${PRICE_DATE} price)`;
  return `${bytes(finished.scannedBytes)} scanned · ${(finished.milliseconds / 1000).toFixed(2)} s · costs ${cost}`;
}

/** An environment without its lake says so; anything else that Athena refuses keeps its words. */
function noWorkGroup(error: unknown, platform: Platform): unknown {
  if (!(error instanceof Error) || error.name !== 'InvalidRequestException') return error;
  if (!/WorkGroup .*(not found|is not found)/.test(error.message)) return new WorldError(error.message, { cause: error });
  const todo = platform.sandbox === undefined ? `Deploy it: npx cdk deploy '**' -c env=${platform.env}` : 'Start the sandbox again with the current version: npm start';
  return new WorldError(`Environment ${platform.env} has no lake to query yet: its work group ${workGroupName(platform.env)} does not exist.`, { todo, cause: error });
}
