/**
 * Where a thread of an execution stands: which state, with which input and variables, and what that state has done so far. Branches
 * and iterations have frames of their own inside. A redrive and a restart of the edge both go on from frames.
 */
import type { RunJournal } from './journal.ts';

/** One item of a Map state on its way to its iteration or child execution. */
export interface MapItem {
  readonly input: unknown;
  /** How many items of the reader it stands for: a batch has several. */
  readonly count: number;
  /** `$states.context.Map`. */
  readonly context: unknown;
}

export interface TaskProgress {
  /** Evaluated arguments. */
  readonly args: unknown;
  /** Milliseconds since 1970. */
  readonly deadline?: number;
  readonly timeoutSeconds?: number;
  readonly heartbeatSeconds?: number;
  readonly token?: string;
  /** Answer to the call that started a job, or that handed the token over. */
  readonly submitted?: unknown;
}

export interface RetryProgress {
  /** Retries used, by position of the retrier. */
  readonly used: readonly number[];
  readonly total: number;
  /** Waiting for the next try until then, milliseconds since 1970. */
  readonly until?: number;
}

export interface FrameData {
  state: string;
  input: unknown;
  variables: Readonly<Record<string, unknown>>;
  /** Last history event of this thread; absent when the thread is started anew by its parent. */
  previous?: number;
  /** The state's own StateEntered event: its id, its time, and the event before it. */
  entered?: { readonly id: number; readonly at: number; readonly before: number };
  retry?: RetryProgress;
  /** End of a Wait state, milliseconds since 1970. */
  until?: number;
  task?: TaskProgress;
  /** Id of the ParallelStateStarted or MapStateStarted event. */
  started?: number;
  /** Input of the branches of a Parallel state. */
  branchInput?: { readonly value: unknown };
  /** Items of a Map state. */
  items?: readonly MapItem[];
  /** ARN of the distributed Map state's run. */
  mapRun?: string;
  /** Redrives of the execution when that map run began or was redriven last. */
  mapRunAttempt?: number;
  done?: { readonly output: unknown };
}

export class Frame {
  readonly path: string;
  readonly inside = new Map<string, Frame>();
  readonly #journal: RunJournal;
  #data: FrameData;

  constructor(path: string, data: FrameData, journal: RunJournal) {
    this.path = path;
    this.#data = data;
    this.#journal = journal;
  }

  get data(): Readonly<FrameData> {
    return this.#data;
  }

  /** The newest event of this thread. */
  get previous(): number {
    return this.#data.previous ?? 0;
  }

  /** Not written: it is, with the next change of the frame. */
  set previous(id: number) {
    this.#data.previous = id;
  }

  patch(part: Partial<FrameData>): void {
    Object.assign(this.#data, part);
    this.#journal.patch(this.path, { ...part, previous: this.previous });
  }

  /** Takes what a journal says, without writing it again. */
  absorb(part: Partial<FrameData>): void {
    Object.assign(this.#data, part);
  }

  /** Enters the next state: what the last one had noted is over. */
  move(state: string, input: unknown, variables: FrameData['variables']): void {
    this.#replace({ state, input, variables, previous: this.previous });
  }

  finish(output: unknown): void {
    const { state, variables } = this.#data;
    this.#replace({ state, input: null, variables, previous: this.previous, done: { output } });
  }

  /** The state starts over: of what it noted only its retries are kept. */
  startOver(retry: RetryProgress): void {
    const { state, input, variables, entered } = this.#data;
    this.#replace({ state, input, variables, previous: this.previous, retry, ...(entered === undefined ? {} : { entered }) });
  }

  /** The frame of a branch or iteration, made by `begin` when there is none. */
  open(name: string, begin: () => FrameData): Frame {
    const known = this.inside.get(name);
    if (known !== undefined) return known;
    const frame = new Frame(this.path === '' ? name : `${this.path}/${name}`, begin(), this.#journal);
    this.inside.set(name, frame);
    this.#journal.frame(frame.path, frame.#data);
    return frame;
  }

  /** Before a redrive: unfinished states begin anew, with the items they had; what is done stays done. */
  rewind(): void {
    if (this.#data.done !== undefined) return;
    const { state, input, variables, branchInput, items, mapRun } = this.#data;
    this.#data = { state, input, variables, ...(branchInput === undefined ? {} : { branchInput }), ...(items === undefined ? {} : { items }), ...(mapRun === undefined ? {} : { mapRun }) };
    for (const frame of this.inside.values()) frame.rewind();
  }

  #replace(data: FrameData): void {
    this.#data = data;
    this.inside.clear();
    this.#journal.frame(this.path, data);
  }
}

/** Frames put back together from a journal's lines. */
export function restoreFrame(root: Frame | undefined, path: string, data: FrameData, journal: RunJournal): Frame {
  if (path === '' || root === undefined) return new Frame('', data, journal);
  const names = path.split('/');
  const last = names.pop() ?? '';
  const parent = names.reduce<Frame | undefined>((frame, name) => frame?.inside.get(name), root);
  parent?.inside.set(last, new Frame(path, data, journal));
  return root;
}

export function findFrame(root: Frame | undefined, path: string): Frame | undefined {
  return path === '' ? root : path.split('/').reduce<Frame | undefined>((frame, name) => frame?.inside.get(name), root);
}
