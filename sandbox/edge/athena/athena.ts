/**
 * Athena of the sandbox: takes queries, runs two at a time in a process with DuckDB, keeps their history, gives results by pages. Work
 * groups and named queries stay with the control plane.
 */
import { asObject, textOf } from '../../json.ts';
import type { JsonObject } from '../../json.ts';
import type { ControlClient } from '../control-client.ts';
import type { MetricSink } from '../metric-sink.ts';
import { errorReply } from '../router-errors.ts';
import type { BackgroundPart, EdgePart, EdgeReply, EdgeRequest } from '../router-part.ts';
import { getDatabase, getTableMetadata, listDatabases, listTableMetadata } from './catalog-operations.ts';
import { AthenaRequestError } from './errors.ts';
import { ExecutionBook } from './execution-book.ts';
import { batchGetQueryExecution, getQueryExecution, getQueryResults, listQueryExecutions, startQueryExecution, stopQueryExecution } from './query-operations.ts';
import { QueryQueue } from './query-queue.ts';
import { createQueryProcess } from './query-process.ts';
import type { QueryEnvironment, QueryProcess } from './query-process.ts';

export interface AthenaOptions {
  readonly control: ControlClient;
  readonly sink: MetricSink;
  /** Folder of the history. */
  readonly dir: string;
  /** The sandbox's own address, by which the process reads the lake. */
  readonly endpoint: string;
  readonly region: string;
  readonly logFile: string;
  /** Where the lake's Python is; undefined while it is not set up. */
  readonly lake: () => QueryEnvironment | undefined;
  /** For tests: another process. */
  readonly process?: QueryProcess;
  readonly now?: () => number;
}

export type Athena = EdgePart & BackgroundPart;

type Operation = (input: JsonObject) => object | Promise<object>;

export function createAthena(options: AthenaOptions): Athena {
  const { control, sink, dir, now = Date.now, process = createQueryProcess(options) } = options;
  const book = new ExecutionBook(dir, now);
  const queue = new QueryQueue({ book, process, sink, now });
  const parts = { control, book, queue, now };
  const operations = new Map<string, Operation>([
    ['StartQueryExecution', (input) => startQueryExecution(parts, input)],
    ['StopQueryExecution', (input) => stopQueryExecution(parts, input)],
    ['GetQueryExecution', (input) => getQueryExecution(parts, input)],
    ['BatchGetQueryExecution', (input) => batchGetQueryExecution(parts, input)],
    ['ListQueryExecutions', (input) => listQueryExecutions(parts, input)],
    ['GetQueryResults', (input) => getQueryResults(parts, input)],
    ['GetDatabase', (input) => getDatabase(control, input)],
    ['ListDatabases', (input) => listDatabases(control, input)],
    ['GetTableMetadata', (input) => getTableMetadata(control, input)],
    ['ListTableMetadata', (input) => listTableMetadata(control, input)],
  ]);

  return {
    name: 'athena',
    handles: ({ service, operation }) => service === 'athena' && operations.has(operation),
    handle: (request) => answer(request, operations),
    status: () => ({ ...queue.status(), ...process.status(), kept: book.all().length }),
    flush: () => Promise.resolve(book.flush()),
    async stop() {
      queue.close();
      await process.stop();
      book.flush();
    },
  };
}

async function answer(request: EdgeRequest, operations: ReadonlyMap<string, Operation>): Promise<EdgeReply> {
  try {
    const output = await operations.get(request.operation)?.(readInput(request));
    return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(output ?? {}) };
  } catch (error) {
    if (!(error instanceof AthenaRequestError)) throw error;
    return errorReply(request, { status: 400, code: error.code, message: error.message });
  }
}

function readInput({ body }: EdgeRequest): JsonObject {
  try {
    return asObject(JSON.parse(textOf(body.toString('utf8'), '{}')));
  } catch {
    throw new AthenaRequestError('The body is not JSON.', 'SerializationException');
  }
}
