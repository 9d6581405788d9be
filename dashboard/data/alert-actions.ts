import type { AlertSummary } from '../../contracts/api/answers.ts';
import { say } from '../components/toast.tsx';
import { clock, MINUTE } from '../model/time.ts';
import { ApiError } from './client.ts';
import type { Desk } from './desk.ts';

export interface AlertActions {
  readonly acknowledge: (alert: AlertSummary) => void;
  readonly snooze: (alert: AlertSummary, minutes: number) => void;
}

/** Tells the API, says what came of it, and asks for the alerts anew. */
export function alertActions({ client, alerts, now }: Pick<Desk, 'client' | 'alerts' | 'now'>): AlertActions {
  const act = async (alert: AlertSummary, { verb, body, done }: { readonly verb: string; readonly body: object; readonly done: string }): Promise<void> => {
    try {
      await client.post(`/v1/alerts/${encodeURIComponent(alert.alertId)}/${verb}`, body);
      say(`${done}: ${alert.text}`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      say(`Not done: ${error.failure.detail ?? error.title}`);
    }
    alerts.retry();
  };
  return {
    acknowledge: (alert) => void act(alert, { verb: 'acknowledge', body: {}, done: 'Acknowledged' }),
    snooze: (alert, minutes) => void act(alert, { verb: 'snooze', body: { minutes }, done: `Snoozed until ${clock(now + minutes * MINUTE)}` }),
  };
}
