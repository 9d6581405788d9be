/** An event source mapping as the control plane lists it, read into what a source needs; defaults are AWS's own. */
import { asObject, type JsonObject } from '../../json.ts';
import { checkPattern, type EventPattern } from './event-pattern.ts';

/** What a mapping reads. */
export type SourceKind = 'kinesis' | 'dynamodb';

export type StartingPosition = 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP';

export interface EventSourceMapping {
  readonly uuid: string;
  readonly kind: SourceKind;
  /** ARN with the qualifier, as configured. */
  readonly functionArn: string;
  readonly functionName: string;
  readonly streamArn: string;
  /** Name of the stream, or of the table whose changes it carries. */
  readonly streamName: string;
  readonly enabled: boolean;
  /** 1 to 10,000 records. */
  readonly batchSize: number;
  /** Milliseconds that a batch may wait for more records. */
  readonly windowMs: number;
  readonly startingPosition: StartingPosition;
  /** Milliseconds since 1970, with AT_TIMESTAMP. */
  readonly startingTimestamp?: number;
  /** Retries after the first try; -1: without end. */
  readonly maxRetries: number;
  /** Records older than this go to the destination; -1: never. */
  readonly maxAgeMs: number;
  readonly bisectOnError: boolean;
  readonly reportsItemFailures: boolean;
  /** Batches of one shard in flight at once, 1 to 10; order holds per partition key. */
  readonly parallelization: number;
  /** One of them must match; empty: all records pass. */
  readonly filters: readonly EventPattern[];
  /** ARN of a bucket, queue or topic. */
  readonly onFailure?: string;
}

/** The mapping asks for something that this sandbox does not do. */
export class UnsupportedMappingError extends Error {
  override readonly name = 'UnsupportedMappingError';
}

/** `arn:aws:kinesis:…:stream/<name>` or `arn:aws:dynamodb:…:table/<name>/stream/<label>`. */
const STREAM_ARN = /^arn:aws:(?:(kinesis):[^:]*:[^:]*:stream|(dynamodb):[^:]*:[^:]*:table)\/([^/]+)(?:\/stream\/[^/]+)?$/;

/** @throws UnsupportedMappingError, EventPatternError: a mapping that cannot be honoured says so in the status and does not run. */
export function parseMapping(raw: JsonObject): EventSourceMapping {
  const streamArn = text(raw['EventSourceArn']);
  const functionArn = text(raw['FunctionArn']);
  const uuid = text(raw['UUID']);
  if (number(raw['TumblingWindowInSeconds'], 0) > 0) throw new UnsupportedMappingError(`Event source mapping ${uuid}: tumbling windows are not built into the sandbox; remove TumblingWindowInSeconds.`);
  const { kind, streamName } = parseSource(uuid, streamArn);

  const maxAgeSeconds = number(raw['MaximumRecordAgeInSeconds'], -1);
  const onFailure = text(asObject(asObject(raw['DestinationConfig'])['OnFailure'])['Destination']);
  const timestamp = instant(raw['StartingPositionTimestamp']);
  return {
    uuid,
    kind,
    functionArn,
    functionName: functionArn.split(':')[6] ?? functionArn,
    streamArn,
    streamName,
    enabled: !['Disabled', 'Disabling', 'Deleting'].includes(text(raw['State'])),
    batchSize: number(raw['BatchSize'], 100),
    windowMs: number(raw['MaximumBatchingWindowInSeconds'], 0) * 1000,
    startingPosition: startingPosition(raw['StartingPosition']),
    ...(timestamp === undefined ? {} : { startingTimestamp: timestamp }),
    maxRetries: number(raw['MaximumRetryAttempts'], -1),
    maxAgeMs: maxAgeSeconds < 0 ? -1 : maxAgeSeconds * 1000,
    bisectOnError: raw['BisectBatchOnFunctionError'] === true || raw['BisectBatchOnFunctionError'] === 'true',
    reportsItemFailures: list(raw['FunctionResponseTypes']).includes('ReportBatchItemFailures'),
    parallelization: number(raw['ParallelizationFactor'], 1),
    filters: parseFilters(raw['FilterCriteria']),
    ...(onFailure === '' ? {} : { onFailure }),
  };
}

function parseSource(uuid: string, arn: string): { kind: SourceKind; streamName: string } {
  const [, kinesis, dynamodb, streamName] = STREAM_ARN.exec(arn) ?? [];
  if (kinesis !== undefined && streamName !== undefined && !arn.includes('/stream/')) return { kind: 'kinesis', streamName };
  if (dynamodb !== undefined && streamName !== undefined && arn.includes('/stream/')) return { kind: 'dynamodb', streamName };
  if (arn.includes('/consumer/')) throw new UnsupportedMappingError(`Event source mapping ${uuid}: ${arn} is an enhanced fan-out consumer, which is not built into the sandbox; name the stream itself.`);
  throw new UnsupportedMappingError(`Event source mapping ${uuid}: ${arn} is no source that runs in the sandbox; Kinesis streams and streams of DynamoDB tables do.`);
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
