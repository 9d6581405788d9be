/** Keeps the deployed alarms and their state together: reads definitions from the control plane, evaluates, acts on changes. */
import { asObject, type JsonObject } from '../../json.ts';
import type { ControlClient } from '../control-client.ts';
import type { AlarmActions } from './alarm-actions.ts';
import type { AlarmBook, HistoryItem } from './alarm-book.ts';
import { alarmName, readAlarm, type AlarmDefinition } from './alarm-definition.ts';
import { evaluateAlarm, type Evaluation } from './alarm-evaluation.ts';
import type { MetricStore } from './metric-store.ts';
import type { AlarmState } from './missing-data.ts';

export interface AlarmKeeperOptions {
  readonly control: ControlClient;
  readonly book: AlarmBook;
  readonly store: MetricStore;
  readonly actions: AlarmActions;
  readonly now: () => number;
}

export interface AlarmStatus {
  readonly name: string;
  readonly state: AlarmState;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly reason: string;
}

export class AlarmKeeper {
  readonly #options: AlarmKeeperOptions;
  #alarms = new Map<string, AlarmDefinition>();
  #raw: readonly JsonObject[] = [];
  #composites: readonly JsonObject[] = [];
  /** Alarms that cannot be evaluated, with the reason. */
  readonly #refused = new Map<string, string>();
  readonly #acting = new Set<Promise<void>>();

  constructor(options: AlarmKeeperOptions) {
    this.#options = options;
  }

  /** Reads the deployed definitions. @throws ControlError, ControlUnreachableError */
  async refresh(): Promise<void> {
    const { control, book, now } = this.#options;
    // The control plane does not page: it cuts at MaxRecords.
    const answer = await control.json('monitoring', 'GraniteServiceVersion20100801.DescribeAlarms', { MaxRecords: 10_000 });
    this.#raw = objects(answer['MetricAlarms']);
    this.#composites = objects(answer['CompositeAlarms']);

    const alarms = new Map<string, AlarmDefinition>();
    this.#refused.clear();
    for (const raw of this.#raw) {
      try {
        alarms.set(alarmName(raw), readAlarm(raw));
      } catch (error) {
        this.#refused.set(alarmName(raw), error instanceof Error ? error.message : String(error));
      }
      book.open(alarmName(raw), now());
    }
    this.#alarms = alarms;
    if (this.#raw.length > 0) book.keepOnly(new Set(this.#raw.map(alarmName)));
  }

  evaluate(): void {
    for (const alarm of this.#alarms.values()) {
      const { state } = this.#options.book.open(alarm.name, this.#options.now());
      const found = this.#tryEvaluate(alarm, state);
      if (found !== undefined && found.state !== state) this.#move(alarm, found);
    }
  }

  /** False when there is no such alarm. */
  setState(name: string, state: AlarmState, reason: string): boolean {
    const alarm = this.#alarms.get(name);
    if (alarm === undefined) return false;
    const current = this.#options.book.open(name, this.#options.now());
    if (current.state !== state) this.#move(alarm, { state, reason, reasonData: {} });
    return true;
  }

  /** Definitions with live state, in the shape of DescribeAlarms. */
  describe(): JsonObject[] {
    return this.#raw.map((raw) => {
      const name = alarmName(raw);
      const record = this.#options.book.open(name, this.#options.now());
      const refused = this.#refused.get(name);
      const times = { StateUpdatedTimestamp: new Date(record.since), StateTransitionedTimestamp: new Date(record.since), AlarmConfigurationUpdatedTimestamp: toDate(raw['AlarmConfigurationUpdatedTimestamp']) };
      return { ...raw, StateValue: record.state, StateReason: refused ?? record.reason, StateReasonData: record.reasonData, ...times };
    });
  }

  composites(): JsonObject[] {
    return this.#composites.map((raw) => ({ ...raw, StateValue: 'INSUFFICIENT_DATA', StateReason: 'Composite alarms are stored by this sandbox and not evaluated.', StateUpdatedTimestamp: toDate(raw['StateUpdatedTimestamp']), AlarmConfigurationUpdatedTimestamp: toDate(raw['AlarmConfigurationUpdatedTimestamp']) }));
  }

  history(): HistoryItem[] {
    return this.#options.book.history();
  }

  status(): { alarms: AlarmStatus[]; refused: Record<string, string> } {
    const { book, now } = this.#options;
    const alarms = this.#raw.map((raw) => {
      const { state, since, reason } = book.open(alarmName(raw), now());
      return { name: alarmName(raw), state, since, reason };
    });
    return { alarms, refused: Object.fromEntries(this.#refused) };
  }

  /** Resolves when the messages of all changes so far are out, or given up. */
  async settled(): Promise<void> {
    await Promise.all(this.#acting);
  }

  #tryEvaluate(alarm: AlarmDefinition, current: AlarmState): Evaluation | undefined {
    try {
      return evaluateAlarm(alarm, this.#options.store, { now: this.#options.now(), current });
    } catch (error) {
      this.#refused.set(alarm.name, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #move(alarm: AlarmDefinition, { state, reason, reasonData }: Evaluation): void {
    const { book, actions, now } = this.#options;
    const at = now();
    const from = book.open(alarm.name, at).state;
    book.set(alarm.name, { state, reason, reasonData: JSON.stringify(reasonData), since: at });
    const acting: Promise<void> = actions.run({ alarm, from, to: state, reason, at }).finally(() => this.#acting.delete(acting));
    this.#acting.add(acting);
  }
}

const objects = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.map(asObject) : []);

/** The control plane gives seconds. */
function toDate(value: unknown): Date | undefined {
  const seconds = Number(value);
  return Number.isFinite(seconds) ? new Date(seconds * 1000) : undefined;
}
