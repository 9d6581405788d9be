import { isUtf8 } from 'node:buffer';
import type { ContractRuntime, Violation } from '../../contracts/model.ts';
import { bytesOf } from './decode/decode-records.ts';
import type { EventRecord } from './decode/decode-records.ts';
import { isRejected, validateEvent, versionFor } from '../../contracts/validation/validate-event.ts';

/** Largest event that bronze takes, bytes. Far above any event of ours; a reader must be able to hold many of them. */
export const MAX_EVENT_BYTES = 256 * 1024;
/** Deepest nesting that bronze takes: JSON readers of the lake refuse a thousand. */
export const MAX_DEPTH = 100;
/** Clocks of senders may be ahead, but not by this much: such an event would win over all others for ever. */
export const MAX_PUBLISHED_AHEAD_MS = 24 * 3_600_000;
export const MAX_EVENT_AHEAD_MS = 400 * 86_400_000;

export type JsonObject = Readonly<Record<string, unknown>>;

export interface AcceptedEvent {
  readonly accepted: true;
  readonly schemaVersion: string;
  readonly major: number;
  /** Ms; undefined when the event states none. */
  readonly eventTime: number | undefined;
  /** Ms; undefined when the event states none. */
  readonly publishedTime: number | undefined;
  /** Rules of weight `warn` or `range` that it breaks. */
  readonly warnings: number;
  /** Judged by the contract's decoder, where it lies; false: parsed, and judged by the validator. */
  readonly inPlace: boolean;
  /** What the consumer asked for reads; the whole event when it was parsed; undefined when no consumer was named. */
  readonly event: JsonObject | undefined;
}
export interface RefusedEvent {
  readonly accepted: false;
  /** All broken rules, the light ones included. */
  readonly reasons: readonly Violation[];
}
export type Verdict = AcceptedEvent | RefusedEvent;
/** The verdict for a consumer, with what it reads. */
export type ReadVerdict = (AcceptedEvent & { readonly event: JsonObject }) | RefusedEvent;

/** An event where it lies, and when the stream took it. */
export type PlacedEvent = Pick<EventRecord, 'arena' | 'start' | 'end' | 'arrivalTime'>;

/**
 * Whether bronze takes an event: text, JSON, an object, of a readable version, valid by that version, with believable
 * times. Content never throws; an exception from here is a defect of a validator, and stops the shard loudly.
 *
 * Nearly all events are judged in place, which finds no fault or leaves the event to the full way: the verdict is the same.
 */
export const checkEvent = (placed: PlacedEvent, contract: ContractRuntime): Verdict => checkInPlace(placed, contract) ?? checkFully(placed, contract);

/** The same for a consumer that reads the event: the fields that the contract's descriptor says it reads, at least. */
export function readEvent(placed: PlacedEvent, contract: ContractRuntime, consumer: string): ReadVerdict {
  return (checkInPlace(placed, contract, consumer) ?? checkFully(placed, contract)) as ReadVerdict;
}

/** undefined: not to be judged in place. */
function checkInPlace({ arena, start, end, arrivalTime }: PlacedEvent, { versions }: ContractRuntime, consumer?: string): AcceptedEvent | undefined {
  if (end - start > MAX_EVENT_BYTES) return undefined;
  for (const { major, decoder } of versions) {
    if (decoder?.accepts(arena.bytes, arena.view, start, end) !== true) continue;
    const schemaVersion = decoder.schemaVersion(arena.bytes);
    if (!isVersionOf(major, schemaVersion)) continue;
    const eventTime = decoder.eventTime();
    const publishedTime = decoder.publishedTime();
    // A missing time is NaN, which is never too late.
    if (eventTime > arrivalTime + MAX_EVENT_AHEAD_MS || publishedTime > arrivalTime + MAX_PUBLISHED_AHEAD_MS) return undefined;
    const read = consumer === undefined ? undefined : decoder.readers[consumer];
    if (read === undefined && consumer !== undefined) return undefined;
    return { accepted: true, schemaVersion, major, eventTime: Number.isNaN(eventTime) ? undefined : eventTime, publishedTime: Number.isNaN(publishedTime) ? undefined : publishedTime, warnings: 0, inPlace: true, event: read?.(arena.bytes, arena.textOf(start, end), arena.textStart) as JsonObject | undefined };
  }
  return undefined;
}

const lastVersion = { text: '', major: Number.NaN };

/** Nearly every event states the version of the one before. */
function isVersionOf(major: number, text: string): boolean {
  if (text !== lastVersion.text) {
    lastVersion.text = text;
    lastVersion.major = VERSION_PATTERN.test(text) ? Number(text.slice(0, text.indexOf('.'))) : Number.NaN;
  }
  return lastVersion.major === major;
}

const REPLACEMENT = '\uFFFD';

function checkFully(placed: PlacedEvent, contract: ContractRuntime): Verdict {
  const bytes = bytesOf(placed);
  if (bytes.length > MAX_EVENT_BYTES) return refuse('TOO_LARGE', `has ${bytes.length} bytes; at most ${MAX_EVENT_BYTES} are taken`);

  const text = bytes.toString('utf8');
  // Invalid bytes decode to U+FFFD: only a text that holds one needs the exact check, and such texts are rare.
  if (text.includes(REPLACEMENT) && !isUtf8(bytes)) return refuse('NOT_UTF8', 'is not UTF-8 text');

  const parsed = parseObject(text);
  if ('accepted' in parsed) return parsed;
  if (openings(text) > MAX_DEPTH && isDeeperThan(parsed.object, MAX_DEPTH)) return refuse('TOO_DEEP', `is nested deeper than ${MAX_DEPTH} levels`);

  return checkContent(parsed.object, placed.arrivalTime, contract);
}

function checkContent(event: JsonObject, arrivalTime: number, contract: ContractRuntime): Verdict {
  const eventTime = timeOf(event[contract.descriptor.eventTime]);
  const publishedTime = timeOf(event['publishedTime']);
  const violations = [...validateEvent(contract, event), ...clockViolations({ contract, arrivalTime, eventTime, publishedTime })];
  const version = versionFor(contract, event);
  if (version === undefined || isRejected(violations)) return { accepted: false, reasons: violations };

  const { schemaVersion } = event;
  // A schema may forget to ask for its version; bronze lines carry it, so it must be one.
  if (typeof schemaVersion !== 'string' || !VERSION_PATTERN.test(schemaVersion)) return { accepted: false, reasons: [...violations, noVersion(schemaVersion, contract)] };
  return { accepted: true, event, schemaVersion, major: version.major, eventTime, publishedTime, warnings: violations.length, inPlace: false };
}

/** `1.0`: major and minor. */
const VERSION_PATTERN = /^\d{1,4}\.\d{1,6}$/;

function noVersion(schemaVersion: unknown, { versions }: ContractRuntime): Violation {
  const got = schemaVersion === undefined ? 'missing' : 'is no version';
  return { path: '/schemaVersion', rule: 'VERSION', message: `${got}; readable: ${versions.map(({ major }) => `${major}.x`).join(', ')}, for example "${versions.at(-1)?.version ?? '1.0'}"`, severity: 'reject' };
}

const refuse = (rule: string, message: string, path = ''): RefusedEvent => ({ accepted: false, reasons: [{ path, rule, message, severity: 'reject' }] });

function parseObject(text: string): { readonly object: JsonObject } | RefusedEvent {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return refuse('NOT_JSON', notJson(text, error));
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { object: parsed as JsonObject };
  return refuse('NOT_OBJECT', `is ${kindOf(parsed)}; one JSON object per record is taken`);
}

function notJson(text: string, error: unknown): string {
  if (text.trim() === '') return 'is empty; one JSON object per record is taken';
  if (text.startsWith('\uFEFF')) return 'begins with a byte order mark, which JSON does not allow';
  // V8 quotes the text around the fault; the position is enough, and keeps personal data out of the reason.
  const position = error instanceof Error ? /at position \d+(?: \(line \d+ column \d+\))?/.exec(error.message)?.[0] : undefined;
  return position === undefined ? 'is not JSON, or ends too early' : `is not JSON: the fault is ${position}`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}

interface ClockInput {
  readonly contract: ContractRuntime;
  readonly arrivalTime: number;
  readonly eventTime: number | undefined;
  readonly publishedTime: number | undefined;
}

function clockViolations({ contract, arrivalTime, eventTime, publishedTime }: ClockInput): readonly Violation[] {
  const found: Violation[] = [];
  if (publishedTime !== undefined && publishedTime > arrivalTime + MAX_PUBLISHED_AHEAD_MS) found.push(ahead('publishedTime', 'is more than 24 hours after it reached the stream', arrivalTime));
  if (eventTime !== undefined && eventTime > arrivalTime + MAX_EVENT_AHEAD_MS) found.push(ahead(contract.descriptor.eventTime, 'is more than 400 days after it reached the stream', arrivalTime));
  return found;
}

const ahead = (field: string, what: string, arrivalTime: number): Violation => ({
  path: `/${field}`,
  rule: 'CLOCK',
  message: `${what} (${new Date(arrivalTime).toISOString()}); is the sender's clock right?`,
  severity: 'reject',
});

/** Ms of an RFC 3339 text; undefined for anything else. Whether it is a real date is the validator's question. */
function timeOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}

/** Opening brackets: an event with no more of them than levels are allowed needs no walk through it. */
const openings = (text: string): number => occurrences(text, '{') + occurrences(text, '[');

function occurrences(text: string, character: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) count += 1;
  return count;
}

/** `Object.values` costs a quarter of `for … in` here. */
function isDeeperThan(value: object, limit: number): boolean {
  if (limit === 0) return true;
  for (const child of Object.values(value) as unknown[]) {
    if (typeof child === 'object' && child !== null && isDeeperThan(child, limit - 1)) return true;
  }
  return false;
}
