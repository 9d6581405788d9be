/** The state of every alarm and what happened to it, on disk: a restart of the edge forgets no alarm and repeats no message. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asObject } from '../../json.ts';
import type { AlarmState } from './missing-data.ts';

const MAX_HISTORY = 2_000;

export interface AlarmRecord {
  readonly state: AlarmState;
  readonly reason: string;
  /** JSON text. */
  readonly reasonData: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

export type HistoryItemType = 'ConfigurationUpdate' | 'StateUpdate' | 'Action';

export interface HistoryItem {
  readonly alarm: string;
  readonly at: number;
  readonly type: HistoryItemType;
  readonly summary: string;
  /** JSON text. */
  readonly data: string;
}

const UNCHECKED = 'Unchecked: Initial alarm creation';

export class AlarmBook {
  readonly #path: string;
  readonly #records: Map<string, AlarmRecord>;
  #history: HistoryItem[];

  constructor(dir: string) {
    mkdirSync(dir, { recursive: true });
    this.#path = join(dir, 'alarms.json');
    const stored = readStored(this.#path);
    this.#records = new Map(Object.entries(asObject(stored['alarms'])) as [string, AlarmRecord][]);
    this.#history = Array.isArray(stored['history']) ? (stored['history'] as HistoryItem[]) : [];
  }

  /** The record of an alarm; a new alarm starts as AWS starts it. */
  open(alarm: string, now: number): AlarmRecord {
    const known = this.#records.get(alarm);
    if (known !== undefined) return known;
    const record: AlarmRecord = { state: 'INSUFFICIENT_DATA', reason: UNCHECKED, reasonData: '{}', since: now };
    this.#records.set(alarm, record);
    this.note({ alarm, at: now, type: 'ConfigurationUpdate', summary: `Alarm "${alarm}" created`, data: '{"version":"1.0","type":"Create"}' });
    return record;
  }

  get = (alarm: string): AlarmRecord | undefined => this.#records.get(alarm);

  set(alarm: string, record: AlarmRecord): void {
    const before = this.#records.get(alarm);
    this.#records.set(alarm, record);
    const data = { version: '1.0', oldState: { stateValue: before?.state, stateReason: before?.reason }, newState: { stateValue: record.state, stateReason: record.reason } };
    this.note({ alarm, at: record.since, type: 'StateUpdate', summary: `Alarm updated from ${before?.state ?? 'INSUFFICIENT_DATA'} to ${record.state}`, data: JSON.stringify(data) });
  }

  note(item: HistoryItem): void {
    this.#history.push(item);
    if (this.#history.length > MAX_HISTORY * 1.1) this.#history = this.#history.slice(-MAX_HISTORY);
    this.flush();
  }

  /** Newest first. */
  history(): HistoryItem[] {
    return this.#history.toReversed();
  }

  /** Forgets alarms that are deployed no longer. */
  keepOnly(alarms: ReadonlySet<string>): void {
    const gone = [...this.#records.keys()].filter((alarm) => !alarms.has(alarm));
    for (const alarm of gone) this.#records.delete(alarm);
    if (gone.length > 0) this.flush();
  }

  flush(): void {
    writeAside(this.#path, { alarms: Object.fromEntries(this.#records), history: this.#history });
  }
}

/** Replaces the file whole: a kill leaves the old or the new one. */
export function writeAside(path: string, value: unknown): void {
  writeFileSync(`${path}.new`, JSON.stringify(value));
  renameSync(`${path}.new`, path);
}

/** What was stored, or nothing: a missing or damaged file costs history and state, which the next evaluation finds again. */
export function readStored(path: string): Record<string, unknown> {
  try {
    return asObject(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return {};
  }
}
