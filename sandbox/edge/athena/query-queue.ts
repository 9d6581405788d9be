/** Which queries run: two at a time, the others wait in order. Writes down what becomes of each. */
import type { MetricSink } from '../metric-sink.ts';
import { isFinal } from './execution.ts';
import type { Execution } from './execution.ts';
import type { ExecutionBook } from './execution-book.ts';
import type { QueryOutcome, QueryProcess } from './query-process.ts';
import type { WorkGroup } from './work-groups.ts';

const AT_ONCE = 2;

export interface QueueParts {
  readonly book: ExecutionBook;
  readonly process: QueryProcess;
  readonly sink: MetricSink;
  readonly now: () => number;
}

interface Entry {
  readonly execution: Execution;
  readonly group: WorkGroup;
}

export class QueryQueue {
  readonly #parts: QueueParts;
  readonly #waiting: Entry[] = [];
  readonly #running = new Set<string>();
  #closed = false;

  constructor(parts: QueueParts) {
    this.#parts = parts;
  }

  /** Queries that wait or run. */
  get active(): number {
    return this.#waiting.length + this.#running.size;
  }

  add(entry: Entry): void {
    this.#waiting.push(entry);
    this.#next();
  }

  /** A waiting query ends at once, a running one when the process has let go of it. */
  cancel(execution: Execution): void {
    const place = this.#waiting.findIndex((entry) => entry.execution === execution);
    if (place < 0) {
      this.#parts.process.cancel(execution.id);
      return;
    }
    const [entry] = this.#waiting.splice(place, 1);
    if (entry !== undefined) this.#end(entry, { kind: 'cancelled', reason: 'Query cancelled by user', byUser: true, scannedBytes: 0, engineMs: 0 });
  }

  status(): object {
    return { waiting: this.#waiting.length, atWork: this.#running.size };
  }

  /** Starts nothing any more. */
  close(): void {
    this.#closed = true;
  }

  #next(): void {
    while (!this.#closed && this.#running.size < AT_ONCE) {
      const entry = this.#waiting.shift();
      if (entry === undefined) return;
      void this.#run(entry);
    }
  }

  async #run(entry: Entry): Promise<void> {
    const { execution, group } = entry;
    const { process, book, now } = this.#parts;
    this.#running.add(execution.id);
    Object.assign(execution, { state: 'RUNNING', started: now() } satisfies Partial<Execution>);
    book.flush();
    const { id, query: sql, database, parameters, output } = execution;
    const outcome = await process.run({ id, sql, parameters, output, ...(database === undefined ? {} : { database }), ...(group.limit === undefined ? {} : { limit: group.limit }) });
    this.#running.delete(id);
    this.#end(entry, outcome);
    this.#next();
  }

  #end({ execution, group }: Entry, outcome: QueryOutcome): void {
    if (isFinal(execution)) return;
    const { scannedBytes, engineMs } = outcome;
    const result: Partial<Execution> = outcome.kind === 'done'
      ? { state: 'SUCCEEDED', output: outcome.output, statement: outcome.statement, substatement: outcome.substatement }
      : { state: outcome.kind === 'cancelled' ? 'CANCELLED' : 'FAILED', reason: outcome.reason, byUser: outcome.byUser, output: `${execution.output}.csv` };
    Object.assign(execution, { ...result, scannedBytes, engineMs, completed: this.#parts.now() });
    this.#parts.book.flush();
    if (group.publishesMetrics) this.#measure(execution);
  }

  #measure(execution: Execution): void {
    const { workGroup, state, statement = 'DML', scannedBytes, engineMs, submitted, completed = submitted } = execution;
    const dimensions = { WorkGroup: workGroup, QueryState: state, QueryType: statement };
    const put = (name: string, value: number, unit: 'Bytes' | 'Milliseconds'): void => this.#parts.sink.put({ namespace: 'AWS/Athena', name, dimensions, time: completed, value, unit });
    put('ProcessedBytes', scannedBytes, 'Bytes');
    put('EngineExecutionTime', engineMs, 'Milliseconds');
    put('TotalExecutionTime', completed - submitted, 'Milliseconds');
  }
}
