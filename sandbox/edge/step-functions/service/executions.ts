/** All executions at work: start, stop, redrive, and going on after a restart of the edge. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../event-sources/clock.ts';
import { parseDefinition } from '../definition/parse-definition.ts';
import type { Machine } from '../definition/types.ts';
import { Interrupted, isSuspension, toStatesError } from '../errors.ts';
import type { Host, ServiceCalls } from '../run/host.ts';
import type { Run } from '../run/run.ts';
import { Archive, type Root } from './archive.ts';
import type { Execution } from './execution.ts';
import { type ExecutionTree, markRedriven } from './execution-tree.ts';
import { createMapRuns } from './map-runs.ts';
import type { ExecutionEnd, ExecutionRecord } from './records.ts';
import { TokenDesk } from './task-tokens.ts';

export interface ExecutionsOptions {
  /** Folder of the journals. */
  readonly dir: string;
  readonly region: string;
  readonly clock: Clock;
  readonly calls: ServiceCalls;
  readonly random: () => number;
  readonly newId: () => string;
  /** Told of every start and end of an execution that was started by name. */
  readonly watch: (record: ExecutionRecord) => void;
}

export type NewExecution = Pick<ExecutionRecord, 'name' | 'machineArn' | 'machineName' | 'roleArn' | 'input'> & { readonly definition: string };

export class Executions {
  readonly #options: ExecutionsOptions;
  readonly #archive: Archive;
  readonly #host: Host;
  readonly #runs = new WeakMap<Run, Execution>();
  readonly #machines = new Map<string, Machine>();
  readonly tokens: TokenDesk;
  #suspended = false;

  constructor(options: ExecutionsOptions) {
    const { dir, region, clock, calls, random, newId } = options;
    this.#options = options;
    this.#archive = new Archive(dir, () => newId().slice(0, 8));
    this.tokens = new TokenDesk(clock);
    const mapRuns = createMapRuns({
      now: () => clock.now(),
      newId,
      treeOf: (id) => this.#archive.treeOf(id),
      executionOf: (run) => this.#executionOf(run),
      follow: (execution) => this.#follow(execution),
      redrive: (execution, attempt) => this.#redrive(execution, attempt),
    });
    this.#host = { clock, region, calls, tokens: this.tokens, mapRuns, random, newId };
  }

  roots(): Root[] {
    return this.#archive.roots();
  }

  /** Record of an execution, child executions included. */
  record(arn: string): ExecutionRecord | undefined {
    return this.#archive.root(arn)?.record ?? this.find(arn)?.record;
  }

  find(arn: string): Execution | undefined {
    const root = this.#archive.root(arn);
    if (root !== undefined) return this.#archive.open(root).root;
    return this.#archive.treeOf(arn.split(':').at(-1) ?? '')?.find(arn);
  }

  /** The tree of a map run or a child execution, by its ARN. */
  treeOf(arn: string): ExecutionTree | undefined {
    return this.#archive.treeOf(arn.split(':').at(-1) ?? '');
  }

  /** Starts an execution; its name must be free. On disk when it returns. @throws InvalidDefinitionError */
  start(asked: NewExecution): ExecutionRecord {
    this.#machine(asked.definition);
    const record: ExecutionRecord = { ...asked, arn: `${asked.machineArn.replace(':stateMachine:', ':execution:')}:${asked.name}`, startDate: this.#options.clock.now(), status: 'RUNNING', redriveCount: 0 };
    const tree = this.#archive.add(record);
    tree.journal.flush();
    if (tree.root !== undefined) this.#follow(tree.root);
    this.#options.watch(record);
    return record;
  }

  stop(execution: Execution, error?: string, cause?: string): void {
    if (execution.record.status === 'RUNNING') execution.run?.interrupt(new Interrupted('aborted', error, cause));
  }

  /** Begins an ended execution again at its unfinished states. */
  redrive(execution: Execution): void {
    this.#redrive(execution, 0);
    execution.tree.journal.flush();
    this.#options.watch(execution.record);
  }

  /** Goes on with everything that ran when the edge ended. */
  resume(): void {
    for (const root of this.roots()) {
      if (root.record.status !== 'RUNNING') continue;
      const { root: execution } = this.#archive.open(root);
      if (execution?.record.status === 'RUNNING') this.#follow(execution);
    }
  }

  /** Everything that runs pauses where it is, until the edge starts again. */
  async suspend(): Promise<void> {
    this.#suspended = true;
    const running = this.roots().flatMap(({ tree }) => (tree?.root?.record.status === 'RUNNING' ? [tree.root] : []));
    for (const execution of running) execution.run?.interrupt(new Interrupted('suspended'));
    for (const execution of running) await execution.finished;
    this.#archive.close();
  }

  flush(): void {
    this.#archive.flush();
  }

  /** Parsed definitions are kept: the same machine is started again and again. */
  #machine(definition: string): Machine {
    const key = createHash('sha256').update(definition).digest('hex');
    const known = this.#machines.get(key);
    if (known !== undefined) return known;
    const machine = parseDefinition(definition);
    if (this.#machines.size >= 100) this.#machines.clear();
    this.#machines.set(key, machine);
    return machine;
  }

  #executionOf(run: Run): Execution {
    const execution = this.#runs.get(run);
    if (execution === undefined) throw new Error('the run belongs to no execution');
    return execution;
  }

  #machineOf({ record, tree }: Execution): Machine {
    const mapRun = record.child === undefined ? undefined : tree.mapRuns.get(record.child.mapRunArn);
    return mapRun?.record.spec.machine ?? this.#machine(record.definition ?? '');
  }

  #redrive(execution: Execution, attempt: number): void {
    const at = this.#options.clock.now();
    execution.tree.journal.write(['redrive', execution.number, { at, attempt }]);
    markRedriven(execution, { at, attempt });
    execution.openRun(this.#host, this.#machineOf(execution)).rewind(at);
    execution.finished = undefined;
    this.#follow(execution);
  }

  #follow(execution: Execution): void {
    if (execution.finished !== undefined || this.#suspended) return;
    execution.finished = this.#runToEnd(execution);
  }

  async #runToEnd(execution: Execution): Promise<void> {
    const end = await this.#endOf(execution);
    if (end === undefined) return;
    const { record, tree, number } = execution;
    Object.assign(record, end);
    const redrives = { redriveCount: record.redriveCount, ...(record.redriveDate === undefined ? {} : { redriveDate: record.redriveDate }) };
    tree.journal.write(['end', number, { ...end, ...redrives }]);
    if (number !== 0) return;
    tree.journal.close();
    this.#options.watch(record);
  }

  /** Undefined when the edge stops in between. */
  async #endOf(execution: Execution): Promise<ExecutionEnd | undefined> {
    const stopDate = (): number => this.#options.clock.now();
    try {
      const run = execution.openRun(this.#host, this.#machineOf(execution));
      this.#runs.set(run, execution);
      return { output: JSON.stringify(await run.execute()), status: 'SUCCEEDED', stopDate: stopDate() };
    } catch (error) {
      if (isSuspension(error)) return undefined;
      const interrupted = error instanceof Interrupted ? error : undefined;
      const { error: name, reason } = interrupted ?? toStatesError(error);
      const status = interrupted === undefined ? 'FAILED' : interrupted.kind === 'timedOut' ? 'TIMED_OUT' : 'ABORTED';
      return { status, stopDate: stopDate(), ...(name === undefined ? {} : { error: name }), ...(reason === undefined ? {} : { cause: reason }) };
    }
  }
}
