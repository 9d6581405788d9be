/** An execution that was started by name, with the map runs and child executions below it: what one journal holds. */
import { findFrame, restoreFrame } from '../run/frame.ts';
import { Execution } from './execution.ts';
import { JournalFile, type JournalLine, readJournal, readLine } from './journal-file.ts';
import type { ExecutionRecord, MapRunRecord } from './records.ts';

export interface MapRun {
  readonly record: MapRunRecord;
  /** By index of the item. */
  readonly children: (Execution | undefined)[];
}

export class ExecutionTree {
  /** Eight hex digits: begin the ids of map runs and children, so that they are found by name. */
  readonly key: string;
  readonly journal: JournalFile;
  readonly executions: Execution[] = [];
  readonly mapRuns = new Map<string, MapRun>();
  readonly #byArn = new Map<string, Execution>();

  constructor(key: string, path: string) {
    this.key = key;
    this.journal = new JournalFile(path);
  }

  /** Reads a tree back. @throws Error when the journal is damaged before its end */
  static load(key: string, path: string): ExecutionTree {
    const tree = new ExecutionTree(key, path);
    for (const line of readJournal(path)) tree.#replay(readLine(line));
    return tree;
  }

  get root(): Execution | undefined {
    return this.executions[0];
  }

  find(arn: string): Execution | undefined {
    return this.#byArn.get(arn);
  }

  add(record: ExecutionRecord): Execution {
    const execution = this.#insert(record);
    this.journal.write(['start', execution.number, record]);
    return execution;
  }

  addMapRun(record: MapRunRecord): MapRun {
    const mapRun: MapRun = { record, children: [] };
    this.mapRuns.set(record.arn, mapRun);
    this.journal.write(['map', record.parent, record]);
    return mapRun;
  }

  #insert(record: ExecutionRecord): Execution {
    const execution = new Execution(this, this.executions.length, record);
    this.executions.push(execution);
    this.#byArn.set(record.arn, execution);
    if (record.child !== undefined) {
      const { mapRunArn, index } = record.child;
      const mapRun = this.mapRuns.get(mapRunArn);
      if (mapRun !== undefined) mapRun.children[index] = execution;
    }
    return execution;
  }

  #replay(line: JournalLine): void {
    if (line[0] === 'start') {
      this.#insert(line[2]);
      return;
    }
    if (line[0] === 'map') {
      this.#replayMapRun(line[2]);
      return;
    }
    const execution = this.executions[line[1]];
    if (execution !== undefined) replayInto(execution, line);
  }

  #replayMapRun(record: MapRunRecord): void {
    const known = this.mapRuns.get(record.arn);
    if (known === undefined) this.mapRuns.set(record.arn, { record, children: [] });
    else Object.assign(known.record, { stopDate: undefined }, record);
  }
}

function replayInto(execution: Execution, line: Exclude<JournalLine, readonly ['start' | 'map', ...unknown[]]>): void {
  const { record, progress, tree, number } = execution;
  switch (line[0]) {
    case 'event':
      progress.history.push(line[2]);
      return;
    case 'frame':
      progress.root = restoreFrame(progress.root, line[2], line[3], tree.journal.of(number));
      return;
    case 'patch':
      findFrame(progress.root, line[2])?.absorb(line[3]);
      return;
    case 'end':
      Object.assign(record, line[2]);
      return;
    case 'redrive':
      markRedriven(execution, line[2]);
      progress.redriveCount = record.redriveCount;
      progress.startedAt = line[2].at;
      progress.root?.rewind();
  }
}

/** The record of an execution that runs again. */
export function markRedriven({ record }: Execution, { at, attempt }: { at: number; attempt: number }): void {
  record.status = 'RUNNING';
  record.redriveCount += 1;
  record.redriveDate = at;
  if (record.child !== undefined) record.child.attempt = attempt;
  delete record.stopDate;
  delete record.output;
  delete record.error;
  delete record.cause;
}
