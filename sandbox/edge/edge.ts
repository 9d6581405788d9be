/** Puts the edge together: the sandbox's one AWS endpoint in front of the control plane. */
import { join } from 'node:path';
import { ADMIN_PREFIX, type AdminSettings, createAdmin } from './admin.ts';
import { createAthena } from './athena/athena.ts';
import { createBackgroundGate } from './background-gate.ts';
import { createCloudWatch } from './cloudwatch/cloudwatch.ts';
import type { JsonObject } from '../json.ts';
import { lakeEnvironment } from '../lake-environment.ts';
import { type ControlClient, createControlClient } from './control-client.ts';
import { createEventSources } from './event-sources/event-sources.ts';
import { createFaultBook, type FaultBook } from './faults/fault-book.ts';
import { createGlue } from './glue/glue.ts';
import { createAsyncInvokes } from './lambda/async-invokes.ts';
import { listFunctions } from './lambda/functions.ts';
import { createInvokeApi } from './lambda/invoke-api.ts';
import { createLambdaPool } from './lambda/pool.ts';
import { createListener } from './listener.ts';
import { createProxy } from './proxy.ts';
import { createQueueMetrics } from './queue-metrics.ts';
import { createRequestLogFile } from './request-log-file.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';
import { createDispatch } from './router-dispatch.ts';
import type { BackgroundPart } from './router-part.ts';
import { createScheduler, scheduleProblem } from './scheduler/scheduler.ts';
import type { EdgeSettings } from './settings.ts';
import { createSite } from './site/site.ts';
import { createStepFunctions } from './step-functions/step-functions.ts';

/** How long a stop waits for invocations in flight. */
const GRACE_MS = 5000;
/** What then is still open waits for a function that will not answer any more. */
const LAST_ANSWERS_MS = 500;

export interface Edge {
  readonly port: number;
  /** Lets what runs finish (five seconds at most), writes what must survive, ends all processes. */
  stop(): Promise<void>;
}

/** Starts the edge. @throws when the port is taken */
export async function startEdge(settings: EdgeSettings): Promise<Edge> {
  const folder = join(settings.dir, 'edge');
  const control = createControlClient({ port: settings.controlPort, region: settings.region });
  const faults = createFaultBook();
  const log = createRequestLog(settings.logRequests ? { file: createRequestLogFile({ path: join(settings.dir, 'logs', 'requests.ndjson') }) } : {});
  const cloudwatch = createCloudWatch({ control, dir: join(folder, 'cloudwatch') });
  const { sink } = cloudwatch;

  const listener = createListener((exchange) => {
    const isAdmin = exchange.request.url?.startsWith(ADMIN_PREFIX) === true;
    void (isAdmin ? admin(exchange) : dispatch(exchange));
  });
  const port = await listener.listen(settings.port);

  const pool = createLambdaPool({ ...settings, control, sink, dir: join(folder, 'lambda'), endpoint: `http://127.0.0.1:${port}` });
  const asyncInvokes = createAsyncInvokes({ control, invoker: pool });
  const sources = createEventSources({ control, invoker: pool, sink, dir: join(folder, 'checkpoints') });
  const queueMetrics = createQueueMetrics({ control, sink });
  const athena = createAthena({ control, sink, dir: join(folder, 'athena'), endpoint: `http://127.0.0.1:${port}`, region: settings.region, logFile: join(settings.dir, 'logs', 'athena.log'), lake: lakeEnvironment });
  const stepFunctions = createStepFunctions({ control, sink, port, dir: join(folder, 'executions') });
  const scheduler = createScheduler({ control, sink, port, dir: join(folder, 'scheduler') });
  const glue = createGlue({ ...settings.spark, control, dir: join(folder, 'glue'), logDir: join(settings.dir, 'logs', 'glue'), endpoint: `http://127.0.0.1:${port}`, region: settings.region });
  const site = createSite({ control, port: settings.sitePort, endpointPort: port });
  const background: readonly BackgroundPart[] = [scheduler, stepFunctions, sources, queueMetrics, pool, cloudwatch, athena, glue, site];
  const proxy = createProxy({ port: settings.controlPort });

  const admin = createAdmin({ faults, log, check, ...pages({ control, faults, log, background, settings }) });
  const dispatch = createDispatch({
    parts: [createInvokeApi({ invoker: pool, asyncInvokes, check: (name, qualifier) => pool.check(name, qualifier) }), cloudwatch, athena, scheduler, stepFunctions, glue],
    proxy,
    gate: createBackgroundGate((workerId) => pool.isBackground(workerId)),
    faults,
    log,
    sink,
    killCaller: (functionName, workerId) => void pool.killCaller(functionName, workerId),
    onDeploy: () => pool.forgetConfigurations(),
  });
  sources.start();
  queueMetrics.start();
  cloudwatch.start();
  stepFunctions.start();
  scheduler.start();
  glue.start();
  await site.start();

  return {
    port,
    async stop() {
      // Functions that still run need the endpoint: it closes after them.
      await site.stop();
      await scheduler.stop();
      await stepFunctions.stop();
      await Promise.all([sources.stop(), asyncInvokes.settle(GRACE_MS), pool.settle(GRACE_MS)]);
      await listener.close(LAST_ANSWERS_MS);
      await Promise.all([queueMetrics.stop(), pool.stop(), cloudwatch.stop(), athena.stop(), glue.stop()]);
      await log.flush();
      proxy.close();
      control.close();
    },
  };
}

/** Schedules have no API call that only checks them, as machines have. */
const check = (type: string, properties: JsonObject): string | undefined => (type === 'AWS::Scheduler::Schedule' ? scheduleProblem(properties) : undefined);

interface PageSources {
  readonly control: ControlClient;
  readonly faults: FaultBook;
  readonly log: RequestLog;
  readonly background: readonly BackgroundPart[];
  readonly settings: EdgeSettings;
}

function pages({ control, faults, log, background, settings }: PageSources): Pick<AdminSettings, 'health' | 'status' | 'snapshot'> {
  return {
    health: async () => ({ status: 'ok', pid: process.pid, control: await controlHealth(control) }),
    async status() {
      const functions = await listFunctions(control).catch(() => []);
      return {
        edge: { pid: process.pid, node: process.version, upSeconds: Math.round(process.uptime()), memoryMb: Math.round(process.memoryUsage.rss() / 1e6) },
        control: await controlHealth(control),
        region: settings.region,
        account: settings.account,
        functions: functions.map(describeFunction),
        parts: Object.fromEntries(background.map((part) => [part.name, part.status()])),
        requests: log.status(),
        faults: faults.rules(),
      };
    },
    async snapshot() {
      await Promise.all([...background.map((part) => part.flush()), log.flush()]);
      return { flushed: [...background.map((part) => part.name), 'requests'] };
    },
  };
}

function describeFunction(configuration: JsonObject): object {
  const { FunctionName: name, Runtime: runtime, MemorySize: memoryMb, Timeout: timeoutSeconds, LastModified: lastModified } = configuration;
  return { name, runtime, memoryMb, timeoutSeconds, lastModified };
}

async function controlHealth(control: ControlClient): Promise<'ok' | 'unreachable'> {
  try {
    const { status } = await control.send({ service: 'sts', method: 'GET', path: '/_ministack/health' });
    return status === 200 ? 'ok' : 'unreachable';
  } catch {
    return 'unreachable';
  }
}
