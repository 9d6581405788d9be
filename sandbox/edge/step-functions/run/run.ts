/** One execution at work: its history, its frames, and the way from start or redrive to the end. */
import type { Machine } from '../definition/types.ts';
import { Interrupted, isSuspension, StatesError, toStatesError } from '../errors.ts';
import { runBranch } from './branch.ts';
import { Frame } from './frame.ts';
import type { Host } from './host.ts';
import type { HistoryEvent, RunJournal } from './journal.ts';
import { reasonOf, sleep } from './time.ts';

/** AWS ends an execution whose history grows beyond this; better seen here first. */
const MAX_EVENTS = 25_000;

export interface RunInfo {
  readonly executionArn: string;
  readonly name: string;
  readonly machineArn: string;
  readonly machineName: string;
  readonly roleArn: string;
  /** Milliseconds since 1970. */
  readonly startDate: number;
  readonly input: unknown;
  /** `$states.context.Map` of a child of a distributed map. */
  readonly mapContext?: unknown;
}

export interface RunState {
  readonly history: HistoryEvent[];
  root?: Frame;
  redriveCount: number;
  /** When it started last: execution time-outs count from there. */
  startedAt: number;
}

const DATA = { truncated: false } as const;

export class Run {
  readonly host: Host;
  readonly machine: Machine;
  readonly info: RunInfo;
  readonly journal: RunJournal;
  readonly state: RunState;
  #interrupt = new AbortController();

  constructor(host: Host, machine: Machine, info: RunInfo, journal: RunJournal, state?: RunState) {
    this.host = host;
    this.machine = machine;
    this.info = info;
    this.journal = journal;
    this.state = state ?? { history: [], redriveCount: 0, startedAt: info.startDate };
  }

  /** Writes a history event and answers its id. @throws StatesError when the history is full */
  event(type: string, previousEventId: number, details: Readonly<Record<string, unknown>> = {}): number {
    const { history } = this.state;
    if (history.length >= MAX_EVENTS && !type.startsWith('Execution')) throw new StatesError('States.Runtime', `The execution reached the maximum number of history events (${MAX_EVENTS}).`);
    const event: HistoryEvent = { id: history.length + 1, previousEventId, timestamp: this.host.clock.now(), type, ...details };
    history.push(event);
    this.journal.event(event);
    return event.id;
  }

  /** True while the edge stops: nothing more is recorded. */
  get suspended(): boolean {
    return isSuspension(this.#interrupt.signal.reason);
  }

  /** Cuts the run; `execute` rejects with it. */
  interrupt(why: Interrupted): void {
    this.#interrupt.abort(why);
  }

  /** Makes a run that ended ready to go on from its unfinished states. */
  rewind(at: number): void {
    this.#interrupt = new AbortController();
    this.state.redriveCount += 1;
    this.state.startedAt = at;
    this.state.root?.rewind();
  }

  /**
   * Runs to the end: from the start, after `rewind` from the unfinished states, after a restart of the edge from where it was.
   * @throws Interrupted, StatesError
   */
  async execute(): Promise<unknown> {
    const root = this.#open();
    const { signal } = this.#interrupt;
    const timer = this.#startTimer();
    try {
      const output = await runBranch({ run: this, frame: root, machine: this.machine, outer: {}, mapContext: this.info.mapContext, signal });
      this.event('ExecutionSucceeded', root.previous, { executionSucceededEventDetails: { output: JSON.stringify(output), outputDetails: DATA } });
      return output;
    } catch (error) {
      const why = signal.aborted ? reasonOf(signal) : error;
      if (!isSuspension(why)) this.#recordFailure(why, root);
      throw why;
    } finally {
      timer.abort(new Error('the run is over'));
    }
  }

  #open(): Frame {
    const { state, info, machine } = this;
    if (state.root === undefined) {
      this.event('ExecutionStarted', 0, { executionStartedEventDetails: { input: JSON.stringify(info.input), inputDetails: DATA, roleArn: info.roleArn } });
      // The first state's event names 0 as its predecessor, as on AWS.
      const data = { state: machine.StartAt, input: info.input, variables: {}, previous: 0 };
      state.root = new Frame('', data, this.journal);
      this.journal.frame('', data);
    } else if (state.root.data.previous === undefined) {
      state.root.previous = this.event('ExecutionRedriven', state.history.length, { executionRedrivenEventDetails: { redriveCount: state.redriveCount } });
    }
    return state.root;
  }

  #startTimer(): AbortController {
    const timer = new AbortController();
    const { TimeoutSeconds: seconds } = this.machine;
    if (seconds !== undefined) {
      const left = this.state.startedAt + seconds * 1000 - this.host.clock.now();
      sleep(this.host.clock, left, timer.signal).then(() => this.interrupt(new Interrupted('timedOut', 'States.Timeout')), () => undefined);
    }
    return timer;
  }

  #recordFailure(why: unknown, root: Frame): void {
    if (why instanceof Interrupted) {
      const [type, details] = why.kind === 'timedOut' ? ['ExecutionTimedOut', 'executionTimedOutEventDetails'] : ['ExecutionAborted', 'executionAbortedEventDetails'];
      this.event(type ?? '', 0, { [details ?? '']: { error: why.error, cause: why.reason } });
      return;
    }
    const { error, reason } = toStatesError(why);
    this.event('ExecutionFailed', root.previous, { executionFailedEventDetails: { error, cause: reason } });
  }
}
