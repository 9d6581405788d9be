/**
 * Step Functions of the sandbox: runs the state machines that are deployed. Machines are kept by the control plane; what cannot run
 * here is refused when it is deployed, by name. Executions are journalled, so that a killed edge goes on where it was.
 */
import { randomUUID } from 'node:crypto';
import { asObject, type JsonObject, textOf } from '../../json.ts';
import { type ControlClient, createControlClient } from '../control-client.ts';
import { type Clock, systemClock } from '../event-sources/clock.ts';
import type { MetricSink } from '../metric-sink.ts';
import { errorReply } from '../router-errors.ts';
import type { BackgroundPart, EdgePart, EdgeReply, EdgeRequest } from '../router-part.ts';
import { createServiceCalls } from './aws/service-calls.ts';
import { InvalidDefinitionError, parseDefinition } from './definition/parse-definition.ts';
import type { ServiceCalls } from './run/host.ts';
import { putExecutionMetrics } from './service/execution-metrics.ts';
import { Executions } from './service/executions.ts';
import { operationsOf, StepFunctionsError } from './service/operations.ts';

/** Tasks wait for their answers: a distributed map may have a thousand of them. */
const MAX_SOCKETS = 1024;
const JSON_HEADERS = { 'content-type': 'application/x-amz-json-1.0' };

export interface StepFunctionsOptions {
  readonly control: ControlClient;
  readonly sink: MetricSink;
  /** Folder of the executions' journals. */
  readonly dir: string;
  /** Port of the sandbox's own endpoint: tasks call services there. */
  readonly port: number;
  readonly clock?: Clock;
  /** In place of calls to the endpoint, for tests. */
  readonly calls?: ServiceCalls;
}

export interface StepFunctions extends EdgePart, BackgroundPart {
  /** Goes on with what ran when the edge ended. */
  start(): void;
  /** One operation of the API, with times in seconds. @throws StepFunctionsError */
  call(operation: string, input: JsonObject): Promise<JsonObject>;
}

export function createStepFunctions(options: StepFunctionsOptions): StepFunctions {
  const { control, sink, dir, port, clock = systemClock } = options;
  const endpoint = createControlClient({ port, region: control.region, maxSockets: MAX_SOCKETS });
  const now = (): number => clock.now();
  const executions = new Executions({
    dir,
    region: control.region,
    clock,
    calls: options.calls ?? createServiceCalls(endpoint),
    random: Math.random,
    newId: randomUUID,
    watch: (record) => putExecutionMetrics(sink, record, now()),
  });
  const operations = operationsOf({ executions, control, now, newId: randomUUID });
  const call = async (operation: string, input: JsonObject): Promise<JsonObject> => {
    const run = operations.get(operation);
    if (run === undefined) throw new StepFunctionsError('UnknownOperationException', `Step Functions ${operation} is not served here.`);
    return asObject(JSON.parse(JSON.stringify(await run(input))));
  };

  return {
    name: 'step-functions',
    handles: ({ service, operation }) => service === 'states' && (operations.has(operation) || DEPLOYING.includes(operation)),
    handle: (request) => answer(request, { call, control }),
    call,
    start: () => executions.resume(),
    flush: () => Promise.resolve(executions.flush()),
    async stop() {
      await executions.suspend();
      endpoint.close();
    },
    status: () => statusOf(executions),
  };
}

/** Checked here, then kept by the control plane. */
const DEPLOYING = ['CreateStateMachine', 'UpdateStateMachine'];

interface Answering {
  readonly call: StepFunctions['call'];
  readonly control: ControlClient;
}

async function answer(request: EdgeRequest, { call, control }: Answering): Promise<EdgeReply> {
  try {
    const input = inputOf(request);
    if (DEPLOYING.includes(request.operation)) return await deploy(request, input, control);
    return { status: 200, headers: JSON_HEADERS, body: JSON.stringify(await call(request.operation, input)) };
  } catch (error) {
    const code = error instanceof StepFunctionsError ? error.code : error instanceof InvalidDefinitionError ? 'InvalidDefinition' : undefined;
    if (code === undefined) throw error;
    return errorReply(request, { status: 400, code, message: (error as Error).message });
  }
}

function inputOf({ body }: EdgeRequest): JsonObject {
  try {
    return body.length === 0 ? {} : asObject(JSON.parse(body.toString('utf8')));
  } catch {
    throw new StepFunctionsError('SerializationException', 'The body is not JSON.');
  }
}

async function deploy({ method, path, headers, body }: EdgeRequest, input: JsonObject, control: ControlClient): Promise<EdgeReply> {
  if (input['type'] === 'EXPRESS') throw new StepFunctionsError('InvalidDefinition', 'EXPRESS machines do not run in the sandbox: use STANDARD.');
  if (input['definition'] !== undefined) parseDefinition(textOf(input['definition']));
  const target = headers['x-amz-target'];
  const reply = await control.send({ service: 'states', method, path, headers: { ...JSON_HEADERS, 'x-amz-target': typeof target === 'string' ? target : '' }, body });
  return { status: reply.status, headers: JSON_HEADERS, body: reply.body };
}

function statusOf(executions: Executions): object {
  const running = executions.roots().filter(({ record }) => record.status === 'RUNNING');
  return { kept: executions.roots().length, running: running.map(({ record: { name, machineName, startDate } }) => ({ machine: machineName, name, since: new Date(startDate).toISOString() })) };
}
