/** An execution with its run; the run goes on, or has ended, or waits for a redrive. */
import type { Machine } from '../definition/types.ts';
import type { Host } from '../run/host.ts';
import { Run, type RunState } from '../run/run.ts';
import type { ExecutionTree } from './execution-tree.ts';
import type { ExecutionRecord } from './records.ts';

export class Execution {
  readonly tree: ExecutionTree;
  /** Its place in the tree. */
  readonly number: number;
  readonly record: ExecutionRecord;
  readonly progress: RunState;
  #run: Run | undefined;
  /** Set while somebody follows the run; settles when it has ended. */
  finished: Promise<void> | undefined;

  constructor(tree: ExecutionTree, number: number, record: ExecutionRecord) {
    this.tree = tree;
    this.number = number;
    this.record = record;
    this.progress = { history: [], redriveCount: 0, startedAt: record.startDate };
  }

  get run(): Run | undefined {
    return this.#run;
  }

  /** Its run, made from the definition when it is first needed. */
  openRun(host: Host, machine: Machine): Run {
    const { arn, name, machineArn, machineName, roleArn, startDate, input, child } = this.record;
    const info = { executionArn: arn, name, machineArn, machineName, roleArn, startDate, input: JSON.parse(input) as unknown, ...(child === undefined ? {} : { mapContext: child.context }) };
    this.#run ??= new Run(host, machine, info, this.tree.journal.of(this.number), this.progress);
    return this.#run;
  }
}
