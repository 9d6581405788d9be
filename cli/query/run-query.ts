/** One query through Athena's API: start, wait, read pages. The same for the sandbox and for AWS. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AthenaClient, QueryExecution } from '@aws-sdk/client-athena';
import { WorldError } from '../errors.ts';

export interface Asked {
  readonly sql: string;
  readonly database: string;
  readonly workGroup: string;
  /** Literals for the question marks. */
  readonly parameters: readonly string[];
}

export interface Column { readonly name: string; readonly type: string }

export interface Finished {
  readonly id: string;
  readonly scannedBytes: number;
  readonly milliseconds: number;
  /** DDL, DML or UTILITY. */
  readonly kind: string;
  /** Where the result lies. */
  readonly output: string;
}

/** Waits at first a little, then longer: most queries in the sandbox are done in a quarter of a second. */
const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [40, 1000];

/** Runs to the end. A user who interrupts cancels the query. @throws WorldError with Athena's reason when it does not succeed */
export async function runQuery(client: AthenaClient, asked: Asked, interrupted: Promise<void>): Promise<Finished> {
  const { GetQueryExecutionCommand, StartQueryExecutionCommand, StopQueryExecutionCommand } = await import('@aws-sdk/client-athena');
  const started = await client.send(new StartQueryExecutionCommand({
    QueryString: asked.sql,
    WorkGroup: asked.workGroup,
    QueryExecutionContext: { Database: asked.database, Catalog: 'AwsDataCatalog' },
    ...(asked.parameters.length === 0 ? {} : { ExecutionParameters: [...asked.parameters] }),
  }));
  const QueryExecutionId = started.QueryExecutionId ?? '';
  void interrupted.then(() => client.send(new StopQueryExecutionCommand({ QueryExecutionId })));
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 1.5, LONGEST_WAIT_MS)) {
    const { QueryExecution: execution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const state = execution?.Status?.State;
    if (execution !== undefined && state === 'SUCCEEDED') return finished(QueryExecutionId, execution);
    if (state === 'FAILED' || state === 'CANCELLED') throw failure(execution);
    await sleep(wait);
  }
}

function finished(id: string, { Statistics, StatementType, ResultConfiguration }: QueryExecution): Finished {
  return {
    id,
    scannedBytes: Statistics?.DataScannedInBytes ?? 0,
    milliseconds: Statistics?.TotalExecutionTimeInMillis ?? 0,
    kind: StatementType ?? 'DML',
    output: ResultConfiguration?.OutputLocation ?? '',
  };
}

function failure(execution: QueryExecution | undefined): WorldError {
  const reason = execution?.Status?.StateChangeReason ?? 'Athena gave no reason.';
  return new WorldError(execution?.Status?.State === 'CANCELLED' ? `The query was cancelled: ${reason}` : reason, advice(reason));
}

/** The next step for the failures that newcomers meet. */
export function advice(reason: string): { readonly todo?: string } {
  if (/Bytes scanned limit/.test(reason)) return { todo: 'Ask for fewer days or columns: a condition on business_date or event_time lets Athena skip files.' };
  if (reason.includes('environment is not set up')) return {};
  if (/INVALID_VIEW.*does not exist yet/.test(reason)) return { todo: 'The lake has no such data yet. What there is: waybill query --named data-freshness' };
  if (/TABLE_NOT_FOUND.*has no table yet|catalog is empty|is declared and has no data|TABLE_NOT_FOUND.*_(silver|gold|ops)\./.test(reason)) return { todo: 'Which tables there are: waybill query "SHOW TABLES" --database gold. Tables appear with the first load.' };
  if (/SCHEMA_NOT_FOUND/.test(reason)) return { todo: 'Which databases there are: waybill query "SHOW DATABASES"' };
  if (/COLUMN_NOT_FOUND/.test(reason)) return { todo: 'Which columns a table has: waybill query "DESCRIBE <table>"' };
  return {};
}

export interface ResultPage { readonly columns: readonly Column[]; readonly rows: readonly (readonly (string | undefined)[])[] }

/** Pages of rows; names of columns are not among them. */
export async function* resultPages(client: AthenaClient, { id, output }: Finished): AsyncGenerator<ResultPage> {
  const { paginateGetQueryResults } = await import('@aws-sdk/client-athena');
  let first = true;
  for await (const { ResultSet } of paginateGetQueryResults({ client }, { QueryExecutionId: id })) {
    const columns = (ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name = '', Type = '' }) => ({ name: Name, type: Type }));
    const rows = (ResultSet?.Rows ?? []).map(({ Data = [] }) => Data.map(({ VarCharValue }) => VarCharValue));
    // The first row of a CSV is its head; the answers of SHOW and DESCRIBE have none.
    yield { columns, rows: first && output.endsWith('.csv') ? rows.slice(1) : rows };
    first = false;
  }
}
