import type { AlertSummary } from '../../contracts/api/answers.ts';
import { say } from '../components/toast.tsx';
import { minutesLeft } from '../model/alerts.ts';
import { clock, MINUTE } from '../model/time.ts';
import { ApiError } from './client.ts';
import type { Desk } from './desk.ts';

export interface AlertActions {
  readonly acknowledge: (alert: AlertSummary) => void;
  readonly snooze: (alert: AlertSummary, minutes: number) => void;
  /** It counts as open again at once. */
  readonly endSnooze: (alert: AlertSummary) => void;
}

interface Act {
  readonly verb: 'acknowledge' | 'snooze';
  readonly body: object;
  readonly done: string;
  readonly undo: (() => void) | null;
}

/** Tells the API, says what came of it, and asks for the alerts anew. */
export function alertActions({ client, alerts, now }: Pick<Desk, 'client' | 'alerts' | 'now'>): AlertActions {
  const act = async (alert: AlertSummary, { verb, body, done, undo }: Act): Promise<void> => {
    try {
      await client.post(`/v1/alerts/${encodeURIComponent(alert.alertId)}/${verb}`, body);
      say(`${done}: ${alert.text}`, undo);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      say(`Not done: ${error.failure.detail ?? error.title}`);
    }
    alerts.retry();
  };
  const setSnooze = (alert: AlertSummary, { minutes, undo }: { readonly minutes: number; readonly undo: (() => void) | null }): void =>
    void act(alert, { verb: 'snooze', body: { minutes }, done: minutes === 0 ? 'Snooze ended' : `Snoozed until ${clock(now + minutes * MINUTE)}`, undo });
  /** As it was before: snoozed for what was left, or not at all. */
  const undoOf = (alert: AlertSummary) => (): void => setSnooze(alert, { minutes: minutesLeft(alert, now), undo: null });
  return {
    acknowledge: (alert) => void act(alert, { verb: 'acknowledge', body: {}, done: 'Acknowledged', undo: null }),
    snooze: (alert, minutes) => setSnooze(alert, { minutes, undo: undoOf(alert) }),
    endSnooze: (alert) => setSnooze(alert, { minutes: 0, undo: undoOf(alert) }),
  };
}
