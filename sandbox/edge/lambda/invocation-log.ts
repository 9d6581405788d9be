/** What one invocation writes: goes to the log group, to the metric store (embedded metric format) and to the tail that callers may ask for. */
import type { MetricSink } from '../metric-sink.ts';
import type { LogShipper } from './log-shipper.ts';
import type { Worker } from './worker-set.ts';

/** Lambda gives the last 4 KB to a caller who asks with LogType=Tail. */
const TAIL_BYTES = 4096;
/** What Lambda's text format puts before a console message. */
const CONSOLE_PREFIX = /^\d{4}-\d\d-\d\dT[\d:.]+Z\t[^\t]*\t[A-Z]+\t/;

export interface InvocationLog {
  /** A line of the function itself. */
  line(text: string): void;
  /** A line of the platform: START, END, REPORT. */
  platform(text: string): void;
  tail(): string;
}

export function createInvocationLog({ worker, shipper, sink }: { worker: Worker; shipper: LogShipper; sink: MetricSink }): InvocationLog {
  let tail: string[] = [];
  let tailLength = 0;

  const keep = (text: string): void => {
    tail.push(text);
    tailLength += text.length + 1;
    if (tailLength <= 4 * TAIL_BYTES) return;
    const cut = tail.join('\n').slice(-TAIL_BYTES);
    tail = [cut];
    tailLength = cut.length;
  };
  const platform = (text: string): void => {
    shipper.add(worker.fn.logGroup, worker.logStream, text);
    keep(text);
  };

  return {
    platform,
    line(text) {
      platform(text);
      sink.logLine(worker.fn.name, text.replace(CONSOLE_PREFIX, ''));
    },
    tail: () => Buffer.from(`${tail.join('\n')}\n`).subarray(-TAIL_BYTES).toString('utf8'),
  };
}
