/** The operations on queries, in the shapes and with the refusals of Athena's API. */
import { randomUUID } from 'node:crypto';
import { asObject, textOf } from '../../json.ts';
import type { JsonObject } from '../../json.ts';
import type { ControlClient } from '../control-client.ts';
import { AthenaRequestError } from './errors.ts';
import { describeExecution, isFinal } from './execution.ts';
import type { Execution } from './execution.ts';
import type { ExecutionBook } from './execution-book.ts';
import type { QueryQueue } from './query-queue.ts';
import { readColumns, readPage } from './result-pages.ts';
import { outputOf, readWorkGroup } from './work-groups.ts';

/** Limits of the API (service quotas; the number of active queries is the smallest region's default). */
const MAX_QUERY_BYTES = 262_144;
const MAX_ACTIVE = 20;
const MAX_ROWS = 1000;
const MAX_LISTED = 50;
const DEFAULT_WORK_GROUP = 'primary';

export interface AthenaParts {
  readonly control: ControlClient;
  readonly book: ExecutionBook;
  readonly queue: QueryQueue;
  readonly now: () => number;
}

/** @throws AthenaRequestError */
export async function startQueryExecution({ control, book, queue, now }: AthenaParts, input: JsonObject): Promise<object> {
  const query = textOf(input['QueryString']);
  if (query.trim() === '') throw new AthenaRequestError('QueryString must not be empty.');
  if (Buffer.byteLength(query) > MAX_QUERY_BYTES) throw new AthenaRequestError(`QueryString has ${Buffer.byteLength(query)} bytes, allowed are ${MAX_QUERY_BYTES}.`);

  const group = await readWorkGroup(control, textOf(input['WorkGroup'], DEFAULT_WORK_GROUP));
  if (!group.enabled) throw new AthenaRequestError(`WorkGroup ${group.name} is disabled.`);
  const output = outputOf(group, optionalText(asObject(input['ResultConfiguration'])['OutputLocation']));
  const database = optionalText(asObject(input['QueryExecutionContext'])['Database']);
  const parameters = listOf(input['ExecutionParameters']).map(String);

  const token = optionalText(input['ClientRequestToken']);
  const before = token === undefined ? undefined : book.byToken(group.name, token);
  if (before !== undefined) return repeated(before, { query, parameters, database });
  if (queue.active >= MAX_ACTIVE) throw new AthenaRequestError(`You have exceeded the limit for the number of queries you can run concurrently (${MAX_ACTIVE}).`, 'TooManyRequestsException');

  const id = randomUUID();
  const execution: Execution = {
    id,
    query,
    parameters,
    workGroup: group.name,
    ...(database === undefined ? {} : { database }),
    ...(token === undefined ? {} : { token }),
    output: `${output}${id}`,
    state: 'QUEUED',
    submitted: now(),
    scannedBytes: 0,
    engineMs: 0,
  };
  book.add(execution);
  queue.add({ execution, group });
  return { QueryExecutionId: id };
}

/** The same token asks for the same query; with another text it is a mistake. */
function repeated(before: Execution, asked: Pick<Execution, 'query' | 'parameters'> & { database: string | undefined }): object {
  const same = before.query === asked.query && before.database === asked.database && JSON.stringify(before.parameters) === JSON.stringify(asked.parameters);
  if (!same) throw new AthenaRequestError('Idempotent parameters do not match: the ClientRequestToken was used for another query.');
  return { QueryExecutionId: before.id };
}

export function stopQueryExecution({ book, queue }: AthenaParts, input: JsonObject): object {
  const execution = find(book, input);
  if (!isFinal(execution)) queue.cancel(execution);
  return {};
}

export const getQueryExecution = ({ book }: AthenaParts, input: JsonObject): object => ({ QueryExecution: describeExecution(find(book, input)) });

export function batchGetQueryExecution({ book }: AthenaParts, input: JsonObject): object {
  const ids = listOf(input['QueryExecutionIds']).map(String);
  if (ids.length === 0 || ids.length > MAX_LISTED) throw new AthenaRequestError(`QueryExecutionIds has ${ids.length} entries; 1 to ${MAX_LISTED} are allowed.`);
  return {
    QueryExecutions: ids.flatMap((id) => book.get(id) ?? []).map(describeExecution),
    UnprocessedQueryExecutionIds: ids.filter((id) => book.get(id) === undefined).map((id) => ({ QueryExecutionId: id, ErrorCode: 'INVALID_INPUT', ErrorMessage: `QueryExecution ${id} was not found` })),
  };
}

export async function listQueryExecutions({ control, book }: AthenaParts, input: JsonObject): Promise<object> {
  const { name } = await readWorkGroup(control, textOf(input['WorkGroup'], DEFAULT_WORK_GROUP));
  const limit = readLimit(input, MAX_LISTED);
  const from = readToken(input);
  const ids = book.ofWorkGroup(name).map(({ id }) => id);
  return { QueryExecutionIds: ids.slice(from, from + limit), ...(from + limit < ids.length ? { NextToken: tokenOf(from + limit) } : {}) };
}

/** @throws AthenaRequestError when the query has no result */
export async function getQueryResults({ control, book }: AthenaParts, input: JsonObject): Promise<object> {
  const execution = find(book, input);
  if (!isFinal(execution)) throw new AthenaRequestError(`Query has not yet finished. Current state: ${execution.state}`);
  if (execution.state !== 'SUCCEEDED') throw new AthenaRequestError(`Query did not finish successfully. Final query state: ${execution.state}`);

  const limit = readLimit(input, MAX_ROWS);
  const [columns, page] = await Promise.all([readColumns(control, execution.output), readPage(control, execution.output, { offset: readToken(input), limit })]);
  return {
    UpdateCount: 0,
    ResultSet: {
      Rows: page.rows.map((row) => ({ Data: row.map((cell) => (cell === undefined ? {} : { VarCharValue: cell })) })),
      ResultSetMetadata: { ColumnInfo: columns },
    },
    ...(page.next === undefined ? {} : { NextToken: tokenOf(page.next) }),
  };
}

function find(book: ExecutionBook, input: JsonObject): Execution {
  const id = textOf(input['QueryExecutionId']);
  const found = book.get(id);
  if (found === undefined) throw new AthenaRequestError(`QueryExecution ${id} was not found`);
  return found;
}

function readLimit(input: JsonObject, most: number): number {
  const limit = Number(input['MaxResults'] ?? most);
  if (!Number.isInteger(limit) || limit < 1 || limit > most) throw new AthenaRequestError(`MaxResults is ${String(input['MaxResults'])}; allowed: 1 to ${most}.`);
  return limit;
}

/** Tokens hold a position; they are written so that nobody counts with them. */
const tokenOf = (position: number): string => Buffer.from(`p${position}`).toString('base64url');

function readToken(input: JsonObject): number {
  const token = optionalText(input['NextToken']);
  if (token === undefined) return 0;
  const position = /^p(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'))?.[1];
  if (position === undefined) throw new AthenaRequestError('NextToken is not one that an earlier answer gave.');
  return Number(position);
}

const optionalText = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
