/** What each state of an execution did, read from its history. */
import type { HistoryEvent } from '@aws-sdk/client-sfn';

export interface StateView {
  readonly name: string;
  readonly type: string;
  readonly status: 'running' | 'done' | 'failed' | 'stopped';
  /** Epoch ms. */
  readonly enteredAt: number;
  readonly exitedAt?: number;
  /** Failed tries before the last one. */
  readonly retries: number;
  readonly error?: string;
  readonly cause?: string;
  /** Map runs that a distributed map started. */
  readonly mapRuns: readonly string[];
}

interface Visit {
  readonly entered: HistoryEvent;
  exited?: HistoryEvent;
  readonly failures: Failure[];
  readonly mapRuns: Set<string>;
}

interface Failure {
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** States in the order in which they were entered; a state that was entered again stands again. */
export function statesOf(events: readonly HistoryEvent[], running: boolean): StateView[] {
  const byId = new Map(events.map((event) => [event.id, event]));
  const visits = new Map<number | undefined, Visit>();
  for (const event of events) {
    const type = event.type ?? '';
    if (type.endsWith('StateEntered')) {
      visits.set(event.id, { entered: event, failures: [], mapRuns: new Set() });
      continue;
    }
    const visit = visits.get(enteringEvent(event, byId)?.id);
    if (visit !== undefined) note(visit, event);
  }
  return [...visits.values()].map((visit) => view(visit, running));
}

/** The StateEntered event that an event belongs to: the nearest one before it in its thread, for an exit the one of its state. */
function enteringEvent(event: HistoryEvent, byId: ReadonlyMap<number | undefined, HistoryEvent>): HistoryEvent | undefined {
  const name = event.stateExitedEventDetails?.name ?? event.evaluationFailedEventDetails?.state;
  for (let at = byId.get(event.previousEventId); at !== undefined; at = byId.get(at.previousEventId)) {
    const entered = at.stateEnteredEventDetails?.name;
    if (entered !== undefined && (name === undefined || entered === name)) return at;
  }
  return undefined;
}

function note(visit: Visit, event: HistoryEvent): void {
  if (event.stateExitedEventDetails !== undefined) visit.exited = event;
  const mapRun = event.mapRunStartedEventDetails?.mapRunArn;
  if (mapRun !== undefined) visit.mapRuns.add(mapRun);
  const failure = failureOf(event);
  if (failure !== undefined) visit.failures.push({ error: failure.error, cause: failure.cause });
}

const failureOf = (event: HistoryEvent): { error?: string | undefined; cause?: string | undefined } | undefined =>
  event.taskFailedEventDetails ?? event.taskTimedOutEventDetails ?? event.taskStartFailedEventDetails ?? event.taskSubmitFailedEventDetails ??
  event.lambdaFunctionFailedEventDetails ?? event.lambdaFunctionTimedOutEventDetails ?? event.mapRunFailedEventDetails ?? event.evaluationFailedEventDetails;

function view({ entered, exited, failures, mapRuns }: Visit, running: boolean): StateView {
  const last = failures.at(-1);
  const type = (entered.type ?? '').replace('StateEntered', '');
  const ended = exited !== undefined || type === 'Fail';
  const status = exited !== undefined ? 'done' : type === 'Fail' || (!running && last !== undefined) ? 'failed' : running ? 'running' : 'stopped';
  return {
    name: entered.stateEnteredEventDetails?.name ?? '',
    type,
    status,
    enteredAt: entered.timestamp?.getTime() ?? 0,
    ...(exited?.timestamp === undefined ? {} : { exitedAt: exited.timestamp.getTime() }),
    retries: ended && exited !== undefined ? failures.length : Math.max(0, failures.length - 1),
    ...(last?.error === undefined ? {} : { error: last.error }),
    ...(last?.cause === undefined ? {} : { cause: last.cause }),
    mapRuns: [...mapRuns],
  };
}
