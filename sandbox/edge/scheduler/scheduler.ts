/**
 * EventBridge Scheduler of the sandbox: fires the deployed schedules. They are kept by the control plane; what cannot fire here is
 * refused when it is deployed. Flexible time windows are ignored: a firing comes at the beginning of its window.
 */
import { randomUUID } from 'node:crypto';
import { asObject, type JsonObject } from '../../json.ts';
import { type ControlClient, createControlClient } from '../control-client.ts';
import { type Clock, Pause, systemClock } from '../event-sources/clock.ts';
import type { MetricSink } from '../metric-sink.ts';
import { errorReply } from '../router-errors.ts';
import type { BackgroundPart, EdgePart, EdgeReply, EdgeRequest } from '../router-part.ts';
import { createServiceCalls } from '../step-functions/aws/service-calls.ts';
import type { ServiceCalls } from '../step-functions/run/host.ts';
import { fire, type FiringTools } from './firing.ts';
import { FiringBook } from './firing-book.ts';
import { ScheduleError } from './schedule-error.ts';
import { ScheduleList } from './schedule-list.ts';
import { nextFiring, readSchedule, type Schedule } from './schedule.ts';

const TICK_MS = 1_000;
const DEPLOYING = ['CreateSchedule', 'UpdateSchedule'];

export interface SchedulerOptions {
  readonly control: ControlClient;
  readonly sink: MetricSink;
  readonly dir: string;
  /** Port of the sandbox's own endpoint: targets are called there. */
  readonly port: number;
  readonly clock?: Clock;
  /** In place of calls to the endpoint, for tests. */
  readonly calls?: ServiceCalls;
}

export interface Scheduler extends EdgePart, BackgroundPart {
  start(): void;
  /** One look at all schedules now; `start` does it each second. */
  tick(): Promise<void>;
}

/** Why a schedule with these properties cannot fire here, or undefined. */
export function scheduleProblem(properties: JsonObject): string | undefined {
  try {
    readSchedule(properties);
    return undefined;
  } catch (error) {
    if (error instanceof ScheduleError) return error.message;
    throw error;
  }
}

export function createScheduler(options: SchedulerOptions): Scheduler {
  const { control, sink, clock = systemClock } = options;
  const endpoint = createControlClient({ port: options.port, region: control.region });
  const calls = options.calls ?? createServiceCalls(endpoint);
  const list = new ScheduleList(control);
  const book = new FiringBook(options.dir, clock.now());
  const stopping = new AbortController();
  const firings = new Set<Promise<void>>();
  const tools: FiringTools = { calls, sink, clock, newId: randomUUID, signal: stopping.signal };
  const pause = new Pause(clock);
  let loop: Promise<void> | undefined;
  let lastError: string | undefined;

  async function tick(): Promise<void> {
    try {
      await list.refresh();
      lastError = undefined;
    } catch (error) {
      // Known schedules fire on while the control plane starts again.
      lastError = error instanceof Error ? error.message : String(error);
    }
    const now = clock.now();
    for (const schedule of list.schedules()) if (schedule.enabled) fireDue(schedule, now, { list, book, tools, firings });
    if (lastError === undefined) book.keepOnly(list.arns());
    book.watched(now);
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await tick();
      if (!stopping.signal.aborted) await pause.wait(TICK_MS);
    }
  }

  return {
    name: 'scheduler',
    handles: ({ service, operation }) => service === 'scheduler' && DEPLOYING.includes(operation),
    handle: (request) => deploy(request, control),
    tick,
    start() {
      loop ??= run();
    },
    async stop() {
      stopping.abort();
      pause.wake();
      await loop;
      await Promise.all(firings);
      book.flush();
      endpoint.close();
    },
    flush: () => Promise.resolve(book.flush()),
    status: () => ({
      schedules: list.schedules().map((schedule) => describe(schedule, book, clock.now())),
      refused: list.refused(),
      ...(lastError === undefined ? {} : { error: lastError }),
    }),
  };
}

interface Firings {
  readonly list: ScheduleList;
  readonly book: FiringBook;
  readonly tools: FiringTools;
  /** Those that are not done. */
  readonly firings: Set<Promise<void>>;
}

function fireDue(schedule: Schedule, now: number, { list, book, tools, firings }: Firings): void {
  for (let due = nextFiring(schedule, book.from(schedule.arn, schedule.createdAt)); due !== undefined && due <= now; due = nextFiring(schedule, due)) {
    book.fired(schedule.arn, due);
    const firing: Promise<void> = fire(schedule, due, tools)
      .then(() => deleteCompleted(schedule, now, list))
      .finally(() => firings.delete(firing));
    firings.add(firing);
  }
}

/** A schedule without another firing goes, when it says so. */
async function deleteCompleted(schedule: Schedule, now: number, list: ScheduleList): Promise<void> {
  if (schedule.deleteAfterCompletion && nextFiring(schedule, now) === undefined) await list.delete(schedule).catch(() => undefined);
}

/** Checked, then kept by the control plane. */
async function deploy(request: EdgeRequest, control: ControlClient): Promise<EdgeReply> {
  const properties = asObject(JSON.parse(request.body.toString('utf8') || '{}'));
  const problem = scheduleProblem(properties);
  if (problem !== undefined) return errorReply(request, { status: 400, code: 'ValidationException', message: problem });
  const headers = { 'content-type': 'application/json' };
  const reply = await control.send({ service: 'scheduler', method: request.method, path: request.path, headers, body: request.body });
  return { status: reply.status, headers, body: reply.body };
}

function describe(schedule: Schedule, book: FiringBook, now: number): object {
  const { name, group, enabled, target, arn } = schedule;
  const time = (moment: number | undefined): string | null => (moment === undefined ? null : new Date(moment).toISOString());
  return { name, group, state: enabled ? 'ENABLED' : 'DISABLED', target: target.arn, last: time(book.lastFired(arn)), next: enabled ? time(nextFiring(schedule, now)) : null };
}
