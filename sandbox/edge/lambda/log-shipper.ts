/** Carries log lines of functions to their log groups in the control plane, in batches. */
import { type ControlClient, ControlError } from '../control-client.ts';

const FLUSH_MS = 500;
/** Limits of PutLogEvents: 10,000 events, 1 MB counted as UTF-8 plus 26 bytes an event. */
const MAX_EVENTS = 5_000;
const MAX_BYTES = 1_000_000;
const EVENT_OVERHEAD = 26;
/** Lines kept per stream while the control plane is away; older ones are dropped and counted. */
const MAX_WAITING = 20_000;
const LONGEST_LINE = 250_000;

interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

interface LogStream {
  readonly group: string;
  readonly name: string;
  waiting: LogEvent[];
  dropped: number;
  created: boolean;
}

export interface LogShipper {
  /** One event for a stream of a group; never throws, never waits. */
  add(group: string, stream: string, message: string): void;
  /** The worker that wrote this stream is gone: forget the stream once it is empty. */
  close(group: string, stream: string): void;
  /** Sends what waits. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

export function createLogShipper(control: ControlClient): LogShipper {
  const streams = new Map<string, LogStream>();
  const closed = new Set<string>();
  let running: Promise<void> | undefined;

  const sendAll = async (): Promise<void> => {
    for (const [id, stream] of streams) {
      await sendStream(control, stream);
      if (closed.has(id) && stream.waiting.length === 0) {
        streams.delete(id);
        closed.delete(id);
      }
    }
  };

  const flush = async (): Promise<void> => {
    await running;
    running = sendAll().finally(() => {
      running = undefined;
    });
    await running;
  };

  const timer = setInterval(() => void flush(), FLUSH_MS);
  timer.unref();

  return {
    add(group, name, message) {
      const id = `${group} ${name}`;
      const stream = streams.get(id) ?? { group, name, waiting: [], dropped: 0, created: false };
      streams.set(id, stream);
      stream.waiting.push({ timestamp: Date.now(), message: message.length > LONGEST_LINE ? `${message.slice(0, LONGEST_LINE)} [cut by the sandbox]` : message });
      dropOldest(stream);
    },
    close: (group, name) => {
      if (streams.has(`${group} ${name}`)) closed.add(`${group} ${name}`);
    },
    flush,
    async stop() {
      clearInterval(timer);
      await flush();
    },
  };
}

function dropOldest(stream: LogStream): void {
  const excess = stream.waiting.length - MAX_WAITING;
  if (excess <= 0) return;
  stream.waiting.splice(0, excess);
  stream.dropped += excess;
}

/** Sends until the stream is empty or the control plane refuses; what was not taken waits for the next round. */
async function sendStream(control: ControlClient, stream: LogStream): Promise<void> {
  noteDropped(stream);
  while (stream.waiting.length > 0) {
    const batch = stream.waiting.slice(0, batchSize(stream.waiting));
    try {
      if (!stream.created) await createStream(control, stream);
      await control.json('logs', 'Logs_20140328.PutLogEvents', { logGroupName: stream.group, logStreamName: stream.name, logEvents: batch });
    } catch {
      stream.created = false;
      return;
    }
    stream.waiting.splice(0, batch.length);
  }
}

function noteDropped(stream: LogStream): void {
  if (stream.dropped === 0) return;
  stream.waiting.unshift({ timestamp: Date.now(), message: `[sandbox] ${stream.dropped} log lines were dropped while the control plane did not take them` });
  stream.dropped = 0;
}

function batchSize(waiting: readonly LogEvent[]): number {
  let bytes = 0;
  const limit = Math.min(waiting.length, MAX_EVENTS);
  for (let count = 0; count < limit; count += 1) {
    bytes += Buffer.byteLength(waiting[count]?.message ?? '') + EVENT_OVERHEAD;
    if (bytes > MAX_BYTES) return Math.max(1, count);
  }
  return limit;
}

/** A function without a declared log group gets one at its first line, as on AWS. */
async function createStream(control: ControlClient, stream: LogStream): Promise<void> {
  await unlessExisting(control.json('logs', 'Logs_20140328.CreateLogGroup', { logGroupName: stream.group }));
  await unlessExisting(control.json('logs', 'Logs_20140328.CreateLogStream', { logGroupName: stream.group, logStreamName: stream.name }));
  stream.created = true;
}

async function unlessExisting(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if (!(error instanceof ControlError) || error.code !== 'ResourceAlreadyExistsException') throw error;
  }
}

/** Name of a worker's stream as Lambda forms it: `2026/11/21/[$LATEST]<32 hex>`. */
export function logStreamName(version: string, workerId: string, now: Date): string {
  return `${now.toISOString().slice(0, 10).replaceAll('-', '/')}/[${version}]${workerId}`;
}
