/** Step Functions without a sandbox: machines in memory, services by fakes at the integration port, a clock that can be turned. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ControlClient } from '../../../../sandbox/edge/control-client.ts';
import { type Clock, systemClock } from '../../../../sandbox/edge/event-sources/clock.ts';
import type { MetricDatum } from '../../../../sandbox/edge/metric-sink.ts';
import { type ServiceCalls, ServiceError } from '../../../../sandbox/edge/step-functions/run/host.ts';
import { createStepFunctions, type StepFunctions } from '../../../../sandbox/edge/step-functions/step-functions.ts';
import type { JsonObject } from '../../../../sandbox/json.ts';

export const LAMBDA = 'arn:aws:states:::lambda:invoke';
const MACHINE = 'arn:aws:states:eu-central-1:000000000000:stateMachine:';

/** Answers calls by `service:Operation`; what a fake throws as ServiceError is the service's error, anything else a function's. */
export interface FakeServices {
  readonly lambda?: (payload: never) => unknown;
  readonly [call: `${string}:${string}`]: (args: never) => unknown;
}

/** Thrown by a fake function: becomes a FunctionError with this type. */
export function functionError(type: string, message = 'failed'): Error {
  return Object.assign(new Error(message), { name: type });
}

/**
 * Pauses end at once and are noted; longer ones than `patience` wait for ever, unless they are cut, as a time-out that is not reached.
 */
export class TurnedClock implements Clock {
  readonly slept: number[] = [];
  readonly #patienceMs: number;
  #time = Date.UTC(2026, 10, 21);

  constructor(patienceMs = 60_000) {
    this.#patienceMs = patienceMs;
  }

  now(): number {
    return this.#time;
  }

  after(ms: number, then: () => void): () => void {
    if (ms >= this.#patienceMs) return () => undefined;
    this.slept.push(ms);
    const timer = setImmediate(() => {
      this.#time += ms;
      then();
    });
    return () => clearImmediate(timer);
  }
}

export interface HistoryEntry {
  readonly id: number;
  readonly type: string;
  readonly previousEventId: number;
  readonly [field: string]: unknown;
}

export interface Ended {
  readonly status: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly redriveStatus: string;
  readonly redriveCount: number;
}

export class Lab {
  readonly dir = mkdtempSync(join(tmpdir(), 'waybill-states-'));
  readonly metrics: MetricDatum[] = [];
  /** `service:Operation` in order. */
  readonly log: string[] = [];
  readonly #machines = new Map<string, JsonObject>();
  readonly #clock: Clock;
  services: FakeServices;
  api: StepFunctions;
  /** Counts starts of the edge: what an earlier one began has no effect any more. */
  #edge = 0;

  constructor(services: FakeServices = {}, clock: Clock = systemClock) {
    this.services = services;
    this.#clock = clock;
    this.api = this.#open();
  }

  #open(): StepFunctions {
    const sink = { put: (datum: MetricDatum) => void this.metrics.push(datum), logLine: () => undefined };
    const edge = ++this.#edge;
    return createStepFunctions({ control: this.#control(), sink, dir: this.dir, port: 1, clock: this.#clockOf(edge), calls: this.#callsOf(edge) });
  }

  /** As an edge that was killed and started again: nothing of the old one goes on. */
  async crash(): Promise<void> {
    await nextTurn();
    this.api = this.#open();
    this.api.start();
  }

  async stopAndStart(): Promise<void> {
    await this.api.stop();
    this.api = this.#open();
    this.api.start();
  }

  async close(): Promise<void> {
    await this.api.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  deploy(States: Record<string, unknown>, { name = 'machine', ...more }: { name?: string; [field: string]: unknown } = {}): string {
    const arn = `${MACHINE}${name}`;
    const definition = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: Object.keys(States)[0], States, ...more });
    this.#machines.set(arn, { stateMachineArn: arn, name, definition, roleArn: 'arn:aws:iam::000000000000:role/machine', type: 'STANDARD' });
    return arn;
  }

  async start(stateMachineArn: string, input: unknown = {}, name?: string): Promise<string> {
    const { executionArn } = await this.api.call('StartExecution', { stateMachineArn, input: JSON.stringify(input), ...(name === undefined ? {} : { name }) });
    return String(executionArn);
  }

  async ended(executionArn: string): Promise<Ended> {
    for (;;) {
      const found = await this.api.call('DescribeExecution', { executionArn });
      if (found['status'] !== 'RUNNING') return found as unknown as Ended;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** Deploys, starts, waits for the end. */
  async run(States: Record<string, unknown>, input: unknown = {}, more: { name?: string; [field: string]: unknown } = {}): Promise<Ended & { arn: string }> {
    const arn = await this.start(this.deploy(States, more), input);
    return { ...(await this.ended(arn)), arn };
  }

  /** The output of a run that succeeds. @throws Error with what went wrong otherwise */
  async output(States: Record<string, unknown>, input: unknown = {}, more: { name?: string; [field: string]: unknown } = {}): Promise<unknown> {
    const { status, output, error, cause } = await this.run(States, input, more);
    if (output === undefined) throw new Error(`${status}: ${error ?? ''} ${cause ?? ''}`);
    return JSON.parse(output) as unknown;
  }

  async history(executionArn: string): Promise<HistoryEntry[]> {
    const { events } = await this.api.call('GetExecutionHistory', { executionArn, maxResults: 1000 });
    return events as HistoryEntry[];
  }

  async types(executionArn: string): Promise<string[]> {
    return (await this.history(executionArn)).map(({ type }) => type);
  }

  #control(): ControlClient {
    const missing = (): never => {
      throw new Error('the lab has no control plane for this');
    };
    const describe = (arn: string): JsonObject => this.#machines.get(arn) ?? missing();
    return { port: 1, region: 'eu-central-1', json: (_service, _target, input) => Promise.resolve(describe(String((input as JsonObject)['stateMachineArn']))), rest: missing, send: missing, close: () => undefined };
  }

  /** Timers of a killed edge never end. */
  #clockOf(edge: number): Clock {
    const clock = this.#clock;
    return { now: () => clock.now(), after: (ms, then) => clock.after(ms, () => { if (edge === this.#edge) then(); }) };
  }

  /** Answers never reach a killed edge. */
  #callsOf(edge: number): ServiceCalls {
    const isDead = (): boolean => edge !== this.#edge;
    const calls = this.#calls();
    return {
      async call(service, operation, args) {
        try {
          return await calls.call(service, operation, args);
        } finally {
          if (isDead()) await new Promise(() => undefined);
        }
      },
    };
  }

  #calls(): ServiceCalls {
    return {
      call: async (service, operation, args) => {
        await nextTurn();
        this.log.push(`${service}:${operation}`);
        if (service === 'sfn') return this.#own(operation, args);
        const fake = this.services[`${service}:${operation}`];
        if (fake !== undefined) return (await fake(args as never)) as JsonObject;
        if (service !== 'lambda' || this.services.lambda === undefined) throw new ServiceError('UnknownOperation', `no fake for ${service}:${operation}`);
        try {
          return { StatusCode: 200, ExecutedVersion: '$LATEST', Payload: (await this.services.lambda(args['Payload'] as never)) ?? null };
        } catch (error) {
          if (error instanceof ServiceError) throw error;
          const { name, message } = error as Error;
          return { StatusCode: 200, FunctionError: 'Unhandled', Payload: { errorType: name, errorMessage: message } };
        }
      },
    };
  }

  /** Nested executions: the wire's small first letters, as the SDK integration sees them large. */
  async #own(operation: string, args: JsonObject): Promise<JsonObject> {
    const small = Object.fromEntries(Object.entries(args).map(([key, value]) => [key.charAt(0).toLowerCase() + key.slice(1), value]));
    try {
      const answer = await this.api.call(operation, small);
      return Object.fromEntries(Object.entries(answer).map(([key, value]) => [key.charAt(0).toUpperCase() + key.slice(1), value]));
    } catch (error) {
      throw new ServiceError((error as { code?: string }).code ?? 'Error', (error as Error).message);
    }
  }
}

/** A Task that calls a function with its input and answers what that answers. */
export const task = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  Type: 'Task',
  Resource: LAMBDA,
  Arguments: { FunctionName: 'f', Payload: '{% $states.input %}' },
  Output: '{% $states.result.Payload %}',
  End: true,
  ...more,
});
