/** What a run needs from the service around it; tests give fakes. */
import type { JsonObject } from '../../../json.ts';
import type { Clock } from '../../event-sources/clock.ts';
import type { Processor } from '../definition/types.ts';
import type { MapItem } from './frame.ts';
import type { Run } from './run.ts';

/**
 * Any AWS call: `call('dynamodb', 'PutItem', {…})`, with the service as the SDK integrations name it.
 * @throws ServiceError for the service's own errors
 */
export interface ServiceCalls {
  call(service: string, operation: string, args: JsonObject): Promise<JsonObject>;
}

/** An AWS service answered with an error. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  /** AWS's code, for example `ConditionalCheckFailedException`. */
  readonly code: string;
  /** HTTP status; 0 when nothing answered. */
  readonly status: number;
  readonly requestId: string;

  constructor(code: string, message: string, { status = 400, requestId = '-' }: { status?: number; requestId?: string } = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.requestId = requestId;
  }
}

export interface TaskTokens {
  /** The result of a token, when somebody gives it; `heartbeatMs` of silence end it with `States.HeartbeatTimeout`. */
  wait(token: string, heartbeatMs: number | undefined, signal: AbortSignal): Promise<unknown>;
}

export interface MapSpec {
  readonly label: string;
  readonly machine: Processor;
  /** 0: no limit of the definition's own. */
  readonly maxConcurrency: number;
  readonly toleratedCount?: number;
  readonly toleratedPercentage?: number;
}

export interface ChildResult {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  readonly startDate: number;
  readonly stopDate?: number;
  /** JSON text. */
  readonly input: string;
  /** JSON text. */
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

export interface MapRuns {
  /** A new map run for a state of this run; answers its ARN. */
  open(run: Run, spec: MapSpec): string;
  /** Runs the children that have not succeeded yet. @throws StatesError when too many fail */
  work(mapRunArn: string, spec: MapSpec, items: readonly MapItem[], signal: AbortSignal): Promise<ChildResult[]>;
}

export interface Host {
  readonly clock: Clock;
  readonly region: string;
  readonly calls: ServiceCalls;
  readonly tokens: TaskTokens;
  readonly mapRuns: MapRuns;
  /** In [0, 1): jitter of retries. */
  random(): number;
  newId(): string;
}
