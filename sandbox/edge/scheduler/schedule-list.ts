/** The deployed schedules, read from the control plane; an unchanged one is not read again. */
import { asObject, type JsonObject, textOf } from '../../json.ts';
import type { ControlClient } from '../control-client.ts';
import { readSchedule, type Schedule } from './schedule.ts';

interface Known {
  /** Name, group, times of change: when it differs, the schedule is read again. */
  readonly version: string;
  readonly schedule?: Schedule;
  /** Why it cannot fire here. */
  readonly refused?: string;
}

export class ScheduleList {
  readonly #control: ControlClient;
  #known = new Map<string, Known>();

  constructor(control: ControlClient) {
    this.#control = control;
  }

  /** @throws ControlError, ControlUnreachableError */
  async refresh(): Promise<void> {
    // The control plane does not page: it cuts at MaxResults.
    const { Schedules: listed } = await this.#control.rest('scheduler', 'GET', '/schedules?MaxResults=10000');
    const fresh = new Map<string, Known>();
    for (const entry of Array.isArray(listed) ? listed.map(asObject) : []) {
      const arn = textOf(entry['Arn']);
      const version = JSON.stringify([entry['LastModificationDate'], entry['State']]);
      const known = this.#known.get(arn);
      fresh.set(arn, known?.version === version ? known : { version, ...(await this.#read(entry)) });
    }
    this.#known = fresh;
  }

  schedules(): Schedule[] {
    return [...this.#known.values()].flatMap(({ schedule }) => (schedule === undefined ? [] : [schedule]));
  }

  arns(): ReadonlySet<string> {
    return new Set(this.#known.keys());
  }

  refused(): Record<string, string> {
    return Object.fromEntries([...this.#known].flatMap(([arn, { refused }]) => (refused === undefined ? [] : [[arn, refused]])));
  }

  async delete({ name, group }: Schedule): Promise<void> {
    await this.#control.rest('scheduler', 'DELETE', path(name, group));
  }

  async #read(entry: JsonObject): Promise<Pick<Known, 'schedule' | 'refused'>> {
    try {
      return { schedule: readSchedule(await this.#control.rest('scheduler', 'GET', path(textOf(entry['Name']), textOf(entry['GroupName'], 'default')))) };
    } catch (error) {
      return { refused: error instanceof Error ? error.message : String(error) };
    }
  }
}

const path = (name: string, group: string): string => `/schedules/${encodeURIComponent(name)}?groupName=${encodeURIComponent(group)}`;
