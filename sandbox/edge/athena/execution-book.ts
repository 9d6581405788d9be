/** The history of queries: in memory, on disk after each change of state, the oldest forgotten. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readStored, writeAside } from '../cloudwatch/alarm-book.ts';
import { isFinal } from './execution.ts';
import type { Execution } from './execution.ts';

/** AWS keeps 45 days; here the newest ones. Queries are kept with their text, which is at most 256 KB each. */
const MAX_KEPT = 500;
const MAX_BYTES = 8 << 20;

export class ExecutionBook {
  readonly #path: string;
  readonly #executions = new Map<string, Execution>();

  /** Queries that were at work when the edge ended have failed: their process is gone. */
  constructor(dir: string, now: () => number) {
    mkdirSync(dir, { recursive: true });
    this.#path = join(dir, 'executions.json');
    const stored = readStored(this.#path)['executions'];
    for (const execution of (Array.isArray(stored) ? stored : []) as Execution[]) {
      if (!isFinal(execution)) Object.assign(execution, { state: 'FAILED', reason: 'The sandbox was stopped while the query ran. Start it again.', byUser: false, completed: now() } satisfies Partial<Execution>);
      this.#executions.set(execution.id, execution);
    }
  }

  get(id: string): Execution | undefined {
    return this.#executions.get(id);
  }

  /** Newest first. */
  ofWorkGroup(workGroup: string): Execution[] {
    return this.all().filter((execution) => execution.workGroup === workGroup).toReversed();
  }

  all(): Execution[] {
    return [...this.#executions.values()];
  }

  /** The query that was started with this token, if it is remembered. */
  byToken(workGroup: string, token: string): Execution | undefined {
    return this.all().find((execution) => execution.token === token && execution.workGroup === workGroup);
  }

  add(execution: Execution): void {
    this.#executions.set(execution.id, execution);
    this.#forgetOldest();
    this.flush();
  }

  flush(): void {
    writeAside(this.#path, { executions: this.all() });
  }

  #forgetOldest(): void {
    let bytes = this.all().reduce((sum, { query }) => sum + query.length, 0);
    for (const execution of this.#executions.values()) {
      if (this.#executions.size <= MAX_KEPT && bytes <= MAX_BYTES) return;
      if (!isFinal(execution)) continue;
      this.#executions.delete(execution.id);
      bytes -= execution.query.length;
    }
  }
}
