/**
 * CloudWatch of the sandbox: takes what the platform measures, evaluates the deployed alarms each ten seconds, tells subscribers, and
 * answers the monitoring API. Definitions (PutMetricAlarm, CloudFormation) stay with the control plane.
 */
import { join } from 'node:path';
import { Pause, systemClock, type Clock } from '../event-sources/clock.ts';
import type { JsonObject } from '../../json.ts';
import type { ControlClient } from '../control-client.ts';
import type { MetricSink } from '../metric-sink.ts';
import type { BackgroundPart, EdgePart, EdgeReply, EdgeRequest } from '../router-part.ts';
import { createAlarmActions } from './alarm-actions.ts';
import { AlarmBook, readStored, writeAside } from './alarm-book.ts';
import { AlarmKeeper, type AlarmStatus } from './alarm-keeper.ts';
import { describeAlarmHistory, describeAlarms, describeAlarmsForMetric, setAlarmState } from './alarm-operations.ts';
import { readEmf } from './emf.ts';
import { MetricMathError } from './math-parser.ts';
import { getMetricData, getMetricStatistics, listMetrics, putMetricData } from './metric-operations.ts';
import { UnsupportedQueryError } from './metric-queries.ts';
import { MetricStore, type MetricDump } from './metric-store.ts';
import { UnknownStatisticError } from './statistics.ts';
import { CloudWatchRequestError, readInput, speaksCbor, writeError, writeOutput } from './wire.ts';

const EVALUATE_MS = 10_000;
const REFRESH_MS = 3_000;
/** A restart of the edge must not look like an outage to the alarms: this much of the metrics survives it. */
const DUMP_MS = 2 * 3_600_000;

export interface CloudWatchOptions {
  readonly control: ControlClient;
  /** Folder of alarm states, history and recent metrics. */
  readonly dir: string;
  readonly clock?: Clock;
  /** Milliseconds between two evaluations; default 10,000. */
  readonly evaluateMs?: number;
}

export interface CloudWatchStatus {
  readonly alarms: readonly AlarmStatus[];
  /** Alarms that cannot be evaluated here, by name, with the reason. */
  readonly refused: Readonly<Record<string, string>>;
  readonly metrics: { readonly series: number; readonly buckets: number };
  /** The last error of reading the definitions. */
  readonly error?: string;
}

export interface CloudWatch extends EdgePart, BackgroundPart {
  readonly sink: MetricSink;
  start(): void;
  status(): CloudWatchStatus;
  /** One evaluation now; `start` does it on its own. */
  evaluate(): Promise<void>;
}

type Operation = (input: JsonObject) => object | Promise<object>;

export function createCloudWatch(options: CloudWatchOptions): CloudWatch {
  const { control, dir, clock = systemClock, evaluateMs = EVALUATE_MS } = options;
  const now = (): number => clock.now();
  const store = new MetricStore({ now });
  const book = new AlarmBook(dir);
  const dumpPath = join(dir, 'metrics.json');
  store.restore((readStored(dumpPath)['metrics'] ?? []) as MetricDump[]);

  const actions = createAlarmActions({ control, book, now, wait: (ms) => new Pause(clock).wait(ms) });
  const keeper = new AlarmKeeper({ control, book, store, actions, now });
  const operations = operationsOf({ store, keeper, now });
  const pauses = { refresh: new Pause(clock), evaluate: new Pause(clock) };
  let stopping = false;
  let loops: Promise<unknown> | undefined;
  let lastError: string | undefined;

  async function refresh(): Promise<void> {
    try {
      await keeper.refresh();
      lastError = undefined;
    } catch (error) {
      lastError = error instanceof Error ? error.message : String(error);
    }
  }

  const evaluateAll = (): void => {
    store.tidy();
    keeper.evaluate();
  };
  const flush = (): void => {
    book.flush();
    writeAside(dumpPath, { metrics: store.dump(now() - DUMP_MS) });
  };

  return {
    name: 'cloudwatch',
    sink: createSink(store),
    handles: (request) => request.service === 'monitoring' && (speaksCbor(request) || operations.has(request.operation)),
    handle: (request) => answer(request, operations),
    start() {
      const running = (): boolean => !stopping;
      loops ??= Promise.all([repeat({ running, pause: pauses.refresh, ms: REFRESH_MS, step: refresh }), repeat({ running, pause: pauses.evaluate, ms: evaluateMs, step: evaluateAll })]);
    },
    async stop() {
      stopping = true;
      pauses.refresh.wake();
      pauses.evaluate.wake();
      await loops;
      await keeper.settled();
      flush();
    },
    async evaluate() {
      await refresh();
      evaluateAll();
      await keeper.settled();
    },
    flush: () => Promise.resolve(flush()),
    status: () => ({ ...keeper.status(), metrics: store.status(), ...(lastError === undefined ? {} : { error: lastError }) }),
  };
}

async function repeat({ running, pause, ms, step }: { running: () => boolean; pause: Pause; ms: number; step: () => Promise<void> | void }): Promise<void> {
  while (running()) {
    await step();
    if (running()) await pause.wait(ms);
  }
}

function createSink(store: MetricStore): MetricSink {
  return {
    put: ({ namespace, name, dimensions, time, value }) => store.put({ namespace, name, dimensions }, time, value),
    logLine(_functionName, line) {
      for (const { identity, time, value } of readEmf(line)) store.put(identity, time, value);
    },
  };
}

function operationsOf({ store, keeper, now }: { store: MetricStore; keeper: AlarmKeeper; now: () => number }): ReadonlyMap<string, Operation> {
  return new Map<string, Operation>([
    ['PutMetricData', (input) => putMetricData(store, input, now())],
    ['GetMetricData', (input) => getMetricData(store, input)],
    ['GetMetricStatistics', (input) => getMetricStatistics(store, input)],
    ['ListMetrics', (input) => listMetrics(store, input)],
    ['DescribeAlarms', (input) => describeAlarms(keeper, input)],
    ['DescribeAlarmsForMetric', (input) => describeAlarmsForMetric(keeper, input)],
    ['DescribeAlarmHistory', (input) => describeAlarmHistory(keeper, input)],
    ['SetAlarmState', (input) => setAlarmState(keeper, input)],
  ]);
}

async function answer(request: EdgeRequest, operations: ReadonlyMap<string, Operation>): Promise<EdgeReply> {
  try {
    if (speaksCbor(request)) throw new CloudWatchRequestError('NotImplemented', `CloudWatch ${request.operation}: the protocol smithy-rpc-v2-cbor is not built into the sandbox; JSON 1.0 and the query protocol are.`, 501);
    const operation = operations.get(request.operation);
    if (operation === undefined) throw new CloudWatchRequestError('NotImplemented', `CloudWatch ${request.operation} is not served here.`, 501);
    return writeOutput(request, await operation(readInput(request)));
  } catch (error) {
    return writeError(request, toRequestError(error));
  }
}

/** What the caller asked wrongly, or for what is not built; anything else is ours and becomes a 500. */
function toRequestError(error: unknown): CloudWatchRequestError {
  if (error instanceof CloudWatchRequestError) return error;
  if (error instanceof MetricMathError || error instanceof UnknownStatisticError || error instanceof UnsupportedQueryError) return new CloudWatchRequestError('ValidationError', error.message);
  throw error;
}
