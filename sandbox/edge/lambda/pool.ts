/** The Lambda pool: runs deployed functions in worker processes, within their limits, with their logs and metrics. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ControlClient } from '../control-client.ts';
import type { MetricSink } from '../metric-sink.ts';
import type { BackgroundPart } from '../router-part.ts';
import { createCodeStore } from './code-store.ts';
import { createConcurrency } from './concurrency.ts';
import { createFunctionCatalog, type DeployedFunction, parseFunctionName } from './functions.ts';
import { createInvocationLog, type InvocationLog } from './invocation-log.ts';
import type { Invoker, InvokeRequest, InvokeResult } from './invoker.ts';
import { createLambdaMetrics } from './lambda-metrics.ts';
import { createLogShipper } from './log-shipper.ts';
import { WorkerInitError, type Outcome } from './worker-process.ts';
import { createWorkerSet, type Worker } from './worker-set.ts';
import { prepareWorkerScript } from './worker-script.ts';

export interface PoolSettings {
  readonly control: ControlClient;
  readonly sink: MetricSink;
  /** Folder for code and the worker script. */
  readonly dir: string;
  /** Endpoint that functions get, for example http://127.0.0.1:4710. */
  readonly endpoint: string;
  readonly region: string;
  /** Invocations at work at the same time, all functions together; more wait up to 10 s and are then throttled. */
  readonly maxConcurrent: number;
  /** Idle workers end after this time; default five minutes. */
  readonly idleMs?: number;
}

export interface LambdaPool extends Invoker, BackgroundPart {
  /** SIGKILL to a function's busy workers (or to one of them): the caller sees Runtime.ExitError. */
  killCaller(functionName: string, workerId?: string): number;
  /** Whether a busy worker does what nobody waits for. */
  isBackground(workerId: string): boolean;
  /** Whether the function exists, without running it. @throws FunctionNotFoundError */
  check(functionName: string, qualifier: string): Promise<void>;
  /** Waits until no invocation runs, at most so long; true when none does. */
  settle(maxMs: number): Promise<boolean>;
  /** Something was deployed: ask the control plane again at the next invocation. */
  forgetConfigurations(): void;
}

/** What Lambda answers to both limits: HTTP 429. */
const THROTTLE_MESSAGE = 'Rate Exceeded.';

export function createLambdaPool(settings: PoolSettings): LambdaPool {
  const { control, sink, dir, region, endpoint } = settings;
  const catalog = createFunctionCatalog({ control, code: createCodeStore({ control, dir: join(dir, 'code') }) });
  const concurrency = createConcurrency({ limit: settings.maxConcurrent });
  const metrics = createLambdaMetrics(sink);
  const shipper = createLogShipper(control);
  const workers = createWorkerSet({
    script: prepareWorkerScript(join(dir, 'worker')),
    endpoint,
    region,
    idleMs: settings.idleMs ?? 300_000,
    onGone: (worker) => shipper.close(worker.fn.logGroup, worker.logStream),
  });

  const execute = async (fn: DeployedFunction, { payload, background = false }: InvokeRequest): Promise<InvokeResult> => {
    const { worker, fresh } = workers.take(fn, background);
    const log = createInvocationLog({ worker, shipper, sink });
    worker.process.onLine = (line) => log.line(line);
    try {
      const run = await runOnce({ worker, fresh, payload, log });
      metrics.ended(fn.name, { failed: run.functionError !== undefined, durationMs: run.durationMs });
      return run;
    } finally {
      workers.giveBack(worker);
    }
  };

  return {
    name: 'lambda',
    killCaller: (functionName, workerId) => workers.kill(functionName, workerId),
    isBackground: (workerId) => workers.isBackground(workerId),
    forgetConfigurations: () => catalog.forget(),
    check: async (functionName, qualifier) => void (await catalog.lookup(functionName, qualifier)),
    status: () => ({ running: concurrency.total, limit: settings.maxConcurrent, workers: workers.list() }),
    flush: () => shipper.flush(),
    async settle(maxMs) {
      const deadline = Date.now() + maxMs;
      while (concurrency.total > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
      return concurrency.total === 0;
    },
    async stop() {
      workers.stop();
      await shipper.stop();
    },
    async invoke(request: InvokeRequest) {
      const { name, qualifier } = parseFunctionName(request.functionName, request.qualifier);
      const fn = await catalog.lookup(name, qualifier);
      const admission = await concurrency.enter(name, fn.reservedConcurrency);
      if (!admission.admitted) {
        metrics.throttled(name);
        return throttledResult(admission.reason);
      }

      metrics.started(name, concurrency.running(name));
      try {
        return await execute(fn, request);
      } finally {
        admission.release();
      }
    },
  };
}

interface Run {
  readonly worker: Worker;
  readonly fresh: boolean;
  readonly payload: string;
  readonly log: InvocationLog;
}

async function runOnce({ worker, fresh, payload, log }: Run): Promise<InvokeResult> {
  const { fn } = worker;
  const requestId = randomUUID();
  const initStart = performance.now();
  const initError = fresh ? await loadCode(worker) : undefined;
  const started = performance.now();

  log.platform(`START RequestId: ${requestId} Version: ${fn.version}`);
  const timeoutMs = fn.timeoutSeconds * 1000;
  const outcome = initError ?? (await worker.process.run({ payload, context: contextOf(worker, requestId), deadline: Date.now() + timeoutMs }, timeoutMs));
  const durationMs = performance.now() - started;

  const answer = answerOf(outcome, requestId, fn);
  if (outcome.kind !== 'answer') log.platform(`${new Date().toISOString()} ${requestId} ${errorMessageOf(answer.payload)}`);
  log.platform(`END RequestId: ${requestId}`);
  log.platform(reportLine({ requestId, durationMs, worker, initMs: fresh ? started - initStart : undefined }));
  return { ...answer, durationMs, logTail: log.tail(), executedVersion: fn.version };
}

/** Undefined when the handler is ready; otherwise the outcome of this invocation. */
async function loadCode(worker: Worker): Promise<Outcome | undefined> {
  try {
    await worker.process.ready();
    return undefined;
  } catch (error) {
    if (!(error instanceof WorkerInitError)) throw error;
    return { kind: 'answer', payload: JSON.stringify(error.body), failed: true };
  }
}

function contextOf({ fn, logStream }: Worker, awsRequestId: string): Parameters<Worker['process']['run']>[0]['context'] {
  return {
    awsRequestId,
    functionName: fn.name,
    functionVersion: fn.version,
    invokedFunctionArn: fn.arn,
    memoryLimitInMB: String(fn.memoryMb),
    logGroupName: fn.logGroup,
    logStreamName: logStream,
  };
}

type Answer = Pick<InvokeResult, 'payload' | 'functionError'>;

/** Lambda's limit for answers of synchronous invocations. */
const MAX_ANSWER_BYTES = 6_291_556;

function answerOf(outcome: Outcome, requestId: string, fn: DeployedFunction): Answer {
  switch (outcome.kind) {
    case 'answer':
      if (Buffer.byteLength(outcome.payload) > MAX_ANSWER_BYTES) {
        return unhandled('Function.ResponseSizeTooLarge', `Response payload size exceeded maximum allowed payload size (${MAX_ANSWER_BYTES} bytes).`);
      }
      return outcome.failed ? { payload: outcome.payload, functionError: 'Unhandled' } : { payload: outcome.payload };
    case 'timeout':
      return unhandled('Sandbox.Timedout', `RequestId: ${requestId} Error: Task timed out after ${fn.timeoutSeconds.toFixed(2)} seconds`);
    case 'exit':
      return unhandled('Runtime.ExitError', `RequestId: ${requestId} Error: Runtime exited with error: ${outcome.reason}`);
  }
}

const unhandled = (errorType: string, errorMessage: string): Answer => ({ payload: JSON.stringify({ errorType, errorMessage }), functionError: 'Unhandled' });

function errorMessageOf(payload: string): string {
  const body = JSON.parse(payload) as { errorMessage?: string };
  return (body.errorMessage ?? payload).replace(/^RequestId: \S+ (Error: )?/, '');
}

function reportLine({ requestId, durationMs, worker, initMs }: { requestId: string; durationMs: number; worker: Worker; initMs: number | undefined }): string {
  const parts = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs)} ms`,
    `Memory Size: ${worker.fn.memoryMb} MB`,
    `Max Memory Used: ${Math.round(worker.process.memory / 1e6)} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
  ];
  return `${parts.join('\t')}\t`;
}

function throttledResult(reason: string): InvokeResult {
  return { payload: JSON.stringify({ Reason: reason, Type: 'User', message: THROTTLE_MESSAGE }), throttled: true, durationMs: 0, logTail: '' };
}
