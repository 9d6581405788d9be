/** Does what an alarm asks for when its state changes: publishes to topics through the control plane's SNS. */
import type { ControlClient } from '../control-client.ts';
import type { AlarmBook } from './alarm-book.ts';
import { alarmMessage, alarmSubject, type Transition } from './alarm-message.ts';

const TRIES = 4;
const FIRST_WAIT_MS = 500;

export interface AlarmActions {
  /** Never throws; what came of each action is in the alarm's history. */
  run(transition: Transition): Promise<void>;
}

export interface AlarmActionsOptions {
  readonly control: ControlClient;
  readonly book: AlarmBook;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

export function createAlarmActions({ control, book, now, wait }: AlarmActionsOptions): AlarmActions {
  async function runOne(transition: Transition, target: string): Promise<void> {
    const failure = await tryAction(transition, target);
    const [summary, state] = failure === undefined ? [`Successfully executed action ${target}`, 'Succeeded'] : [`Failed to execute action ${target}. ${failure}`, 'Failed'];
    book.note({ alarm: transition.alarm.name, at: now(), type: 'Action', summary, data: JSON.stringify({ actionState: state, notificationResource: target, stateUpdateTimestamp: transition.at, error: failure ?? null }) });
  }

  async function tryAction(transition: Transition, target: string): Promise<string | undefined> {
    if (target.split(':')[2] !== 'sns') return 'Only SNS topics are built into the sandbox as alarm actions.';
    let failure = '';
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      if (attempt > 0) await wait(FIRST_WAIT_MS * 2 ** (attempt - 1));
      try {
        await publish(control, target, transition);
        return undefined;
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
      }
    }
    return failure;
  }

  return {
    async run(transition) {
      const { alarm, to } = transition;
      if (!alarm.actionsEnabled) return;
      await Promise.all(alarm.actions[to].map((target) => runOne(transition, target)));
    },
  };
}

/** The control plane delivers to the topic's subscribers: queues, functions, and HTTP endpoints that confirmed. */
async function publish(control: ControlClient, topic: string, transition: Transition): Promise<void> {
  const form = new URLSearchParams({ Action: 'Publish', Version: '2010-03-31', TopicArn: topic, Subject: alarmSubject(transition), Message: JSON.stringify(alarmMessage(transition)) });
  const reply = await control.send({ service: 'sns', method: 'POST', path: '/', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: form.toString() });
  if (reply.status >= 300) throw new Error(`SNS Publish answered HTTP ${reply.status}: ${reply.body.toString('utf8').slice(0, 200)}`);
}
