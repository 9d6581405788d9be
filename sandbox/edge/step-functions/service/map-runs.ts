/** Map runs: the children of a distributed Map state are executions of their own, so a failed one can be found, read and redriven. */
import { Interrupted, isSuspension, StatesError } from '../errors.ts';
import type { MapItem } from '../run/frame.ts';
import type { ChildResult, MapRuns, MapSpec } from '../run/host.ts';
import type { Run } from '../run/run.ts';
import { settle } from '../run/settle.ts';
import type { Execution } from './execution.ts';
import type { ExecutionTree, MapRun } from './execution-tree.ts';
import { toChildResult } from './views.ts';

/** Children at once when the definition sets no bound: AWS goes up to 10,000. */
const MAX_CONCURRENT = 1000;

export interface MapRunTools {
  now(): number;
  newId(): string;
  /** The execution that a run belongs to. */
  executionOf(run: Run): Execution;
  /** The tree that a child's or map run's id names. */
  treeOf(id: string): ExecutionTree | undefined;
  /** Starts an execution, or goes on with it; `finished` of it is then set. */
  follow(execution: Execution): void;
  redrive(execution: Execution, attempt: number): void;
}

export function createMapRuns(tools: MapRunTools): MapRuns {
  return {
    open(run, spec) {
      const { tree, record, number } = tools.executionOf(run);
      const arn = `${run.info.machineArn.replace(':stateMachine:', ':mapRun:')}/${spec.label}:${tree.key}${tools.newId().slice(8)}`;
      tree.addMapRun({ arn, parent: number, parentArn: record.arn, machineArn: run.info.machineArn, spec, startDate: tools.now(), counts: [], status: 'RUNNING', redriveCount: 0 });
      return arn;
    },
    async work(arn, spec, items, signal) {
      const tree = tools.treeOf(arn.split(':').at(-1) ?? '');
      const mapRun = tree?.mapRuns.get(arn);
      if (tree === undefined || mapRun === undefined) throw new StatesError('States.Runtime', `There is no map run ${arn}`);
      begin(tree, mapRun, items);
      return workOn({ tools, tree, mapRun, spec, items, signal });
    },
  };
}

/** A map run that ended before is being redriven. */
function begin(tree: ExecutionTree, { record }: MapRun, items: readonly MapItem[]): void {
  if (record.stopDate !== undefined) {
    record.redriveCount += 1;
    delete record.stopDate;
  }
  record.status = 'RUNNING';
  record.counts = items.map(({ count }) => count);
  tree.journal.write(['map', record.parent, record]);
}

interface Work {
  readonly tools: MapRunTools;
  readonly tree: ExecutionTree;
  readonly mapRun: MapRun;
  readonly spec: MapSpec;
  readonly items: readonly MapItem[];
  readonly signal: AbortSignal;
}

async function workOn(work: Work): Promise<ChildResult[]> {
  const { tree, mapRun, spec, items, signal, tools } = work;
  const tolerance = new Tolerance(spec, items);
  const cut = (): void => interruptChildren(mapRun, signal);
  signal.addEventListener('abort', cut, { once: true });
  try {
    const limit = spec.maxConcurrency > 0 ? Math.min(spec.maxConcurrency, MAX_CONCURRENT) : MAX_CONCURRENT;
    await settle(items.map((item, index) => () => runChild(work, { item, index, tolerance })), limit, cut);
    mapRun.record.status = 'SUCCEEDED';
  } catch (error) {
    for (const child of mapRun.children) await child?.finished;
    mapRun.record.status = signal.aborted ? 'ABORTED' : 'FAILED';
    throw error;
  } finally {
    signal.removeEventListener('abort', cut);
    if (!isSuspension(signal.reason)) {
      mapRun.record.stopDate = tools.now();
      tree.journal.write(['map', mapRun.record.parent, mapRun.record]);
    }
  }
  return mapRun.children.filter((child) => child !== undefined).map(({ record }) => toChildResult(record));
}

/** The outer execution's interruption, or the end that a failed map run brings to the children that still run. */
function interruptChildren({ children }: MapRun, signal: AbortSignal): void {
  const why = isSuspension(signal.reason) ? new Interrupted('suspended') : new Interrupted('aborted');
  for (const child of children) if (child?.record.status === 'RUNNING') child.run?.interrupt(why);
}

async function runChild(work: Work, { item, index, tolerance }: { item: MapItem; index: number; tolerance: Tolerance }): Promise<void> {
  const { mapRun, signal, tools } = work;
  signal.throwIfAborted();
  const { redriveCount: attempt } = mapRun.record;
  const child = mapRun.children[index] ?? startChild(work, item, index);
  const { record } = child;
  if (record.status !== 'RUNNING' && record.status !== 'SUCCEEDED' && (record.child?.attempt ?? 0) < attempt) tools.redrive(child, attempt);
  else if (record.status === 'RUNNING') tools.follow(child);
  await child.finished;
  signal.throwIfAborted();
  if (!hasSucceeded(child)) tolerance.failed(item);
}

const hasSucceeded = ({ record }: Execution): boolean => record.status === 'SUCCEEDED';

function startChild({ tools, tree, mapRun }: Work, item: MapItem, index: number): Execution {
  const { arn, machineArn, spec, redriveCount } = mapRun.record;
  const name = `${tree.key}${tools.newId().slice(8)}`;
  const machine = `${machineArn}/${spec.label}`;
  const { machineName, roleArn } = tree.executions[mapRun.record.parent]?.record ?? { machineName: '', roleArn: '' };
  return tree.add({
    arn: `${machine.replace(':stateMachine:', ':execution:')}:${name}`,
    name,
    machineArn: machine,
    machineName: `${machineName}/${spec.label}`,
    roleArn,
    input: JSON.stringify(item.input),
    startDate: tools.now(),
    status: 'RUNNING',
    redriveCount: 0,
    child: { mapRunArn: arn, index, context: item.context, attempt: redriveCount },
  });
}

/** How many items may fail; without a word about it, none. When both are given, the one that is passed first counts. */
class Tolerance {
  readonly #spec: MapSpec;
  readonly #total: number;
  #failed = 0;

  constructor(spec: MapSpec, items: readonly MapItem[]) {
    this.#spec = spec;
    this.#total = items.reduce((sum, { count }) => sum + count, 0);
  }

  /** @throws StatesError when that is too many */
  failed({ count }: MapItem): void {
    this.#failed += count;
    const { toleratedCount, toleratedPercentage } = this.#spec;
    const none = toleratedCount === undefined && toleratedPercentage === undefined;
    const tooMany = toleratedCount !== undefined && this.#failed > toleratedCount;
    const tooLarge = toleratedPercentage !== undefined && (100 * this.#failed) / this.#total > toleratedPercentage;
    if (none || tooMany || tooLarge) throw new StatesError('States.ExceedToleratedFailureThreshold', 'The specified tolerated failure threshold was exceeded');
  }
}
