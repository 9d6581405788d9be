/** An event source mapping as the control plane lists it, read into what a source needs; defaults are AWS's own. */
import { asObject, type JsonObject } from '../../json.ts';
import { checkPattern, type EventPattern } from './event-pattern.ts';

export type StreamKind = 'kinesis' | 'dynamodb';

export type StartingPosition = 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP';

interface Mapping {
  readonly uuid: string;
  /** ARN with the qualifier, as configured. */
  readonly functionArn: string;
  readonly functionName: string;
  readonly sourceArn: string;
  /** Name of the stream, of the table whose changes it carries, or of the queue. */
  readonly sourceName: string;
  readonly enabled: boolean;
  /** 1 to 10,000 records. */
  readonly batchSize: number;
  /** Milliseconds that a batch may wait for more records. */
  readonly windowMs: number;
  readonly reportsItemFailures: boolean;
  /** One of them must match; empty: all records pass. */
  readonly filters: readonly EventPattern[];
}

/** A mapping that reads the stream of Kinesis or of a table. */
export interface StreamMapping extends Mapping {
  readonly kind: StreamKind;
  readonly startingPosition: StartingPosition;
  /** Milliseconds since 1970, with AT_TIMESTAMP. */
  readonly startingTimestamp?: number;
  /** Retries after the first try; -1: without end. */
  readonly maxRetries: number;
  /** Records older than this go to the destination; -1: never. */
  readonly maxAgeMs: number;
  readonly bisectOnError: boolean;
  /** Batches of one shard in flight at once, 1 to 10; order holds per key. */
  readonly parallelization: number;
  /** ARN of a bucket, queue or topic. */
  readonly onFailure?: string;
}

/** A mapping that takes messages from an SQS queue. */
export interface QueueMapping extends Mapping {
  readonly kind: 'sqs';
  /** Batches in flight at once. */
  readonly concurrency: number;
}

export type EventSourceMapping = StreamMapping | QueueMapping;

/** The mapping asks for something that this sandbox does not do. */
export class UnsupportedMappingError extends Error {
  override readonly name = 'UnsupportedMappingError';
}

/** Lambda begins with five pollers of a queue; a sandbox stays there. */
const QUEUE_POLLERS = 5;

const SOURCES: readonly (readonly [kind: StreamKind | 'sqs', arn: RegExp])[] = [
  ['kinesis', /^arn:aws:kinesis:[^:]*:[^:]*:stream\/([^/]+)$/],
  ['dynamodb', /^arn:aws:dynamodb:[^:]*:[^:]*:table\/([^/]+)\/stream\/[^/]+$/],
  ['sqs', /^arn:aws:sqs:[^:]*:[^:]*:([^:]+)$/],
];

/** Name of a function with its qualifier, as its ARN has it. */
export const qualifiedName = (functionArn: string): string => functionArn.split(':').slice(6).join(':');

/** @throws UnsupportedMappingError, EventPatternError: a mapping that cannot be honoured says so in the status and does not run. */
export function parseMapping(raw: JsonObject): EventSourceMapping {
  const functionArn = text(raw['FunctionArn']);
  const uuid = text(raw['UUID']);
  if (number(raw['TumblingWindowInSeconds'], 0) > 0) throw new UnsupportedMappingError(`Event source mapping ${uuid}: tumbling windows are not built into the sandbox; remove TumblingWindowInSeconds.`);
  const { kind, sourceArn, sourceName } = parseSource(uuid, text(raw['EventSourceArn']));

  const shared: Mapping = {
    uuid,
    functionArn,
    functionName: functionArn.split(':')[6] ?? functionArn,
    sourceArn,
    sourceName,
    enabled: !['Disabled', 'Disabling', 'Deleting'].includes(text(raw['State'])),
    batchSize: number(raw['BatchSize'], kind === 'sqs' ? 10 : 100),
    windowMs: number(raw['MaximumBatchingWindowInSeconds'], 0) * 1000,
    reportsItemFailures: list(raw['FunctionResponseTypes']).includes('ReportBatchItemFailures'),
    filters: parseFilters(raw['FilterCriteria']),
  };
  if (kind === 'sqs') return { ...shared, kind, concurrency: Math.min(QUEUE_POLLERS, number(asObject(raw['ScalingConfig'])['MaximumConcurrency'], QUEUE_POLLERS)) };
  return { ...shared, kind, ...parseStreamSettings(raw) };
}

function parseStreamSettings(raw: JsonObject): Omit<StreamMapping, 'kind' | keyof Mapping> {
  const maxAgeSeconds = number(raw['MaximumRecordAgeInSeconds'], -1);
  const onFailure = text(asObject(asObject(raw['DestinationConfig'])['OnFailure'])['Destination']);
  const timestamp = instant(raw['StartingPositionTimestamp']);
  return {
    startingPosition: startingPosition(raw['StartingPosition']),
    ...(timestamp === undefined ? {} : { startingTimestamp: timestamp }),
    maxRetries: number(raw['MaximumRetryAttempts'], -1),
    maxAgeMs: maxAgeSeconds < 0 ? -1 : maxAgeSeconds * 1000,
    bisectOnError: raw['BisectBatchOnFunctionError'] === true || raw['BisectBatchOnFunctionError'] === 'true',
    parallelization: number(raw['ParallelizationFactor'], 1),
    ...(onFailure === '' ? {} : { onFailure }),
  };
}

function parseSource(uuid: string, arn: string): { kind: StreamKind | 'sqs'; sourceArn: string; sourceName: string } {
  for (const [kind, pattern] of SOURCES) {
    const sourceName = pattern.exec(arn)?.[1];
    if (sourceName?.endsWith('.fifo') === true) throw new UnsupportedMappingError(`Event source mapping ${uuid}: ${arn} is a FIFO queue, which is no event source in the sandbox.`);
    if (sourceName !== undefined) return { kind, sourceArn: arn, sourceName };
  }
  if (arn.includes('/consumer/')) throw new UnsupportedMappingError(`Event source mapping ${uuid}: ${arn} is an enhanced fan-out consumer, which is not built into the sandbox; name the stream itself.`);
  throw new UnsupportedMappingError(`Event source mapping ${uuid}: ${arn} is no source that runs in the sandbox; Kinesis streams, streams of DynamoDB tables and SQS queues do.`);
}

function parseFilters(criteria: unknown): EventPattern[] {
  return list(asObject(criteria)['Filters']).map((filter) => {
    const pattern = asObject(JSON.parse(text(asObject(filter)['Pattern'])));
    checkPattern(pattern);
    return pattern;
  });
}

function startingPosition(value: unknown): StartingPosition {
  return value === 'TRIM_HORIZON' || value === 'AT_TIMESTAMP' ? value : 'LATEST';
}

/** Seconds since 1970 (JSON) or an RFC 3339 text (templates) to milliseconds. */
function instant(value: unknown): number | undefined {
  if (typeof value === 'number') return value * 1000;
  const seconds = typeof value === 'string' ? Number(value) : NaN;
  if (!Number.isNaN(seconds)) return seconds * 1000;
  const parsed = Date.parse(text(value));
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** Templates write numbers as text too; absent means AWS's default. */
function number(value: unknown, whenAbsent: number): number {
  if (value === undefined || value === null || value === '') return whenAbsent;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : whenAbsent;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
