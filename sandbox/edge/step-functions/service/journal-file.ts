/**
 * The journal of one execution and its children: one file, one JSON array a line, only ever appended to. Lines are gathered until the
 * event loop is free, or until somebody needs them on disk. A SIGKILL of the edge loses nothing that was flushed.
 */
import { closeSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import type { FrameData } from '../run/frame.ts';
import type { HistoryEvent, RunJournal } from '../run/journal.ts';
import type { ExecutionEnd, ExecutionRecord, MapRunRecord } from './records.ts';

/** The number is the execution's place in its tree: 0 for the one that was started by name. */
export type JournalLine =
  | readonly ['start', number, ExecutionRecord]
  | readonly ['event', number, HistoryEvent]
  | readonly ['frame', number, string, FrameData]
  | readonly ['patch', number, string, Partial<FrameData>]
  | readonly ['end', number, ExecutionEnd & Pick<ExecutionRecord, 'redriveCount' | 'redriveDate'>]
  | readonly ['redrive', number, { readonly at: number; readonly attempt: number }]
  | readonly ['map', number, MapRunRecord];

export class JournalFile {
  readonly #path: string;
  #lines: string[] = [];
  #descriptor: number | undefined;
  #scheduled: NodeJS.Immediate | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** The line is fixed now, and written soon. */
  write(line: JournalLine): void {
    this.#lines.push(JSON.stringify(line));
    this.#scheduled ??= setImmediate(() => this.flush());
  }

  flush(): void {
    if (this.#scheduled !== undefined) clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    if (this.#lines.length === 0) return;
    const bytes = Buffer.from(`${this.#lines.join('\n')}\n`);
    this.#lines = [];
    this.#descriptor ??= openSync(this.#path, 'a');
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#descriptor, bytes, done);
  }

  /** Gives the file back; a later line opens it again. */
  close(): void {
    this.flush();
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  /** The part of the journal that one execution writes. */
  of(number: number): RunJournal {
    return {
      event: (event) => this.write(['event', number, event]),
      frame: (path, data) => this.write(['frame', number, path, data]),
      patch: (path, part) => this.write(['patch', number, path, part]),
      flush: () => this.flush(),
    };
  }
}

/** The whole lines of a journal; a last one that a kill cut off is removed from the file. */
export function readJournal(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  const end = text.lastIndexOf('\n') + 1;
  const whole = text.slice(0, end);
  if (end < text.length) truncateSync(path, Buffer.byteLength(whole));
  return whole === '' ? [] : whole.slice(0, -1).split('\n');
}

export const readLine = (line: string): JournalLine => JSON.parse(line) as JournalLine;
